"""Invitations to open a second home for a child: their link is kept as its SHA-256, and serves once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Invitation

_COLUMNS = "id, household, person, email, account, guest, created_at, expires_at, revoked_at, used_at"
_OPEN = "used_at IS NULL AND revoked_at IS NULL AND expires_at > :at"


def add(
    db: Database,
    *,
    household: int,
    person: int,
    email: str,
    digest: str,
    account: int,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep an invitation."""
    db.execute(
        "INSERT INTO invitations (household, person, email, token_sha256, account, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (household, person, email, digest, account, stamp(now), stamp(expires_at)),
    )


def find(db: Database, digest: str, now: datetime) -> Invitation | None:
    """Return the invitation of a link that still serves."""
    query = f"SELECT {_COLUMNS} FROM invitations WHERE token_sha256 = :digest AND {_OPEN}"
    return _one(db, query, {"digest": digest, "at": stamp(now)})


def kept_for(db: Database, account: int, now: datetime) -> Invitation | None:
    """Return the invitation from which an account signed up, while it still serves."""
    query = f"SELECT {_COLUMNS} FROM invitations WHERE guest = :account AND {_OPEN} ORDER BY id DESC LIMIT 1"
    return _one(db, query, {"account": account, "at": stamp(now)})


def of_household(db: Database, household: int) -> tuple[Invitation, ...]:
    """Return what a household sent, the oldest first."""
    query = f"SELECT {_COLUMNS} FROM invitations WHERE household = ? ORDER BY id"
    return tuple(map(_invitation, db.execute(query, (household,)).fetchall()))


def used_by(db: Database, account: int) -> tuple[Invitation, ...]:
    """Return those that an account used, the oldest first."""
    query = f"SELECT {_COLUMNS} FROM invitations WHERE guest = ? AND used_at IS NOT NULL ORDER BY id"
    return tuple(map(_invitation, db.execute(query, (account,)).fetchall()))


def is_used_by(db: Database, digest: str, account: int) -> bool:
    """Whether an account used the link."""
    query = "SELECT 1 FROM invitations WHERE token_sha256 = ? AND guest = ? AND used_at IS NOT NULL"
    return db.execute(query, (digest, account)).fetchone() is not None


def keep_for(db: Database, digest: str, account: int, now: datetime) -> None:
    """Keep an invitation for the account that signs up from its link; the link itself serves still."""
    query = f"UPDATE invitations SET guest = :account WHERE token_sha256 = :digest AND {_OPEN}"
    db.execute(query, {"digest": digest, "account": account, "at": stamp(now)})


def use(db: Database, invitation: int, account: int, now: datetime) -> bool:
    """Use an invitation: of several requests at once, one does."""
    query = f"UPDATE invitations SET used_at = :at, guest = :account WHERE id = :id AND {_OPEN}"
    return db.execute(query, {"id": invitation, "account": account, "at": stamp(now)}).rowcount == 1


def revoke(db: Database, household: int, person: int, now: datetime) -> None:
    """Let no invitation sent to someone serve any more."""
    query = f"UPDATE invitations SET revoked_at = :at WHERE household = :household AND person = :person AND {_OPEN}"
    db.execute(query, {"household": household, "person": person, "at": stamp(now)})


def purge(db: Database, before: datetime) -> int:
    """Delete those that expired before that moment and that nobody used."""
    return db.execute("DELETE FROM invitations WHERE used_at IS NULL AND expires_at < ?", (stamp(before),)).rowcount


def _one(db: Database, query: str, values: dict[str, Any]) -> Invitation | None:
    row = db.execute(query, values).fetchone()
    return _invitation(row) if row else None


def _invitation(row: Sequence[Any]) -> Invitation:
    number, household, person, email, account, guest, *dates = row
    created, expires, revoked, used = (moment(at) if at else None for at in dates)
    assert created and expires
    return Invitation(number, household, person, email, account, created, expires, revoked, used, guest)
