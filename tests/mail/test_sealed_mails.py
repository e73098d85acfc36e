"""A mail that waits is of no use to who steals the database, and leaves whatever became of the key."""

from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlite_utils import Database

from tests.mail.letters import CONTEXTS, LINK
from tests.support.outbox import DOCUMENTS_KEY, KEY, WRITTEN
from tests.support.smtp import Postman
from wizard import create_app
from wizard.db import transaction
from wizard.services.outbox import enqueue, send_due
from wizard.services.resealing import reseal

SECRETS = (LINK.encode(), b"t" * 43, b"123456")


def write(db: Database) -> None:
    with transaction(db):
        enqueue(db, "activation", "camille@exemple.fr", **CONTEXTS["activation"])


def files(app: Flask) -> bytes:
    database: Path = app.config["PORTAIL"].database
    return b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))


def text_of(postman: Postman, kind: str = "plain") -> str:
    body = postman.taken[0].get_body((kind,))
    assert body
    return str(body.get_content())


def under(app: Flask, key: str, old: str = "") -> Flask:
    """The same portal started again, under other keys."""
    settings = app.config["PORTAIL"]
    return create_app(
        {
            "PORTAIL_INSTANCE": settings.instance,
            "PORTAIL_PUBLIC_URL": settings.public_url,
            "PORTAIL_SMTP_URL": settings.smtp_url,
            "PORTAIL_SECRET_KEY": key,
            "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY,
            "PORTAIL_SECRET_KEY_OLD": old,
        }
    )


def test_neither_the_database_nor_its_log_holds_a_link_or_a_code(app: Flask, db: Database) -> None:
    write(db)
    (mail,) = db.query(WRITTEN)
    assert LINK in mail["body_text"] and LINK in mail["body_html"], "what waits is the mail"
    assert not [secret for secret in SECRETS if secret in files(app)]


def test_it_arrives_as_it_was_written(app: Flask, db: Database, server: Controller, postman: Postman) -> None:
    write(db)
    (mail,) = db.query(WRITTEN)
    assert send_due(db).sent == 1
    assert text_of(postman).split() == mail["body_text"].split()
    assert text_of(postman, "html").split() == mail["body_html"].split()


def test_it_leaves_under_another_key_as_long_as_the_old_one_is_given(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    write(db)
    with under(app, "une autre clé, assez longue", KEY).app_context():
        assert send_due(db).sent == 1
    assert LINK in text_of(postman)


def test_without_the_key_it_waits_and_says_which_is_missing(app: Flask, db: Database, server: Controller) -> None:
    write(db)
    with under(app, "une autre clé, assez longue").app_context():
        result = send_due(db)
    assert (result.sent, result.postponed, result.given_up) == (0, 1, 0)
    assert "PORTAIL_SECRET_KEY_OLD" in db.execute("SELECT error FROM outbox").fetchone()[0]
    db.execute("UPDATE outbox SET due_at = created_at")
    assert send_due(db).sent == 1


def test_a_rotation_brings_it_under_the_present_key(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    write(db)
    with under(app, "une autre clé, assez longue", KEY).app_context():
        assert reseal(db).mails == 1
        assert reseal(db).mails == 0
    with under(app, "une autre clé, assez longue").app_context():
        assert send_due(db).sent == 1
    assert len(postman.taken) == 1


def test_what_an_earlier_version_wrote_in_clear_is_encrypted_and_gone_from_the_file(
    app: Flask, db: Database, server: Controller, postman: Postman
) -> None:
    write(db)
    (mail,) = db.query(WRITTEN)
    db.execute("UPDATE outbox SET body_text = ?, body_html = ?", (mail["body_text"], mail["body_html"]))
    assert SECRETS[0] in files(app)
    assert reseal(db).mails == 1
    assert not [secret for secret in SECRETS if secret in files(app)]
    assert send_due(db).sent == 1 and LINK in text_of(postman)


@pytest.mark.parametrize("spoilt", ["sealed1:", "sealed1:abc", "sealed1:é", "sealed1:gAAAAA==", "sealed1:\0"])
@pytest.mark.parametrize("part", ["body_text", "body_html"])
def test_one_whose_text_was_spoilt_waits_and_keeps_neither_the_others_nor_a_rotation(
    app: Flask, db: Database, server: Controller, postman: Postman, part: str, spoilt: str
) -> None:
    write(db)
    db.execute(f"UPDATE outbox SET {part} = ?", (spoilt,))
    write(db)
    with under(app, "une autre clé, assez longue", KEY).app_context():
        assert reseal(db).mails == 1
        result = send_due(db)
    assert (result.sent, result.postponed, result.given_up) == (1, 1, 0)
    assert LINK in text_of(postman)
