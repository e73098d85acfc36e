"""The day of a dossier administratif is that of the town, which is not that of UTC for half of it overseas."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.childfile.conftest import HEALTH, YEAR, Files, come_back
from tests.support.walk import PASSWORD
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.french import plain
from wizard.models import Agent, AgentRole
from wizard.services.childfile import examining
from wizard.stores import agents

TAHITI = ZoneInfo("Pacific/Tahiti")


@pytest.fixture
def overseas(online: Files, hand: time_machine.Traveller) -> Files:
    """A town of Tahiti, in which a dossier that lacks a document is deposited late on a Tuesday."""
    config = online.homes.app.config
    config["PORTAIL"] = replace(config["PORTAIL"], town=replace(config["PORTAIL"].town, zone=TAHITI))
    hand.move_to(datetime(2026, 11, 24, 20, tzinfo=TAHITI).astimezone(UTC))
    come_back(online)
    online.deposit(online.a, sante=HEALTH | {"pai": "non"})
    return online


@pytest.fixture
def agent(db: Database, password_hash: str) -> Agent:
    agents.add(db, "rose@oudon.example", AgentRole.CASEWORKER, password_hash, now())
    found = agents.by_email(db, "rose@oudon.example")
    assert found
    return found


def test_a_family_is_reminded_once_a_day_of_the_town(
    app: Flask, overseas: Files, agent: Agent, hand: time_machine.Traveller
) -> None:
    """In Tahiti, it is tomorrow in UTC from two in the afternoon."""
    written = []
    with app.test_request_context():
        for day, hour in ((25, 15), (25, 16), (26, 9), (26, 23), (27, 9)):
            hand.move_to(datetime(2026, 11, day, hour, tzinfo=TAHITI).astimezone(UTC))
            written.append(examining.remind(overseas.homes.db, agent, YEAR, [overseas.homes.child]))
    assert written == [1, 0, 1, 0, 1]


def test_a_child_is_admitted_for_three_months_from_the_day_of_the_deposit_in_the_town(
    app: Flask, overseas: Files
) -> None:
    with app.test_request_context():
        (state,) = examining.states(overseas.homes.db, YEAR, [overseas.homes.child])
        assert examining.admitted_until(state) == date(2027, 2, 24)


def test_the_list_of_the_canteen_ends_with_the_day_of_the_town(
    app: Flask, overseas: Files, agent: Agent, hand: time_machine.Traveller
) -> None:
    hand.move_to(datetime(2026, 11, 25, 10, tzinfo=TAHITI).astimezone(UTC))
    browser = Browser(app)
    browser.enter(agent.email, PASSWORD)
    browser.get("/mairie/cantine")
    assert "Établie le 25 novembre 2026 à 10 h 00" in plain(browser.text)
    assert "Périmée le jeudi 26 novembre 2026 à 00 h 00" in plain(browser.text)
