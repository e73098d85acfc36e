"""What is purged and when, what is kept, and that nothing of it is left in the files."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, submit
from tests.support.families import a_family, decide
from tests.support.logs import logged
from tests.support.outbox import WRITTEN
from tests.support.walk import EMAIL, PASSWORD, begin, open_entourage, sign_in, sign_up
from wizard.clock import now
from wizard.db import connect, transaction
from wizard.french import plain
from wizard.models import Account, Recognition, Role
from wizard.services import limits, outbox, retention, tokens
from wizard.services.retention import PurgeReport, years_before
from wizard.stores import accounts, families, people
from wizard.stores import outbox as mails
from wizard.stores.families import KnownFamily

Purge = Callable[..., PurgeReport]
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def purge(app: Flask, db: Database) -> Purge:
    """Purge as it will be done `later`."""

    def purge(**later: float) -> PurgeReport:
        with app.app_context():
            return retention.purge(db, app.config["PORTAIL"], now() + timedelta(**later))

    return purge


def count(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def the_account(db: Database, household: int) -> Account:
    (row,) = db.execute("SELECT id FROM accounts WHERE household = ?", (household,)).fetchall()
    found = accounts.by_id(db, row[0])
    assert found is not None
    return found


def bytes_of(db: Database) -> bytes:
    """Return all that the database's files hold."""
    path = Path(db.execute("PRAGMA database_list").fetchone()[2])
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_nothing_in_use_is_purged(client: CheckedClient, db: Database, purge: Purge) -> None:
    begin(client)
    a_family(db)
    before = {table: count(db, table) for table in db.table_names()}
    assert purge(hours=1) == PurgeReport(0, 0, 0, 0, 0, 0, 0, 0, True)
    assert {table: count(db, table) for table in db.table_names()} == before


def test_a_draft_goes_a_day_after_its_last_step(client: CheckedClient, db: Database, purge: Purge) -> None:
    page = begin(client)
    submit(client, page, given_name="Enguerrande", birth_name="Kervarrec")
    assert purge(hours=23).drafts == 0
    assert purge(hours=25).drafts == 1
    assert count(db, "draft_answers") == count(db, "draft_tokens") == count(db, "draft_posts") == 0
    assert b"Kervarrec" not in bytes_of(db)


def test_an_address_idle_for_half_an_hour_goes_and_its_draft_stays(
    client: CheckedClient, db: Database, purge: Purge
) -> None:
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, now())
    open_entourage(client)
    assert count(db, "draft_tokens") == 1
    purge(minutes=29)
    assert count(db, "draft_tokens") == 1
    assert purge(minutes=31).drafts == 0
    assert count(db, "draft_tokens") == 0 and count(db, "drafts") == 1


def test_what_a_finished_sign_up_s_address_opens_goes_after_a_week(
    client: CheckedClient, db: Database, purge: Purge
) -> None:
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, now())
    purge(days=6)
    assert count(db, "receipts") == 1
    purge(days=8)
    assert count(db, "receipts") == 0 and count(db, "accounts") == 1


def test_an_account_never_activated_goes_after_a_week_without_a_trace(
    client: CheckedClient, db: Database, purge: Purge
) -> None:
    sign_up(client)
    assert purge(days=6).unactivated == 0
    report = purge(days=8)
    assert report.unactivated == 1
    assert count(db, "accounts") == count(db, "households") == count(db, "people") == count(db, "receipts") == 0
    assert count(db, "tombstones") == 0
    assert b"Camille" not in bytes_of(db)


def test_an_expired_link_is_known_for_as_long_as_its_account_waits(
    app: Flask, client: CheckedClient, db: Database, purge: Purge
) -> None:
    sign_up(client)
    assert purge(days=6).tokens == 0
    with app.app_context():
        account = accounts.by_email(db, EMAIL)
        assert account is not None
        assert tokens.issue(db, "password", account=account.id, lifetime=timedelta(minutes=30))
    purge(days=8)
    assert count(db, "tokens") == 0


