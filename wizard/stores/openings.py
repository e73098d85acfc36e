"""Who opened a document, or the envelope of a child: told to the parents, one line an hour for each who looks."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models.documents import Opening
from wizard.stores.people_search import NAME

_ONE_LOOK = timedelta(hours=1)

Opened = tuple[int | None, int | None, str | None]
"""A document, or else a child and a year."""


def note(db: Database, opened: Opened, now: datetime, *, agent: int | None = None, account: int | None = None) -> bool:
    """Write that someone opened something; False when it is written that they did less than an hour ago."""
    written = db.execute(
        """INSERT INTO openings (document, child, year, agent, account, at) SELECT :document, :child, :year, :agent,
            :account, :at WHERE NOT EXISTS (SELECT 1 FROM openings WHERE document IS :document AND child IS :child
                AND year IS :year AND +agent IS :agent AND +account IS :account AND at > :since)""",
        {**dict(zip(("document", "child", "year"), opened, strict=True)), "agent": agent, "account": account,
            "at": stamp(now), "since": stamp(now - _ONE_LOOK)},
    )  # fmt: skip
    return written.rowcount == 1


_OPENINGS = f"""
SELECT openings.at, openings.agent IS NOT NULL, agents.name, accounts.household, {NAME} AS parent, openings.document
FROM openings LEFT JOIN agents ON agents.id = openings.agent LEFT JOIN accounts ON accounts.id = openings.account
    LEFT JOIN people ON people.id = accounts.person
"""


def of_documents(db: Database, documents: Iterable[int]) -> dict[int, tuple[Opening, ...]]:
    """Return who opened each of these documents, the last first."""
    query = _OPENINGS + " WHERE document IN (SELECT value FROM json_each(?)) ORDER BY openings.id DESC"
    found: dict[int, tuple[Opening, ...]] = {}
    for *row, document in db.execute(query, (json.dumps(list(documents)),)).fetchall():
        found[document] = (*found.get(document, ()), _opening(*row))
    return found


def of_envelope(db: Database, child: int, year: str) -> tuple[Opening, ...]:
    """Return who opened the envelope of a child, the last first."""
    query = _OPENINGS + " WHERE openings.child = ? AND openings.year = ? ORDER BY openings.id DESC"
    return tuple(_opening(*row[:5]) for row in db.execute(query, (child, year)).fetchall())


def _opening(at: str, by_town: int, agent: str | None, household: int | None, parent: str | None) -> Opening:
    return Opening(moment(at), bool(by_town), (agent if by_town else parent) or "", household)
