"""Who has which dossier before their eyes: shown to the others, and never a lock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from json import dumps

from sqlite_utils import Database

from wizard.clock import moment, stamp


@dataclass(frozen=True)
class Taken:
    """Who has a dossier, since when."""

    agent: int
    email: str
    since: datetime


def take(db: Database, dossier: int, agent: int, now: datetime, idle: datetime) -> None:
    """Give an agent a dossier to do, unless another had it after `idle`; what they had before is left."""
    leave(db, agent, dossier)
    db.execute(
        """INSERT INTO takings (dossier, agent, since, active_at)
        SELECT id, :agent, :now, :now FROM dossiers WHERE id = :dossier AND answered_at IS NULL
        ON CONFLICT (dossier) DO UPDATE SET agent = :agent, active_at = :now,
            since = iif(agent = :agent AND active_at >= :idle, since, :now)
        WHERE agent = :agent OR active_at IS NULL OR active_at < :idle""",
        {"dossier": dossier, "agent": agent, "now": stamp(now), "idle": stamp(idle)},
    )


def leave(db: Database, agent: int, but: int) -> None:
    """Note that an agent has left all dossiers but one; nothing is kept of those that are answered."""
    db.execute(
        """DELETE FROM takings WHERE agent = ? AND dossier IN
            (SELECT id FROM dossiers WHERE id = takings.dossier AND answered_at IS NOT NULL)""",
        (agent,),
    )
    db.execute("UPDATE takings SET active_at = NULL WHERE agent = ? AND dossier <> ?", (agent, but))


def of_dossiers(db: Database, dossiers: Iterable[int], idle: datetime) -> dict[int, Taken]:
    """Return who has each of these dossiers, among those to answer, and was active after `idle`."""
    query = """
    SELECT takings.dossier, takings.agent, agents.email, takings.since
    FROM takings JOIN agents ON agents.id = takings.agent JOIN dossiers ON dossiers.id = takings.dossier
    WHERE takings.dossier IN (SELECT value FROM json_each(?)) AND takings.active_at >= ?
        AND dossiers.answered_at IS NULL
    """
    rows = db.execute(query, (dumps(list(dossiers)), stamp(idle)))
    return {dossier: Taken(agent, email, moment(since)) for dossier, agent, email, since in rows}
