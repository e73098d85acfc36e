"""What the town hall wrote about a family or to it, in the copy of its data: the notes, and what became of the mails.

A person has access to what is noted about them as to the rest; which agent wrote it is not about them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.choices import NOTES
from wizard.stores import notes, outbox

Day = Callable[[datetime | None], str]


def sections(db: Database, household: int, day: Day) -> dict[str, list[dict[str, Any]]]:
    """Return the sections of a household."""
    return {"Notes de la mairie": _notes(db, household, day), "Courriels": _mails(db, household, day)}


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
            "Pourquoi": one.error,
        }
        for one in outbox.of_household(db, household)
    ]
