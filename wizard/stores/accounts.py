"""The parents' accounts: who signs in, with which address, since when it is proved."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Account, Draft
from wizard.stores import drafts

_COLUMNS = "id, household, person, email, username, password_hash, epoch, created_at, activated_at"


class EmailTaken(Exception):
    """Another account has already proved that it holds this address."""


class AccountGone(Exception):
    """The account of a draft was deleted, and the draft with it, since the draft was read."""


def add(
    db: Database,
    *,
    household: int,
    person: int,
    email: str,
    username: str | None,
    password_hash: str,
    now: datetime,
) -> int:
    """Add an account that waits for its address to be proved; `email` and `username` are case-folded.

    It never has the number of one that was deleted, or that a merge may give back: what was counted for that one is
    not counted for it.
    """
    cursor = db.execute(
        "INSERT INTO accounts (id, household, person, email, username, password_hash, created_at)"
        " VALUES ((SELECT 1 + coalesce(max(id), 0) FROM (SELECT id FROM accounts UNION ALL SELECT id FROM tombstones"
        " UNION ALL SELECT gone_account FROM merges)),"
        " ?, ?, ?, ?, ?, ?)",
        (household, person, email, username, password_hash, stamp(now)),
    )
    return int(cursor.lastrowid or 0)


def by_id(db: Database, account: int) -> Account | None:
    """Return the account, activated or not."""
    return _one(db, "id = ?", account)


def of_draft(db: Database, draft: Draft) -> Account:
    """Return the account that a draft was opened for. Raises AccountGone."""
    found = by_id(db, draft.account or 0)
    if found is None:
        raise AccountGone
    return found


def known(db: Database, numbers: Iterable[int]) -> frozenset[int]:
    """Return those of these numbers that are an account's."""
    query = "SELECT id FROM accounts WHERE id IN (SELECT value FROM json_each(?))"
    return frozenset(number for (number,) in db.execute(query, (json.dumps(list(numbers)),)).fetchall())


def of_household(db: Database, household: int) -> tuple[Account, ...]:
    """Return the activated accounts of a household."""
    return _all(db, "household = ? AND activated_at IS NOT NULL", household)


def by_identifier(db: Database, text: str) -> Account | None:
    """Return the activated account that `text`, case-folded, names: its identifier or its e-mail address."""
    return _one(db, "activated_at IS NOT NULL AND (username = ? OR email = ?)", text, text)


def by_email(db: Database, email: str) -> Account | None:
    """Return the account of an address, the activated one first."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM accounts WHERE email = ? ORDER BY activated_at IS NULL, id DESC LIMIT 1", (email,)
    ).fetchone()
    return _account(row) if row else None


def given_name(db: Database, email: str) -> str | None:
    """Return the given name of an address's owner; None when accounts that share it do not agree on one."""
    query = """
        SELECT DISTINCT people.given_name FROM accounts JOIN people ON people.id = accounts.person
        WHERE accounts.email = :email AND accounts.activated_at IS NOT NULL = EXISTS (
            SELECT 1 FROM accounts WHERE email = :email AND activated_at IS NOT NULL)
    """
    names = [str(name) for (name,) in db.execute(query, {"email": email})]
    return names[0] if len(names) == 1 else None


def waiting(db: Database, text: str) -> Account | None:
    """Return the latest account of that identifier or address that is not activated yet."""
    return _one(db, "activated_at IS NULL AND (username = ? OR email = ?)", text, text)


def username_taken(db: Database, username: str) -> bool:
    """Whether an account, activated or not, has this identifier."""
    return db.execute("SELECT 1 FROM accounts WHERE username = ?", (username,)).fetchone() is not None


def activate(db: Database, account: int, now: datetime) -> bool:
    """Mark the address as proved; False when it already was.

    Raises EmailTaken when another account proved it first.
    """
    try:
        cursor = db.execute(
            "UPDATE accounts SET activated_at = ?, seen_at = ? WHERE id = ? AND activated_at IS NULL",
            (stamp(now), stamp(now), account),
        )
    except sqlite3.IntegrityError:
        raise EmailTaken from None
    return cursor.rowcount == 1


