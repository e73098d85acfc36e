"""What limits are counted on: token buckets and failed attempts, one row each."""

from datetime import UTC, datetime

from sqlite_utils import Database


def take(db: Database, bucket: str, capacity: int, seconds: float, now: datetime) -> float:
    """Fill the bucket for the time gone by, take one token, and return the level left.

    A negative level is a refusal: it says which part of a token is missing, and is put back by the next call.
    """
    rows = db.execute(
        "INSERT INTO limits (bucket, level, filled_at) VALUES (:bucket, :capacity - 1, :at)"
        " ON CONFLICT (bucket) DO UPDATE SET filled_at = excluded.filled_at, level = round(min(:capacity,"
        " level + (level < 0) + max(0, excluded.filled_at - filled_at) * :capacity / :seconds) - 1, 9)"
        " RETURNING level",
        {"bucket": bucket, "capacity": float(capacity), "seconds": seconds, "at": now.timestamp()},
    ).fetchall()
    return float(rows[0][0])


def level(db: Database, bucket: str, capacity: int, seconds: float, now: datetime) -> float:
    """Return how many tokens the bucket holds by now; nothing is taken, nor written."""
    row = db.execute("SELECT level, filled_at FROM limits WHERE bucket = ?", (bucket,)).fetchone()
    if row is None:
        return float(capacity)
    gained = max(0.0, now.timestamp() - row[1]) * capacity / seconds
    return float(round(min(capacity, row[0] + (row[0] < 0) + gained), 9))


def put_back(db: Database, bucket: str, capacity: int) -> None:
    """Put back a token that was taken for nothing, and what a refusal since then left to put back."""
    query = "UPDATE limits SET level = min(?, level + (level < 0) + 1) WHERE bucket = ?"
    db.execute(query, (float(capacity), bucket))


def failures(db: Database, bucket: str) -> tuple[int, float]:
    """Return how many attempts failed, and when the last one did (seconds since the epoch)."""
    row = db.execute("SELECT level, filled_at FROM limits WHERE bucket = ?", (bucket,)).fetchone()
    return (round(row[0]), row[1]) if row else (0, 0.0)


def set_failures(db: Database, bucket: str, count: int, now: datetime) -> None:
    """Keep how many attempts failed."""
    db.execute(
        "INSERT INTO limits (bucket, level, filled_at) VALUES (:bucket, :count, :at)"
        " ON CONFLICT (bucket) DO UPDATE SET level = excluded.level, filled_at = excluded.filled_at",
        {"bucket": bucket, "count": float(count), "at": now.timestamp()},
    )


def uncount(db: Database, bucket: str) -> None:
    """Take one failed attempt off the count."""
    db.execute("UPDATE limits SET level = max(0, level - 1) WHERE bucket = ?", (bucket,))


def forget(db: Database, *buckets: str) -> None:
    """Delete these buckets."""
    for bucket in buckets:
        db.execute("DELETE FROM limits WHERE bucket = ?", (bucket,))


def last_taken(db: Database, bucket: str) -> datetime | None:
    """Return when a token was last asked of this bucket."""
    row = db.execute("SELECT filled_at FROM limits WHERE bucket = ?", (bucket,)).fetchone()
    return datetime.fromtimestamp(row[0], UTC) if row else None


def purge(db: Database, before: datetime) -> int:
    """Delete the buckets left alone since then: they are full again."""
    return db.execute("DELETE FROM limits WHERE filled_at < ?", (before.timestamp(),)).rowcount
