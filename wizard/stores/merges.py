"""What two records or households were before they were made one: kept row by row, and put back to the byte."""

import json
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import NotFoundError

from wizard.clock import moment, stamp
from wizard.hashing import digest

# Not what stores/undoing.py does: a merge gives numbers away and takes them back, in every table that may hold them.
# It is put back whole or not at all: what is said of the family meanwhile names the one who is left.

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
"""The rows of each table, by their keys in JSON."""
Change = tuple[str, str, Row | None, Row | None]
"""A table, a key, the row as it was and as it is; None for no row."""

_PEOPLE = "(SELECT value FROM json_each(:touched, '$.people'))"
_HOUSEHOLDS = "(SELECT value FROM json_each(:touched, '$.households'))"
_ACCOUNTS = "(SELECT value FROM json_each(:touched, '$.accounts'))"
_DOSSIERS = (
    "(SELECT value FROM json_each(:touched, '$.dossiers')"
    f" UNION SELECT id FROM dossiers WHERE household IN {_HOUSEHOLDS})"
)
_DRAFTS = f"(SELECT id FROM drafts WHERE account IN {_ACCOUNTS})"

# Each table in which something is of a household or refers to one of its people, parents before what hangs on them.
_QUERIES = (
    f"SELECT * FROM people WHERE id IN {_PEOPLE}",
    f"SELECT * FROM households WHERE id IN {_HOUSEHOLDS}",
    f"SELECT * FROM accounts WHERE id IN {_ACCOUNTS} OR household IN {_HOUSEHOLDS}",
    f"SELECT * FROM dossiers WHERE id IN {_DOSSIERS}",
    f"SELECT * FROM household_members WHERE household IN {_HOUSEHOLDS} OR person IN {_PEOPLE}",
    f"SELECT * FROM addresses WHERE person IN {_PEOPLE}",
    f"SELECT * FROM family_links WHERE adult IN {_PEOPLE} OR child IN {_PEOPLE}",
    f"SELECT * FROM residences WHERE household IN {_HOUSEHOLDS} OR child IN {_PEOPLE}",
    f"SELECT * FROM contact_rights WHERE contact IN {_PEOPLE} OR child IN {_PEOPLE}",
    f"SELECT * FROM declarations WHERE person IN {_PEOPLE} OR dossier IN {_DOSSIERS}",
    f"SELECT * FROM dossier_people WHERE person IN {_PEOPLE} OR dossier IN {_DOSSIERS}",
    f"SELECT * FROM withdrawals WHERE household IN {_HOUSEHOLDS} OR contact IN {_PEOPLE} OR child IN {_PEOPLE}",
    f"SELECT * FROM amendments WHERE household IN {_HOUSEHOLDS} OR person IN {_PEOPLE}",
    f"SELECT * FROM confirmations WHERE household IN {_HOUSEHOLDS} OR contact IN {_PEOPLE} OR child IN {_PEOPLE}",
    f"SELECT * FROM invitations WHERE household IN {_HOUSEHOLDS} OR person IN {_PEOPLE}"
    f" OR account IN {_ACCOUNTS} OR guest IN {_ACCOUNTS}",
    f"SELECT * FROM objections WHERE household IN {_HOUSEHOLDS} OR against IN {_HOUSEHOLDS}"
    f" OR contact IN {_PEOPLE} OR child IN {_PEOPLE}",
    f"SELECT * FROM journal WHERE dossier IN {_DOSSIERS} OR person IN {_PEOPLE}",
    f"SELECT * FROM likenesses WHERE one IN {_PEOPLE} OR other IN {_PEOPLE}",
    f"SELECT * FROM drafts WHERE id IN {_DRAFTS}",
    f"SELECT * FROM draft_tokens WHERE draft IN {_DRAFTS}",
    f"SELECT * FROM draft_answers WHERE draft IN {_DRAFTS}",
    f"SELECT * FROM draft_posts WHERE draft IN {_DRAFTS}",
    f"SELECT * FROM receipts WHERE account IN {_ACCOUNTS} OR dossier IN {_DOSSIERS}",
    f"SELECT * FROM tokens WHERE account IN {_ACCOUNTS} OR draft IN {_DRAFTS} OR contact IN {_PEOPLE}",
    f"SELECT * FROM sessions WHERE account IN {_ACCOUNTS}",
    f"SELECT * FROM held_forms WHERE account IN {_ACCOUNTS}",
    f"SELECT * FROM notes WHERE household IN {_HOUSEHOLDS}",
    f"SELECT * FROM one_day WHERE household IN {_HOUSEHOLDS} OR child IN {_PEOPLE} OR contested_by IN {_HOUSEHOLDS}",
    f"SELECT * FROM child_files WHERE child IN {_PEOPLE}",
    f"SELECT * FROM child_file_answers WHERE file IN (SELECT id FROM child_files WHERE child IN {_PEOPLE})",
    f"SELECT * FROM authorisations WHERE child IN {_PEOPLE} OR person IN {_PEOPLE}",
    f"SELECT * FROM replies WHERE dossier IN {_DOSSIERS}",
    f"SELECT * FROM outbox WHERE household IN {_HOUSEHOLDS} OR person IN {_PEOPLE}",
    f"SELECT * FROM bounces WHERE household IN {_HOUSEHOLDS} OR person IN {_PEOPLE}",
    f"SELECT * FROM deletions_announced WHERE household IN {_HOUSEHOLDS}",
    f"SELECT * FROM documents WHERE child IN {_PEOPLE} OR household IN {_HOUSEHOLDS}",
    f"SELECT * FROM openings WHERE child IN {_PEOPLE} OR account IN {_ACCOUNTS}"
    f" OR document IN (SELECT id FROM documents WHERE child IN {_PEOPLE} OR household IN {_HOUSEHOLDS})",
    f"SELECT * FROM reminders WHERE child IN {_PEOPLE}",
    f"SELECT * FROM takings WHERE dossier IN {_DOSSIERS}",
    f"SELECT * FROM people_search WHERE person IN {_PEOPLE}",
    f"SELECT * FROM former_numbers WHERE person IN {_PEOPLE} OR household IN {_HOUSEHOLDS}",
)
TABLES = (
    "people", "households", "accounts", "dossiers", "household_members", "addresses", "family_links", "residences",
    "contact_rights", "declarations", "dossier_people", "withdrawals", "amendments", "confirmations", "invitations",
    "objections", "journal", "likenesses", "drafts", "draft_tokens", "draft_answers", "draft_posts", "receipts",
    "tokens", "sessions", "held_forms", "notes", "one_day", "child_files", "child_file_answers", "authorisations",
    "replies", "outbox", "bounces", "deletions_announced", "documents", "openings", "reminders", "takings",
    "people_search", "former_numbers",
)  # fmt: skip
PASSING = frozenset({"journal", "likenesses", "drafts", "draft_tokens", "draft_answers", "draft_posts", "receipts",
    "tokens", "sessions", "held_forms", "notes", "replies", "outbox", "bounces", "deletions_announced", "documents",
    "openings", "reminders", "takings", "people_search", "former_numbers"})  # fmt: skip
