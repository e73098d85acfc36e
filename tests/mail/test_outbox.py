"""The outbox against a real SMTP server, on good days and bad ones."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from sqlite_utils import Database

from tests.support.logs import logged
from tests.support.smtp import Postman
from tests.support.waiting import PATIENCE, wait_for
from wizard import smtp
from wizard.clock import now as clock_now
from wizard.db import connect, transaction
from wizard.services.outbox import QueueBlocked, enqueue, send_due, watch
from wizard.stores import outbox, outbox_state
from wizard.values.emails import normalise_email

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def write(db: Database, *recipients: str) -> None:
    """Write one mail to each."""
    with transaction(db):
        for recipient in recipients:
            enqueue(db, "no_account", recipient)


def rows(db: Database) -> list[dict[str, Any]]:
    return list(db.query("SELECT * FROM outbox ORDER BY id"))


def parents(number: int) -> list[str]:
    return [f"parent{n}@exemple.fr" for n in range(number)]


def test_a_mail_is_refused_outside_a_transaction(db: Database) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        enqueue(db, "no_account", "camille@exemple.fr")
    assert rows(db) == []


def test_a_mail_vanishes_with_the_transaction_that_fails(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), transaction(db):
        enqueue(db, "no_account", "camille@exemple.fr")
        raise ZeroDivisionError
    assert rows(db) == []


def test_every_mail_arrives_once_and_leaves_nothing_behind(db: Database, server: Controller, postman: Postman) -> None:
    write(db, *parents(60))

    result = send_due(db)

    assert (result.sent, result.postponed, result.given_up) == (60, 0, 0)
    assert sorted(postman.recipients) == sorted(parents(60))
    assert set(postman.copies.values()) == {1}
    for row in rows(db):
        assert row["sent_at"] and row["tries"] == 1
        assert not any(row[column] for column in ("recipient", "subject", "body_text", "body_html", "error", "lease"))


def test_a_mail_goes_to_the_domain_that_was_typed_not_to_one_that_looks_alike(
    db: Database, server: Controller, postman: Postman
) -> None:
    write(db, normalise_email("Camille@straße.example"), "camille@strasse.example")
    send_due(db)
    assert sorted(postman.recipients) == ["camille@strasse.example", "camille@xn--strae-oqa.example"]


def test_a_server_that_is_down_blocks_the_queue_and_blames_no_mail(db: Database) -> None:
    write(db, *parents(3))

    with pytest.raises(QueueBlocked, match="ConnectionRefusedError"):
        send_due(db)

    assert [(row["tries"], row["error"]) for row in rows(db)] == [(0, None)] * 3


def test_the_queue_leaves_once_the_server_is_back(db: Database, postman: Postman, smtp_port: int) -> None:
    write(db, *parents(3))
    with pytest.raises(QueueBlocked):
        send_due(db)
    controller = Controller(postman, hostname="127.0.0.1", port=smtp_port)
    controller.start()

    result = send_due(db)

    controller.stop()
    assert result.sent == len(postman.taken) == 3


def test_a_refused_sender_blocks_the_queue_and_blames_no_mail(
    db: Database, server: Controller, postman: Postman
) -> None:
    write(db, *parents(3))
    postman.sender_answers = ["553 sender not allowed"]

    with pytest.raises(QueueBlocked, match="553 sender not allowed"):
        send_due(db)
    assert [(row["tries"], row["lease"], row["failed_at"]) for row in rows(db)] == [(0, None, None)] * 3

    assert send_due(db).sent == 3


def test_the_mail_due_longest_leaves_first_and_those_of_a_moment_in_the_order_they_were_written(db: Database) -> None:
    with time_machine.travel(START, tick=False), transaction(db):
        for recipient, minutes in (("later", 9), ("first", 3), ("second", 3), ("sooner", 6)):
            due = START + timedelta(minutes=minutes)
            enqueue(db, "no_account", f"{recipient}@exemple.fr", due_at=due)
    now = START + timedelta(hours=1)
    claimed = [outbox.claim(db, lease=f"{n}", now=now, until=now + timedelta(minutes=2)) for n in range(5)]
    assert [mail and mail.recipient.partition("@")[0] for mail in claimed] == [
        "first", "second", "sooner", "later", None]  # fmt: skip


def test_greylisting_delays_a_mail_a_little_more_each_time(db: Database, server: Controller, postman: Postman) -> None:
    postman.recipient_answers = {"camille@exemple.fr": ["450 come back later"] * 8}
    with time_machine.travel(START, tick=False) as clock:
        write(db, "camille@exemple.fr")
        waits = []
        for _ in range(8):
            assert send_due(db).postponed == 1
            due = datetime.fromisoformat(rows(db)[0]["due_at"])
            waits.append((due - datetime.now(UTC)).total_seconds())
            assert send_due(db).postponed == 0, "nothing is due yet"
            clock.move_to(due)
        assert rows(db)[0]["error"] == "450 come back later"
        assert send_due(db).sent == 1
    for wait, expected in zip(waits, (60, 120, 240, 480, 960, 1920, 3600, 3600), strict=True):
        assert 0.8 * expected - 1 <= wait <= 1.2 * expected
    assert rows(db)[0]["tries"] == 9


@pytest.mark.slow
def test_a_mail_refused_for_long_is_tried_every_hour_and_mails_refused_together_come_back_apart(
    db: Database, server: Controller, postman: Postman
) -> None:
    postman.recipient_answers = {parent: ["450 come back later"] * 12 for parent in parents(8)}
    with time_machine.travel(START, tick=False) as clock:
        write(db, *parents(8))
        for _time in range(12):
            send_due(db)
            due = [datetime.fromisoformat(row["due_at"]) for row in rows(db)]
            assert len(set(due)) > 1 and max(due) <= datetime.now(UTC) + timedelta(minutes=72)
            clock.move_to(max(due))
    assert {row["tries"] for row in rows(db)} == {12}


def test_a_mail_that_nobody_takes_for_three_days_is_given_up(
    db: Database, server: Controller, postman: Postman
) -> None:
    postman.recipient_answers = {"camille@exemple.fr": ["450 come back later"] * 100}
    with time_machine.travel(START, tick=False) as clock:
        write(db, "camille@exemple.fr")
        while send_due(db).postponed:
            clock.move_to(datetime.fromisoformat(rows(db)[0]["due_at"]))
        assert timedelta(days=2, hours=21) < datetime.now(UTC) - START < timedelta(days=3, hours=3)
    assert outbox_state.queue(db) == outbox_state.Queue(waiting=0, oldest=None, failed=1, failing=1)


def test_an_unknown_recipient_is_given_up_in_sight_and_the_others_get_their_mail(
    db: Database, server: Controller, postman: Postman
) -> None:
    postman.recipient_answers = {"parent1@exemple.fr": ["550 no such user"]}
    write(db, *parents(3))

    result = send_due(db)

    assert (result.sent, result.given_up) == (2, 1)
    (failure,) = outbox_state.refused(db, 10)
    assert (failure.name, failure.domain, failure.error) == (
        "no_account",
        "exemple.fr",
        "550 no such user",
    )
    failed = rows(db)[1]
    assert failed["body_text"] is None and failed["body_html"] is None, "a mail may carry a link or a code"


@pytest.mark.parametrize("answer", ["450 camille@exemple.fr: come back later", "550 camille@exemple.fr: unknown"])
def test_the_log_says_which_mail_was_refused_and_never_whose(
    db: Database, server: Controller, postman: Postman, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    postman.recipient_answers = {"camille@exemple.fr": [answer]}
    write(db, "camille@exemple.fr")
    send_due(db)
    level, done = ("WARNING", "postponed") if answer.startswith("4") else ("ERROR", "given up")
    told = f"{level} mail no_account {rows(db)[0]['message_id']} {done}: {answer[:3]}"
    assert logged(caplog, "wizard.services.outbox") == [told]


def test_a_message_refused_for_its_content_is_given_up(db: Database, server: Controller, postman: Postman) -> None:
    postman.message_answers = ["554 looks like spam"]
    write(db, *parents(2))
    result = send_due(db)
    assert (result.sent, result.given_up) == (1, 1)


def test_a_server_that_closes_the_service_is_called_again(db: Database, server: Controller, postman: Postman) -> None:
    postman.recipient_answers = {"parent0@exemple.fr": ["421 too many mails, closing"]}
    write(db, *parents(3))
    result = send_due(db)
    assert (result.sent, result.postponed) == (2, 1)


def test_a_server_slower_than_the_deadline_is_left_for_later(
    db: Database, server: Controller, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.3)
    postman.delays = [0.8]
    with time_machine.travel(START, tick=False) as clock:
        write(db, "camille@exemple.fr")
        result = send_due(db)
        assert (result.sent, result.postponed) == (0, 1)
        clock.shift(timedelta(minutes=2))
        assert send_due(db).sent == 1
    assert len(postman.copies) == 1, "another copy, if any, bears the same identifier"


def test_a_connection_cut_after_acceptance_loses_nothing_and_keeps_the_identifier(
    db: Database, server: Controller, postman: Postman
) -> None:
    postman.cut_after = {3, 6}
    with time_machine.travel(START, tick=False) as clock:
        write(db, *parents(8))
        first = send_due(db)
        clock.shift(timedelta(minutes=2))
        second = send_due(db)
    assert first.postponed == 2 and first.sent + second.sent == 8
    assert set(postman.recipients) == set(parents(8))
    assert len(postman.copies) == 8 and len(postman.taken) == 10


def test_a_goodbye_that_fails_does_not_send_twice(
    db: Database, server: Controller, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang_up(session: Any, *_arguments: Any) -> str:
        session.transport.abort()
        return "221 bye"

    monkeypatch.setattr("aiosmtpd.smtp.SMTP.smtp_QUIT", hang_up)
    write(db, "camille@exemple.fr")
    assert send_due(db).sent == 1
    assert send_due(db).sent == 0
    assert len(postman.taken) == 1


def test_three_senders_at_once_send_each_mail_once(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    write(db, *parents(30))
    totals = []

    def work() -> None:
        with app.app_context():
            own = connect(app.config["PORTAIL"].database)
            totals.append(send_due(own).sent)
            own.close()

    senders = [threading.Thread(target=work) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert sum(totals) == 30 and set(postman.copies.values()) == {1}


def test_the_mail_of_a_sender_that_died_leaves_when_its_lease_ends(
    db: Database, server: Controller, postman: Postman
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        write(db, "camille@exemple.fr")
        dead = outbox.claim(db, lease="dead", now=START, until=START + timedelta(minutes=2))
        assert dead is not None
        assert send_due(db).sent == 0
        clock.shift(timedelta(minutes=3))
        assert send_due(db).sent == 1
        outbox.postpone(db, dead, START, "too late to tell")
    assert rows(db)[0]["error"] is None


def test_mails_due_or_taken_under_a_clock_that_went_back_leave_now(
    db: Database, server: Controller, postman: Postman
) -> None:
    postman.recipient_answers = {"camille@exemple.fr": ["450 come back later"]}
    with time_machine.travel(START, tick=False) as clock:
        write(db, "camille@exemple.fr", "louise@exemple.fr")
        clock.shift(timedelta(days=365))
        write(db, "jeanne@exemple.fr")
        taken = outbox.claim(db, lease="dead", now=clock_now(), until=clock_now() + timedelta(minutes=2))
        assert taken and taken.recipient == "camille@exemple.fr"
        outbox.release(db, taken)
        assert (send_due(db).postponed, postman.recipients) == (1, ["louise@exemple.fr", "jeanne@exemple.fr"])
        write(db, "petit@exemple.fr")
        assert outbox.claim(db, lease="dead", now=clock_now(), until=clock_now() + timedelta(minutes=2))
        write(db, "hugo@exemple.fr")
        clock.move_to(START)
        assert send_due(db).sent == 3
    assert set(postman.copies.values()) == {1} and len(postman.recipients) == 5


class Waits(threading.Event):
    """Lets no time pass: keeps how long it was told to wait, does what was to happen then, and stops at the end."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        super().__init__()
        self.happens = list(happens)
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        if not self.happens:
            self.set()
            return True
        self.happens.pop(0)()
        return False


