"""`mail`: what an administrator does when mails do not arrive."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from sqlite_utils import Database

from tests.cli.conftest import Run
from tests.support.ports import free_port
from tests.support.smtp import Postman
from wizard import create_app
from wizard.db import transaction
from wizard.services.outbox import enqueue, send_due

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    found, port = Postman(), free_port()
    monkeypatch.setenv("PORTAIL_SMTP_URL", f"smtp://127.0.0.1:{port}")
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    yield found
    controller.stop(no_assert=True)


def write(db: Database, *recipients: str, due_at: datetime | None = None) -> None:
    with create_app().app_context(), transaction(db):
        for recipient in recipients:
            enqueue(db, "no_account", recipient, due_at=due_at)


def test_a_trial_says_that_the_server_took_it_or_what_it_answered(run: Run, db: Database, postman: Postman) -> None:
    result = run("mail", "test", "camille@exemple.fr")
    assert result.exit_code == 0 and "Le serveur de courriel l'a pris" in result.output
    (mail,) = postman.taken
    assert mail["To"] == "camille@exemple.fr" and "Essai du portail famille" in mail["Subject"]
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)

    postman.recipient_answers = {"camille@exemple.fr": ["550 unknown here"]}
    refused = run("mail", "test", "camille@exemple.fr")
    assert refused.exit_code == 1 and "Le serveur ne l'a pas pris : 550 unknown here." in refused.output
    wrong = run("mail", "test", "camille")
    assert wrong.exit_code == 1 and "« camille » n'est pas une adresse électronique" in wrong.output


def test_what_waits_and_what_was_given_up_is_listed_without_an_address(
    run: Run, db: Database, postman: Postman
) -> None:
    with time_machine.travel(NOW, tick=False):
        write(db, "inconnue@exemple.fr", "occupee@exemple.fr")
        write(db, "plus.tard@autre.fr", due_at=NOW + timedelta(minutes=10))
        postman.recipient_answers = {"inconnue@exemple.fr": ["550 unknown"], "occupee@exemple.fr": ["450 busy"] * 2}
        with create_app().app_context():
            send_due(db)

        *lines, count = run("mail", "list").output.splitlines()

    first, second, third = lines
    assert first == "1 – no_account – pour @exemple.fr – abandonné : 550 unknown"
    assert (
        second.startswith("2 – no_account – pour @exemple.fr – part le 28/11/2026 à 09:0")
        and "après 450 busy" in second
    )
    assert third == "3 – no_account – pour @autre.fr – part le 28/11/2026 à 09:10 UTC"
    assert count == "2 en attente, 1 abandonné(s)."


def test_what_was_put_off_is_tried_again_and_what_has_its_hour_keeps_it(
    run: Run, db: Database, postman: Postman
) -> None:
    write(db, "occupee@exemple.fr")
    write(db, "plus.tard@autre.fr", due_at=datetime.now(UTC) + timedelta(minutes=10))
    postman.recipient_answers = {"occupee@exemple.fr": ["450 busy"]}
    with create_app().app_context():
        assert send_due(db).postponed == 1
    assert "0 envoyé(s)" in run("mail", "send").output

    assert run("mail", "retry").output.startswith("1 courriel(s) à envoyer")

    assert "1 envoyé(s)" in run("mail", "send").output and postman.recipients == ["occupee@exemple.fr"]
    assert run("mail", "retry").output.startswith("0 courriel(s)")
