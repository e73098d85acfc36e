"""What a monitor reads of the database: totals of the whole town, by the portal's own codes.

No total is told by place, school, age, decision or person: none is of one family, however few there are.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import stamp

NO_STEP = "none"

# `kind:id` is someone who was added; the moves of who is taken out are told by the step they were made from.
_DRAFTS = """
SELECT kind, substr(step, 1, instr(step || ':', ':') - 1) AS last_step, touched_at < :idle_since AS is_left, count(*)
FROM (
    SELECT kind, touched_at, coalesce(
        (SELECT step FROM draft_posts WHERE draft = drafts.id ORDER BY revision DESC LIMIT 1), :none) AS step
    FROM drafts WHERE expires_at > :now
)
GROUP BY kind, last_step, is_left ORDER BY kind, last_step, is_left
"""


def drafts(db: Database, now: datetime, idle_since: datetime) -> Iterator[tuple[str, str, bool, int]]:
    """Give how many drafts are open: of which journey, saved last at which step, idle since then or not."""
    values = {"now": stamp(now), "idle_since": stamp(idle_since), "none": NO_STEP}
    for kind, step, left, count in db.execute(_DRAFTS, values).fetchall():
        yield kind, step, bool(left), count


_ACCOUNTS = """
SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM accounts WHERE activated_at IS NOT NULL)
"""


def accounts(db: Database) -> tuple[int, int]:
    """Return how many accounts there are, and how many of them are activated."""
    created, activated = db.execute(_ACCOUNTS).fetchone()
    return created, activated


_DOSSIERS = """
SELECT (SELECT count(*) FROM dossiers WHERE answered_at IS NULL
        AND EXISTS (SELECT 1 FROM dossier_people WHERE dossier = dossiers.id AND withdrawn_at IS NULL)),
    (SELECT count(*) FROM dossiers WHERE answered_at IS NOT NULL)
"""


def dossiers(db: Database) -> tuple[int, int]:
    """Return how many dossiers wait for an answer, and how many have one."""
    waiting, answered = db.execute(_DOSSIERS).fetchone()
    return waiting, answered