def nothing() -> None:
    return None


def test_while_no_mail_can_leave_it_is_tried_less_often_and_told(
    db: Database, smtp_port: int, postman: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    controller = Controller(postman, hostname="127.0.0.1", port=smtp_port)
    write(db, "camille@exemple.fr")
    stop = Waits(*[nothing] * 10, controller.start, nothing)
    watch(db, stop)
    controller.stop(no_assert=True)
    assert stop.waited == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 1, 1]
    assert postman.recipients == ["camille@exemple.fr"]
    told = "ERROR no mail can leave: ConnectionRefusedError [Errno 111] Connection refused (next try in %d s)"
    assert logged(caplog, "wizard.services.outbox") == [told % pause for pause in stop.waited[1:11]]


def test_a_database_held_by_another_stops_no_sender(
    app: Flask, db: Database, server: Controller, postman: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    write(db, "camille@exemple.fr")
    db.execute("PRAGMA busy_timeout = 50")
    other = connect(app.config["PORTAIL"].database)
    still = [lambda: None] * 7
    stop = Waits(lambda: other.execute("BEGIN IMMEDIATE"), *still, lambda: other.execute("ROLLBACK"))
    watch(db, stop)
    other.close()
    assert postman.recipients == ["camille@exemple.fr"]
    assert stop.waited == [1, 2, 4, 8, 16, 32, 60, 60, 60, 1], "a line a minute in the log, for as long as it lasts"
    told = "WARNING no mail is read: database is locked (next try in %d s)"
    assert logged(caplog, "wizard.services.outbox") == [told % pause for pause in stop.waited[1:9]]


def test_no_more_than_fifty_mails_leave_in_one_conversation(db: Database, server: Controller, postman: Postman) -> None:
    write(db, *parents(50))
    assert send_due(db).sent == 50 and len(postman.callers) == 1
    write(db, *parents(51))
    assert send_due(db).sent == 51 and len(postman.callers) == 3


def test_a_sender_told_to_stop_leaves_the_rest_for_the_next_one(
    db: Database, server: Controller, postman: Postman
) -> None:
    write(db, *parents(3))
    assert send_due(db, lambda: len(postman.taken) < 2).sent == 2
    assert send_due(db).sent == 1


@pytest.mark.slow
def test_watching_sends_what_is_written_meanwhile_until_told_to_stop(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    stop = threading.Event()

    def work() -> None:
        with app.app_context():
            own = connect(app.config["PORTAIL"].database)
            watch(own, stop)
            own.close()

    sender = threading.Thread(target=work)
    sender.start()
    write(db, "camille@exemple.fr")
    try:
        wait_for(lambda: postman.taken and outbox_state.queue(db).waiting == 0)
    finally:
        stop.set()
        sender.join(PATIENCE)
    assert not sender.is_alive()
