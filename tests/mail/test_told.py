"""What became of a mail, in words, and why a server refuses one; what waits, to whom it concerns."""

import mailbox
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family, decide
from tests.support.logs import logged
from tests.support.reports import report
from wizard import clock
from wizard.db import connect, transaction
from wizard.french import plain
from wizard.services import bounces, confirming, mail_state
from wizard.services import outbox as outbox_service
from wizard.services.outbox import enqueue
from wizard.settings import Bounces
from wizard.stores import accounts, outbox, outbox_state

START = datetime(2026, 11, 24, 9, 52, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("5.1.1", "adresse inconnue"),
        ("5.1.2", "nom de domaine inconnu"),
        ("5.1.3", "adresse inconnue"),
        ("5.1.10", "adresse inconnue"),
        ("5.2.1", "boîte fermée"),
        ("5.2.2", "boîte pleine"),
        ("4.2.2", "boîte pleine"),
        ("5.4.4", "serveur de courriel injoignable"),
        ("4.4.1", "serveur de courriel injoignable"),
        ("5.7.1", "refusé par la sécurité de la messagerie"),
        ("5.0.0", "refusé par la messagerie"),
        ("5.2.3", "refusé par la messagerie"),
        ("4.1.1", "messagerie indisponible"),
        ("4.7.0", "messagerie indisponible"),
    ],
)
def test_why_a_server_refuses(status: str, told: str) -> None:
    assert bounces.reason(status) == told


@pytest.mark.parametrize(
    ("became", "in_short", "of_answer"),
    [
        ("tries = 0", "en attente depuis le 24 novembre 2026 à 10 h 52", "courriel à 11 h 02"),
        ("error = 'plus tard'", "en attente depuis le 24 novembre 2026 à 10 h 52 : plus tard", "courriel à 11 h 02"),
        ("due_at = '2026-11-25T07:05:00+00:00'", "en attente depuis le 24 novembre 2026 à 10 h 52",
            "courriel à 8 h 05 le 25 novembre 2026"),
        ("sent_at = '2026-11-24T10:00:00+00:00'", "envoyé le 24 novembre 2026 à 11 h 00", "courriel parti à 11 h 00"),
        ("sent_at = '2026-11-24T23:30:00+00:00'", "envoyé le 25 novembre 2026 à 0 h 30",
            "courriel parti à 0 h 30 le 25 novembre 2026"),
        ("sent_at = '2026-11-24T10:00:00+00:00', returned = '5.2.2'",
            "envoyé le 24 novembre 2026 à 11 h 00, refusé : boîte pleine",
            "courriel parti à 11 h 00, refusé : boîte pleine"),
        ("failed_at = '2026-11-24T10:00:00+00:00', error = '550 inconnu'",
            "refusé le 24 novembre 2026 à 11 h 00 : 550 inconnu",
            "courriel refusé le 24 novembre 2026 à 11 h 00 : 550 inconnu"),
    ],
)  # fmt: skip
def test_what_became_of_a_mail(db: Database, became: str, in_short: str, of_answer: str) -> None:
    family = a_family(db)
    account = accounts.by_id(db, family.account)
    assert account
    with time_machine.travel(START, tick=False), transaction(db):
        enqueue(db, "email_changed", account.email)
        number = outbox.last(db)
    db.execute(f"UPDATE outbox SET due_at = '2026-11-24T10:02:00+00:00', {became}")
    assert [*map(plain, mail_state.last(db, family.household))] == [in_short]
    assert plain(mail_state.of_answer(outbox.of_number(db, number))) == of_answer


def test_what_waits_is_told_in_the_order_in_which_it_leaves(db: Database) -> None:
    assert outbox_state.next_due(db) is None and outbox.waiting(db) == ()
    for number, recipient in enumerate(
        ("later@exemple.fr", "camille@exemple.fr", "sent@exemple.fr", "never@exemple.fr")
    ):
        with time_machine.travel(START - timedelta(minutes=number), tick=False), transaction(db):
            enqueue(db, "no_account", recipient)
    db.execute("UPDATE outbox SET sent_at = due_at WHERE recipient LIKE 'sent%'")
    db.execute("UPDATE outbox SET failed_at = due_at WHERE recipient LIKE 'never%'")
    first, second = outbox.waiting(db)
    assert (
        first[1:]
        == ("camille@exemple.fr", START - timedelta(minutes=1))
        == ("camille@exemple.fr", outbox_state.next_due(db))
    )
    assert second == (first[0], "later@exemple.fr", START) and first[0].startswith("Mairie")


def test_a_mailbox_that_does_not_open_is_tried_less_often_and_told(
    app: Flask, db: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    waited: list[float] = []
    folder, other = tmp_path / "retours", connect(app.config["PORTAIL"].database)
    db.execute("PRAGMA busy_timeout = 50")

    class Stop(Event):
        """Lets no time pass; the mailbox opens at last, then the database is held for one look."""

        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0)
            if len(waited) == 8:
                mailbox.Maildir(folder).add(report("<0@famille.oudon.example>"))
                other.execute("BEGIN IMMEDIATE")
            if len(waited) == 9:
                other.execute("ROLLBACK")
            return len(waited) == 10

    bounces.watch(db, replace(app.config["PORTAIL"], bounces=Bounces(folder, "", 993, "", "", 30)), Stop())
    other.close()
    assert waited == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800, 30]
    assert [message.get_flags() for message in mailbox.Maildir(folder)] == ["S"]
    words = f"ERROR the mailbox of what comes back does not open: NoSuchMailboxError {folder}"
    assert logged(caplog, bounces.__name__) == [f"{words} (next try in {pause} s)" for pause in waited[1:8]] + [
        "WARNING the database is busy: database is locked"
    ]


def test_no_mailbox_is_watched_where_the_town_has_none(app: Flask, db: Database) -> None:
    bounces.watch(db, app.config["PORTAIL"], Event())


@pytest.mark.parametrize(
    ("name", "longest", "told"),
    [("A" * 30, 30, True), ("A" * 31, 30, False), ("A" * 60, 60, True), ("exemple.fr", 60, False)],
)
def test_a_name_that_may_be_a_message_is_not_told(name: str, longest: int, told: bool) -> None:
    assert outbox_service.harmless(name, longest) == (name if told else None)


@pytest.mark.parametrize(("letters", "by"), [(52, "Camille AAA"), (53, "Un parent")])
def test_a_contact_is_told_who_named_them_unless_the_name_is_long(db: Database, letters: int, by: str) -> None:
    family = a_family(db, "A" * letters)
    db.execute(
        "UPDATE declarations SET data = json_set(data, '$.identity.email', 'jeanne@exemple.fr') WHERE person = 3"
    )
    decide(db, family.id)
    with transaction(db):
        confirming.tell(db, family.household, clock.now())
    ((subject,),) = db.execute("SELECT subject FROM outbox").fetchall()
    assert by in subject, subject
