"""Mails: written in the transaction that causes them, sent afterwards, at least once and never lost."""

import logging
import random
import secrets
import smtplib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import OperationalError
from threading import Event
from typing import Any

from flask import render_template
from flask_mail import BadHeaderError
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.extensions import mail as mail_server
from wizard.hashing import keyed_hash
from wizard.services import bounces
from wizard.services.sealing import Purpose, State, Unreadable, seal, state, unseal
from wizard.settings import get_settings
from wizard.smtp import Connection, code_of, message, reason_of
from wizard.stores import accounts, outbox
from wizard.stores.outbox import Delivery, Mail, Whom
from wizard.values.emails import mailbox

logger = logging.getLogger(__name__)

# Longer than the worst conversation: six answers of ten seconds each.
_LEASE = timedelta(minutes=2)
_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=1)
# Six waits of a minute to half an hour, then an hour each: three days of refusals. Counted, for a clock may jump.
_TRIES = 78
_jitter = random.SystemRandom()
# Seconds between two looks at the queue: a parent is waiting for the activation mail.
_POLL = 1.0
_LONGEST_POLL = 300.0
# While the database cannot be used: a line a minute in the log, for as long as it lasts.
_LONGEST_TROUBLE = 60.0
# Some servers refuse to take many mails in one conversation.
_MAILS_PER_CONNECTION = 50


class QueueBlocked(Exception):
    """No mail can leave: server unreachable, credentials or sender refused. The mails are not at fault."""


