"""The mailbox where mails that could not be delivered come back: a maildir, or an IMAP account over TLS."""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from wizard.settings import Bounces

LONGEST = 1_000_000
"""Bytes; a report is shorter, and what is longer is left alone."""
TIMEOUT = 20


class Unreachable(Exception):
    """The mailbox does not open: its server, its password or its folder."""


class Inbox(Protocol):
    """Mails that nobody has read yet."""

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Return each with its key."""

    def seen(self, key: str) -> None:
        """Leave a mail in the mailbox, as read."""

    def remove(self, key: str) -> None:
        """Delete a mail: it was of use here alone."""


class _Maildir:
    def __init__(self, folder: mailbox.Maildir) -> None:
        self.folder = folder

    def unread(self) -> Iterator[tuple[str, bytes]]:
        for key in self.folder.keys():  # noqa: SIM118 -- it iterates over messages otherwise, all of them read
            if "S" not in self.folder.get_message(key).get_flags():
                with self.folder.get_file(key) as file:
                    yield key, file.read(LONGEST)

    def seen(self, key: str) -> None:
        read = self.folder.get_message(key)
        read.set_subdir("cur")
        read.add_flag("S")
        self.folder[key] = read

    def remove(self, key: str) -> None:
        self.folder.remove(key)


class _Imap:
    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server
        self.has_removed = False

    def unread(self) -> Iterator[tuple[str, bytes]]:
        found = _granted(self.server.uid("SEARCH", "UNSEEN", "SMALLER", str(LONGEST)))
        for uid in (found[0] or b"").decode().split():
            parts = _granted(self.server.uid("FETCH", uid, "(BODY.PEEK[])"))
            yield from ((uid, part[1]) for part in parts if isinstance(part, tuple))

    def seen(self, key: str) -> None:
        _granted(self.server.uid("STORE", key, "+FLAGS", r"(\Seen)"))

    def remove(self, key: str) -> None:
        _granted(self.server.uid("STORE", key, "+FLAGS", r"(\Seen \Deleted)"))
        self.has_removed = True


def _granted(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return what a server answers; the library raises for « BAD » alone, and the reason of a « NO » is no data."""
    said, data = answer
    if said != "OK":
        raise imaplib.IMAP4.error(data)
    return data


@contextmanager
def opened(bounces: Bounces) -> Iterator[Inbox]:
    """Open the mailbox, and close it. Raises Unreachable."""
    try:
        if bounces.maildir:
            yield _Maildir(mailbox.Maildir(bounces.maildir, create=False))
            return
        with imaplib.IMAP4_SSL(
            bounces.host, bounces.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
        ) as server:
            server.login(bounces.user, bounces.password)
            _granted(server.select("INBOX"))
            inbox = _Imap(server)
            yield inbox
            if inbox.has_removed:
                _granted(server.expunge())
    except (imaplib.IMAP4.error, mailbox.Error, OSError) as error:
        raise Unreachable(" ".join(f"{type(error).__name__} {error}".split())[:200]) from error
