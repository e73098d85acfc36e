"""What towns do by themselves, side by side: their mails leave whatever the servers of others do."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from threading import Event, Thread

import pytest
import time_machine
from aiosmtpd.controller import Controller

from tests.serving.served import Served
from tests.support.ports import free_port
from tests.support.smtp import Postman
from tests.support.waiting import PATIENCE, wait_for
from tests.towns.conftest import write_to
from tests.towns.towns import a_town
from wizard.db import connect
from wizard.smtp import TIMEOUT
from wizard.towns import housekeeping as module
from wizard.towns.folder import Folder
from wizard.towns.hosting import Hosting
from wizard.towns.housekeeping import _CHORES, Housekeeping, _Turn, version_of


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
    write_to(hosting, "vertou", "premier@vertou.example")
    serve(folder)
    wait_for(lambda: taker.taken)  # all is ready for it
    write_to(hosting, "couffe", "parent@couffe.example")
    conversation, _caller = silent.accept()
    with conversation:  # the portal waits for a word, ten seconds
        began = time.monotonic()
        write_to(hosting, "vertou", "parent@vertou.example")
        wait_for(lambda: len(taker.taken) == 2)
        assert time.monotonic() - began < TIMEOUT - 2
    assert [mail["To"] for mail in taker.taken] == ["premier@vertou.example", "parent@vertou.example"]


@pytest.fixture
def keep(hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Keep house for all the towns, with places for two works that wait for servers of others."""
    for name, value in {"_OUTSIDE": 2, "_TURN": 0.5, "_EVERY": 0.05}.items():
        monkeypatch.setattr(module, name, value)
    for name, chore in _CHORES.items():
        monkeypatch.setitem(_CHORES, name, replace(chore, spread=0.0))
    stop = Event()
    house = Thread(target=lambda: Housekeeping(hosting).run(stop))
    yield house.start
    stop.set()
    house.join(PATIENCE)


def test_long_queues_of_more_slow_towns_than_places_keep_no_mail_of_another_waiting_for_their_end(
    hosting: Hosting, folder: Path, postman: tuple[Postman, int], keep: Callable[[], None]
) -> None:
    (taker, port), slow, meanwhile = postman, Postman(), list[int]()
    slow.delays = [0.3] * 100
    controller = Controller(slow, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        for slug in (slugs := ("couffe", "ligne", "teille", "varades")):
            a_town(folder, slug, PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{controller.port}")
        a_town(folder, "vertou", PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{port}")
        hosting.look()
        for number, slug in product(range(10), slugs):
            write_to(hosting, slug, f"parent{number}@{slug}.example")
        for town in hosting.towns():
            hosting.app_of(town.slug)
        keep()
        wait_for(lambda: slow.taken)
        taker.once_taken = lambda: meanwhile.append(len(slow.taken))
        write_to(hosting, "vertou", "parent@vertou.example")
        wait_for(lambda: meanwhile)
        assert meanwhile[0] < 20  # the queues of two
        wait_for(lambda: len(slow.taken) == 40)
        assert set(slow.copies.values()) == {1}
    finally:
        controller.stop(no_assert=True)


def test_silent_servers_of_more_towns_than_places_delay_no_purge(
    hosting: Hosting, folder: Path, silent: socket.socket, keep: Callable[[], None]
) -> None:
    for slug in ("couffe", "ligne", "vertou"):
        a_town(folder, slug, PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
    hosting.look()
    for slug in ("couffe", "ligne", "vertou"):
        write_to(hosting, slug, f"parent@{slug}.example")
    for town in hosting.towns():
        hosting.app_of(town.slug)
    began = time.monotonic()
    keep()
    with silent.accept()[0], silent.accept()[0]:
        wait_for(lambda: all((town / "portail.db.purged").exists() for town in folder.iterdir()))
        assert time.monotonic() - began < TIMEOUT - 2


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


def test_a_mail_due_in_hours_by_a_clock_that_went_back_leaves_once_it_is_right(
    hosting: Hosting, folder: Path, postman: tuple[Postman, int]
) -> None:
    """Of several towns whose machine lost its clock for a while: none waits for more than a day."""
    taker, port = postman
    slugs, now = ("couffe", "vertou", "ligne"), datetime.now(UTC)
    for slug in slugs:
        a_town(folder, slug, PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{port}")
    hosting.look()
    house, turns = Housekeeping(hosting), {slug: _Turn(0.0, ()) for slug in slugs}

    def work() -> list[str]:
        for slug, turn in turns.items():
            house._do(Folder(folder, {}).of(slug), _CHORES["mails"], turn, Event())
        return sorted(mail["To"] for mail in taker.taken)

    for slug, hours in zip(slugs, (12, 12, 25), strict=True):
        with time_machine.travel(now + timedelta(hours=hours)):
            write_to(hosting, slug, f"parent@{slug}.example")
    assert work() == ["parent@ligne.example"]  # later than any mail is ever due
    assert max(turns[slug].due for slug in ("couffe", "vertou")) <= time.monotonic() + 60
    with time_machine.travel(now + timedelta(hours=12, minutes=1)):
        assert work() == ["parent@couffe.example", "parent@ligne.example", "parent@vertou.example"]
