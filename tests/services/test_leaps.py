"""A clock that leaps ahead deletes nothing by itself; after a long closure, the portal deletes again within a week."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient
from tests.support.walk import begin, sign_up
from wizard.clock import now
from wizard.commands import bring_up_to_date
from wizard.services import leaps, regularly, retention
from wizard.services.regularly import Done

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def purged(app: Flask, db: Database) -> Callable[[], bool]:
    """Purge as the portal does by itself, and say whether it did."""

    def purged() -> bool:
        database = app.config["PORTAIL"].database
        with app.app_context():
            retention.purge_by_itself(db, app.config["PORTAIL"], now())
        return regularly.last(database, Done.PURGE) == now()

    return purged


def drafts(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM drafts").fetchone()[0])


@pytest.mark.parametrize(("away", "sure"), [(timedelta(days=7), True), (timedelta(days=7, seconds=1), False)])
def test_more_than_a_week_after_the_last_purge_nothing_is_deleted(
    client: CheckedClient, db: Database, clock: time_machine.Traveller, purged: Callable[[], bool],
    away: timedelta, sure: bool,
) -> None:  # fmt: skip
    assert purged()
    begin(client)
    clock.shift(away)
    assert purged() is sure and drafts(db) == (0 if sure else 1)


@pytest.mark.parametrize("write", [begin, sign_up])
def test_without_a_purge_what_was_written_last_tells(
    client: CheckedClient, clock: time_machine.Traveller, purged: Callable[[], bool],
    write: Callable[[CheckedClient], object],
) -> None:  # fmt: skip
    write(client)
    clock.shift(timedelta(days=365))
    assert not purged()


def test_families_who_come_at_the_wrong_hour_do_not_make_it_right(
    app: Flask, client: CheckedClient, db: Database, clock: time_machine.Traveller, purged: Callable[[], bool]
) -> None:
    begin(client)
    assert purged()
    clock.shift(timedelta(days=365))
    assert not purged()
    sign_up(client)
    clock.shift(timedelta(days=6, hours=23))
    assert not purged() and drafts(db)
    clock.shift(-timedelta(days=371, hours=20))
    assert purged() and leaps.doubted(app.config["PORTAIL"].database, now()) is None


def test_who_comes_before_the_first_purge_does_not_make_the_hour_right(
    app: Flask, client: CheckedClient, db: Database, clock: time_machine.Traveller, purged: Callable[[], bool]
) -> None:
    begin(client)
    clock.shift(timedelta(days=365))
    with app.app_context():
        bring_up_to_date(db)  # as each start does, before anyone is served
    sign_up(client)
    assert not purged() and drafts(db)


def test_a_portal_closed_for_the_holidays_purges_again_a_week_after(
    app: Flask, client: CheckedClient, db: Database, clock: time_machine.Traveller, purged: Callable[[], bool]
) -> None:
    begin(client)
    assert purged()
    clock.shift(timedelta(days=21))
    days = 0
    while not purged():
        clock.shift(timedelta(days=1, seconds=30))  # what it does each day takes a while
        days += 1
        assert days <= 7
    assert days == 7 and not drafts(db)
    assert regularly.last(app.config["PORTAIL"].database, Done.DOUBT) is None


@pytest.mark.parametrize("days", [0, 1, 6])
def test_a_second_leap_within_the_week_makes_no_hour_right(
    app: Flask, client: CheckedClient, db: Database, clock: time_machine.Traveller, purged: Callable[[], bool],
    days: int,
) -> None:  # fmt: skip
    begin(client)
    assert purged()
    clock.shift(timedelta(days=365))
    assert not purged()
    for _day in range(days):
        clock.shift(timedelta(days=1))
        assert not purged()
    clock.shift(timedelta(days=365))
    assert not purged() and drafts(db)
    assert leaps.doubted(app.config["PORTAIL"].database, now()) == now(), "doctor tells it"
    for _day in range(6):
        clock.shift(timedelta(days=1))
        assert not purged()
    clock.shift(timedelta(days=1))
    assert purged() and not drafts(db)
    assert not list(app.config["PORTAIL"].database.parent.glob("*.looked"))


def test_a_portal_off_for_some_days_of_the_week_of_doubt_purges_at_its_end_all_the_same(
    client: CheckedClient, clock: time_machine.Traveller, purged: Callable[[], bool]
) -> None:
    begin(client)
    assert purged()
    clock.shift(timedelta(days=21))
    assert not purged()
    clock.shift(timedelta(days=4))
    assert not purged()
    clock.shift(timedelta(days=3))
    assert purged()


def test_a_clock_set_right_in_the_week_of_doubt_then_wrong_again_is_doubted_again(
    client: CheckedClient, db: Database, clock: time_machine.Traveller, purged: Callable[[], bool]
) -> None:
    begin(client)
    assert purged()
    begin(client)
    clock.shift(timedelta(days=365))
    assert not purged()
    clock.shift(timedelta(days=1))
    assert not purged()
    clock.shift(-timedelta(days=366))
    assert purged() and drafts(db)
    clock.shift(timedelta(days=366))
    assert not purged() and drafts(db)


def test_a_purge_in_a_year_tells_nothing(
    app: Flask, client: CheckedClient, clock: time_machine.Traveller, purged: Callable[[], bool]
) -> None:
    regularly.note(app.config["PORTAIL"].database, Done.PURGE, now() + timedelta(days=365))
    sign_up(client)
    assert purged()
    regularly.note(app.config["PORTAIL"].database, Done.PURGE, now() + timedelta(days=365))
    clock.shift(timedelta(days=30))
    assert not purged()


def test_a_mark_of_another_account_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    regularly.note(tmp_path / "portail.db", Done.BACKUP, START)
    (theirs := tmp_path / "portail.db.saved").chmod(0o600)
    inode = theirs.stat().st_ino
    keep = theirs.open()  # its number is given to no other file

    def utime(path: Path, times: tuple[float, float]) -> None:
        if path.stat().st_ino == inode:
            raise PermissionError
        real(path, times)

    real = regularly.os.utime
    monkeypatch.setattr(regularly.os, "utime", utime)
    regularly.note(tmp_path / "portail.db", Done.BACKUP, START + timedelta(days=1))
    keep.close()
    assert regularly.last(tmp_path / "portail.db", Done.BACKUP) == START + timedelta(days=1)
    assert theirs.stat().st_mode & 0o777 == 0o600
