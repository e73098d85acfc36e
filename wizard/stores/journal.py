"""The journal of a dossier: who did or read what, and when."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Action, Decision, DecisionLine, Motive
from wizard.stores import agent_journal


@dataclass(frozen=True)
class JournalEntry:
    """One line of a journal; without `agent`, the family did it; `decided` is what was then decided."""

    at: datetime
    action: Action
    agent: str | None
    decided: DecisionLine | None


def add(
    db: Database,
    dossier: int,
    action: Action,
    now: datetime,
    agent: int | None = None,
    decided: DecisionLine | None = None,
) -> None:
    """Write that `agent` did `action`; the agents' own journal tells it too."""
    detail = json.dumps([decided.decision, decided.motive, decided.comment], ensure_ascii=False) if decided else None
    db.execute(
        "INSERT INTO journal (dossier, at, agent, action, person, detail) VALUES (?, ?, ?, ?, ?, ?)",
        (dossier, stamp(now), agent, action, decided.person if decided else None, detail),
    )
    if agent is not None:
        agent_journal.add_in_dossier(db, agent, action, dossier, now)


def of_dossier(db: Database, dossier: int) -> tuple[JournalEntry, ...]:
    """Return a dossier's journal, the most recent line first."""
    query = """
    SELECT journal.at, journal.action, agents.email, journal.person, journal.detail
    FROM journal LEFT JOIN agents ON agents.id = journal.agent
    WHERE journal.dossier = ? ORDER BY journal.id DESC
    """
    return tuple(
        JournalEntry(moment(at), Action(action), agent, _decided(person, detail) if detail else None)
        for at, action, agent, person, detail in db.execute(query, (dossier,))
    )


def _decided(person: int, detail: str) -> DecisionLine:
    decision, motive, comment = json.loads(detail)
    return DecisionLine(person, Decision(decision), Motive(motive) if motive else None, comment)


def latest_change(db: Database, dossier: int) -> int:
    """Return a number that grows each time a dossier is decided, answered or reopened."""
    query = (
        "SELECT coalesce(max(id), 0) FROM journal WHERE dossier = ? AND action IN ('decided', 'answered', 'reopened')"
    )
    return int(db.execute(query, (dossier,)).fetchone()[0])


def latest_decisions(db: Database, dossier: int) -> dict[int, int]:
    """Return, for each person decided on, a number that grows with each decision about them."""
    query = "SELECT person, max(id) FROM journal WHERE dossier = ? AND action = 'decided' GROUP BY person"
    return {person: number for person, number in db.execute(query, (dossier,)) if person is not None}
