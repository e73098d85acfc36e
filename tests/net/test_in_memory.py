"""What families send and take back is on no disk in clear, not even in a file without a name."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from werkzeug.test import encode_multipart

from tests.documents.phones import noise
from tests.net.sender import YEAR, Sender
from tests.support.portal import Portal
from tests.walks.town import Town, open_town
from wizard.models import Destination
from wizard.services.documents import keeping, uploads
from wizard.services.documents.conversion import Converted
from wizard.stores import accounts

LARGE = 8_000_000


@pytest.fixture
def town(portal: Portal) -> Iterator[Town]:
    with open_town(portal) as town:
        yield town


@pytest.fixture
def parent(town: Town, portal: Portal) -> Iterator[Sender]:
    dossier, email = town.a_family(accepted=True)
    child = dossier.lines[1].person
    sender = Sender(portal.port, email, child, town.document_page(child, YEAR))
    sender.sign_in()
    yield sender
    sender.hang_up()


def on_disk(portal: Portal) -> list[str]:
    """Return the temporary files, without a name, that the processes of a portal have open."""
    assert portal.process
    first = portal.process.pid
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    links = []
    for fd in (fd for pid in children for fd in Path(f"/proc/{pid}/fd").iterdir()):
        with suppress(FileNotFoundError):  # closed meanwhile
            links.append(os.readlink(fd))
    return [link for link in links if link.startswith(f"{tempfile.gettempdir()}/") and link.endswith("(deleted)")]


@contextmanager
def asking(parent: Sender, method: str, path: str, *heads: str) -> Iterator[socket.socket]:
    """Open a connection and send the head of a request."""
    cookies = "; ".join(f"{name}={value}" for name, value in parent.cookies.items())
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{parent.port}", f"Cookie: {cookies}", "Connection: close"]
    with socket.create_connection(("localhost", parent.port), timeout=20) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        wire.sendall("\r\n".join([*lines, *heads, "", ""]).encode())
        yield wire


def read(wire: socket.socket) -> bytes:
    return b"".join(iter(lambda: wire.recv(1 << 20), b""))


def test_a_form_of_photos_stays_in_memory_while_it_arrives_and_is_read(
    town: Town, parent: Sender, portal: Portal
) -> None:
    boundary, body = encode_multipart({"csrf_token": parent.token, "ajouter": "1"})
    photo = noise(2_000_000)
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="p.jpg"\r\n\r\n'.encode()
    body = part + photo + body
    heads = (f"Content-Type: multipart/form-data; boundary={boundary}", f"Content-Length: {len(body)}")
    seen: list[str] = []
    with asking(parent, "POST", parent.page, *heads) as wire:
        wire.sendall(body[:-10])
        for _look in range(20):
            time.sleep(0.02)
            seen += on_disk(portal)
        wire.sendall(body[-10:])
        for _look in range(200):
            seen += on_disk(portal)
        assert read(wire).startswith(b"HTTP/1.1 303")
    assert seen == []
    with town.database() as db:
        account = accounts.by_email(db, parent.email)
        assert account is not None
        arrived = uploads.pages(Destination(account.id, parent.child, YEAR, "assurance"))
        assert [one.size for one in arrived] == [len(photo)]


def test_a_document_that_leaves_slowly_stays_in_memory(town: Town, parent: Sender, portal: Portal) -> None:
    with town.database() as db:
        account = accounts.by_email(db, parent.email)
        assert account is not None
        large = Converted("application/pdf", os.urandom(LARGE), (b"page",), 1, analysed=True)
        number = keeping.keep(db, account, "assurance", parent.child, YEAR, large, None)
    seen = []
    with asking(parent, "GET", f"/espace/documents/{number}") as wire:
        for _look in range(30):
            time.sleep(0.05)
            seen += on_disk(portal)
        assert len(read(wire)) > LARGE
    assert seen == []
