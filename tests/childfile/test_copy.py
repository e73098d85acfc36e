"""The copy of a family's data, word for word: `copy.txt` is that of a home of which there is something to tell
everywhere, then that of the other home of its child, then what the town hall's copy of the first says otherwise.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import time_machine
from sqlite_utils import Database

from tests.childfile.conftest import CARE, CONSENT, HEALTH, YEAR, Files
from tests.documents.conftest import converted
from tests.support.families import ADDRESS, ask_more, decide
from tests.support.outbox import WRITTEN
from tests.support.rows import rows_of
from wizard import clock
from wizard.clock import now
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Account, NoteKind, Permission, Recognition, Source
from wizard.models.documents import DocumentReason, DocumentState
from wizard.services import amending, export, one_day, withdrawing
from wizard.stores import (
    amendments,
    confirmations,
    documents,
    exports,
    families,
    notes,
    openings,
    people,
    reviews,
)
from wizard.stores.exports import HandedOver, Held
from wizard.stores.families import KnownFamily

EXPECTED = Path(__file__).with_name("copy.txt")
WHERE = replace(ADDRESS, house_number="12", suffix="bis", citycode="44115", ban_id="44115_0123_00012_bis", lat=47.35,
    lon=-1.29, data_date="2026-10-01", to_check=False, apartment="4", building="B", floor="2")  # fmt: skip
BROUGHT, READ, GOOD, TO_GIVE_AGAIN = 1, 2, 3, 4


def live(files: Files, hand: time_machine.Traveller) -> None:
    """Let all that the copy tells of happen, each at another minute."""
    homes = files.homes
    db, child, contact, account = homes.db, homes.child, homes.contact, homes.cast.a.account
    homes.join()
    hand.shift(timedelta(minutes=1))
    homes.decide(homes.object_to(), "lever")
    hand.shift(timedelta(minutes=1))
    homes.object_to()
    hand.shift(timedelta(minutes=1))
    files.deposit(files.a, sante=HEALTH, accueils=CARE | {"services": ["cantine"]})
    hand.shift(timedelta(minutes=1))
    files.deposit(files.a, sante=HEALTH, autorisations=CONSENT | {"swimming": "non"})
    hand.shift(timedelta(minutes=1))
    files.answer(files.a, "accueils", services=["matin"])
    files.answer(files.a, "sante", **HEALTH | {"reaction": "Appeler aussi sa mère"})
    with homes.app.app_context():
        for who, name in ((account, "Marc Durand"), (homes.cast.b.account, "Zoé Petit")):
            hand.shift(timedelta(minutes=1))
            one_day.give(db, who, [child], date(2026, 11, 25), name, "+33698765432")
        hand.shift(timedelta(minutes=1))
        one_day.contest(db, account, [2])
        hand.shift(timedelta(minutes=1))
        one_day.withdraw(db, account, [1])
    ask_more(db, homes.cast.a.dossier)
    hand.shift(timedelta(minutes=1))
    decide(db, homes.cast.a.dossier.id, Dominique="refused")
    hand.shift(timedelta(minutes=1))
    ask_more(db, homes.cast.a.dossier)
    town_hall(files, hand)
    take_back(files, hand)
    with transaction(db):
        confirmations.add(db, account.household, contact, child, Permission.COLLECT, "jeanne@exemple.fr", now())
        confirmations.add(db, account.household, contact, child, Permission.EMERGENCY, "jeanne@exemple.fr", now())
        db.execute("UPDATE confirmations SET agreed_at = ? WHERE what = 'collect'", (clock.stamp(now()),))
        changes = amending.of_email("camille@exemple.fr", "neuve@exemple.fr")
        amendments.add(db, account.household, account.person, changes, now())
        amendments.add(
            db, account.household, account.person, amending.of_email("neuve@exemple.fr", "n@exemple.fr"), now()
        )
        db.execute("UPDATE amendments SET seen_by = 2, seen_at = ? WHERE id = 2", (clock.stamp(now()),))
        amendments.add_by_town(db, account.household, account.person, changes, now(), 2, Source.PHONE)
        people.set_address(db, account.person, WHERE)
        db.execute("UPDATE people SET usage_name = 'Petit', phone = '+33240123456' WHERE id = ?", (account.person,))
        db.execute("UPDATE people SET birthdate = '2019-09', sex = 'm' WHERE id = ?", (child,))
        reviews.confirm(db, account.household, now())
        families.save(db, KnownFamily("OUD-1", "Kervarrec", "Camille", "autre@exemple.fr"), now())
        known = families.all_known(db)["OUD-1"]
        families.recognise(db, account.household, known, Recognition.AGENT)
        give_documents(files, hand)
    hand.shift(timedelta(minutes=1))


def take_back(files: Files, hand: time_machine.Traveller) -> None:
    """Let each home lose a right: the one of A is refused by the contact herself."""
    db, homes = files.homes.db, files.homes
    b_child, b_contact = (line.person for line in homes.cast.b.dossier.lines[1:3])
    with homes.app.test_request_context():
        for who, contact, right in (
            (homes.cast.a.account, homes.contact, (homes.child, Permission.EMERGENCY)),
            (homes.cast.b.account, b_contact, (b_child, Permission.COLLECT)),
        ):
            hand.shift(timedelta(minutes=1))
            withdrawing.withdraw(db, who, contact, [right])
    query = "UPDATE withdrawals SET declined = 1, seen_by = 2, seen_at = ? WHERE household = ?"
    db.execute(query, (clock.stamp(now() + timedelta(hours=1)), homes.cast.a.account.household))
    query = "UPDATE withdrawals SET declined = 1, agreed_at = ? WHERE household = ?"
    db.execute(query, (clock.stamp(now() + timedelta(hours=3)), homes.cast.b.account.household))
    query = "UPDATE authorisations SET withdrawn_at = ? WHERE purpose = 'outings'"
    db.execute(query, (clock.stamp(now() + timedelta(hours=2)),))


def town_hall(files: Files, hand: time_machine.Traveller) -> None:
    db, account = files.homes.db, files.homes.cast.a.account
    with transaction(db):
        for kind, text in ((NoteKind.SITUATION, "Séparation en cours"), (NoteKind.ABSENT, "Rappeler le soir")):
            hand.shift(timedelta(minutes=1))
            notes.add(db, account.household, kind, text, now(), 2, text)
        hand.shift(timedelta(minutes=1))
        notes.set_text(db, 1, "Séparation faite", now())
        hand.shift(timedelta(minutes=1))
        notes.end(db, 1, 2, now())
        for profile in ("iloise", "gone"):
            exports.hand_over(db, profile, HandedOver(account.household, now(), "", "", Held()))
    query = "SELECT id FROM outbox WHERE recipient = ? ORDER BY id LIMIT 3"
    first, second, third = (number for (number,) in db.execute(query, (account.email,)).fetchall())
    later = clock.stamp(now())
    db.execute("UPDATE outbox SET failed_at = ?, error = '550 inconnu' WHERE id = ?", (later, first))
    db.execute("UPDATE outbox SET sent_at = ?, returned = '5.2.2' WHERE id = ?", (later, second))
    db.execute("UPDATE outbox SET sent_at = ? WHERE id = ?", (later, third))


def give_documents(files: Files, hand: time_machine.Traveller) -> None:
    """Let a document stand in each of the ways that there are, one of health among them, and be opened."""
    db, child, account = files.homes.db, files.homes.child, files.homes.cast.a.account
    end = date(2027, 3, 1)
    documents.add(db, BROUGHT, "vaccinations", (child, None), YEAR, account.id, now(), None)
    documents.add(db, READ, "assurance", (child, None), YEAR, account.id, now(), converted(), end)
    documents.add(db, GOOD, "plus_demande", (None, account.household), YEAR, account.id, now(), converted(pages=1))
    documents.add(db, TO_GIVE_AGAIN, "ordonnance", (child, None), YEAR, account.id, now(), converted())
    db.execute("UPDATE documents SET analysed = 0 WHERE id = ?", (GOOD,))
    hand.shift(timedelta(minutes=1))
    documents.decide(db, GOOD, DocumentState.ACCEPTED, None, 2, now())
    documents.decide(db, TO_GIVE_AGAIN, DocumentState.REFUSED, DocumentReason.ILLEGIBLE, 2, now())
    db.execute("UPDATE agents SET name = 'Anne Le Goff' WHERE id = 1")
    for opened in ((READ, None, None), (None, child, YEAR)):
        for who in ({"agent": 1}, {"agent": 2}, {"account": account.id}, {"account": None}):
            hand.shift(timedelta(minutes=1))
            openings.note(db, opened, now(), **who)  # type: ignore[arg-type]


def lines(db: Database, account: Account, **options: bool) -> list[str]:
    """Return a copy, one line a record, without what is drawn at random."""
    copy = export.collect(db, account, [{"Prénom": "Ana"}], **options)
    text = "\n".join(
        line
        for title, records in copy.items()
        for line in (f"# {title}", *(" | ".join(map(" = ".join, record.items())) for record in records))
    )
    for number, reference in db.execute("SELECT id, reference FROM dossiers").fetchall():
        text = text.replace(reference, f"DOSSIER {number}")
    for number, key in db.execute("SELECT id, enfance_key FROM households WHERE known_family IS NULL").fetchall():
        text = text.replace(key, f"CLÉ {number}")
    return text.splitlines()


def test_the_copy_tells_all_in_its_words(online: Files, hand: time_machine.Traveller, tmp_path: Path) -> None:
    live(online, hand)
    homes = online.homes
    with homes.app.app_context():
        one, other = (lines(homes.db, family.account) for family in (homes.cast.a, homes.cast.b))
        of_the_town = lines(homes.db, homes.cast.a.account, health=False)
    found = [*one, "", "LE FOYER B", *other, "", "LA MAIRIE", *(line for line in of_the_town if line not in one)]
    (tmp_path / "copy.txt").write_text("\n".join([*found, ""]), "utf-8")
    assert found == EXPECTED.read_text("utf-8").splitlines(), f"see {tmp_path}/copy.txt"


def written(db: Database) -> list[str]:
    """Return all mails, without the links that open something and what all of them say, then all rows."""
    mails = [(*one.values(),) for one in db.query(f"SELECT name, recipient, subject, body_text FROM ({WRITTEN})")]
    common = set.intersection(*(set(body.splitlines()) for *_to, body in mails))
    text = [
        line
        for name, recipient, subject, body in mails
        for line in (f"# {name}, {recipient} : {subject}", *(one for one in body.splitlines() if one not in common))
    ]
    text += rows_of(db)
    for number, reference in db.execute("SELECT id, reference FROM dossiers").fetchall():
        text = [line.replace(reference, f"DOSSIER {number}") for line in text]
    return re.sub(r"/[\w-]{43}\b", "/…", plain("\n".join(text))).splitlines()


def test_what_was_written_meanwhile(online: Files, hand: time_machine.Traveller, tmp_path: Path) -> None:
    live(online, hand)
    found = written(online.homes.db)
    (tmp_path / "written.txt").write_text("\n".join([*found, ""]), "utf-8")
    assert found == EXPECTED.with_name("written.txt").read_text("utf-8").splitlines(), f"see {tmp_path}/written.txt"
