"""The way to the SMTP server: Flask-Mail with deadlines, checked certificates and a safe goodbye."""

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.utils import quote
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import flask_mail
from flask import current_app

from wizard.settings import Settings
from wizard.values.emails import mailable

TIMEOUT = 10
"""Seconds granted to each answer of the server."""

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def configuration(settings: Settings) -> dict[str, Any]:
    """Return Flask-Mail's settings for `PORTAIL_SMTP_URL`."""
    parts = urlsplit(settings.smtp_url)
    return {
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": parts.port or _PORTS[parts.scheme],
        "MAIL_USE_SSL": parts.scheme == "smtps",
        "MAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "MAIL_USERNAME": unquote(parts.username) if parts.username else None,
        "MAIL_PASSWORD": unquote(parts.password) if parts.password else None,
        "MAIL_DEFAULT_SENDER": f'"{quote(settings.sender_name)}" <{settings.sender}>',
        # Flask-Mail would otherwise drop the mails of an application under test, and count them as sent.
        "MAIL_SUPPRESS_SEND": False,
        "MAIL_HELO": settings.mail_domain,
    }


class Connection(flask_mail.Connection):
    """One conversation with the server, for several mails."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt and sign in; whatever fails leaves no socket behind."""
        helo = current_app.config["MAIL_HELO"]
        server, port = self.mail.server, self.mail.port
        # The authorities of the whole world are two megabytes.
        tls = ssl.create_default_context() if self.mail.use_ssl or self.mail.use_tls else None
        host: smtplib.SMTP
        if self.mail.use_ssl:
            host = smtplib.SMTP_SSL(server, port, helo, timeout=TIMEOUT, context=tls)
        else:
            host = smtplib.SMTP(server, port, helo, timeout=TIMEOUT)
        try:
            if self.mail.use_tls:
                host.starttls(context=tls)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take leave; a mail already accepted must not look unsent because the goodbye failed."""
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.quit()
            self.host.close()


class Mail(flask_mail.Mail):
    """Flask-Mail speaking through our connection."""

    def connect(self) -> Connection:
        """Return a connection to open with `with`."""
        return Connection(current_app.extensions["mail"])


def message(
    *, subject: str, recipient: str, text: str, html: str, message_id: str, date: datetime
) -> flask_mail.Message:
    """Return a mail that no answering machine answers (RFC 3834), under an identifier that a retry keeps."""
    mail = flask_mail.Message(subject, [mailable(recipient)], text, html)
    mail.date, mail.msgId = date.timestamp(), message_id
    mail.extra_headers = {"Auto-Submitted": "auto-generated"}
    return mail


def code_of(error: smtplib.SMTPException) -> int:
    """Return the server's answer code, 0 when it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(next(iter(error.recipients.values()))[0])
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def without_addresses(answer: str) -> str:
    """Return a server's answer without the addresses that it repeats."""
    return re.sub(r"\S+@\S+", "…", answer)


def reason_of(error: Exception) -> str:
    """Return the server's answer, or the network's, on one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"{code} {text.decode(errors='replace')}"[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        told = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        return f"{error.smtp_code} {told}"[:500]
    return " ".join(f"{type(error).__name__} {error}".split())[:500]
