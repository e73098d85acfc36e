"""What the copy of a family's data tells of two homes: invitations, what crosses between them, objections."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.choices import OUTCOMES, PERMISSIONS
from wizard.models import Account, Objection
from wizard.services import homes, joining
from wizard.services.household import Household
from wizard.stores import invitations, objections

Day = Callable[[datetime | None], str]
"""How the copy writes a moment."""


def sections(db: Database, account: Account, found: Household, day: Day) -> dict[str, list[dict[str, Any]]]:
    """Return these sections of the copy."""
    return {
        "Invitations": [*_sent(db, found, day), *_received(db, account, day)],
        "Autres foyers des enfants": _others(db, found, day),
        "Contestations": [
            *(_objection(one, "vous", day) for one in objections.by_household(db, found.id)),
            *(_objection(one, "l'autre parent", day) for one in found.objections),
        ],
    }


def _sent(db: Database, found: Household, day: Day) -> list[dict[str, Any]]:
    names = {member.person: member.identity.name for member in found.everyone}
    return [
        {
            "Personne invitée": names.get(one.person),
            "Courriel": one.email,
            "Envoyée le": day(one.created_at),
            "Valable jusqu'au": day(one.expires_at),
            "Annulée le": day(one.revoked_at),
            "Acceptée le": day(one.used_at),
        }
        for one in invitations.of_household(db, found.id)
    ]


def _received(db: Database, account: Account, day: Day) -> list[dict[str, Any]]:
    return [
        {"Reçue de": joining.sender(db, one), "Acceptée le": day(one.used_at)}
        for one in invitations.used_by(db, account.id)
    ]


def _others(db: Database, found: Household, day: Day) -> list[dict[str, Any]]:
    return [
        {
            "Enfant": home.called,
            "Avec": home.parent,
            "Qui peut venir chercher l'enfant": one.name,
            "Droits": " ".join(one.words),
            "Demandé le": day(one.asked_at),
            "Validé le": day(one.accepted_at),
        }
        for home in homes.others(db, found)
        for one in home.collectors
    ]


def _objection(one: Objection, by: str, day: Day) -> dict[str, Any]:
    return {
        "Contact": one.contact_name,
        "Droit": str(PERMISSIONS[one.what]) % {"name": one.child_name},
        "Contesté par": by,
        "Contesté le": day(one.at),
        "Vu par la mairie le": day(one.seen_at),
        "Terminé le": day(one.ended_at),
        "Issue": OUTCOMES[one.outcome] if one.outcome else None,
    }
