"""Mails that come back: tied to whom they were for by their Message-ID alone, told until one arrives."""

import mailbox
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family
from tests.support.imap import PASSWORD, Mailbox, serving
from tests.support.outbox import DOCUMENTS_KEY
from tests.support.reports import report
from tests.support.smtp import Postman, certificate
from wizard import clock
from wizard.cli import main
from wizard.db import transaction
from wizard.models import Dossier
from wizard.services import bounce_mailbox, bounces, delivery_reports, mail_state, outbox
from wizard.services.checks import mails
from wizard.settings import Bounces, SettingsError, load
from wizard.stores import accounts
from wizard.stores import bounces as store


@pytest.fixture
def family(db: Database) -> Dossier:
    return a_family(db)


def email_of(db: Database, family: Dossier) -> str:
    account = accounts.by_id(db, family.account)
    assert account
    return account.email


@pytest.fixture
def sent(db: Database, family: Dossier, server: Controller, postman: Postman) -> EmailMessage:
    """A mail to the family that a server took."""
    with transaction(db):
        outbox.enqueue(db, "email_changed", email_of(db, family))
    assert outbox.send_due(db).sent == 1
    return postman.taken[-1]


@pytest.fixture
def folder(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "retours")


def settings(folder: mailbox.Maildir) -> Bounces:
    return Bounces(Path(folder._path), "", 993, "", "")  # type: ignore[attr-defined]


HARD, SOFT, NOTHING = [("5.1.1", True)], [("4.4.1", False)], []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, HARD),
        ({"returned_type": "text/rfc822-headers"}, HARD),
        ({"status_type": "message/global-delivery-status", "returned_type": "message/global-headers"}, HARD),
        ({"action": "Failed", "status": "5.1.1 (unknown user)"}, HARD),
        ({"action": "delayed", "status": "4.4.1"}, SOFT),
        ({"action": "failed", "status": "4.4.1"}, SOFT),
        ({"action": "delayed", "status": "5.1.1"}, [("5.1.1", False)]),
        ({"action": "relayed", "status": "2.0.0"}, NOTHING),
        ({"status": "unknown"}, NOTHING),
        ({"status_type": "text/plain"}, NOTHING),
        ({"action": "failed\r\n"}, NOTHING),  # the status in a block that says no action
        ({"returned": "Message-ID: <0@famille.oudon.example>\r\n\r\n"}, NOTHING),
        ({"returned": "Subject: {id}\r\n\r\nMessage-ID: {id}"}, NOTHING),
        ({"returned": "", "words": "Message-ID: {id}"}, NOTHING),
        ({"returned_type": "text/plain"}, NOTHING),
        ({"returned": "In-Reply-To: {id}\r\n\r\n"}, NOTHING),
    ],
)
def test_a_report_counts_by_the_message_id_of_our_mail_alone(
    db: Database,
    family: Dossier,
    sent: EmailMessage,
    folder: mailbox.Maildir,
    changes: dict[str, str],
    expected: list[tuple[str, bool]],
) -> None:
    folder.add(report(str(sent["Message-ID"]), **changes))
    bounces.read(db, settings(folder))
    found = store.failing(db)
    assert [(one.status, one.permanent) for one in found] == expected
    assert all((one.household, one.email) == (family.household, email_of(db, family)) for one in found)
    assert store.of_household(db, family.household).keys() == {one.person for one in found}


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"Content-Type: multipart/report\r\n\r\n", b"Subject: bonjour\r\n\r\nx"]
)
def test_what_is_no_report_is_left_in_the_mailbox_as_read(
    db: Database, sent: EmailMessage, folder: mailbox.Maildir, raw: bytes
) -> None:
    folder.add(raw)
    folder.add(raw)
    folder.add(report(str(sent["Message-ID"])))
    assert bounces.read(db, settings(folder)) == bounces.Read(reports=1, others=2)
    assert [message.get_flags() for message in folder] == ["S", "S"]
    assert bounces.read(db, settings(folder)) == bounces.Read()


def test_no_more_of_a_mail_is_read_than_a_report_takes(folder: mailbox.Maildir) -> None:
    folder.add(b"Subject: bonjour\r\n\r\n" + b"x" * 2_000_000)
    with bounce_mailbox.opened(settings(folder)) as mails:
        assert [len(raw) for _key, raw in mails.unread()] == [1_000_000]


