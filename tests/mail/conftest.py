"""An installation of its own for each test, with a real SMTP server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from flask import Flask
from sqlite_utils import Database

from tests.support.outbox import DOCUMENTS_KEY, KEY, unsealing
from tests.support.ports import free_port
from tests.support.smtp import Postman
from wizard import create_app
from wizard.db import connect

TOWN = Path(__file__).parents[2] / "instance" / "town.toml"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the authority of these tests."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def smtp_port() -> int:
    return free_port()


@pytest.fixture
def server(postman: Postman, smtp_port: int) -> Iterator[Controller]:
    controller = Controller(postman, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    yield controller
    controller.stop(no_assert=True)


@pytest.fixture
def app(tmp_path: Path, smtp_port: int) -> Iterator[Flask]:
    (tmp_path / "town.toml").write_bytes(TOWN.read_bytes())
    app = create_app(
        {
            "TESTING": True,
            "PORTAIL_INSTANCE": tmp_path,
            "PORTAIL_PUBLIC_URL": "https://famille.oudon.example",
            "PORTAIL_SECRET_KEY": KEY,
            "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY,
            "PORTAIL_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        }
    )
    with app.app_context():
        yield app


@pytest.fixture
def db(app: Flask, migrated: Path) -> Iterator[Database]:
    shutil.copy(migrated, app.config["PORTAIL"].database)
    db = unsealing(connect(app.config["PORTAIL"].database))
    yield db
    db.close()
