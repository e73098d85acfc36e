"""When a mail that anyone may cause leaves: shares, reserves, turns; what strangers cannot use up."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.account.factories import an_account
from tests.support.client import CheckedClient, submit
from tests.support.logs import logged
from tests.support.walk import EMAIL, sign_up
from wizard import clock
from wizard.db import transaction
from wizard.models import Account
from wizard.services import activation, mail_turns, personal_data, recovery
from wizard.services.mail_turns import Purpose, Turn

pytestmark = pytest.mark.usefixtures("app_context")
VICTIM = "camille@exemple.fr"


@pytest.fixture(autouse=True)
def hand() -> Iterator[time_machine.Traveller]:
    """A clock that stands still."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def ask(db: Database, *networks: str, email: str = VICTIM, purpose: Purpose = Purpose.ACTIVATION) -> Turn:
    with transaction(db):
        return mail_turns.take(db, purpose, email, networks)


def test_each_network_has_its_share_of_an_address(db: Database) -> None:
    mine = [ask(db, "A") for _time in range(6)]
    assert [turn.refused for turn in mine] == [False] * 4 + [True] * 2
    assert clock.now() < mine[4].at <= clock.now() + timedelta(minutes=15)
    assert not ask(db, "B").refused and not ask(db, "A", email="autre@exemple.fr").refused
    assert not ask(db, "A", purpose=Purpose.RECOVERY).refused


def test_a_mailbox_has_one_share_however_its_address_is_tagged(db: Database) -> None:
    mine = [ask(db, "A", email=f"camille+{number}@exemple.fr").refused for number in range(5)]
    assert mine == [False] * 4 + [True]
    assert [ask(db, "A", email=email).refused for email in (VICTIM, "+@exemple.fr", "camille@autre.fr")] == [
        True,
        False,
        False,
    ]


def test_what_others_had_sent_to_an_address_does_not_silence_its_owner(db: Database) -> None:
    for number in range(100):
        ask(db, f"stranger {number}"), ask(db, f"stranger {number}")
    mine = ask(db, "home")
    assert not mine.refused and not mine.later


def test_an_address_asked_for_by_many_networks_is_written_to_in_turn(db: Database) -> None:
    for number in range(20):
        ask(db, "one", f"wide {number % 2}")
        ask(db, f"n{number}", "wide")
    turns = [ask(db, f"m{number}", "wide", email="foule@exemple.fr") for number in range(30)]
    sent = [turn for turn in turns if not turn.refused]
    assert len(sent) <= 1 + 2 * mail_turns.PER_ADDRESS
    assert [turn.later for turn in sent] == [False] * 7 + [True] * 6
    assert max(turn.at for turn in sent) <= clock.now() + timedelta(hours=1)
    refused = next(turn for turn in turns if turn.refused)
    assert refused.at <= clock.now() + timedelta(hours=1)


def test_a_customer_of_a_wide_network_does_not_escape_through_its_narrow_ones(db: Database) -> None:
    turns = [ask(db, f"64 {n}", f"56 {n // 256}", "48", email=f"p{n}@exemple.fr") for n in range(200)]
    assert sum(not turn.refused for turn in turns) == 2 * mail_turns.PER_NETWORK
    wider = [ask(db, f"64 {n}", f"56 {n}", "48", email=f"q{n}@exemple.fr") for n in range(1000, 1200)]
    assert sum(not turn.refused for turn in wider) == 2 * mail_turns.PER_NETWORK  # what is left of the widest
    assert not ask(db, "elsewhere", email="p1@exemple.fr").refused


def test_what_a_network_may_have_sent_comes_back_within_the_hour(db: Database, hand: time_machine.Traveller) -> None:
    def refused(number: int) -> bool:
        return ask(db, "A", email=f"p{number}@exemple.fr").refused

    assert [refused(number) for number in range(31)] == [False] * 30 + [True]
    hand.shift(timedelta(minutes=4, seconds=1))
    assert [refused(number) for number in range(40, 43)] == [False, False, True], "one every two minutes"
    hand.shift(timedelta(hours=1))
    assert [refused(number) for number in range(50, 81)] == [False] * 30 + [True]


def test_an_address_that_many_asked_for_is_written_to_at_once_again_after_an_hour(
    db: Database, hand: time_machine.Traveller
) -> None:
    crowd = [ask(db, f"m{number}", "wide").later for number in range(13)]
    assert crowd == [False] * 7 + [True] * 6
    hand.shift(timedelta(hours=1))
    assert not ask(db, "n0", "wide").later, "the first of the hour"
    assert ask(db, "n1", "wide").later
    hand.shift(timedelta(hours=2))
    assert [ask(db, f"o{number}", "wide").later for number in range(8)] == [False] * 7 + [True]


def test_a_purpose_spent_leaves_the_others_theirs_and_raises_an_alarm(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mail_turns, "IN_ALL", 5)
    turns = [ask(db, f"n{n}", email=f"p{n}@exemple.fr", purpose=Purpose.RECOVERY) for n in range(20)]
    assert sum(not turn.refused and not turn.later for turn in turns) == 5
    assert sum(turn.later for turn in turns) == 5 and sum(turn.refused for turn in turns) == 10
    told = "ERROR recovery mails held back: more than 5 asked for within an hour"
    assert {*logged(caplog, mail_turns.__name__)} == {told} and "@" not in caplog.text
    mine = ask(db, "home")
    assert not mine.refused and not mine.later


