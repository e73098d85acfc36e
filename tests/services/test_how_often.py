"""How often each thing may be done, and when it may be again: the numbers of the town's peace, in one table."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from wizard.db import transaction
from wizard.models import DraftKind
from wizard.services import limits, mail_turns, opening, pace
from wizard.services.mail_turns import Purpose
from wizard.services.refusals import TooSoon

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
Asked = Callable[[Database, int], timedelta | None]
"""Asks once more, the asker being the one of that number; returns how long to wait, if at all."""

pytestmark = pytest.mark.usefixtures("app_context")


def spent(ask: Callable[[Database, int], None]) -> Asked:
    def asked(db: Database, number: int) -> timedelta | None:
        try:
            ask(db, number)
        except TooSoon as refused:
            return refused.wait
        return None

    return asked


def mail(address: str, *networks: str) -> Asked:
    """Ask for a mail to an address, from networks; `#` in either is another one each time."""

    def asked(db: Database, number: int) -> timedelta | None:
        around = [network.replace("#", str(number)) for network in networks]
        with transaction(db):
            turn = mail_turns.take(db, Purpose.RECOVERY, address.replace("#", str(number)), around)
        return turn.at - START if turn.refused else None

    return asked


def deposit(db: Database, _number: int) -> None:
    with transaction(db):
        pace.of_a_deposit(db, 1)


TABLE: dict[str, tuple[Asked, int, timedelta]] = {
    "sign-ups of a network": (spent(lambda db, _: pace.of_a_new_draft(db, ["A"])), 200, HOUR / 200),
    "sign-ups of all the networks around": (
        spent(lambda db, n: pace.of_a_new_draft(db, [f"{n}", "A"])),
        400,
        HOUR / 400,
    ),
    "pages sent by a network": (spent(lambda db, _: pace.of_a_post(db, ["A"], None)), 1500, MINUTE / 1500),
    "presses of a costly button": (spent(lambda db, _: pace.of_a_button(db, 1, "image", 10)), 10, 15 * MINUTE / 10),
    "openings of an account's draft": (spent(lambda db, _: pace.of_an_opening(db, 1)), 30, HOUR / 30),
    "deposits of an account": (spent(deposit), 5, HOUR / 5),
    "failed sign-ins of a network": (lambda db, n: limits.start_sign_in(db, f"{n}", "A"), 300, HOUR / 300),
    "failed sign-ins of a name": (lambda db, n: limits.start_sign_in(db, "anne", f"{n}"), 60, HOUR / 60),
    "mails to an address from one network": (mail("camille@exemple.fr", "A"), 4, HOUR / 4),
    "mails to anyone from one network": (mail("#@exemple.fr", "A"), 30, HOUR / 30),
    "mails to anyone from the networks around": (mail("#@exemple.fr", "#", "A"), 60, HOUR / 60),
    "mails to an address, its turns and theirs": (mail("camille@exemple.fr", "#", "A"), 13, HOUR / 6),
    "mails to anyone, their turns counted": (mail("#@exemple.fr", "#"), 2000, HOUR / 1000),
}


@pytest.mark.parametrize(("ask", "most", "wait"), TABLE.values(), ids=TABLE)
def test_a_thing_may_be_done_so_many_times_and_once_more_a_share_of_the_time_later(
    db: Database, ask: Asked, most: int, wait: timedelta
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        db.execute("PRAGMA synchronous = OFF")
        told = next((number, told) for number in count() if (told := ask(db, number)))
        assert told[0] == most and abs(told[1] - wait) < timedelta(milliseconds=2)
        clock.shift(max(wait - SECOND, 0 * SECOND))
        assert ask(db, most) is not None
        clock.shift(2 * SECOND)
        assert ask(db, most + 1) is None


def test_a_draft_s_pages_are_counted_with_it_whatever_the_network(db: Database) -> None:
    with time_machine.travel(START, tick=False):
        token = opening.open_draft(db, DraftKind.SIGNUP, {})
        asked = spent(lambda db, number: pace.of_a_post(db, [f"{number}"], token))
        waits = [asked(db, number) for number in range(241)]
    assert waits[:240] == [None] * 240 and waits[240] is not None and abs(waits[240] - HOUR / 240) < SECOND / 100


def test_a_day_s_deposits_are_fifteen(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        asked, done = spent(deposit), 0
        for _hour in range(4):
            done += sum(asked(db, 0) is None for _dossier in range(6))
            clock.shift(HOUR)
    assert done == 16, "fifteen, and what three hours gave back"


def test_the_first_wait_after_slips_is_ten_seconds_and_the_longest_an_hour(app: Flask) -> None:
    assert [round(limits.delay(failures), 1) for failures in (0, 3, 4, 5)] == [0, 0, 10.5, 18.9]
    assert [limits.delay(failures) for failures in (13, 14, 15, 1000)] == [1.8**13, 3600, 3600, 3600]
