"""A person as any form declares them, made into what is stored, and back: the same for the parent and all others."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from wizard.models import FACTS, Identity, PreferredContact, Sex, Title
from wizard.values import phones
from wizard.values.dates import read_date, typed_date
from wizard.values.emails import normalise_email

Code = TypeVar("Code", bound=StrEnum)


def code(codes: type[Code], text: str | None) -> Code | None:
    """Return the code that was chosen, None for what is none of them: a form may be filled in part."""
    return next((one for one in codes if one == text), None)


_NOBODY = Identity(birth_name="", given_name="")
# What is not kept, or typed again, as the text that it is.
_READ: dict[str, Callable[[Any], Any]] = {
    "title": partial(code, Title),  # « je préfère ne pas répondre » is none
    "birthdate": read_date,
    "sex": partial(code, Sex),
    "mobile": phones.e164,
    "phone": phones.e164,
    "email": normalise_email,
    "preferred_contact": partial(code, PreferredContact),
    "sms_ok": bool,
}
_TYPED: dict[str, Callable[[Any], str]] = {
    "birthdate": typed_date,
    "mobile": phones.shown,
    "phone": phones.shown,
    "sms_ok": lambda _ticked: "y",
}


def identity_of(typed: Mapping[str, Any], known: Identity = _NOBODY) -> Identity:
    """Return the identity that a valid form's data declares; what the form does not ask stays as it was known."""
    declared = replace(known, **{name: _read(name, typed[name]) for name in FACTS if name in typed})
    same = (declared.usage_name or "").casefold() == declared.birth_name.casefold()
    return replace(declared, usage_name=None) if same else declared


def _read(name: str, value: Any) -> Any:
    """Return what is kept of an answer; of a blank, what nobody has said."""
    return (value and _READ.get(name, str)(value)) or getattr(_NOBODY, name)


def typed_again(identity: Identity) -> dict[str, str]:
    """Return the answers that declare someone as they are, as if just typed, "" where there is none."""
    known = {name: getattr(identity, name) for name in FACTS}
    answers = {name: _TYPED.get(name, str)(value) if value else "" for name, value in known.items()}
    return answers | {"single_name": "" if identity.given_name or identity.institution else "y"}