"""What changes by itself, without anything said of the family being other than it was."""
_ASIDE = {
    "accounts": {"epoch", "password_hash", "seal", "seen_at", "warned_at"},
    "households": {"confirmed_at", "reminded_at"},
    "dossiers": {"opened_at"},
    "withdrawals": {"seen_at", "seen_by"},
    "amendments": {"seen_at", "seen_by"},
    "objections": {"seen_at", "seen_by"},
    "one_day": {"seen_at", "seen_by"},
}
"""Columns that change without it too."""


@dataclass(frozen=True)
class Merge:
    """Two records of `kind` made one, `person`, by an agent; `changes` are what it did to each row."""

    id: int
    likeness: int
    at: datetime
    agent: str
    kind: str
    person: int
    household: int
    other: int | None
    touched: str
    changes: tuple[Change, ...]
    left_as: Mapping[str, str]


def touching(db: Database, households: tuple[int, ...]) -> str:
    """Return the numbers of everyone and everything of some households, in JSON."""
    given = {"homes": json.dumps(households)}
    people = db.execute(
        """SELECT person FROM household_members WHERE household IN (SELECT value FROM json_each(:homes)) UNION
        SELECT person FROM dossier_people JOIN dossiers ON id = dossier
            WHERE household IN (SELECT value FROM json_each(:homes))""",
        given,
    ).fetchall()
    accounts = db.execute(
        "SELECT id FROM accounts WHERE household IN (SELECT value FROM json_each(:homes))", given
    ).fetchall()
    own = db.execute(
        "SELECT id FROM dossiers WHERE household IN (SELECT value FROM json_each(:homes))", given
    ).fetchall()
    numbers = {"people": people, "accounts": accounts, "dossiers": own}
    return json.dumps({"households": households} | {name: [row[0] for row in rows] for name, rows in numbers.items()})