def test_the_mail_of_a_sign_up_waits_its_turn_and_is_never_lost(
    app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch, hand: time_machine.Traveller
) -> None:
    monkeypatch.setattr(mail_turns, "IN_ALL", 2)
    pages = []
    for number in range(7):
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        pages.append(sign_up(browser, f"p{number}@exemple.fr"))
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (7,)
    told = ["vient de partir" if "vient de partir à" in page.text else "partira" for page in pages]
    assert told == ["vient de partir"] * 2 + ["partira"] * 5 and all("partira vers" in page.text for page in pages[2:])
    latest = clock.moment(db.execute("SELECT max(due_at) FROM outbox").fetchone()[0])
    assert latest <= clock.now() + timedelta(hours=1)


TAKEN = "prise@exemple.fr"
CAUSES: dict[str, tuple[Purpose, str, Callable[[Database, Account], Turn]]] = {
    "a sign-up's mail, again": (
        Purpose.ACTIVATION, "activation", lambda db, one: activation.resend(db, one.id, ())),
    "a sign-up's mail, elsewhere": (
        Purpose.ACTIVATION, "activation", lambda db, one: activation.correct_email(db, one.id, VICTIM, ())),
    "a sign-up with an address already proved": (
        Purpose.ACTIVATION, "already_registered", lambda db, one: activation.correct_email(db, one.id, TAKEN, ())),
    "a lost access": (Purpose.RECOVERY, "lost_access", lambda db, _: recovery.start(db, TAKEN, ())),
    "an access lost by nobody": (Purpose.RECOVERY, "no_account", lambda db, _: recovery.start(db, VICTIM, ())),
    "a new address": (
        Purpose.OTHER, "email_change", lambda db, one: personal_data.ask_email(db, one, VICTIM, ())),
    "a new address already proved": (
        Purpose.OTHER, "already_registered", lambda db, one: personal_data.ask_email(db, one, TAKEN, ())),
    "a deletion": (Purpose.OTHER, "deletion", lambda db, one: personal_data.ask_deletion(db, one, ())),
}  # fmt: skip


@pytest.mark.parametrize(("purpose", "name", "cause"), CAUSES.values(), ids=CAUSES)
def test_every_mail_that_anyone_may_cause_leaves_at_its_turn_and_its_link_serves_from_then(
    db: Database, purpose: Purpose, name: str, cause: Callable[[Database, Account], Turn]
) -> None:
    an_account(db, email=TAKEN)
    mine = an_account(db, email="moi@exemple.fr", activated=False)
    for email in (VICTIM, TAKEN, mine.email):
        turns = [ask(db, email=email, purpose=purpose) for _time in range(7)]
        assert turns[-1].later
    turn = cause(db, mine)
    assert turn.later and not turn.refused
    mails = db.execute("SELECT name, due_at FROM outbox").fetchall()
    assert mails == [(name, clock.stamp(turn.at))]
    if name == "lost_access":
        (expires_at,) = db.execute("SELECT expires_at FROM tokens").fetchone()
        assert clock.moment(expires_at) == turn.at + timedelta(minutes=30)


@pytest.mark.slow
def test_a_thousand_strangers_who_lost_their_access_stop_no_activation(
    app: Flask, client: CheckedClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_turns, "IN_ALL", 40)
    stranger = app.test_client()
    token = submit(stranger, stranger.get("/acces-oublie"), email="x@exemple.fr")
    assert token.status_code == 200
    page = stranger.get("/acces-oublie")
    for number in range(100):
        stranger.environ_base["REMOTE_ADDR"] = f"2001:db8:{number:x}:1::1"
        submit(stranger, page, email=f"inconnu{number}@exemple.fr")
    assert db.execute("SELECT count(*) FROM outbox").fetchone()[0] <= 80
    assert "vient de partir" in sign_up(client).text
    due = db.execute("SELECT due_at FROM outbox WHERE name = 'activation'").fetchall()
    assert due == [(clock.stamp(clock.now()),)]


def test_no_address_is_kept_in_clear(db: Database) -> None:
    ask(db, "réseau")
    assert "camille" not in "\n".join(db.conn.iterdump())


def test_three_sign_ups_of_a_stranger_do_not_silence_the_owner_s_own(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    stranger = app.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.66"
    for _time in range(5):
        page = sign_up(stranger)
    stranger.post(page.request.path, data={"renvoyer": "1"})
    before = db.execute("SELECT count(*) FROM outbox WHERE recipient = ?", (EMAIL,)).fetchone()[0]
    assert "vient de partir" in sign_up(client).text
    after = db.execute("SELECT count(*), max(due_at) FROM outbox WHERE recipient = ?", (EMAIL,)).fetchone()
    assert (before, after) == (4, (5, clock.stamp(clock.now())))


def test_no_activation_is_lost_to_the_crowd_of_an_opening_day_where_no_limit_holds(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_turns, "IN_ALL", 2)
    turns = [ask(db, email=f"p{number}@exemple.fr") for number in range(9)]
    assert [turn.later for turn in turns] == [False] * 2 + [True] * 7
    assert max(turn.at for turn in turns) <= clock.now() + timedelta(hours=1)
    assert [ask(db, email=VICTIM).refused for _again in range(14)][-1], "one address is not written to without end"
