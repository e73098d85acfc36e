"""A person as any form declares them, made into what is stored: the same for the parent and for all the others."""

from collections.abc import Mapping
from typing import Any

from wizard import titles
from wizard.models import Identity
from wizard.values.dates import read_date
from wizard.values.emails import normalise_email
from wizard.values.phones import e164


def identity_of(typed: Mapping[str, Any]) -> Identity:
    """Return the identity that a valid form's data declares; what the form does not ask is None."""
    birth_name, usage_name = typed["birth_name"] or "", typed.get("usage_name") or ""
    same = usage_name.casefold() == birth_name.casefold()
    return Identity(
        birth_name=birth_name,
        given_name=typed["given_name"] or "",
        title=titles.stored(typed.get("title")),
        usage_name=None if same else usage_name or None,
        birthdate=read_date(typed.get("birthdate")),
        sex=typed.get("sex") or None,
        mobile=e164(typed.get("mobile")),
        phone=e164(typed.get("phone")),
        email=normalise_email(typed.get("email") or "") or None,
        preferred_contact=typed.get("preferred_contact") or None,
        sms_ok=bool(typed.get("sms_ok")),
        institution=typed.get("institution") or None,
    )
