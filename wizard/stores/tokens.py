"""Single-use tokens sent by mail, kept as SHA-256, with the short code that may replace one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.models import TokenPurpose

_COLUMNS = "purpose, account, draft, contact, email, used_at"
_USABLE = "used_at IS NULL AND expires_at > :at"


@dataclass(frozen=True)
class Token:
    """What a token was issued for; `email` is the address that it proves."""

    purpose: TokenPurpose
    account: int | None
    draft: int | None
    email: str | None
    used: bool
    contact: int | None = None


def add(
    db: Database,
    *,
    digest: str,
    purpose: TokenPurpose,
    account: int | None,
    draft: int | None,
    email: str | None,
    code_hmac: str | None,
    now: datetime,
    expires_at: datetime,
    contact: int | None = None,
) -> None:
    """Keep a token."""
    db.execute(
        "INSERT INTO tokens (token_sha256, purpose, account, draft, contact, email, code_hmac, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (digest, purpose, account, draft, contact, email, code_hmac, stamp(now), stamp(expires_at)),
    )


def void(db: Database, purpose: TokenPurpose, account: int | None, draft: int | None, now: datetime) -> None:
    """Let the unused tokens of this account or draft expire now; whose they were stays known."""
    db.execute(
        "UPDATE tokens SET expires_at = :at"
        f" WHERE purpose = :purpose AND (account = :account OR draft = :draft) AND {_USABLE}",
        {"purpose": purpose, "account": account, "draft": draft, "at": stamp(now)},
    )


def find(db: Database, digest: str, purpose: TokenPurpose) -> Token | None:
    """Return the token, usable or not."""
    return _token(
        db.execute(
            f"SELECT {_COLUMNS} FROM tokens WHERE token_sha256 = ? AND purpose = ?", (digest, purpose)
        ).fetchall()
    )


def usable(db: Database, digest: str, purpose: TokenPurpose, now: datetime) -> Token | None:
    """Return the token when it is neither used nor expired."""
    return _token(
        db.execute(
            f"SELECT {_COLUMNS} FROM tokens WHERE token_sha256 = :digest AND purpose = :purpose AND {_USABLE}",
            {"digest": digest, "purpose": purpose, "at": stamp(now)},
        ).fetchall()
    )


def use(db: Database, digest: str, purpose: TokenPurpose, now: datetime) -> Token | None:
    """Mark the token as used and return it: of several requests at once, one gets it."""
    return _token(
        db.execute(
            "UPDATE tokens SET used_at = :at"
            f" WHERE token_sha256 = :digest AND purpose = :purpose AND {_USABLE} RETURNING {_COLUMNS}",
            {"digest": digest, "purpose": purpose, "at": stamp(now)},
        ).fetchall()
    )


def try_code(db: Database, purpose: TokenPurpose, account: int, code_hmac: str, attempts: int, now: datetime) -> bool:
    """Count one attempt and, when the code is the right one, mark its token as used, in one statement."""
    return _tried(
        db,
        "UPDATE tokens SET attempts = attempts + 1, used_at = CASE WHEN code_hmac = :code_hmac THEN :at END"
        f" WHERE {_OF_CODE} AND {_USABLE} RETURNING code_hmac = :code_hmac",
        purpose,
        account,
        code_hmac,
        attempts,
        now,
    )


def try_used_code(
    db: Database, purpose: TokenPurpose, account: int, code_hmac: str, attempts: int, since: datetime
) -> bool:
    """Count one attempt and tell whether the code is that of a token used since that moment."""
    return _tried(
        db,
        "UPDATE tokens SET attempts = attempts + 1"
        f" WHERE {_OF_CODE} AND used_at > :at RETURNING code_hmac = :code_hmac",
        purpose,
        account,
        code_hmac,
        attempts,
        since,
    )


_OF_CODE = "purpose = :purpose AND account = :account AND code_hmac IS NOT NULL AND attempts < :attempts"


def _tried(
    db: Database, statement: str, purpose: TokenPurpose, account: int, code_hmac: str, attempts: int, at: datetime
) -> bool:
    values = {"purpose": purpose, "account": account, "code_hmac": code_hmac, "attempts": attempts, "at": stamp(at)}
    return any(right for (right,) in db.execute(statement, values).fetchall())


def attempts(db: Database, purpose: TokenPurpose, account: int, now: datetime) -> int:
    """Return how many codes were tried in place of the usable token of this account; 0 when there is none."""
    rows = db.execute(
        "SELECT attempts FROM tokens WHERE purpose = :purpose AND account = :account AND code_hmac IS NOT NULL"
        f" AND {_USABLE}",
        {"purpose": purpose, "account": account, "at": stamp(now)},
    ).fetchall()
    return max((int(tried) for (tried,) in rows), default=0)


def exists(db: Database, purpose: TokenPurpose, account: int) -> bool:
    """Whether a token of this account is kept, usable or not."""
    query = "SELECT 1 FROM tokens WHERE purpose = ? AND account = ?"
    return db.execute(query, (purpose, account)).fetchone() is not None


def purge(db: Database, before: datetime) -> int:
    """Delete the tokens that expired before that moment."""
    return db.execute("DELETE FROM tokens WHERE expires_at < ?", (stamp(before),)).rowcount


def _token(rows: list[tuple[Any, ...]]) -> Token | None:
    if not rows:
        return None
    purpose, account, draft, contact, email, used_at = rows[0]
    return Token(TokenPurpose(purpose), account, draft, email, used=used_at is not None, contact=contact)
