"""Three towns in a folder, served by the command or by the application above them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.serving.served import Served
from tests.support.ports import free_port
from tests.support.smtp import Postman
from tests.towns.towns import NAMES, a_town
from wizard.commands.towns import ready_application
from wizard.db import close_connections, connect, transaction
from wizard.services import outbox
from wizard.towns.folder import Folder
from wizard.towns.hosting import Hosting
from wizard.web.shared_routes import SharedRoutes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three towns."""
    for slug in NAMES:
        a_town(tmp_path / "communes", slug)
    return tmp_path / "communes"


@pytest.fixture
def hosting(folder: Path) -> Iterator[Hosting]:
    """The application above those of the towns, in this process."""
    yield Hosting(Folder(folder, {}), partial(ready_application, SharedRoutes()))
    close_connections()


def serving(folder: Path, *options: str, inside: Sequence[str] = (), **environ: str) -> Served:
    """Serve the towns of a folder; `inside` is what begins it."""
    return Served(folder, environ, "serve", "--towns", str(folder), "--port", "0", *options, inside=inside)


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Serve a folder."""
    started: list[Served] = []

    def serve(folder: Path, *options: str) -> Served:
        started.append(serving(folder, *options))
        return started[-1]

    yield serve
    for served in started:
        served.stop()


@pytest.fixture
def postman() -> Iterator[tuple[Postman, int]]:
    """A server of mails that takes them."""
    taker = Postman()
    controller = Controller(taker, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield taker, controller.port
    controller.stop(no_assert=True)


def write_to(hosting: Hosting, slug: str, address: str) -> None:
    """Have a town write a mail."""
    app = hosting.app_of(slug)
    with app.app_context(), closing(connect(app.config["PORTAIL"].database)) as db, transaction(db):
        outbox.enqueue(db, "trial", address)
