"""The journal of a dossier: who did or read what, and when."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Action, Decision, DecisionLine
from wizard.stores import agent_journal
from wizard.stores.outbox import Delivery, delivery


@dataclass(frozen=True)
class JournalEntry:
    """One line of a journal; without `agent`, the family did it; `decided` is what was then decided of `person`.

    `mail` is what became of the mail of an answer, as long as that is known.
    """

    at: datetime
    action: Action
    agent: str | None
    person: int | None
    decided: DecisionLine | None
    mail: Delivery | None = None


def add(
    db: Database,
    dossier: int,
    action: Action,
    now: datetime,
    agent: int | None = None,
    decided: DecisionLine | None = None,
) -> None:
    """Write that `agent` did `action`; the agents' own journal tells it too."""
    detail = json.dumps([decided.decision, decided.reason, decided.comment], ensure_ascii=False) if decided else None
    _write(db, (dossier, stamp(now), agent, action, decided.person if decided else None, detail))
    if agent is not None:
        agent_journal.add_in_dossier(db, agent, action, dossier, now)


def add_about(db: Database, dossier: int, action: Action, now: datetime, agent: int, person: int) -> None:
    """Write what `agent` did about someone, which whoever decides of them is to see."""
    _write(db, (dossier, stamp(now), agent, action, person, None))
    agent_journal.add_in_dossier(db, agent, action, dossier, now)


def add_correction(db: Database, dossier: int, now: datetime, agent: int, person: int, version: int) -> None:
    """Write that `agent` changed what is said of someone, for the family; `version` is their last declaration."""
    _write(db, (dossier, stamp(now), agent, Action.CORRECTED, person, str(version)))
    agent_journal.add_in_dossier(db, agent, Action.CORRECTED, dossier, now)


def add_of_family(db: Database, dossier: int, action: Action, now: datetime, person: int, version: int) -> None:
    """Write what the family did of someone it asks about; `version` is their last declaration."""
    _write(db, (dossier, stamp(now), None, action, person, str(version)))


def _write(db: Database, values: tuple[object, ...]) -> None:
    db.execute("INSERT INTO journal (dossier, at, agent, action, person, detail) VALUES (?, ?, ?, ?, ?, ?)", values)


def of_dossier(db: Database, dossier: int, limit: int = -1) -> tuple[JournalEntry, ...]:
    """Return a dossier's journal, the most recent line first; the whole of it without a `limit`."""
    rows = db.execute(_ENTRIES + " WHERE journal.dossier = ? ORDER BY journal.id DESC LIMIT ?", (dossier, limit))
    return tuple(_entry(row) for _reference, *row in rows)


def of_household(db: Database, household: int) -> tuple[tuple[str, JournalEntry], ...]:
    """Return the journals of all that a household deposited, each line after its dossier's reference, newest first."""
    rows = db.execute(_ENTRIES + " WHERE dossiers.household = ? ORDER BY journal.id DESC", (household,))
    return tuple((reference, _entry(row)) for reference, *row in rows)


_ENTRIES = """
SELECT dossiers.reference, journal.at, journal.action, agents.email, journal.person, journal.detail, motives.name,
    mail.created_at, mail.due_at, mail.sent_at, mail.failed_at, mail.error, mail.returned
FROM dossiers JOIN journal ON journal.dossier = dossiers.id LEFT JOIN agents ON agents.id = journal.agent
    LEFT JOIN motives ON journal.action = 'decided' AND motives.code = journal.detail ->> 1
    LEFT JOIN outbox AS mail ON journal.action = 'answered' AND mail.name = 'outcome' AND mail.reply = (
        SELECT max(id) FROM replies WHERE replies.dossier = journal.dossier AND replies.at = journal.at)
"""


def _entry(row: Sequence[Any]) -> JournalEntry:
    at, action, agent, person, detail, name, *mail = row
    decided = _decided(person, detail, name) if action == Action.DECIDED and detail else None
    return JournalEntry(moment(at), Action(action), agent, person, decided, delivery(*mail) if mail[0] else None)


def _decided(person: int, detail: str, name: str | None) -> DecisionLine:
    decision, reason, comment = json.loads(detail)
    return DecisionLine(person, Decision(decision), reason, comment, reason_name=name or "")


def last_decisions(db: Database, dossier: int) -> dict[int, tuple[int, DecisionLine]]:
    """Return what was decided last of each person of a dossier, and the number of that change."""
    query = """
    SELECT person, id, detail, motives.name FROM journal LEFT JOIN motives ON motives.code = detail ->> 1
    WHERE dossier = ? AND action = 'decided' ORDER BY id
    """
    return {person: (number, _decided(person, *told)) for person, number, *told in db.execute(query, (dossier,))}


def last_answered(db: Database, dossier: int, person: int) -> Decision | None:
    """Return what the last answer of a dossier that was not recalled said of someone."""
    query = """
    SELECT detail ->> 0 FROM journal WHERE dossier = :dossier AND person = :person AND action = 'decided'
        AND id < (SELECT max(told.id) FROM journal AS told WHERE told.dossier = :dossier AND told.action = 'answered'
            AND coalesce((SELECT next.action FROM journal AS next WHERE next.dossier = :dossier AND next.id > told.id
                AND next.action IN ('answered', 'recalled') ORDER BY next.id LIMIT 1), 'answered') = 'answered')
    ORDER BY id DESC LIMIT 1
    """
    row = db.execute(query, {"dossier": dossier, "person": person}).fetchone()
    return Decision(row[0]) if row else None


_CHANGES = """('declared', 'corrected', 'withdrawn', 'declined', 'decided', 'answered', 'recalled', 'reopened',
    'merged', 'unmerged')"""


def latest_change(db: Database, dossier: int) -> int:
    """Return a number that grows each time a dossier is declared anew, decided, answered, recalled or reopened."""
    query = f"SELECT coalesce(max(id), 0) FROM journal WHERE dossier = ? AND action IN {_CHANGES}"
    return int(db.execute(query, (dossier,)).fetchone()[0])


def latest_changes(db: Database, dossiers: Iterable[int]) -> dict[int, int]:
    """Return the number of the latest change of each of these dossiers, 0 for one that is as it was deposited."""
    numbers = list(dossiers)
    query = f"""SELECT dossier, max(id) FROM journal
        WHERE dossier IN (SELECT value FROM json_each(?)) AND action IN {_CHANGES} GROUP BY dossier"""
    return dict.fromkeys(numbers, 0) | dict(db.execute(query, (json.dumps(numbers),)).fetchall())


def latest_of_each(db: Database, dossier: int) -> dict[int, int]:
    """Return, for each person, a number that grows with each decision about them and each change by the family."""
    query = f"SELECT person, max(id) FROM journal WHERE dossier = ? AND action IN {_CHANGES} GROUP BY person"
    return {person: number for person, number in db.execute(query, (dossier,)) if person is not None}


def version_at(db: Database, dossier: int, person: int, number: int) -> int | None:
    """Return which declaration of a person a page showed whose number is `number`; None for the first."""
    query = """
    SELECT max(CAST(detail AS INTEGER)) FROM journal
    WHERE dossier = ? AND person = ? AND action IN ('declared', 'corrected') AND id <= ?
    """
    (version,) = db.execute(query, (dossier, person, number)).fetchone()
    return version if version is None else int(version)