def test_an_owner_is_warned_a_month_before_and_the_account_then_goes(
    app: Flask, db: Database, purge: Purge, clock: time_machine.Traveller
) -> None:
    dossier = a_family(db, name="Kervarrec")
    account = the_account(db, dossier.household)
    clock.move_to(START.replace(year=2028, month=10, day=20))
    assert purge().warned == 0
    clock.move_to(START.replace(year=2028, month=10, day=25))
    assert purge().warned == 1
    assert purge().warned == 0
    (mail,) = db.query(WRITTEN)
    assert mail["recipient"] == account.email
    assert "24 novembre 2028" in plain(mail["body_text"])
    clock.move_to(START.replace(year=2028, month=11, day=23))
    assert purge().inactive == 0
    clock.move_to(START.replace(year=2028, month=11, day=25))
    assert purge().inactive == 1
    for table in ("accounts", "households", "people", "dossiers", "dossier_people", "journal", "addresses", "outbox"):
        assert count(db, table) == 0, table
    assert count(db, "tombstones") == 1
    for trace in (b"Kervarrec", b"Jeanne", "Loïc".encode(), b"rue de la Loire", b"33612345678", account.email.encode()):
        assert trace not in bytes_of(db), trace


def test_an_account_found_asleep_late_still_has_its_month(
    db: Database, purge: Purge, clock: time_machine.Traveller
) -> None:
    a_family(db)
    clock.move_to(START.replace(year=2030))
    report = purge()
    assert (report.warned, report.inactive) == (1, 0)
    assert "24 décembre 2030" in plain(db.execute("SELECT unsealed(body_text) FROM outbox").fetchone()[0])
    assert purge(days=29).inactive == 0
    assert purge(days=31).inactive == 1


def test_signing_in_after_the_warning_keeps_the_account(
    client: CheckedClient, db: Database, purge: Purge, clock: time_machine.Traveller
) -> None:
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, now())
    clock.move_to(START.replace(year=2028, month=11, day=1))
    assert purge().warned == 1
    page = submit(client, client.get("/entourage"), username=EMAIL, password=PASSWORD)
    assert page.status_code == 303
    assert purge(days=300).inactive == 0


def test_a_child_whom_another_household_shares_stays_with_it(
    db: Database, purge: Purge, clock: time_machine.Traveller
) -> None:
    gone, kept = a_family(db), a_family(db, name="Durand", given_name="Dominique", phone="+33698765432")
    decide(db, gone.id)
    decide(db, kept.id)
    child = next(member for member in people.members(db, gone.household) if member.role is Role.CHILD)
    with transaction(db):
        people.add_member(db, kept.household, child.person, Role.CHILD)
    clock.move_to(START.replace(year=2028, month=11, day=1))
    purge()
    with transaction(db):
        accounts.touch(db, the_account(db, kept.household).id, now())
    assert purge(days=40).inactive == 1
    names = {member.identity.name for member in people.members(db, kept.household)}
    assert names == {"Dominique Durand", "Loïc Durand", "Loïc Martin", "Jeanne Le Goff"}


def test_limits_and_failures_go_after_a_day(app: Flask, db: Database, purge: Purge) -> None:
    with app.app_context():
        limits.take(db, "someone", 3, timedelta(hours=1))
        limits.start_attempt(db, "someone else")
    assert purge(hours=23).limits == 0
    assert purge(hours=25).limits == 2


def test_a_known_family_goes_fifteen_months_after_the_last_file_that_holds_it(
    db: Database, purge: Purge, clock: time_machine.Traveller
) -> None:
    gone, kept = KnownFamily("OUD-1", "Kervarrec", "Ana", "ana@exemple.fr"), KnownFamily("OUD-2", "Roux", "Léo", None)
    dossier = a_family(db)
    with transaction(db):
        for family in (gone, kept):
            families.save(db, family, now())
        families.recognise(db, dossier.household, gone, Recognition.EMAIL)
    clock.shift(timedelta(days=300))
    with transaction(db):
        families.save(db, kept, now())
    assert purge(days=155).families == 0
    assert purge(days=160).families == 1
    assert db.execute("SELECT enfance_key FROM known_families").fetchall() == [("OUD-2",)]
    assert families.tie(db, dossier.household).enfance_key == "OUD-1"
    assert b"Kervarrec" not in bytes_of(db)


def test_parents_are_told_how_long_all_of_it_is_kept(client: CheckedClient) -> None:
    page = " ".join(client.get("/confidentialite").text.split())
    assert "15 mois après le dernier fichier qui la contient" in page
    assert "12 mois, même si le dossier est effacé avant" in page
    assert "gardée 90 jours au plus" in page