def snapshot(db: Database, touched: str) -> Rows:
    """Return each row of what is touched."""
    found = [list(db.query(query, {"touched": touched})) for query in _QUERIES]
    keys = {table: db.table(table).pks for table in TABLES}
    return {
        table: {json.dumps([row[key] for key in keys[table]]): row for row in rows}
        for table, rows in zip(TABLES, found, strict=True)
    }


def state(rows: Rows) -> dict[str, str]:
    """Return a digest of each table that says something of a family: another one, and something else is said."""
    told = {
        table: sorted(
            json.dumps({name: value for name, value in row.items() if name not in _ASIDE.get(table, ())})
            for row in found.values()
        )
        for table, found in rows.items()
        if table not in PASSING
    }
    return {table: digest("\n".join(found)) for table, found in told.items()}


def changes(before: Rows, after: Rows) -> list[Change]:
    """Return each row that is not as it was."""
    return [
        (table, key, before[table].get(key), after[table].get(key))
        for table in TABLES
        for key in dict.fromkeys((*before[table], *after[table]))
        if before[table].get(key) != after[table].get(key)
    ]


def add(db: Database, merge: Mapping[str, Any], changed: list[Change], left_as: Mapping[str, str]) -> int:
    """Keep what was done, and what is needed to undo it."""
    kept = json.dumps(changed, ensure_ascii=False)
    values = {**merge, "rows": kept, "left_as": json.dumps(left_as)}
    cursor = db.execute(
        """INSERT INTO merges (likeness, at, agent, kind, person, household, other, gone_person, gone_household,
            gone_account, touched, rows, left_as)
        VALUES (:likeness, :at, :agent, :kind, :person, :household, :other, :gone_person, :gone_household,
            :gone_account, :touched, :rows, :left_as)""",
        values,
    )
    return int(cursor.lastrowid or 0)


_MERGES = """
SELECT merges.id, likeness, merges.at, agents.email, kind, person, household, other, touched, rows, left_as
FROM merges JOIN agents ON agents.id = agent
"""


def by_id(db: Database, merge: int) -> Merge | None:
    """Return a merge that may be undone."""
    return _one(db.execute(_MERGES + " WHERE merges.id = ?", (merge,)).fetchone())


def every(db: Database) -> tuple[Merge, ...]:
    """Return the merges that may be undone, the last first."""
    return tuple(one for row in db.execute(_MERGES + " ORDER BY merges.id DESC").fetchall() if (one := _one(row)))


def seal_of(merge: Merge) -> str:
    """Return what is broken once a merge is undone: a copy made before has it."""
    return digest(f"merge {merge.id} {stamp(merge.at)}")


def of_likeness(db: Database, likeness: int) -> Merge | None:
    """Return the merge that came of a likeness."""
    return _one(db.execute(_MERGES + " WHERE likeness = ?", (likeness,)).fetchone())


