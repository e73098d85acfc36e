"""Each route, asked by each of the cast, answers what the table says; a route that the table lacks fails."""

import secrets

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import MARK_A, MARK_B, Cast
from tests.security.routes import ROUTES, Answer, address, ask, places

NAMES = ("anonymous", "parent_a", "parent_b", "reception", "agent")


def given(response: TestResponse, expected: Answer) -> Answer:
    """Return what was answered, as the table writes it."""
    if isinstance(expected, str) and response.status_code == 303:
        return response.location.partition("?")[0]
    return response.status_code


def test_every_route_of_the_portal_is_in_the_table(app: Flask) -> None:
    portal = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}}
    assert {(route.method, route.rule) for route in ROUTES} == portal
    assert len(ROUTES) == len(portal)


@pytest.mark.parametrize("name", NAMES)
def test_everyone_gets_what_is_theirs_and_nothing_else(app: Flask, db: Database, cast: Cast, name: str) -> None:
    actor, held = getattr(cast, name), places(app, db, cast)
    wrong = {}
    for route in ROUTES:
        expected = route.answers[NAMES.index(name)]
        response = ask(actor, route, address(route, held))
        if given(response, expected) != expected:
            wrong[f"{route.method} {route.rule}"] = (given(response, expected), expected)
    assert wrong == {}


@pytest.mark.parametrize("name", ["anonymous", "parent_b", "reception"])
def test_no_page_shows_a_family_to_who_has_no_right_to_it(app: Flask, db: Database, cast: Cast, name: str) -> None:
    actor, held = getattr(cast, name), places(app, db, cast)
    for route in (one for one in ROUTES if one.unknown is None):
        text = ask(actor, route, address(route, held)).text
        for secret in (MARK_A, cast.a.account.email, cast.a.dossier.reference):
            assert secret not in text.replace(address(route, held), ""), (route.method, route.rule)


def test_a_parent_s_pages_hold_their_own_family_only(cast: Cast) -> None:
    for path in ("/espace", "/espace/donnees", "/espace/donnees/copie.json", "/espace/donnees/copie.csv"):
        own, other = cast.parent_a.client.get(path).text, cast.parent_b.client.get(path).text
        assert (MARK_A in own, MARK_B in own) == (True, False), path
        assert (MARK_A in other, MARK_B in other) == (False, True), path


@pytest.mark.parametrize("name", NAMES)
def test_a_made_up_address_opens_nothing_for_anyone(cast: Cast, name: str) -> None:
    actor = getattr(cast, name)
    for route in ROUTES:
        if route.unknown is None:
            continue
        made_up = {value: secrets.token_urlsafe(32) for value in route.values.values() if len(value) > 4}
        values = {
            key: value for key, value in made_up.items() if key not in {"identite", "contacts", "membre", "etape-1"}
        }
        response = ask(actor, route, address(route, values))
        assert response.status_code == route.unknown, (route.method, route.rule)


def test_a_token_opens_its_own_kind_of_address_only(app: Flask, db: Database, cast: Cast) -> None:
    held = places(app, db, cast)
    for route in (one for one in ROUTES if one.unknown and one.method == "GET"):
        own = next(value for value in route.values.values() if value in held)
        for other in held.keys() - {own, "reference"}:
            response = cast.anonymous.client.get(address(route, held | {own: held[other]}))
            led = response.status_code == 303 and {own, other} & {"signed_up", "deposited"}
            assert response.status_code == route.unknown or led, (route.rule, other)
