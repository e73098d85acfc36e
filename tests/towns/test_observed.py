"""What is measured of the towns of one server: by town, from whichever process answers, for who has the token."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.security.actors import a_parent
from tests.serving.served import Served
from tests.support.ports import free_port
from tests.support.waiting import PATIENCE, wait_for
from tests.support.walk import PASSWORD
from tests.towns.conftest import serving, write_to
from tests.towns.towns import Visitor, a_town
from wizard.db import connect
from wizard.services.passwords import hash_password
from wizard.towns import door
from wizard.towns.hosting import Hosting

STATES = ("deposited", "waiting", "decided")
TOKEN = "3f9a07bc11d2e8465a90c7bb"


def read(served: Served, token: str = TOKEN, host: str = "127.0.0.1") -> str:
    headers = {"Authorization": f"Bearer {token}", "Host": host}
    with urlopen(Request(f"http://127.0.0.1:{served.port}/metrics", headers=headers), timeout=30) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return str(answer.read().decode())


def refused(served: Served, token: str, host: str) -> int:
    """Return with which status nothing is read."""
    with pytest.raises(HTTPError) as error:
        read(served, token, host)
    error.value.close()
    assert error.value.headers["Cache-Control"] == "no-store"
    return error.value.code


def value(text: str, name: str, **labels: str) -> float:
    written = ",".join(f'{label}="{one}"' for label, one in sorted(labels.items()))
    found = re.search(rf"^{name}\{{{re.escape(written)}\}} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_each_town_has_its_own_counts_whichever_process_answers(hosting: Hosting, folder: Path) -> None:
    a_town(folder, "vertou", PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    a_town(folder, "couffe", PORTAIL_PUBLIC_URL="http://couffe.example")
    (folder / "mesanger" / door.LEFT).write_text("0123456789abcdef")
    hosting.look()
    served = serving(folder, PORTAIL_METRICS_TOKEN=TOKEN)
    try:
        for path, times in (("/accessibilite", 12), ("/nulle-part", 5)):
            assert len([Visitor(served.port, "oudon.example").get(path) for _ in range(times)]) == times
        assert Visitor(served.port, "mesanger.example").get("/").status_code == 503
        for _time in range(3):
            visitor = Visitor(served.port, "ancenis.example")
            visitor.post(visitor.post("/inscription").location, {"birth_name": "Martin"})
        write_to(hosting, "vertou", "parent@vertou.example")
        with hosting.app_of("vertou").app_context(), closing(connect(folder / "vertou" / "portail.db")) as db:
            a_parent(db, "Parent", hash_password(PASSWORD))
        wait_for(lambda: value(read(served), "portail_town_mails", state="waiting", town="vertou") == 1)
        for _scrape in range(6):
            told = read(served)
            assert value(told, "portail_town_answers_total", status="2xx", town="oudon") == 12
            assert value(told, "portail_town_answers_total", status="4xx", town="oudon") == 5
            assert value(told, "portail_town_answers_total", status="5xx", town="mesanger") == 1
            assert value(told, "portail_town_answers_total", status="2xx", town="mesanger") == 0
            for slug, times in (("ancenis", 3), ("oudon", 0)):
                assert value(told, "portail_town_drafts_opened_total", journey="signup", town=slug) == times
                assert value(told, "portail_town_steps_saved_total", journey="signup", town=slug) == times
        wait_for(lambda: value(read(served), "portail_town_accounts", state="activated", town="vertou") == 1)
        told = read(served)
        assert value(told, "portail_town_accounts", state="created", town="vertou") == 1
        assert value(told, "portail_town_accounts", state="created", town="oudon") == 0
        none = {f'portail_town_dossiers{{state="{state}",town="oudon"}} 0.0' for state in STATES}
        wait_for(lambda: none <= set(read(served).splitlines()))
        assert 0 < value(told, "portail_town_seconds_total", town="oudon") < 60
        up = {town: value(told, "portail_town_up", town=town) for town in ("oudon", "vertou", "couffe", "mesanger")}
        assert up == {"oudon": 1, "vertou": 1, "couffe": 0, "mesanger": 0}
        assert "exemple.fr" not in told and "parent@" not in told
        for token, host, status in (("another", "127.0.0.1", 401), (TOKEN, "oudon.example", 404)):
            assert refused(served, token, host) == status
    finally:
        served.stop()


def test_a_town_that_cannot_be_made_ready_is_told_not_served_though_nobody_asks_for_it(folder: Path) -> None:
    """Its folder is read, but not what is in it; it is told served again once it is put right."""
    right = (folder / "oudon" / "town.toml").read_text()
    (folder / "oudon" / "town.toml").write_text("[town")
    (folder / "mesanger" / "portail.db").write_bytes(b"no database at all" * 500)
    served = serving(folder, PORTAIL_METRICS_TOKEN=TOKEN)

    def up() -> list[float]:
        told = read(served)
        return [value(told, "portail_town_up", town=town) for town in ("ancenis", "mesanger", "oudon")]

    try:
        wait_for(lambda: up() == [1, 0, 0])
        assert "portail_town_made" not in read(served)
        (folder / "oudon" / "town.toml").write_text(right)
        wait_for(lambda: up() == [1, 0, 1])
    finally:
        served.stop()


def test_a_token_that_one_could_guess_is_told_and_nothing_is_served(folder: Path) -> None:
    served = serving(folder, PORTAIL_METRICS_TOKEN="secret")
    try:
        wait_for(lambda: "PORTAIL_METRICS_TOKEN : clé trop courte" in served.said)
        assert served.process.wait(PATIENCE) == 1
    finally:
        served.stop()


def test_without_a_token_nothing_is_measured(serve: Callable[..., Served], folder: Path) -> None:
    assert refused(serve(folder), TOKEN, "127.0.0.1") == 421