def test_a_session_goes_when_it_is_over(client: CheckedClient, db: Database, purge: Purge) -> None:
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, now())
    sign_in(client)
    assert purge(hours=7).sessions == 0
    assert purge(hours=9).sessions == 1


def test_a_form_held_for_who_does_not_come_back_goes_after_an_hour(
    client: CheckedClient, db: Database, purge: Purge, clock: time_machine.Traveller
) -> None:
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, now())
    sign_in(client)
    page = client.get("/espace/donnees/courriel")
    clock.shift(timedelta(minutes=31))
    submit(client, page, email="neuve@exemple.fr", password=PASSWORD)
    purge(minutes=59)
    assert count(db, "held_forms") == 1
    purge(minutes=61)
    assert count(db, "held_forms") == 0


def test_the_row_of_a_mail_goes_a_month_after_it_left(app: Flask, db: Database, purge: Purge) -> None:
    with app.app_context(), transaction(db):
        outbox.enqueue(db, "no_account", "inconnue@exemple.fr")
        outbox.enqueue(db, "no_account", "partie@exemple.fr")
        outbox.enqueue(db, "no_account", "refusee@exemple.fr")
    waiting, *others = (mails.claim(db, lease=str(n), now=now(), until=now() + timedelta(minutes=1)) for n in range(3))
    sent, refused = others
    assert waiting and sent and refused
    mails.mark_sent(db, sent, now())
    mails.give_up(db, refused, now(), "550 inconnu")
    assert purge(days=29).mails == 0
    assert purge(days=31).mails == 2
    assert db.execute("SELECT recipient FROM outbox").fetchall() == [("inconnue@exemple.fr",)]


def test_the_portal_purges_by_itself_once_a_day(
    app: Flask, client: CheckedClient, db: Database, clock: time_machine.Traveller
) -> None:
    begin(client)
    clock.shift(timedelta(days=2))
    waited: list[float] = []

    class Stop(Event):
        """Lets no time pass, and stops at the third wait."""

        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0)
            return len(waited) == 3

    with app.app_context():
        retention.daily(db, app.config["PORTAIL"], Stop())
    assert waited == [60, 86400, 86400]
    assert count(db, "drafts") == 0


def test_a_purge_that_finds_the_database_busy_is_made_a_minute_later(
    app: Flask, client: CheckedClient, db: Database, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    begin(client)
    clock.shift(timedelta(days=2))
    waited: list[float] = []
    other = connect(app.config["PORTAIL"].database)
    db.execute("PRAGMA busy_timeout = 50")

    class Stop(Event):
        """Lets no time pass; the database is held during the first purge."""

        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0)
            other.execute({1: "BEGIN IMMEDIATE", 2: "ROLLBACK"}.get(len(waited), "SELECT 1"))
            return len(waited) == 3

    with app.app_context():
        retention.daily(db, app.config["PORTAIL"], Stop())
    other.close()
    assert waited == [60, 60, 86400]
    busy, done = logged(caplog, retention.__name__)
    assert busy == "WARNING nothing purged, the database is busy: database is locked"
    assert done.startswith("INFO purged: PurgeReport(drafts=1, ")
    assert count(db, "drafts") == 0


def test_what_a_killed_restoration_left_beside_the_database_is_deleted(purge: Purge, instance: Path) -> None:
    (left := instance / ".portail.db.421.part").touch()
    os.utime(left, (START.timestamp(), START.timestamp()))
    purge(hours=23)
    assert left.exists()
    purge(hours=25)
    assert not left.exists()


def test_a_reader_that_does_not_end_is_told(
    app: Flask, client: CheckedClient, db: Database, purge: Purge, instance: Path
) -> None:
    sign_up(client)
    with closing(connect(instance / "portail.db").conn) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()
        db.execute("PRAGMA busy_timeout = 100")
        assert purge(days=8).emptied is False
    assert purge(days=8).emptied is True
    assert b"Camille" not in bytes_of(db)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [((2028, 2, 29), 2, (2026, 2, 28)), ((2028, 2, 29), 4, (2024, 2, 29)), ((2026, 3, 1), -2, (2028, 3, 1))],
)
def test_two_years_are_counted_from_day_to_day(
    day: tuple[int, int, int], years: int, expected: tuple[int, int, int]
) -> None:
    assert years_before(datetime(*day, tzinfo=UTC), years) == datetime(*expected, tzinfo=UTC)