def arrives(db: Database, sent: EmailMessage, _family: Dossier) -> None:
    found = delivery_reports.read(report(str(sent["Message-ID"]), action="delivered", status="2.0.0"))
    assert found
    bounces.note(db, found, clock.now())


def changes_address(db: Database, _sent: EmailMessage, family: Dossier) -> None:
    accounts.set_email(db, family.account, "nouvelle@exemple.fr")


def a_later_mail_is_not_back_the_day_after(db: Database, _sent: EmailMessage, family: Dossier) -> None:
    with transaction(db):
        outbox.enqueue(db, "email_changed", email_of(db, family))
    outbox.send_due(db)
    db.execute("UPDATE bounces SET at = '2020-01-01T00:00:00+00:00'")
    with transaction(db):
        bounces.purge(db, clock.now() + timedelta(hours=23))
        assert store.failing(db)
        bounces.purge(db, clock.now() + timedelta(hours=25))


@pytest.mark.parametrize("what", [arrives, changes_address, a_later_mail_is_not_back_the_day_after])
def test_it_is_told_until_a_mail_arrives_or_the_address_changes(
    db: Database, family: Dossier, sent: EmailMessage, what: object
) -> None:
    found = delivery_reports.read(report(str(sent["Message-ID"])))
    assert found and bounces.note(db, found, clock.now())
    assert store.failing(db)
    what(db, sent, family)  # type: ignore[operator]
    assert not store.failing(db)
    if what is changes_address:
        assert bounces.note(db, found, clock.now()) and not store.failing(db), "it was of the former address"


def test_what_hinders_for_now_does_not_hide_what_is_for_good(db: Database, family: Dossier, sent: EmailMessage) -> None:
    for action, status in (("failed", "5.1.1"), ("delayed", "4.4.1")):
        found = delivery_reports.read(report(str(sent["Message-ID"]), action=action, status=status))
        assert found and bounces.note(db, found, clock.now())
    assert [one.status for one in store.failing(db)] == ["5.1.1"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("550 5.1.1 No such user", HARD), ("550 No such user", [("5.0.0", True)]), ("450 4.2.2 Full", NOTHING)],
)
def test_a_recipient_refused_at_once_is_told_the_same_way(
    db: Database, family: Dossier, server: Controller, postman: Postman, answer: str, expected: list[tuple[str, bool]]
) -> None:
    email = email_of(db, family)
    postman.recipient_answers[email] = [answer]
    with transaction(db):
        outbox.enqueue(db, "email_changed", email)
    outbox.send_due(db)
    assert [(one.status, one.permanent) for one in store.failing(db)] == expected


