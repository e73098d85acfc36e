"""What is kept no longer: documents past their year, envelopes on 30 September, then the key of the year."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from tempfile import TemporaryFile

import pytest
import time_machine
from sqlite_utils import Database

from tests.documents.conftest import NEXT_YEAR, YEAR, Home, converted, kept_bytes
from wizard.clock import now
from wizard.db import close_connections, get_documents, transaction
from wizard.models import Destination
from wizard.services import retention
from wizard.services.documents import expiring, keeping, sweeping, uploads, vault, year_keys
from wizard.services.duplicates.records import fold
from wizard.settings import get_settings
from wizard.stores import people

END = date(2027, 8, 31)


def keep(db: Database, home: Home, kind: str, until: date | None) -> int:
    return keeping.keep(db, home.account, kind, home.child, YEAR, converted(), until)


@pytest.mark.parametrize(
    ("until", "months", "last_day"),
    [
        (END, 0, END),
        (date(2026, 12, 31), 0, END),
        (date(2028, 3, 1), 0, date(2028, 3, 1)),
        (None, 0, date(2027, 9, 29)),
        (END, 2, date(2027, 10, 31)),
        (None, 1, date(2027, 10, 29)),
    ],
)
def test_a_document_is_kept_to_the_end_of_the_year_that_it_serves(
    db: Database, home: Home, hand: time_machine.Traveller, until: date | None, months: int, last_day: date
) -> None:
    number = keep(db, home, "pai", until)
    settings = replace(get_settings(), documents=replace(get_settings().documents, months=months))
    for day, left in ((last_day, {number: 3}), (last_day + timedelta(days=1), {})):
        hand.move_to(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
        expiring.purge(db, settings, now())
        assert kept_bytes() == left, day
    assert not db.execute("SELECT 1 FROM documents").fetchone()


def test_on_30_september_envelopes_go_what_is_valid_stays_and_the_key_of_the_year_is_deleted(
    db: Database, home: Home, hand: time_machine.Traveller
) -> None:
    insured = keep(db, home, "assurance", date(2027, 12, 31))
    keep(db, home, "vaccinations", END)
    vault.seal(home.child, YEAR, {"pai": ["oui"]})
    hand.move_to(datetime(2027, 9, 29, 1, tzinfo=UTC))
    done = expiring.purge(db, get_settings(), now())
    assert (done.documents, done.envelopes, done.years) == (1, 0, ())
    assert vault.unseal(home.child, YEAR)
    hand.move_to(datetime(2027, 9, 30, 1, tzinfo=UTC))
    done = expiring.purge(db, get_settings(), now())
    assert (done.documents, done.envelopes, done.years) == (0, 1, (YEAR,))
    assert set(year_keys.states()) == {NEXT_YEAR} and vault.content(insured) == b"un document"
    with pytest.raises(vault.Unreadable):
        vault.unseal(home.child, YEAR)
    assert keeping.held(db, home.household, home.child, NEXT_YEAR)["assurance"].id == insured
    assert expiring.purge(db, get_settings(), now()) == expiring.Expired()
    beside = get_settings().documents.years.parent
    for day in range(1, 8):  # the copies of a week hold it, in case the clock was wrong
        assert [path for path in beside.glob("years.keys*") if YEAR in path.read_text()], day
        hand.shift(timedelta(days=1))
        expiring.purge(db, get_settings(), now())
    assert not [path for path in beside.glob("years.keys*") if YEAR in path.read_text()]


def test_what_has_no_end_is_kept_for_the_year_that_it_was_used_for_again(
    db: Database, home: Home, hand: time_machine.Traveller
) -> None:
    number = keep(db, home, "pai", None)
    with transaction(db):
        keeping.carry_over(db, home.household, home.child, NEXT_YEAR)
    hand.move_to(datetime(2028, 9, 29, 1, tzinfo=UTC))
    expiring.purge(db, get_settings(), now())
    assert vault.content(number)
    hand.move_to(datetime(2028, 9, 30, 1, tzinfo=UTC))
    assert expiring.purge(db, get_settings(), now()).documents == 1
    assert not kept_bytes() and YEAR not in year_keys.states()


def test_pages_sent_go_with_the_account_or_after_two_days(
    db: Database, home: Home, other_home: Home, hand: time_machine.Traveller
) -> None:
    """Another family may have the numbers of one that is gone: it finds nothing of it there."""
    to = [Destination(one.account.id, home.child, YEAR, "vaccinations") for one in (home, other_home)]
    for one in to:
        with TemporaryFile() as photo:
            photo.write(b"a photo")
            photo.seek(0)
            uploads.take(db, one, photo)
    assert uploads.pages(to[0]) and uploads.pages(to[1])
    with transaction(db):
        retention.erase(db, home.account, now())
    sweeping.leave_nothing(db)
    assert not uploads.pages(to[0]) and uploads.pages(to[1])
    hand.shift(uploads.LIFE - timedelta(minutes=1))
    expiring.purge(db, get_settings(), now())
    assert uploads.pages(to[1])
    hand.shift(timedelta(minutes=1))
    expiring.purge(db, get_settings(), now())
    assert not uploads.pages(to[1])
    assert get_documents().execute("SELECT count(*) FROM upload_parts").fetchone() == (0,)


def test_a_portal_whose_documents_were_never_made_is_purged_and_families_leave_it(db: Database, home: Home) -> None:
    close_connections()
    for path in get_settings().documents.file.parent.glob("documents.db*"):
        path.unlink()
    assert expiring.purge(db, get_settings(), now()) == expiring.Expired()
    with transaction(db):
        retention.erase(db, home.account, now())
    assert sweeping.leave_nothing(db) and not get_settings().documents.file.exists()


def test_a_damaged_file_of_keys_stops_neither_the_purge_nor_what_needs_no_key(
    db: Database, home: Home, hand: time_machine.Traveller
) -> None:
    keep(db, home, "vaccinations", END)
    get_settings().documents.years.write_text("{")
    hand.move_to(datetime(2028, 9, 30, 1, tzinfo=UTC))
    assert expiring.purge(db, get_settings(), now()).documents == 1
    assert get_settings().documents.years.read_text() == "{" and not kept_bytes()


def test_a_family_that_goes_takes_its_documents_and_envelopes_with_it_at_once(
    db: Database, home: Home, other_home: Home
) -> None:
    keep(db, home, "pai", None)
    keeping.keep(db, home.account, "domicile", None, YEAR, converted("à nous"), END)
    keeping.keep(db, other_home.account, "pai", other_home.child, YEAR, converted(), None)
    vault.seal(home.child, YEAR, {"pai": ["oui"]})
    vault.seal(other_home.child, YEAR, {"pai": ["non"]})
    with transaction(db):
        retention.erase(db, home.account, now())
    assert sweeping.leave_nothing(db)
    # The child is of the other home too: what is the child's stays, what was the household's is gone.
    assert len(kept_bytes()) == 2 and vault.unseal(home.child, YEAR)
    with transaction(db):
        retention.erase(db, other_home.account, now())
    assert sweeping.leave_nothing(db)
    assert not kept_bytes()
    with pytest.raises(vault.Unreadable):
        vault.unseal(other_home.child, YEAR)


def test_two_records_of_a_child_made_one_keep_the_envelope_sealed_last(
    db: Database, home: Home, other_home: Home
) -> None:
    gone = other_home.child
    vault.seal(gone, YEAR, {"pai": ["oui"]})
    document = keeping.keep(db, other_home.account, "pai", gone, YEAR, converted(), None)
    with transaction(db):
        people.leave(db, other_home.household, home.child)
        fold(db, home.child, gone)
    assert vault.unseal(home.child, YEAR) == {"pai": ["oui"]}
    assert keeping.held(db, home.household, home.child, YEAR)["pai"].id == document
    vault.seal(home.child, YEAR, {"pai": ["non"]})
    vault.hand_over(home.child, gone)
    assert vault.unseal(home.child, YEAR) == {"pai": ["non"]}
    sweeping.drop_nobody_s(db)
    with pytest.raises(vault.Unreadable):
        vault.unseal(gone, YEAR)