def set_password(db: Database, account: int, password_hash: str) -> None:
    """Keep another hash; the sessions are ended by `bump_epoch`, not here (a rehash ends none)."""
    db.execute("UPDATE accounts SET password_hash = ? WHERE id = ?", (password_hash, account))


def rehash(db: Database, account: int, stale: str, fresh: str) -> None:
    """Keep a stronger hash of the same password, unless the password was changed meanwhile."""
    db.execute("UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?", (fresh, account, stale))


def set_email(db: Database, account: int, email: str) -> None:
    """Change the address; the person's contact address follows.

    Raises EmailTaken when another account has proved that it holds it.
    """
    try:
        db.execute("UPDATE accounts SET email = ? WHERE id = ?", (email, account))
    except sqlite3.IntegrityError:
        raise EmailTaken from None
    db.execute("UPDATE people SET email = ? WHERE id = (SELECT person FROM accounts WHERE id = ?)", (email, account))


def bump_epoch(db: Database, account: int) -> None:
    """End all that was opened for the account: its sessions, its drafts' addresses, the links asked for."""
    db.execute("UPDATE accounts SET epoch = epoch + 1 WHERE id = ?", (account,))
    drafts.close_to_all(db, account)
    db.execute(
        "DELETE FROM tokens WHERE account = ? AND used_at IS NULL AND purpose IN ('password', 'email', 'deletion')",
        (account,),
    )


def touch(db: Database, account: int, now: datetime) -> None:
    """Note that its owner came: the count of inactive years starts again."""
    db.execute("UPDATE accounts SET seen_at = ?, warned_at = NULL WHERE id = ?", (stamp(now), account))


def seen_at(db: Database, account: int) -> datetime | None:
    """Return when its owner came last."""
    (seen,) = db.execute("SELECT seen_at FROM accounts WHERE id = ?", (account,)).fetchone()
    return moment(seen) if seen else None


def never_activated(db: Database, before: datetime) -> tuple[Account, ...]:
    """Return the accounts made before that moment whose address nobody proved."""
    return _all(db, "activated_at IS NULL AND created_at <= ?", stamp(before))


def unwarned(db: Database, household: int) -> tuple[Account, ...]:
    """Return the accounts of a household whose owner was not told that it is to be deleted."""
    return _all(db, "household = ? AND activated_at IS NOT NULL AND warned_at IS NULL", household)


def warned(db: Database, household: int, before: datetime) -> tuple[Account, ...]:
    """Return the accounts of a household once all of them were told before that moment; none until then."""
    found = _all(db, "household = ? AND activated_at IS NOT NULL AND warned_at <= ?", household, stamp(before))
    return found if len(found) == len(of_household(db, household)) else ()


def forget_warnings(db: Database, idle: Iterable[int]) -> None:
    """Forget what the owners were told whose household is none of those: it served again since."""
    query = """
    UPDATE accounts SET warned_at = NULL
    WHERE warned_at IS NOT NULL AND household NOT IN (SELECT value FROM json_each(?))
    """
    db.execute(query, (json.dumps(list(idle)),))


def note_warning(db: Database, account: int, now: datetime) -> None:
    """Remember that the owner was told of the deletion to come."""
    db.execute("UPDATE accounts SET warned_at = ? WHERE id = ?", (stamp(now), account))


def _all(db: Database, where: str, *values: Any) -> tuple[Account, ...]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM accounts WHERE {where}", values).fetchall()
    return tuple(_account(row) for row in rows)


def _one(db: Database, where: str, *values: Any) -> Account | None:
    row = db.execute(
        f"SELECT {_COLUMNS} FROM accounts WHERE {where} ORDER BY id DESC LIMIT 1",
        values,
    ).fetchone()
    return _account(row) if row else None


def _account(row: Sequence[Any]) -> Account:
    *columns, created_at, activated_at = row
    values = (*columns, moment(created_at), moment(activated_at) if activated_at else None)
    return Account(*values)
