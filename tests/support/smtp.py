"""A real SMTP server that keeps what it takes, and misbehaves on demand."""

import asyncio
import email
import email.policy
import logging
import ssl
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage

import trustme
from aiosmtpd.smtp import SMTP, Envelope, Session

Options = list[str]

# It tells each caller's address, in the process of the tests: no line of the portal's.
logging.getLogger("mail.log").setLevel(logging.WARNING)


def certificate(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


class Postman:
    """An aiosmtpd handler; each list holds the answers to give before being helpful again."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.sender_answers: list[str] = []
        self.recipient_answers: dict[str, list[str]] = {}
        self.message_answers: list[str] = []
        self.delays: list[float] = []
        self.cut_after: set[int] = set()
        self.callers: set[int] = set()
        self.once_taken: Callable[[], object] = lambda: None

    @property
    def copies(self) -> Counter[str]:
        """How many times each Message-ID was taken."""
        return Counter(str(mail["Message-ID"]) for mail in self.taken)

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, sender: str, options: Options
    ) -> str:
        self.callers.add(session.peer[1])
        envelope.mail_from = sender
        return self.sender_answers.pop(0) if self.sender_answers else "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: Options
    ) -> str:
        if answers := self.recipient_answers.get(address):
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.delays:
            await asyncio.sleep(self.delays.pop(0))
        if self.message_answers:
            return self.message_answers.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        self.recipients += envelope.rcpt_tos
        self.once_taken()
        if len(self.taken) in self.cut_after:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"
