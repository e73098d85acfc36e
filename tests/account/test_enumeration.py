"""Nobody learns who has an account: the same page, the same status, the same time."""

from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient, read, submit
from tests.support.walk import EMAIL, PASSWORD, reach, sign_up
from wizard import clock
from wizard.db import transaction
from wizard.services import limits, mail_turns
from wizard.stores import accounts

UNKNOWN = "inconnue.martin@exemple.fr"
TIMES, MOST = 30, 300

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_hashes")]


@pytest.fixture
def parent(client: CheckedClient, db: Database, monkeypatch: pytest.MonkeyPatch) -> CheckedClient:
    """A parent whose account is activated, where limits are out of the way of what is timed."""
    for name in ("SHARE", "PER_NETWORK", "PER_ADDRESS", "IN_ALL"):
        monkeypatch.setattr(mail_turns, name, 10_000)
    monkeypatch.setattr(limits, "_FIRST_DELAY", float("inf"))
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    return client


def timed(client: CheckedClient, page: TestResponse, **values: str) -> tuple[float, TestResponse]:
    start = perf_counter()
    answered = submit(client, page, **values)
    return perf_counter() - start, answered


def said(answered: TestResponse, address: str) -> tuple[int, str]:
    """Return what someone sees: the status, the words, their own address left out."""
    main = read(answered).find("main")
    return answered.status_code, main.get_text(" ", strip=True).replace(address, "") if main else ""


def test_a_lost_access_tells_nothing(parent: CheckedClient) -> None:
    compare(lambda address: timed(parent, parent.get("/acces-oublie"), email=address))


def test_a_wrong_password_tells_nothing(parent: CheckedClient) -> None:
    wrong = "pas le bon du tout"
    compare(lambda address: timed(parent, parent.get("/connexion"), username=address, password=wrong))


@pytest.mark.slow
def test_the_end_of_a_sign_up_tells_nothing(app: Flask, parent: CheckedClient) -> None:
    networks = (f"203.0.{number // 250}.{number % 250}" for number in count())

    def finish(address: str) -> tuple[float, TestResponse]:
        other = app.test_client()
        # Few from one network do without the image.
        other.environ_base["REMOTE_ADDR"] = next(networks)
        seconds, answered = timed(other, reach(other, "identifiants", address), password=PASSWORD, sans_image="1")
        return seconds, other.get(answered.location)

    compare(finish)


def compare(ask: Callable[[str], tuple[float, TestResponse]]) -> None:
    """Ask of a known and of an unknown address in turn: the words are the same, the time within a fifth.

    What the machine does besides weighs on both of a pair or on one of them by chance: the median of the pairs comes
    near the difference of the program, the more pairs the nearer. A calm machine needs the first thirty.
    """
    ratios: list[float] = []
    while not alike(ratios) and len(ratios) < MOST:
        ratios += [ratio_of(ask) for _time in range(TIMES)]
    assert alike(ratios), ratios


def alike(ratios: list[float]) -> bool:
    return bool(ratios) and 1 / 1.2 < median(ratios) < 1.2


def ratio_of(ask: Callable[[str], tuple[float, TestResponse]]) -> float:
    """Return the time for the known address over that for the unknown one."""
    known, told_to_known = ask(EMAIL)
    unknown, told_to_unknown = ask(UNKNOWN)
    assert said(told_to_known, EMAIL) == said(told_to_unknown, UNKNOWN)
    return known / unknown
