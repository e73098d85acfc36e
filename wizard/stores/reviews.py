"""When a family said last that all is still right, and when it was reminded to."""

from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp

_DEPOSITED = """SELECT 1 FROM dossiers JOIN dossier_people ON dossier_people.dossier = dossiers.id
    WHERE dossiers.household = households.id AND dossier_people.withdrawn_at IS NULL AND dossiers.deposited_at"""
# Who deposited something before that moment, and has not said since that it is still right: neither by the button, nor
# by what they deposited, whose summary tells everyone.
_AWAITED = f"""(households.confirmed_at IS NULL OR households.confirmed_at < :since)
    AND EXISTS ({_DEPOSITED} < :since) AND NOT EXISTS ({_DEPOSITED} >= :since)"""


def confirmed_at(db: Database, household: int) -> datetime | None:
    """Return when a household said so last."""
    (found,) = db.execute("SELECT confirmed_at FROM households WHERE id = ?", (household,)).fetchone()
    return moment(found) if found else None


def is_awaited(db: Database, household: int, since: datetime) -> bool:
    """Whether a household is still to say so, since a moment."""
    query = f"SELECT 1 FROM households WHERE id = :household AND {_AWAITED}"
    return db.execute(query, {"household": household, "since": stamp(since)}).fetchone() is not None


def confirm(db: Database, household: int, now: datetime) -> None:
    """Write that a household said so."""
    db.execute("UPDATE households SET confirmed_at = ? WHERE id = ?", (stamp(now), household))


_TO_REMIND = f"{_AWAITED} AND (households.reminded_at IS NULL OR households.reminded_at < :since)"


def to_remind(db: Database, since: datetime) -> tuple[tuple[int, str], ...]:
    """Return the households still to say so, and not reminded since, each with the address of its first account."""
    query = f"""
    SELECT households.id, accounts.email FROM households JOIN accounts ON accounts.id = (
        SELECT min(id) FROM accounts WHERE household = households.id AND activated_at IS NOT NULL)
    WHERE {_TO_REMIND} ORDER BY households.id
    """
    return tuple(db.execute(query, {"since": stamp(since)}).fetchall())


def note_reminder(db: Database, household: int, since: datetime, now: datetime) -> bool:
    """Write that a household is reminded; False when it was since, or has said so meanwhile."""
    query = f"UPDATE households SET reminded_at = :now WHERE id = :household AND {_TO_REMIND}"
    return db.execute(query, {"household": household, "since": stamp(since), "now": stamp(now)}).rowcount == 1
