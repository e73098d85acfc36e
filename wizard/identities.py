"""A person as any form declares them, made into what is stored: the same for the parent and for all the others."""

from collections.abc import Mapping
from typing import Any

from wizard.choices import TITLES
from wizard.models import Identity, PreferredContact, Sex, Title
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
        title=Title(typed["title"]) if typed.get("title") in TITLES else None,
        usage_name=None if same else usage_name or None,
        birthdate=read_date(typed.get("birthdate")),
        sex=Sex(typed["sex"]) if typed.get("sex") else None,
        mobile=e164(typed.get("mobile")),
        phone=e164(typed.get("phone")),
        email=normalise_email(typed.get("email") or "") or None,
        preferred_contact=PreferredContact(typed["preferred_contact"]) if typed.get("preferred_contact") else None,
        sms_ok=bool(typed.get("sms_ok")),
        institution=typed.get("institution") or None,
    )
