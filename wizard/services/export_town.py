"""What the copy of a family's data tells of the town hall: notes, mails, days given, what its software was given.

A person has access to what is noted about them as to the rest; which agent wrote it is not about them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.choices import NOTES
from wizard.clock import today
from wizard.services.bounces import reason
from wizard.services.handover import PROFILES
from wizard.stores import exports, notes, one_day, outbox
from wizard.values.dates import typed_date

Day = Callable[[datetime | None], str]


def sections(db: Database, household: int, day: Day) -> dict[str, list[dict[str, Any]]]:
    """Return the sections of a household."""
    return {
        "Autorisations d'un jour": _one_days(db, household, day),
        "Notes de la mairie": _notes(db, household, day),
        "Courriels": _mails(db, household, day),
        "Transmissions au logiciel de la mairie": _transmissions(db, household, day),
    }


def _notes(db: Database, household: int, day: Day) -> list[dict[str, Any]]:
    return [
        {
            "Quoi": NOTES[one.kind],
            "Note": one.text,
            "Écrite le": day(one.at),
            "Corrigée le": day(one.corrected_at),
            "N'est plus à connaître depuis le": day(one.ended_at),
        }
        for one in notes.of_household(db, household)
    ]


def _mails(db: Database, household: int, day: Day) -> list[dict[str, Any]]:
    return [
        {
            "Écrit le": day(one.created_at),
            "Envoyé le": day(one.sent_at),
            "Refusé le": day(one.failed_at),
            "Pourquoi": one.error or (reason(one.returned) if one.returned else None),
        }
        for one in outbox.of_household(db, household)
    ]


def _one_days(db: Database, household: int, day: Day) -> list[dict[str, Any]]:
    """Tell whom the family let collect a child on one day; of the other homes' ones, no phone."""
    given, others = one_day.of_household(db, household), one_day.given_elsewhere(db, household, today())
    return [
        {
            "Personne": one.name,
            "Téléphone": one.phone if one.household == household else None,
            "Enfant": one.child_name,
            "Jour": typed_date(one.day),
            "À la demande de": one.by,
            "Donnée le": day(one.given_at),
            "Retirée le": day(one.withdrawn_at),
            "Contestée par l'autre parent le": day(one.contested_at),
            "Vue par la mairie le": day(one.seen_at),
        }
        for one in (*given, *others)
    ]


def _transmissions(db: Database, household: int, day: Day) -> list[dict[str, Any]]:
    """Tell to which software the family was handed over, and when last; what was, the other sections tell."""
    return [
        {"Logiciel": str(PROFILES[profile].label) if profile in PROFILES else profile, "Transmis le": day(at)}
        for profile, at in exports.transmissions(db, household)
    ]
