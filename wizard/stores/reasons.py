"""The reasons of a refusal or a correction: a code stands for the same words for ever, offered or not any more."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.models import Role


@dataclass(frozen=True)
class Reason:
    """A reason: how agents know it, what the family reads, whom it may be said of; said otherwise since, or not."""

    code: str
    name: str
    sentence: str
    roles: tuple[Role, ...]
    is_retired: bool = False
    replaced_by: str | None = None


_REASONS = "SELECT code, name, sentence, roles, retired_at IS NOT NULL, replaced_by FROM motives"


def offered(db: Database) -> tuple[Reason, ...]:
    """Return the reasons that agents may choose, in their order."""
    return tuple(map(_reason, db.execute(_REASONS + " WHERE retired_at IS NULL ORDER BY position, code").fetchall()))


def retired(db: Database) -> tuple[Reason, ...]:
    """Return those that are not offered any more, the last retired first; not those said otherwise since."""
    query = _REASONS + " WHERE retired_at IS NOT NULL AND replaced_by IS NULL ORDER BY retired_at DESC, name"
    return tuple(map(_reason, db.execute(query).fetchall()))


def by_code(db: Database, code: str) -> Reason | None:
    """Return a reason, offered or not."""
    row = db.execute(_REASONS + " WHERE code = ?", (code,)).fetchone()
    return _reason(row) if row else None


def names(db: Database) -> dict[str, str]:
    """Return what each reason is called now: code → its name, or that of what it is said by since."""
    query = """WITH RECURSIVE said (code, name, next) AS (
        SELECT code, name, replaced_by FROM motives
        UNION ALL SELECT said.code, motives.name, replaced_by FROM said JOIN motives ON motives.code = said.next)
    SELECT code, name FROM said WHERE next IS NULL"""
    return dict(db.execute(query).fetchall())


def _reason(row: tuple[Any, ...]) -> Reason:
    code, name, sentence, roles, is_retired, replaced_by = row
    return Reason(code, name, sentence, tuple(map(Role, json.loads(roles))), bool(is_retired), replaced_by)


def add(db: Database, name: str, sentence: str, roles: tuple[Role, ...], position: int | None = None) -> str:
    """Add a reason, last or at a position, and return its code."""
    (number,) = db.execute("SELECT 1 + count(*) FROM motives").fetchone()
    code = f"motive_{number}"
    db.execute(
        """INSERT INTO motives (code, position, name, sentence, roles) VALUES (:code, coalesce(:position,
            (SELECT 1 + max(position) FROM motives WHERE retired_at IS NULL)), :name, :sentence, :roles)""",
        {"code": code, "position": position, "name": name, "sentence": sentence, "roles": json.dumps(roles)},
    )
    return code


def position(db: Database, code: str) -> int:
    """Return where a reason is among the others."""
    return int(db.execute("SELECT position FROM motives WHERE code = ?", (code,)).fetchone()[0])


def retire(db: Database, code: str, now: datetime) -> bool:
    """Offer a reason no more; False when it was not."""
    query = "UPDATE motives SET retired_at = ? WHERE code = ? AND retired_at IS NULL"
    return db.execute(query, (stamp(now), code)).rowcount == 1


def replace(db: Database, code: str, new: str) -> None:
    """Note what a retired reason is said by since."""
    db.execute("UPDATE motives SET replaced_by = ? WHERE code = ?", (new, code))


def offer_again(db: Database, code: str) -> bool:
    """Offer again a reason that was retired, not replaced; False when it is offered."""
    query = """UPDATE motives SET retired_at = NULL WHERE code = ? AND retired_at IS NOT NULL AND replaced_by IS NULL"""
    return db.execute(query, (code,)).rowcount == 1


def arrange(db: Database, codes: list[str]) -> None:
    """Put reasons in that order."""
    for place, code in enumerate(codes):
        db.execute("UPDATE motives SET position = ? WHERE code = ?", (place, code))