def of_household(db: Database, household: int) -> tuple[Merge, ...]:
    """Return the merges of a household that may be undone, the last first."""
    query = _MERGES + " WHERE household = ? OR other = ? ORDER BY merges.id DESC"
    return tuple(one for row in db.execute(query, (household, household)).fetchall() if (one := _one(row)))


def _one(row: tuple[Any, ...] | None) -> Merge | None:
    if row is None:
        return None
    number, likeness, at, agent, kind, person, household, other, touched, rows, left_as = row
    kept = tuple((table, key, was, now) for table, key, was, now in json.loads(rows))
    left = json.loads(left_as)
    return Merge(number, likeness, moment(at), agent, kind, person, household, other, touched, kept, left)


def put_back(db: Database, merge: Merge) -> None:
    """Let each row be what it was, in the open transaction; what passes by itself and is gone stays so."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    for table, key, was, _now in merge.changes:
        if was is None:
            db.table(table).delete(tuple(json.loads(key)))
    lost = _lost_drafts(db, merge)
    for table, key, was, now in merge.changes:
        if was is None or was.get("id" if table == "drafts" else "draft") in lost:
            continue
        if now is None:
            db.table(table).insert(was, ignore=table in PASSING)
        if now is None and table not in PASSING:
            _set(db, table, key, was)  # a trigger drew a new seal
        elif now is not None:
            with suppress(NotFoundError) if table in PASSING else nullcontext():
                _set(db, table, key, {name: value for name, value in was.items() if now[name] != value})
    _let_go(db, merge)
    db.execute("DELETE FROM merges WHERE id = ?", (merge.id,))


def _let_go(db: Database, merge: Merge) -> None:
    """Let the answers whose mails left meanwhile stand for good, as they would have."""
    dossiers = json.dumps([was["dossier"] for table, _key, was, _now in merge.changes if table == "replies" and was])
    db.execute(
        """UPDATE replies SET undo = NULL WHERE undo IS NOT NULL AND dossier IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM outbox WHERE reply = replies.id
                AND tries = 0 AND sent_at IS NULL AND failed_at IS NULL)""",
        (dossiers,),
    )


def _set(db: Database, table: str, key: str, values: Row) -> None:
    known = db.table(table)
    known.update(tuple(json.loads(key)), {name: value for name, value in values.items() if name not in known.pks})


def _lost_drafts(db: Database, merge: Merge) -> set[int]:
    """Return the numbers of drafts that were deleted and are another's now."""
    gone = [was["id"] for table, _key, was, now in merge.changes if table == "drafts" and was and now is None]
    rows = db.execute("SELECT id FROM drafts WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(gone),))
    return {number for (number,) in rows}


def gone_people(db: Database) -> frozenset[int]:
    """Return the people who are nobody now, and would be again if what was joined were put back."""
    query = """SELECT row.value ->> 1 ->> 0 FROM merges, json_each(merges.rows) AS row
        WHERE row.value ->> 0 = 'people' AND row.value ->> 3 IS NULL"""
    return frozenset(number for (number,) in db.execute(query).fetchall())


def purge(db: Database, before: datetime) -> tuple[tuple[int | None, int | None], ...]:
    """Forget what may be undone no more; return the accounts and households that are gone for good, None for none."""
    query = "DELETE FROM merges WHERE at < ? RETURNING gone_account, gone_household"
    return tuple(db.execute(query, (stamp(before),)).fetchall())


def forget(db: Database, household: int) -> tuple[tuple[int | None, int | None], ...]:
    """Forget what was done to the rows of a household that is about to be deleted; return what `purge` does."""
    query = """DELETE FROM merges WHERE EXISTS (SELECT 1 FROM json_each(touched, '$.households') WHERE value = ?)
        RETURNING gone_account, gone_household"""
    return tuple(db.execute(query, (household,)).fetchall())