@dataclass
class Sent:
    """What became of the mails that were due."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0


def enqueue(
    db: Database,
    name: str,
    recipient: str,
    *,
    due_at: datetime | None = None,
    reply: int | None = None,
    whom: Whom | None = None,
    **context: Any,
) -> None:
    """Render the mail `name` and store it in the open transaction: it leaves if that one commits, at `due_at`.

    `reply` is the answer that it is part of; `whom` it is written to, unless to an account. Its text is stored
    encrypted: it may hold a link or a code. Raises RuntimeError outside a transaction.
    """
    if not db.conn.in_transaction:
        raise RuntimeError(f"The mail {name} must be written in the transaction that causes it.")
    context["given_name"] = harmless(context.get("given_name") or accounts.given_name(db, recipient))
    subject = render_template(f"mail/{name}/subject.txt", **context)
    outbox.add(
        db,
        message_id=f"<{uuid.uuid4()}@{get_settings().mail_domain}>",
        name=name,
        recipient=recipient,
        subject=" ".join(subject.splitlines()).strip(),
        body_text=seal(Purpose.MAIL, render_template(f"mail/{name}/body.txt", **context)),
        body_html=seal(Purpose.MAIL, render_template(f"mail/{name}/body.html", **context)),
        now=now(),
        due_at=due_at or now(),
        reply=reply,
        whom=whom or _account(db, recipient),
        address_hmac=keyed_hash(mailbox(recipient)),
    )


def _account(db: Database, recipient: str) -> Whom | None:
    found = accounts.by_email(db, recipient)
    return (found.household, found.person) if found else None


def reseal(db: Database) -> int:
    """Encrypt under the present key the mails that wait; return how many were not, and are now."""
    late = []
    for number, *texts in outbox.texts(db):
        found = {state(Purpose.MAIL, text) for text in texts}
        if State.UNREADABLE not in found and found != {State.CURRENT}:
            late.append((number, [unseal(Purpose.MAIL, text) for text in texts]))
    for number, (text, html) in late:
        outbox.replace_texts(db, number, seal(Purpose.MAIL, text), seal(Purpose.MAIL, html))
    return len(late)


def harmless(name: str | None, longest: int = 30) -> str | None:
    """Return the name of someone, unless somebody typed another message in its place, for a stranger to read."""
    return name if name and len(name) <= longest and "." not in name else None


def watch(db: Database, stop: Event) -> None:
    """Send mails as they are written, until `stop`; while none can leave, say so and try less often."""
    pause = _POLL
    while not stop.wait(pause):
        try:
            send_due(db, lambda: not stop.is_set())
            pause = _POLL
        except QueueBlocked as blocked:
            pause = min(pause * 2, _LONGEST_POLL)
            logger.error("no mail can leave: %s (next try in %d s)", blocked, pause)
        except OperationalError as error:
            pause = min(pause * 2, _LONGEST_TROUBLE)
            logger.warning("no mail is read: %s (next try in %d s)", error, pause)


def send_due(db: Database, keep_going: Callable[[], bool] = lambda: True) -> Sent:
    """Send what is due, as long as `keep_going`.

    Raises QueueBlocked when the server cannot be used at all.
    """
    result = Sent()
    while keep_going() and outbox.is_due(db, now()):
        try:
            with mail_server.connect() as connection:
                _send_some(db, connection, keep_going, result)
        except (smtplib.SMTPException, OSError) as error:
            raise QueueBlocked(reason_of(error)) from error
    return result


def try_out(db: Database, recipient: str) -> Delivery:
    """Send a mail that says that mails arrive, the way of all mails, with those that are due; return what became of it.

    It leaves no trace. Raises QueueBlocked.
    """
    with transaction(db):
        enqueue(db, "trial", recipient)
        number = outbox.last(db)
    try:
        send_due(db)
        return outbox.of_number(db, number)
    finally:
        with transaction(db):
            outbox.remove(db, number)


def _send_some(db: Database, connection: Connection, keep_going: Callable[[], bool], result: Sent) -> None:
    """Send until nothing is due, or the conversation is long or broken."""
    for _ in range(_MAILS_PER_CONNECTION):
        if not keep_going():
            return
        with transaction(db):
            mail = outbox.claim(db, lease=secrets.token_hex(8), now=now(), until=now() + _LEASE)
        if mail is None or not _send(db, connection, mail, result):
            return


def _send(db: Database, connection: Connection, mail: Mail, result: Sent) -> bool:
    """Send one mail outside any transaction; return whether the conversation may go on."""
    try:
        connection.send(_message(mail))
    except smtplib.SMTPSenderRefused:
        with transaction(db):
            outbox.release(db, mail)
        raise
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        _settle_refusal(db, mail, error, result)
        return code_of(error) != 421
    except (smtplib.SMTPException, OSError) as error:
        _postpone(db, mail, reason_of(error), result)
        return False
    except Unreadable:
        _postpone(db, mail, "chiffré avec une autre clé : donnez-la dans PORTAIL_SECRET_KEY_OLD", result)
        return True
    except (BadHeaderError, ValueError) as error:
        _give_up(db, mail, str(error) or "en-tête incorrect", result)
        return True
    with transaction(db):
        outbox.mark_sent(db, mail, now())
    result.sent += 1
    return True


def _message(mail: Mail) -> Any:
    if not mail.recipient.rpartition("@")[0].isascii():
        raise ValueError("lettre accentuée avant « @ » : le serveur de courriel ne sait pas joindre cette adresse")
    return message(
        subject=mail.subject,
        recipient=mail.recipient,
        text=unseal(Purpose.MAIL, mail.body_text),
        html=unseal(Purpose.MAIL, mail.body_html),
        message_id=mail.message_id,
        date=mail.created_at,
    )


def _settle_refusal(db: Database, mail: Mail, error: smtplib.SMTPException, result: Sent) -> None:
    """Try again after a 4xx answer, give up after a 5xx one (RFC 5321, 4.2.1) and note a refused recipient."""
    if code_of(error) < 500:
        _postpone(db, mail, reason_of(error), result)
        return
    with transaction(db):
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            bounces.refused(db, mail.message_id, reason_of(error), now())
        _give_up(db, mail, reason_of(error), result)


def _postpone(db: Database, mail: Mail, reason: str, result: Sent) -> None:
    """Try later and later; the jitter keeps mails that failed together from coming back together."""
    if mail.tries >= _TRIES:
        _give_up(db, mail, reason, result)
        return
    wait = min(_FIRST_RETRY * 2 ** min(mail.tries - 1, 10), _LONGEST_RETRY)
    with transaction(db):
        outbox.postpone(db, mail, now() + wait * _jitter.uniform(0.8, 1.2), reason)
    logger.warning("mail %s %s postponed: %s", mail.name, mail.message_id, _first_word(reason))
    result.postponed += 1


def _give_up(db: Database, mail: Mail, reason: str, result: Sent) -> None:
    with transaction(db):
        outbox.give_up(db, mail, now(), reason)
    logger.error("mail %s %s given up: %s", mail.name, mail.message_id, _first_word(reason))
    result.given_up += 1


def _first_word(reason: str) -> str:
    """Return what the log may hold: servers repeat the recipient's address in their answers."""
    return reason.partition(" ")[0]
