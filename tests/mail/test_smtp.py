"""The conversation with the SMTP server: credentials, encryption, deadlines."""

import dataclasses
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask

from tests.support.ports import free_port
from tests.support.smtp import Postman, certificate
from wizard import smtp
from wizard.clock import now
from wizard.extensions import mail


def point_to(app: Flask, url: str) -> None:
    """Make the application send through `url`."""
    settings = dataclasses.replace(app.config["PORTAIL"], smtp_url=url)
    app.config.update(smtp.configuration(settings))
    mail.init_app(app)


def send_one() -> None:
    with mail.connect() as connection:
        connection.send(
            smtp.message(
                subject="Essai",
                recipient="camille@exemple.fr",
                text="Bonjour",
                html="<p>Bonjour",
                message_id="<1@x>",
                date=now(),
            )
        )


@pytest.fixture
def start(postman: Postman) -> Iterator[Callable[..., int]]:
    """Start a server, return its port."""
    controllers = []

    def start(**options: Any) -> int:
        port = free_port()
        controllers.append(Controller(postman, hostname="localhost", port=port, **options))
        controllers[-1].start()
        return port

    yield start
    for controller in controllers:
        controller.stop(no_assert=True)


def test_credentials_and_ports_are_those_of_the_address(app: Flask) -> None:
    point_to(app, "smtp+starttls://no%40reply:p%3Aw@mail.example")
    config = app.config
    assert (config["MAIL_SERVER"], config["MAIL_PORT"]) == ("mail.example", 587)
    assert config["MAIL_USE_TLS"] and not config["MAIL_USE_SSL"]
    assert (config["MAIL_USERNAME"], config["MAIL_PASSWORD"]) == ("no@reply", "p:w")
    point_to(app, "smtps://mail.example")
    assert config["MAIL_PORT"] == 465 and config["MAIL_USE_SSL"] and not config["MAIL_USE_TLS"]


def test_a_mail_leaves_encrypted_from_its_first_byte(
    app: Flask, authority: trustme.CA, trusted: None, postman: Postman, start: Callable[..., int]
) -> None:
    port = start(ssl_context=certificate(authority, "localhost"))
    point_to(app, f"smtps://localhost:{port}")
    send_one()
    assert len(postman.taken) == 1


def test_a_mail_leaves_after_starttls_with_the_credentials(
    app: Flask, authority: trustme.CA, trusted: None, postman: Postman, start: Callable[..., int]
) -> None:
    seen = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"p:w", handled=False)

    port = start(
        tls_context=certificate(authority, "localhost"),
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    point_to(app, f"smtp+starttls://mairie:p%3Aw@localhost:{port}")
    send_one()
    assert len(postman.taken) == 1 and seen == [(b"mairie", b"p:w")]

    point_to(app, f"smtp+starttls://mairie:wrong@localhost:{port}")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send_one()


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("fault", ["unknown authority", "other name"])
def test_a_certificate_that_proves_nothing_stops_the_mail(
    app: Flask,
    authority: trustme.CA,
    trusted: None,
    postman: Postman,
    start: Callable[..., int],
    scheme: str,
    fault: str,
) -> None:
    issuer = trustme.CA() if fault == "unknown authority" else authority
    context = certificate(issuer, "localhost" if fault == "unknown authority" else "other.example")
    port = start(**{"ssl_context" if scheme == "smtps" else "tls_context": context})
    point_to(app, f"{scheme}://localhost:{port}")
    with pytest.raises(ssl.SSLCertVerificationError):
        send_one()
    assert postman.taken == []


def test_a_server_without_starttls_gets_nothing_in_clear(
    app: Flask, postman: Postman, start: Callable[..., int]
) -> None:
    point_to(app, f"smtp+starttls://localhost:{start()}")
    with pytest.raises(smtplib.SMTPNotSupportedError):
        send_one()
    assert postman.taken == []


def test_a_silent_server_is_not_waited_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        point_to(app, f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            send_one()
    assert time.monotonic() - began < 8  # ten, by itself
