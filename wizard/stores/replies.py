"""The answers sent to families: what their mails became and, until they leave, what is put back if one is recalled."""

from dataclasses import dataclass
from datetime import datetime
from json import dumps, loads

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.stores.undoing import Change


@dataclass(frozen=True)
class Reply:
    """The last answer to a dossier and its mail, if it has one: due, sent, or given up for the `error` it met.

    `held`, none of the mails that it wrote was taken by a sender yet.
    """

    id: int
    at: datetime
    held: bool
    due_at: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    error: str | None

    @property
    def waits(self) -> bool:
        """Whether the family has not been told yet, and will be unless the answer is called back."""
        return self.held and self.due_at is not None


def add(db: Database, dossier: int, at: datetime) -> int:
    """Write down an answer; those before it, to the same household, stand for good."""
    db.execute(
        """UPDATE replies SET undo = NULL WHERE dossier IN (SELECT id FROM dossiers
            WHERE household = (SELECT household FROM dossiers WHERE id = ?))""",
        (dossier,),
    )
    cursor = db.execute("INSERT INTO replies (dossier, at) VALUES (?, ?)", (dossier, stamp(at)))
    return int(cursor.lastrowid or 0)


def keep(db: Database, reply: int, change: Change) -> None:
    """Keep what an answer changed, as long as its mails wait."""
    db.execute("UPDATE replies SET undo = ? WHERE id = ?", (dumps(change, ensure_ascii=False), reply))


def latest(db: Database, dossier: int) -> Reply | None:
    """Return the last answer to a dossier."""
    row = db.execute(
        """SELECT replies.id, replies.at,
            undo IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox AS own WHERE own.reply = replies.id
                AND (own.tries > 0 OR own.sent_at IS NOT NULL OR own.failed_at IS NOT NULL)),
            due_at, sent_at, failed_at, error
        FROM replies LEFT JOIN outbox ON outbox.reply = replies.id AND outbox.name = 'outcome'
        WHERE dossier = ? ORDER BY replies.id DESC LIMIT 1""",
        (dossier,),
    ).fetchone()
    if row is None:
        return None
    number, at, held, due, sent, failed, error = row
    due_at, sent_at, failed_at = (moment(one) if one else None for one in (due, sent, failed))
    return Reply(number, moment(at), bool(held), due_at, sent_at, failed_at, error)


def recall(db: Database, reply: int) -> Change:
    """Delete an answer and its mails; return what it changed."""
    (undo,) = db.execute("SELECT undo FROM replies WHERE id = ?", (reply,)).fetchone()
    db.execute("DELETE FROM outbox WHERE reply = ?", (reply,))
    db.execute("DELETE FROM replies WHERE id = ?", (reply,))
    change: Change = loads(undo)
    return change
