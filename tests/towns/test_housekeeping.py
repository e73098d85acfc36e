"""What towns do by themselves, side by side: their mails leave whatever the servers of others do."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.serving.served import PATIENCE, Served, wait_for
from tests.support.smtp import Postman
from tests.towns.conftest import write_to
from tests.towns.towns import a_town
from wizard.db import connect
from wizard.smtp import TIMEOUT
from wizard.towns.hosting import Hosting
from wizard.towns.housekeeping import version_of


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server of mails that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        yield listener


def test_a_silent_server_of_one_town_delays_no_other(
    serve: Callable[..., Served], hosting: Hosting, folder: Path, postman: tuple[Postman, int], silent: socket.socket
) -> None:
    taker, port = postman
    a_town(folder, "couffe", PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
    a_town(folder, "vertou", PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{port}")
    hosting.look()
    serve(folder)
    write_to(hosting, "couffe", "parent@couffe.example")
    conversation, _caller = silent.accept()
    with conversation:  # the portal waits for a word, ten seconds
        began = time.monotonic()
        write_to(hosting, "vertou", "parent@vertou.example")
        wait_for(lambda: taker.taken)
        assert time.monotonic() - began < TIMEOUT - 2
    assert [mail["To"] for mail in taker.taken] == ["parent@vertou.example"]


def test_looking_at_a_town_changes_nothing_that_would_wake_it(hosting: Hosting, folder: Path) -> None:
    town = next(one for one in hosting.towns() if one.slug == "oudon")
    write_to(hosting, "oudon", "parent@exemple.fr")
    before = version_of(town)
    with hosting.app_of("oudon").app_context(), closing(connect(folder / "oudon" / "portail.db")) as db:
        db.execute("SELECT count(*) FROM outbox").fetchone()
    assert version_of(town) == before
    write_to(hosting, "oudon", "autre@exemple.fr")
    assert version_of(town) != before


def test_towns_are_brought_up_to_date_though_nobody_asks(serve: Callable[..., Served], folder: Path) -> None:
    served = serve(folder)
    assert served.port
    wait_for(lambda: all((folder / slug / "portail.db").exists() for slug in ("oudon", "ancenis", "mesanger")))
