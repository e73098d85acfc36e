"""Limits: token buckets, and delays that grow."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from wizard.db import close_connections, get_db, passing, transaction
from wizard.services import limits

MINUTE = timedelta(minutes=1)
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app_context")


def test_a_bucket_gives_what_it_holds_then_says_how_long_to_wait(db: Database) -> None:
    with time_machine.travel(START, tick=False):
        assert [limits.take(db, "essai", 3, MINUTE) for _ in range(3)] == [None, None, None]
        assert limits.take(db, "essai", 3, MINUTE) == timedelta(seconds=20)


def test_a_bucket_fills_again_with_time_and_refusals_cost_nothing(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(3):
            limits.take(db, "essai", 3, MINUTE)
        for _ in range(10):
            assert limits.take(db, "essai", 3, MINUTE)
        clock.shift(20)
        assert limits.take(db, "essai", 3, MINUTE) is None
        assert limits.take(db, "essai", 3, MINUTE) == timedelta(seconds=20)


def test_refusals_close_together_do_not_lose_the_time_gone_by(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        limits.take(db, "essai", 1, MINUTE)
        for _ in range(5):
            clock.shift(10)
            assert limits.take(db, "essai", 1, MINUTE)
        clock.shift(10)
        assert limits.take(db, "essai", 1, MINUTE) is None


def test_a_bucket_never_holds_more_than_its_capacity(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        limits.take(db, "essai", 2, MINUTE)
        clock.shift(timedelta(days=1))
        assert [limits.take(db, "essai", 2, MINUTE) is None for _ in range(3)] == [True, True, False]


def test_a_clock_set_back_gives_nothing_away(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        limits.take(db, "essai", 1, MINUTE)
        clock.shift(timedelta(hours=-1))
        assert limits.take(db, "essai", 1, MINUTE) == MINUTE


def test_twenty_takers_at_once_get_no_more_than_the_bucket_holds(app: Flask) -> None:
    def take(_: int) -> bool:
        with app.app_context():
            taken = limits.take(get_db(), "essai", 5, timedelta(days=1)) is None
        close_connections()
        return taken

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(take, range(20))) == 5


def test_a_count_does_not_wait_for_the_disk_and_what_follows_does(db: Database) -> None:
    def synchronous() -> int:
        return int(db.execute("PRAGMA synchronous").fetchone()[0])

    assert synchronous() == 2
    with pytest.raises(KeyError), passing(db):
        assert synchronous() == 1
        raise KeyError
    assert synchronous() == 2 and not db.conn.in_transaction
    with transaction(db):
        limits.take_all(db, ("essai", 1, MINUTE))
        assert synchronous() == 2
    assert limits.take_all(db, ("essai", 1, MINUTE)) and synchronous() == 2


def test_several_buckets_are_taken_from_together_or_not_at_all(db: Database) -> None:
    with time_machine.travel(START, tick=False):
        small, large = ("petit", 1, MINUTE), ("grand", 3, MINUTE)
        assert limits.take_all(db, small, large) is None
        assert [limits.take_all(db, small, large) for _ in range(5)] == [MINUTE] * 5
        assert [limits.take_all(db, large) for _ in range(3)] == [None, None, timedelta(seconds=20)]


def test_a_wider_network_holds_twice_as_many(db: Database) -> None:
    with time_machine.travel(START, tick=False):
        sent = [limits.take_all(db, *limits.around("x", (f"64 {n}", "56", "48"), 2, MINUTE)) for n in range(8)]
        assert sum(wait is None for wait in sent) == 4, "a /56, whatever its networks"


def test_the_first_slips_cost_nothing_then_the_delay_grows_up_to_an_hour() -> None:
    delays = [limits.delay(failures) for failures in range(60)]
    assert delays[:4] == [0, 0, 0, 0]
    assert 10 <= delays[4] < 11
    assert all(later == pytest.approx(1.8 * sooner) for sooner, later in pairwise(delays[4:13]))
    assert delays[14:] == [3600] * 46


def test_an_attempt_too_soon_is_not_made_and_not_counted(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert [limits.start_attempt(db, "essai") for _ in range(4)] == [None] * 4
        wait = limits.start_attempt(db, "essai")
        assert wait is not None and 10 <= wait.total_seconds() < 11
        assert limits.start_attempt(db, "essai") == wait
        clock.shift(wait)
        clock.shift(1)
        assert limits.start_attempt(db, "essai") is None
        longer = limits.start_attempt(db, "essai")
        assert longer is not None and longer > timedelta(seconds=18)


def test_a_success_forgets_the_failures(db: Database) -> None:
    for _ in range(4):
        limits.start_attempt(db, "essai")
    limits.forget(db, "essai")
    assert [limits.start_attempt(db, "essai") for _ in range(4)] == [None] * 4


def test_an_attempt_that_could_not_be_made_is_uncounted(db: Database) -> None:
    for _ in range(20):
        assert limits.start_attempt(db, "essai") is None
        limits.take_back(db, "essai")


def test_a_list_of_stolen_passwords_is_slowed_whoever_they_are_of(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FAILURES_PER_NETWORK", 20)
    with time_machine.travel(START, tick=False) as clock:
        waits = [limits.start_sign_in(db, f"victime {number}", "réseau") for number in range(25)]
        assert waits[:20] == [None] * 20 and waits[20:] == [3 * MINUTE] * 5
        assert limits.start_sign_in(db, "victime 1", "autre réseau") is None
        clock.shift(3 * MINUTE)
        assert limits.start_sign_in(db, "victime 25", "réseau") is None


def test_those_who_sign_in_do_not_use_up_their_network(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FAILURES_PER_NETWORK", 3)
    for number in range(20):
        for made in (True, False):
            assert limits.start_sign_in(db, f"parent {number}", "réseau") is None
            limits.end_sign_in(db, f"parent {number}", "réseau", made=made)


def test_a_name_that_has_to_wait_does_not_use_up_the_network(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FAILURES_PER_NETWORK", 3)
    with time_machine.travel(START, tick=False):
        for number in range(limits.ATTEMPTS_PER_NAME):
            assert limits.start_sign_in(db, "attaqué", f"réseau {number}") is None
        assert all(limits.start_sign_in(db, "attaqué", "mairie") for _ in range(10))
        others = [limits.start_sign_in(db, f"parent {number}", "mairie") is None for number in range(4)]
        assert others == [True, True, True, False]


def test_a_sign_in_that_succeeds_or_cannot_be_made_does_not_use_up_its_name(db: Database) -> None:
    with time_machine.travel(START, tick=False):
        for number in range(limits.ATTEMPTS_PER_NAME + 10):
            assert limits.start_sign_in(db, "parent", f"réseau {number}") is None
            limits.end_sign_in(db, "parent", f"réseau {number}", made=number % 2 == 0)


def test_the_owner_waits_a_minute_at_most_after_an_attack_from_everywhere(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for number in range(200):
            limits.start_sign_in(db, "propriétaire", f"réseau {number}")
        for _try in range(20):  # to insist costs nothing
            wait = limits.start_sign_in(db, "propriétaire", "chez soi")
            assert wait is not None and wait <= MINUTE
        clock.shift(MINUTE)
        assert limits.start_sign_in(db, "propriétaire", "chez soi") is None


def test_a_day_without_failure_forgets_them(db: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(4):
            limits.start_attempt(db, "essai")
        clock.shift(timedelta(days=1, seconds=1))
        assert [limits.start_attempt(db, "essai") for _ in range(4)] == [None] * 4
