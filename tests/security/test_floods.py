"""What strangers may fill, and how fast: drafts, their replays, the networks that limits are counted on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from tests.security.actors import a_parent, a_signup
from tests.support.client import CheckedClient, form_of, read, submit, typed
from tests.support.walk import IDENTITY, PASSWORD, begin
from wizard import clock, create_app
from wizard.public import lookup
from wizard.services import limits
from wizard.stores import drafts
from wizard.web import password_strength
from wizard.web.guards import limited_networks, network
from wizard.web.wire import Channel

HOME = "203.0.113.7"


def test_a_network_opens_two_hundred_sign_ups_an_hour(app: Flask, db: Database) -> None:
    client, other = app.test_client(), app.test_client()
    for browser, address in ((client, HOME), (other, "198.51.100.4")):
        browser.environ_base["REMOTE_ADDR"] = address
    with time_machine.travel(clock.now(), tick=False) as hand:
        statuses = [client.post("/inscription").status_code for _time in range(202)]
        assert statuses == [303] * 200 + [429] * 2
        assert db.execute("SELECT count(*) FROM drafts").fetchone() == (200,)
        assert other.post("/inscription").status_code == 303
        hand.shift(timedelta(seconds=19))
        assert [client.post("/inscription").status_code for _time in range(2)] == [303, 429], "one every 18 seconds"


@pytest.mark.parametrize("revision", ["9" * 19, "9" * 30, "-1", "-" + "9" * 30, "1000", "9" * 5000, "1e3", "١", ""])
def test_a_page_that_never_was_breaks_nothing_and_passes_no_check(app: Flask, db: Database, revision: str) -> None:
    client = app.test_client()
    page = begin(client)
    values = typed(form_of(read(page))) | IDENTITY | {"revision": revision}
    assert [client.post(page.request.path, data=values).status_code for _time in range(2)] == [303, 303]
    assert typed(form_of(read(client.get(page.request.path))))["birth_name"] == ["Martin"]


def test_a_draft_sent_over_and_over_stays_as_small(app: Flask, db: Database) -> None:
    client = app.test_client()
    page = begin(client)
    for number in range(2 * drafts.REMEMBERED + 10):
        form = {**IDENTITY, "given_name": f"Camille {'ab'[number % 2]}", "revision": str(number)}
        client.post(page.request.path, data=form)
    (known,) = db.execute("SELECT count(*) FROM draft_posts").fetchone()
    assert drafts.REMEMBERED <= known <= drafts.REMEMBERED + 1
    # Nor do the pages that never were leave one row each.
    for number in range(20):
        client.post(page.request.path, data={**IDENTITY, "revision": str(-number)})
    assert db.execute("SELECT count(*) FROM draft_posts").fetchone()[0] <= drafts.REMEMBERED + 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::4", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("::ffff:203.0.113.7", "::ffff:198.51.100.4", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "unix:", True),
    ],
)
def test_a_network_is_an_ipv4_address_however_written_or_an_ipv6_64(
    app: Flask, one: str, other: str, same: bool
) -> None:
    assert (named(app, one) == named(app, other)) is same


def named(app: Flask, address: str) -> str:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        return network()


@pytest.mark.parametrize(("address", "free"), [("127.0.0.5", True), ("::ffff:127.0.0.5", True), (HOME, False)])
def test_the_town_s_own_network_is_known_however_written(instance: Path, address: str, free: bool) -> None:
    app = create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"})
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert (limited_networks() == ()) is free


def narrow(number: int) -> dict[str, str]:
    """One of the IPv6 /64 networks of a customer who has a /56."""
    return {"REMOTE_ADDR": f"2001:db8:1:{number:x}::1"}


def searches(client: CheckedClient, _db: Database) -> Iterator[int]:
    for number in range(30):
        yield client.get("/adresses?q=loire", environ_base=narrow(number)).status_code


def strengths(client: CheckedClient, db: Database) -> Iterator[int]:
    token = a_signup(db)
    for number in range(30):
        form = {"password": PASSWORD}
        yield client.post(f"/inscription/{token}/force", data=form, environ_base=narrow(number)).status_code


def sign_ins(client: CheckedClient, _db: Database) -> Iterator[int]:
    for number in range(30):
        form = {"username": f"inconnu{number}@exemple.fr", "password": PASSWORD}
        yield client.post("/entourage", data=form, environ_base=narrow(number)).status_code


def sign_ups_without_the_image(client: CheckedClient, db: Database) -> Iterator[int]:
    for number in range(30):
        path = f"/inscription/{a_signup(db)}/identifiants"
        form = {"password": "court", "sans_image": "1"}
        yield client.post(path, data=form, environ_base=narrow(number)).status_code


def icons(client: CheckedClient, db: Database) -> Iterator[int]:
    for number in range(45):
        path = f"/inscription/{a_signup(db)}/identifiants"
        form = {"password": "court", "security_icon": "0"}
        yield client.post(path, data=form, environ_base=narrow(number)).status_code


def taken_identifiers(client: CheckedClient, db: Database) -> Iterator[int]:
    db.execute("UPDATE accounts SET username = 'prise'")
    for number in range(30):
        path = f"/inscription/{a_signup(db, proved=True)}/identifiants"
        form = {"password": PASSWORD, "username": "prise"}
        yield client.post(path, data=form, environ_base=narrow(number)).status_code


@pytest.mark.parametrize(
    ("tries", "served"),
    [
        (searches, 4),
        (strengths, 4),
        (sign_ins, 4),
        (sign_ups_without_the_image, 10),
        (icons, 40),
        (taken_identifiers, 20),
    ],
)
def test_no_limit_of_a_network_is_escaped_through_the_narrow_ones_in_it(
    client: CheckedClient,
    db: Database,
    monkeypatch: pytest.MonkeyPatch,
    password_hash: str,
    tries: Callable[[CheckedClient, Database], Iterator[int]],
    served: int,
) -> None:
    a_parent(db, "Le Goff", password_hash)
    for module, name in (
        (lookup, "_SEARCHES_A_MINUTE"),
        (password_strength, "_A_MINUTE"),
        (limits, "FAILURES_PER_NETWORK"),
    ):
        monkeypatch.setattr(module, name, 2)
    with time_machine.travel(clock.now(), tick=False):
        statuses = list(tries(client, db))
    assert 429 not in statuses[:served] and set(statuses[served:]) == {429}


HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refusal_tells_how_long_to_wait_in_a_page_and_in_a_fragment(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr(lookup, "_SEARCHES_A_MINUTE", 2)
    with time_machine.travel(clock.now(), tick=False):
        answers = [client.get("/adresses?q=rue", headers=headers) for _search in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "30" and "Attendez 30 s" in answers[-1].text


def test_a_form_refused_tells_how_long_to_wait_beside_its_field_and_in_its_answer(
    client: CheckedClient, db: Database, password_hash: str
) -> None:
    email = a_parent(db, "Le Goff", password_hash).account.email
    with time_machine.travel(clock.now(), tick=False):
        for path, sent in (
            ("/connexion", {"username": email, "password": "faux"}),
            ("/mairie/connexion", {"email": "claire@oudon.example", "password": "faux"}),
        ):
            answers = [submit(client, client.get(path), **sent) for _try in range(5)]
            assert answers[0].status_code == 422 and answers[-1].status_code == 429
            assert "Retry-After" not in answers[0].headers and int(answers[-1].headers["Retry-After"]) > 0
            assert "Trop d'essais : attendez" in " ".join(read(answers[-1]).get_text(" ").split())


def test_what_arrives_at_once_is_bounded_whoever_sends_it() -> None:
    """A body is in memory before the portal knows whose it is."""

    def arriving() -> HTTPRequestParser:
        parser = Channel.parser_class(Adjustments())
        parser.received(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 31457280\r\n\r\n")
        return parser

    parsers = [arriving() for _ in range(5)]
    assert [bool(one.error) for one in parsers] == [False] * 4 + [True]
    parsers = parsers[1:]  # one has arrived
    assert not arriving().error
