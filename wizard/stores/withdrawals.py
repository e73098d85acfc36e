"""Rights that parents took back, or contacts refused: when, and which agent saw it."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Permission, Withdrawal
from wizard.stores import drafts
from wizard.stores.answers import known_id, without_rights
from wizard.stores.people_search import NAME


def add(
    db: Database, household: int, contact: int, child: int, what: Permission, at: datetime, *, declined: bool
) -> None:
    """Write that a right was taken back from a contact: nothing declared of them until now gives it any more."""
    query = """
    INSERT INTO withdrawals (household, contact, child, what, at, declined, version)
    SELECT :household, :contact, :child, :what, :at, :declined, coalesce(max(version), 0) FROM declarations
    WHERE person = :contact
    """
    values = {"household": household, "contact": contact, "child": child, "what": what, "at": stamp(at)}
    db.execute(query, {**values, "declined": declined})


_BOXES = {Permission.COLLECT: "may_collect", Permission.EMERGENCY: "emergency"}


def untick(
    db: Database, household: int, contact: int, taken: Collection[tuple[int, Permission]], left: Collection[int]
) -> None:
    """Take rights, withdrawn now, out of the drafts opened before that declare a contact again.

    A box of a draft is for all of the contact's children: it is unticked as soon as one of them is concerned. `left`
    are the children for whom the contact has, or asks, another right; a contact who has none is declared no longer.
    """
    gone = {known_id(child) for child, _what in taken if child not in left}
    boxes = {_BOXES[what] for child, what in taken if child in left}
    query = """
    SELECT draft, step, data FROM draft_answers JOIN drafts ON drafts.id = draft
    WHERE account IN (SELECT id FROM accounts WHERE household = ?) AND step LIKE '%:' || ?
    """
    for draft, step, data in db.execute(query, (household, known_id(contact))).fetchall():
        if left:
            drafts.save(db, draft, step, without_rights(json.loads(data), boxes, gone))
        else:
            drafts.forget(db, draft, step)


_WITHDRAWALS = f"""
SELECT withdrawals.id, withdrawals.contact, withdrawals.child, withdrawals.what, withdrawals.version,
    withdrawals.at, withdrawals.seen_at, agents.email,
    (SELECT {NAME} FROM people WHERE people.id = withdrawals.contact),
    (SELECT {NAME} FROM people WHERE people.id = withdrawals.child),
    (SELECT reference FROM dossiers WHERE dossiers.household = withdrawals.household
        ORDER BY deposited_at DESC, dossiers.id DESC LIMIT 1),
    withdrawals.declined, withdrawals.agreed_at
FROM withdrawals LEFT JOIN agents ON agents.id = withdrawals.seen_by
"""


def of_household(db: Database, household: int) -> tuple[Withdrawal, ...]:
    """Return what was taken back in a household, the oldest first."""
    return _read(
        db, _WITHDRAWALS + " WHERE withdrawals.household = ? ORDER BY withdrawals.at, withdrawals.id", (household,)
    )


def unseen(db: Database) -> tuple[Withdrawal, ...]:
    """Return what no agent has seen yet, the oldest first."""
    return _read(db, _WITHDRAWALS + " WHERE withdrawals.seen_at IS NULL ORDER BY withdrawals.at, withdrawals.id", ())


def mark_seen(db: Database, withdrawals: Iterable[int], agent: int, now: datetime) -> tuple[Withdrawal, ...]:
    """Write which agent saw these; return those that nobody had seen."""
    new = {one.id: one for one in unseen(db)}
    found = tuple(new[number] for number in dict.fromkeys(withdrawals) if number in new)
    query = "UPDATE withdrawals SET seen_at = ?, seen_by = ? WHERE id IN (SELECT value FROM json_each(?))"
    db.execute(query, (stamp(now), agent, json.dumps([one.id for one in found])))
    return found


def _read(db: Database, query: str, values: tuple[int, ...]) -> tuple[Withdrawal, ...]:
    return tuple(_withdrawal(*row) for row in db.execute(query, values).fetchall())


def _withdrawal(
    number: int, contact: int, child: int, what: str, version: int, at: str, seen: str | None, *others: Any
) -> Withdrawal:
    by, contact_name, child_name, reference, declined, agreed = others
    return Withdrawal(
        number,
        contact,
        child,
        Permission(what),
        version,
        moment(at),
        _moment(seen),
        by,
        contact_name,
        child_name,
        reference,
        bool(declined),
        _moment(agreed),
    )


def _moment(kept: str | None) -> datetime | None:
    return moment(kept) if kept else None
