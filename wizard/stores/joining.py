"""One number in the place of another, wherever someone, a household or an account is referred to."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import stamp

# Where both were already, the row of who is kept stays: what the other said is in their declarations.
_PERSON = (
    # An answer to a home of either stands for good: what would be put back is of who they were, or names them.
    "UPDATE replies SET undo = NULL WHERE dossier IN (SELECT id FROM dossiers WHERE household IN ("
    "SELECT household FROM dossier_people JOIN dossiers ON id = dossier WHERE person IN (:kept, :gone)"
    " UNION SELECT household FROM household_members WHERE person IN (:kept, :gone)))",
    "UPDATE outbox SET person = :kept WHERE person = :gone",
    "UPDATE OR IGNORE bounces SET person = :kept WHERE person = :gone",
    "UPDATE journal SET person = :kept WHERE person = :gone",
    "UPDATE amendments SET person = :kept WHERE person = :gone",
    "UPDATE invitations SET person = :kept WHERE person = :gone",
    # Contested of either, a day is.
    "UPDATE one_day SET contested_at = theirs.contested_at, contested_by = theirs.contested_by FROM one_day AS theirs"
    " WHERE one_day.child = :kept AND theirs.child = :gone AND one_day.contested_at IS NULL"
    " AND theirs.contested_at IS NOT NULL AND one_day.household = theirs.household AND one_day.day = theirs.day"
    " AND one_day.name = theirs.name AND one_day.withdrawn_at IS NULL AND theirs.withdrawn_at IS NULL",
    "UPDATE OR IGNORE one_day SET child = :kept WHERE child = :gone",
    # Of two dossiers of one child and year, the last deposited is theirs.
    "DELETE FROM child_files WHERE child = :kept AND EXISTS (SELECT 1 FROM child_files AS theirs"
    " WHERE theirs.child = :gone AND theirs.year = child_files.year AND theirs.updated_at > child_files.updated_at)",
    "UPDATE OR IGNORE child_files SET child = :kept WHERE child = :gone",
    "UPDATE authorisations SET child = :kept WHERE child = :gone",
    "UPDATE authorisations SET person = :kept WHERE person = :gone",
    "UPDATE OR IGNORE drafts SET subject = :kept || substr(subject, instr(subject, '/'))"
    " WHERE kind = 'child_file' AND subject LIKE :gone || '/%'",
    "UPDATE withdrawals SET contact = :kept WHERE contact = :gone",
    "UPDATE withdrawals SET child = :kept WHERE child = :gone",
    "UPDATE OR IGNORE objections SET contact = :kept WHERE contact = :gone",
    "UPDATE OR IGNORE objections SET child = :kept WHERE child = :gone",
    "UPDATE OR IGNORE confirmations SET contact = :kept WHERE contact = :gone",
    "UPDATE OR IGNORE confirmations SET child = :kept WHERE child = :gone",
    "UPDATE tokens SET contact = :kept WHERE contact = :gone",
    "UPDATE documents SET child = :kept WHERE child = :gone",
    "UPDATE OR IGNORE reminders SET child = :kept WHERE child = :gone",
    "UPDATE openings SET child = :kept WHERE child = :gone",
    "UPDATE OR IGNORE dossier_people SET person = :kept WHERE person = :gone",
    "UPDATE OR IGNORE household_members SET person = :kept WHERE person = :gone",
    "UPDATE OR IGNORE residences SET child = :kept WHERE child = :gone",
    "UPDATE OR IGNORE family_links SET adult = :kept WHERE adult = :gone",
    "UPDATE OR IGNORE family_links SET child = :kept WHERE child = :gone",
    "UPDATE OR IGNORE addresses SET person = :kept WHERE person = :gone",
    # A copy made before has the rights of the record that is gone: they may be taken back from the one kept.
    "UPDATE former_numbers SET person = :kept WHERE person = :gone",
    "INSERT INTO former_numbers (at, person, was) VALUES (:now, :kept, :gone)",
    "DELETE FROM people WHERE id = :gone",
)
_HOUSEHOLD = (
    "UPDATE replies SET undo = NULL WHERE dossier IN (SELECT id FROM dossiers WHERE household IN (:kept, :gone))",
    "UPDATE outbox SET household = :kept WHERE household = :gone",
    "UPDATE bounces SET household = :kept WHERE household = :gone",
    "UPDATE notes SET household = :kept WHERE household = :gone",
    "UPDATE OR IGNORE one_day SET household = :kept WHERE household = :gone",
    "UPDATE one_day SET contested_by = :kept WHERE contested_by = :gone",
    "UPDATE dossiers SET household = :kept, account = :account WHERE household = :gone",
    "UPDATE OR IGNORE household_members SET household = :kept WHERE household = :gone AND role <> 'representative'",
    "UPDATE OR IGNORE residences SET household = :kept WHERE household = :gone",
    "UPDATE documents SET household = :kept WHERE household = :gone",
    "UPDATE documents SET deposited_by = :account WHERE deposited_by = :gone_account",
    "UPDATE openings SET account = :account WHERE account = :gone_account",
    "UPDATE child_files SET deposited_by = :account WHERE deposited_by = :gone_account",
    "UPDATE authorisations SET account = :account WHERE account = :gone_account",
    "UPDATE OR IGNORE drafts SET account = :account WHERE account = :gone_account AND kind = 'child_file'",
    "UPDATE withdrawals SET household = :kept WHERE household = :gone",
    "UPDATE amendments SET household = :kept WHERE household = :gone",
    "UPDATE confirmations SET household = :kept WHERE household = :gone",
    "UPDATE invitations SET household = :kept WHERE household = :gone",
    "UPDATE invitations SET account = :account WHERE account = :gone_account",
    "UPDATE invitations SET guest = :account WHERE guest = :gone_account",
    "DELETE FROM objections WHERE :kept IN (household, against) AND :gone IN (household, against)",
    "UPDATE OR IGNORE objections SET household = :kept WHERE household = :gone",
    "UPDATE objections SET against = :kept WHERE against = :gone",
    # The key that the town knows stays the family's.
    "UPDATE households SET enfance_key = theirs.enfance_key, key_origin = theirs.key_origin,"
    " known_family = theirs.known_family, recognition = theirs.recognition, own_key = theirs.own_key"
    " FROM households AS theirs WHERE households.id = :kept AND theirs.id = :gone"
    " AND households.key_origin <> 'known' AND theirs.key_origin = 'known'",
    "UPDATE former_numbers SET household = :kept WHERE household = :gone",
    "INSERT INTO former_numbers (at, household, was) SELECT :now, :kept, seal FROM households WHERE id = :gone",
    "DELETE FROM households WHERE id = :gone",  # and its account with it
)


def person(db: Database, kept: int, gone: int, now: datetime) -> None:
    """Let whatever is said of one person be said of another, and let the first be nobody."""
    for statement in _PERSON:
        db.execute(statement, {"kept": kept, "gone": gone, "now": stamp(now)})


def household(db: Database, kept: int, gone: int, account: int, gone_account: int, now: datetime) -> None:
    """Give a household, under its account, all that another has; the other and its account are no more."""
    values = {"kept": kept, "gone": gone, "account": account, "gone_account": gone_account, "now": stamp(now)}
    for statement in _HOUSEHOLD:
        db.execute(statement, values)


Kept = tuple[int, int, int, str, str | None, dict[str, Any], int]
"""A declaration as it is kept: person, version, dossier, when it was declared and accepted, what it says, by_town."""


def declared(db: Database, people: tuple[int, ...]) -> list[Kept]:
    """Return all that was declared of some people, oldest first."""
    query = """SELECT person, version, dossier, declared_at, accepted_at, data, by_town FROM declarations
        WHERE person IN (SELECT value FROM json_each(?)) ORDER BY declared_at, dossier, person, version"""
    rows = db.execute(query, (json.dumps(people),)).fetchall()
    return [(*row[:5], json.loads(row[5]), row[6]) for row in rows]


def naming(db: Database, person: int) -> list[Kept]:
    """Return what the households that declared someone said of others, of whom this one may be named."""
    query = """SELECT person, version, dossier, declared_at, accepted_at, data, by_town FROM declarations
        WHERE person <> :person AND dossier IN (SELECT id FROM dossiers WHERE household IN (
            SELECT household FROM dossier_people JOIN dossiers ON id = dossier WHERE person = :person
            UNION SELECT household FROM household_members WHERE person = :person))"""
    return [(*row[:5], json.loads(row[5]), row[6]) for row in db.execute(query, {"person": person}).fetchall()]


def renumber(db: Database, kept: int, gone: int, rows: list[Kept]) -> dict[tuple[int, int], int]:
    """Let these, in this order, be the versions of one person, and return the number that each has now."""
    db.execute("DELETE FROM declarations WHERE person IN (?, ?)", (kept, gone))
    for number, (_person, _version, dossier, at, accepted, data, by_town) in enumerate(rows, start=1):
        db.execute(
            "INSERT INTO declarations (person, version, dossier, declared_at, accepted_at, data, by_town)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (kept, number, dossier, at, accepted, json.dumps(data, ensure_ascii=False), by_town),
        )
    return {(row[0], row[1]): number for number, row in enumerate(rows, start=1)}


def rewrite(db: Database, row: Kept) -> None:
    """Keep what a declaration says with other numbers."""
    query = "UPDATE declarations SET data = ? WHERE person = ? AND version = ?"
    db.execute(query, (json.dumps(row[5], ensure_ascii=False), row[0], row[1]))


def set_versions(db: Database, kept: int, numbers: Mapping[tuple[int, int], int]) -> None:
    """Let lines, withdrawals and journals name the versions of two people by the numbers that they have now.

    Before either has the other's place.
    """
    pairs = json.dumps([[person, before, now] for (person, before), now in numbers.items()])
    among = "(SELECT value ->> 0 AS who, value ->> 1 AS before, value ->> 2 AS now FROM json_each(:pairs)) AS pairs"
    for statement in (
        f"UPDATE dossier_people SET version = now FROM {among} WHERE person = who AND version = before",
        f"UPDATE withdrawals SET version = now FROM {among} WHERE contact = who AND version = before",
        f"UPDATE journal SET detail = now FROM {among} WHERE person = who AND detail = CAST(before AS TEXT)"
        " AND action IN ('declared', 'corrected', 'withdrawn', 'declined')",
    ):
        db.execute(statement, {"pairs": pairs})


def forbid(db: Database, household: int, contact: int, child: int, what: str, version: int) -> None:
    """Let nothing declared of a contact up to this version give a right that was withdrawn."""
    query = """UPDATE withdrawals SET version = max(version, :version)
        WHERE household = :household AND contact = :contact AND child = :child AND what = :what"""
    values = {"household": household, "contact": contact, "child": child, "what": what, "version": version}
    db.execute(query, values)


def drop_line(db: Database, dossier: int, person: int) -> None:
    """Take a line out of a dossier that has another about the same person."""
    db.execute("DELETE FROM dossier_people WHERE dossier = ? AND person = ?", (dossier, person))


def both_in(db: Database, one: int, other: int) -> tuple[int, ...]:
    """Return the dossiers that have a line about each of two people."""
    query = """SELECT mine.dossier FROM dossier_people AS mine JOIN dossier_people AS theirs USING (dossier)
        WHERE mine.person = ? AND theirs.person = ?"""
    return tuple(dossier for (dossier,) in db.execute(query, (one, other)))
