"""The mails to send: written with what causes them, claimed by one sender at a time, emptied once sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp

# Later than any mail is written for, or tried again at: it was due, or taken, by a clock that went back since.
_NEVER = timedelta(days=1)
_DUE = """sent_at IS NULL AND failed_at IS NULL AND (due_at <= :now OR due_at > :never)
    AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :never)"""


Whom = tuple[int, int]
"""The household that a mail is about, and whom it is written to."""


@dataclass(frozen=True)
class Mail:
    """A mail claimed by a sender, until its lease ends; `tries` counts this one."""

    created_at: datetime
    id: int
    lease: str
    message_id: str
    name: str
    recipient: str
    subject: str
    body_text: str
    body_html: str
    tries: int


@dataclass(frozen=True)
class Delivery:
    """What became of a mail; `error` is why it was given up, or could not leave yet.

    `returned` is the status that a server gave who sent it back.
    """

    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    error: str | None
    returned: str | None


def add(
    db: Database,
    *,
    message_id: str,
    name: str,
    recipient: str,
    subject: str,
    body_text: str,
    body_html: str,
    now: datetime,
    due_at: datetime,
    reply: int | None,
    whom: Whom | None,
    address_hmac: str,
) -> None:
    """Write a mail, to leave at `due_at`; `reply` is the answer that it is part of."""
    db.execute(
        """INSERT INTO outbox (message_id, name, recipient, subject, body_text, body_html, created_at, due_at,
            reply, household, person, address_hmac)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (message_id, name, recipient, subject, body_text, body_html, stamp(now), stamp(due_at),
            reply, *(whom or (None, None)), address_hmac),
    )  # fmt: skip


def of_household(db: Database, household: int, limit: int = -1) -> tuple[Delivery, ...]:
    """Return what became of the last mails to a household's account, or of all: -1; the last first."""
    query = """
    SELECT created_at, due_at, sent_at, failed_at, error, returned FROM outbox WHERE household = :household
        AND person IN (SELECT person FROM accounts WHERE household = :household)
    ORDER BY created_at DESC, id DESC LIMIT :limit
    """
    return tuple(delivery(*row) for row in db.execute(query, {"household": household, "limit": limit}).fetchall())


def delivery(
    created: str, due: str, sent: str | None, failed: str | None, error: str | None, returned: str | None
) -> Delivery:
    """Return what became of a mail, from its row."""
    return Delivery(moment(created), moment(due), _moment(sent), _moment(failed), error, returned)


def last(db: Database) -> int:
    """Return the number of the mail that was just written, in the open transaction."""
    (number,) = db.execute("SELECT max(id) FROM outbox").fetchone()
    return int(number)


def of_number(db: Database, number: int) -> Delivery:
    """Return what became of a mail."""
    query = "SELECT created_at, due_at, sent_at, failed_at, error, returned FROM outbox WHERE id = ?"
    return delivery(*db.execute(query, (number,)).fetchone())


def remove(db: Database, number: int) -> None:
    """Delete a mail, whatever became of it."""
    db.execute("DELETE FROM outbox WHERE id = ?", (number,))


def _moment(kept: str | None) -> datetime | None:
    return moment(kept) if kept else None


def departure(db: Database, recipient: str, names: tuple[str, ...]) -> datetime | None:
    """Return when the next mail of these names that waits for someone is due; None when none waits."""
    query = """SELECT min(due_at) FROM outbox WHERE recipient = ? AND sent_at IS NULL AND failed_at IS NULL
        AND name IN (SELECT value FROM json_each(?))"""
    (due_at,) = db.execute(query, (recipient, dumps(names))).fetchone()
    return moment(due_at) if due_at else None


def is_due(db: Database, now: datetime) -> bool:
    """Whether a mail is due that no sender holds."""
    values = {"now": stamp(now), "never": stamp(now + _NEVER)}
    (due,) = db.execute(f"SELECT EXISTS (SELECT 1 FROM outbox WHERE {_DUE})", values).fetchone()
    return bool(due)


def claim(db: Database, *, lease: str, now: datetime, until: datetime) -> Mail | None:
    """Take the mail that has been due longest, for this sender alone until `until`."""
    row = db.execute(
        f"""UPDATE outbox SET lease = :lease, leased_until = :until, tries = tries + 1
        WHERE id = (SELECT id FROM outbox WHERE {_DUE} ORDER BY due_at, id LIMIT 1)
        RETURNING created_at, id, lease, message_id, name, recipient, subject, body_text, body_html,
            tries""",
        {"lease": lease, "now": stamp(now), "until": stamp(until), "never": stamp(now + _NEVER)},
    ).fetchone()
    if row is None:
        return None
    created_at, *values = row
    return Mail(moment(created_at), *values)


