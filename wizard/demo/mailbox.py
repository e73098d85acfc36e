"""The demonstration's mailbox: an SMTP server that keeps each mail as a file, and the reading of them."""

import re
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from wizard.clock import nanoseconds
from wizard.settings import Settings

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

_HOST, _PORT = "127.0.0.1", 8025
_NAME = re.compile(r"\d{20}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Letter:
    """A mail received; `id` sorts by arrival."""

    id: str
    sender: str
    recipient: str
    subject: str
    date: datetime
    text: str
    html: str


class _Keeper:
    """What the SMTP server does with a mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: "SMTP", _session: "Session", envelope: "Envelope") -> str:
        content = envelope.content
        name = f"{nanoseconds():020d}-{secrets.token_hex(4)}"
        draft = self.folder / f"{name}.part"
        draft.write_bytes(content if isinstance(content, bytes) else str(content).encode())
        draft.rename(self.folder / f"{name}.eml")
        return "250 OK"


def folder_of(instance: Path) -> Path:
    """Return the folder where the mails are kept."""
    return instance / "courriels"


def listen() -> socket.socket:
    """Return the socket of a mailbox to be started: on the usual port, or on any other when that one is taken."""
    try:
        return socket.create_server((_HOST, _PORT))
    except OSError:
        return socket.create_server((_HOST, 0))


def address(listener: socket.socket) -> str:
    """Return the SMTP address of a mailbox."""
    return f"smtp://{_HOST}:{listener.getsockname()[1]}"


def run(settings: Settings, listener: socket.socket, stop: Event) -> None:
    """Keep what is sent to the socket, until `stop`."""
    from aiosmtpd.controller import Controller  # 3 MB, for a demonstration alone

    class Mailbox(Controller):
        """One whose socket is there: its port was chosen, and told, before anyone else could take it."""

        def _create_server(self) -> Any:
            return self.loop.create_server(self._factory_invoker, sock=listener)

    folder = folder_of(settings.instance)
    folder.mkdir(parents=True, exist_ok=True)
    controller = Mailbox(_Keeper(folder), *listener.getsockname())
    controller.start()
    stop.wait()
    controller.stop()


def letters(folder: Path) -> list[Letter]:
    """Return the mails, newest first."""
    return [_read(path) for path in sorted(folder.glob("*.eml"), reverse=True)]


def letter(folder: Path, name: str) -> Letter | None:
    """Return one mail."""
    path = folder / f"{name}.eml"
    return _read(path) if _NAME.fullmatch(name) and path.is_file() else None


def _read(path: Path) -> Letter:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return Letter(
        path.stem,
        str(mail["From"]),
        str(mail["To"]),
        str(mail["Subject"]),
        parsedate_to_datetime(str(mail["Date"])),
        _part(mail, "plain"),
        _part(mail, "html"),
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