def test_the_command_reads_the_mailbox_and_says_what_it_found(
    app: Flask,
    db: Database,
    sent: EmailMessage,
    folder: mailbox.Maildir,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder.add(report(str(sent["Message-ID"])))
    town = tmp_path / "town.toml"
    monkeypatch.setenv("PORTAIL_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PORTAIL_PUBLIC_URL", "https://famille.oudon.example")
    monkeypatch.setenv("PORTAIL_SECRET_KEY", app.config["PORTAIL"].secret_key)
    monkeypatch.setenv("PORTAIL_DOCUMENTS_KEY", DOCUMENTS_KEY)
    assert "Aucune boîte à lire" in CliRunner().invoke(main, ["mail", "bounces"]).output
    for name, said in (("rien", "ne s'ouvre pas"), ("retours", "1 courriel(s) revenu(s), 0 autre(s)")):
        text = town.read_text().partition("maildir = ")[0].rstrip("# \n")
        town.write_text(f'{text}\nmaildir = "{name}"\n' + TOWN_END)
        result = CliRunner().invoke(main, ["mail", "bounces"])
        assert said in result.output
    assert store.failing(db)


def test_an_imap_mailbox_is_read_once_over_tls(
    app: Flask, db: Database, family: Dossier, sent: EmailMessage, authority: trustme.CA, trusted: None
) -> None:
    box, read = Mailbox(), bounces.Read
    box.deliver(b"Subject: bonjour\r\n\r\nx", report(str(sent["Message-ID"])), b"x" * bounce_mailbox.LONGEST)
    with serving(box, certificate(authority, "localhost")) as port:
        inbox = Bounces(None, "localhost", port, "no-reply@oudon.example", PASSWORD)
        assert bounces.read(db, inbox) == read(reports=1, others=1)
        assert [(uid, one.flags) for uid, one in box.mails.items()] == [(1, {r"\Seen"}), (3, set())]
        assert [(one.household, one.status) for one in store.failing(db)] == [(family.household, "5.1.1")]
        assert mail_state.last(db, family.household)[0].endswith("refusé\u00a0: adresse inconnue")
        assert bounces.read(db, inbox) == read() and box.said.count("EXPUNGE") == 1, "nothing is read twice"
        box.deliver(report(str(sent["Message-ID"]), action="delivered", status="2.0.0"))
        for refused in ("LOGIN", "SELECT", "UID_SEARCH", "UID_FETCH", "UID_STORE", "EXPUNGE"):
            box.refuses = {refused}
            with pytest.raises(bounce_mailbox.Unreachable):
                bounces.read(db, inbox)
        box.refuses = set()
        if not box.mails[4].flags:
            assert bounces.read(db, inbox) == read(reports=1)
        assert not store.failing(db)


@pytest.mark.parametrize(
    ("password", "name", "told"),
    [
        (PASSWORD, "localhost", None),
        ("un autre", "localhost", "AUTHENTICATIONFAILED"),
        (PASSWORD, "imap.example", "CERTIFICATE_VERIFY_FAILED"),
    ],
)
def test_the_doctor_says_whether_the_mailbox_opens(
    app: Flask, db: Database, authority: trustme.CA, trusted: None, password: str, name: str, told: str | None
) -> None:
    box = Mailbox()
    box.deliver(b"Subject: bonjour\r\n\r\nx")
    with serving(box, certificate(authority, name)) as port:
        inbox = Bounces(None, "localhost", port, "no-reply@oudon.example", password)
        (found,) = mails.bounces(replace(app.config["PORTAIL"], bounces=inbox))
    assert found.fault == (told is not None) and (told or "toutes les 30 s") in found.sentence
    assert (found.subject, found.name) == ("Retours", "bounces-unreachable" if told else "ok")
    assert password not in found.sentence and not box.mails[1].flags, "what it holds is not read"
    assert not list(mails.bounces(app.config["PORTAIL"]))


TOWN_END = (Path(__file__).parents[2] / "instance" / "town.toml").read_text().partition('portail"\n')[2]


def test_no_table_is_read_whole(db: Database) -> None:
    for query, values in (
        (store._FAILING + " AND bounces.household = ?", (1,)),
        ("DELETE FROM bounces WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.person = bounces.person)", ()),
    ):
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
        assert not [step for step in plan if step.startswith("SCAN") and "bounces" not in step], plan


@pytest.mark.parametrize(
    ("lines", "password", "expected"),
    [
        ("", "", None),
        ('maildir = "retours"', "", ("retours", "", 993)),
        ('host = "imap.example"\nuser = "x@oudon.example"\nport = 9993', "secret", (None, "imap.example", 9993)),
        ('host = "imap.example"\nuser = "x@oudon.example"', "", "PORTAIL_BOUNCES_PASSWORD"),
        ('host = "imap.example"', "secret", "bounces.user"),
        ('host = "imap.example"\nuser = "x"', "secrèt", "PORTAIL_BOUNCES_PASSWORD : accentué"),
        ('maildir = "retours"\nseconds = 61', "", "bounces.seconds : attendu un nombre entier, de 1 à 60"),
    ],
)
def test_the_mailbox_is_set_in_the_towns_file(tmp_path: Path, lines: str, password: str, expected: object) -> None:
    town = (Path(__file__).parents[2] / "instance" / "town.toml").read_text()
    (tmp_path / "town.toml").write_text(town.replace("[bounces]", f"[bounces]\n{lines}"))
    environ = {"PORTAIL_INSTANCE": str(tmp_path), "PORTAIL_BOUNCES_PASSWORD": password}
    if isinstance(expected, str):
        with pytest.raises(SettingsError, match=expected):
            load(environ)
        return
    found = load(environ).bounces
    assert (found and (found.maildir and found.maildir.name, found.host, found.port)) == expected
    assert "secret" not in repr(found)