def mark_sent(db: Database, mail: Mail, now: datetime) -> None:
    """Note that the server accepted it, and forget what it said and to which address."""
    _finish(
        db,
        mail,
        "sent_at = :now, recipient = NULL, subject = NULL, body_text = NULL, body_html = NULL, error = NULL",
        now=stamp(now),
    )
    _let_go(db, mail)


def _let_go(db: Database, mail: Mail) -> None:
    """Forget what is put back if an answer is recalled: the family may have read it."""
    db.execute("UPDATE replies SET undo = NULL WHERE id = (SELECT reply FROM outbox WHERE id = ?)", (mail.id,))


def mark_returned(db: Database, message_id: str, status: str) -> None:
    """Note that a mail which left came back."""
    db.execute("UPDATE outbox SET returned = ? WHERE message_id = ?", (status, message_id))


def postpone(db: Database, mail: Mail, due_at: datetime, error: str) -> None:
    """Try again at `due_at`."""
    _finish(db, mail, "due_at = :due_at, error = :error", due_at=stamp(due_at), error=error)
    _let_go(db, mail)


def give_up(db: Database, mail: Mail, now: datetime, error: str) -> None:
    """Never try again; its text, which may carry a link or a code, is erased."""
    _finish(
        db,
        mail,
        "failed_at = :now, body_text = NULL, body_html = NULL, error = :error",
        now=stamp(now),
        error=error,
    )
    _let_go(db, mail)


def release(db: Database, mail: Mail) -> None:
    """Give it back untried: the fault was the connection's."""
    _finish(db, mail, "tries = tries - 1")


def _finish(db: Database, mail: Mail, assignments: str, **values: Any) -> None:
    """Write what became of it, unless the lease ran out and another sender took it."""
    db.execute(
        f"""UPDATE outbox SET {assignments}, lease = NULL, leased_until = NULL
        WHERE id = :id AND lease = :lease""",
        {**values, "id": mail.id, "lease": mail.lease},
    )


def texts(db: Database) -> list[tuple[int, str, str]]:
    """Return the number and the two bodies, as they are stored, of each mail that waits."""
    return list(db.execute("SELECT id, body_text, body_html FROM outbox WHERE body_text IS NOT NULL"))


def replace_texts(db: Database, number: int, body_text: str, body_html: str) -> None:
    """Store the bodies of a mail otherwise."""
    db.execute("UPDATE outbox SET body_text = ?, body_html = ? WHERE id = ?", (body_text, body_html, number))


def forget(db: Database, recipient: str) -> None:
    """Delete what waits for someone, or could not be sent to them."""
    db.execute("DELETE FROM outbox WHERE recipient = ?", (recipient,))


def forget_household(db: Database, household: int) -> None:
    """Delete what waits for whomever a household wrote to, or could not be sent to them."""
    db.execute("DELETE FROM outbox WHERE household = ? AND sent_at IS NULL", (household,))


def cancel(db: Database, recipient: str, name: str) -> None:
    """Delete the mails of this name that wait for someone."""
    query = "DELETE FROM outbox WHERE recipient = ? AND name = ? AND sent_at IS NULL AND failed_at IS NULL"
    db.execute(query, (recipient, name))


def forget_contacts(db: Database, household: int) -> None:
    """Delete what waits for the contacts of a household, but for those whom another one named too."""
    db.execute(
        """DELETE FROM outbox WHERE name = 'named' AND recipient IN (
            SELECT email FROM confirmations GROUP BY email HAVING min(household) = ? AND max(household) = ?)""",
        (household, household),
    )


def purge(db: Database, before: datetime) -> int:
    """Delete the rows of the mails sent, or given up, before that moment."""
    return db.execute("DELETE FROM outbox WHERE coalesce(sent_at, failed_at) <= ?", (stamp(before),)).rowcount


def waiting(db: Database) -> tuple[tuple[str, str, datetime], ...]:
    """Return the subject, the recipient and the departure of each mail that waits, the first to leave first."""
    rows = db.execute(
        "SELECT subject, recipient, due_at FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL ORDER BY due_at, id"
    )
    return tuple((subject, recipient, moment(due_at)) for subject, recipient, due_at in rows)
