"""A form whose token is not the session's: never done; held for its owner alone, if the portal's own page sent it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import Cast, csrf_of, sign_agent_in
from tests.support.client import HTMX, ORIGIN, CheckedClient, read, submit
from tests.support.walk import signed_in
from wizard.web.errors import LEAVING

OURS = {"Origin": ORIGIN}
FORM = "/espace/donnees/courriel"
TYPED = {"email": "neuve@exemple.fr"}


def held(db: Database) -> list[tuple[int | None, int | None, str]]:
    return list(db.execute("SELECT account, agent, path FROM held_forms").fetchall())


def sign_out(client: CheckedClient, path: str = "/deconnexion") -> None:
    """As another tab does."""
    page = client.get("/mairie" if path.startswith("/mairie") else "/espace")
    assert submit(client, page, path).status_code == 303


def sign_in_again(agent: CheckedClient, db: Database) -> None:
    db.execute("UPDATE agents SET totp_last_step = 0")  # half a minute later: a code serves once
    sign_agent_in(agent, db, "instruction@oudon.example")


def send(client: FlaskClient, token: str, path: str = FORM, **headers: str) -> TestResponse:
    return client.post(path, data=TYPED | {"csrf_token": token}, headers=OURS | headers)


def test_a_parents_form_sent_after_signing_out_in_another_tab_is_given_back_and_not_done(
    cast: Cast, db: Database
) -> None:
    client, email = cast.parent_a.client, cast.a.account.email
    page = client.get(FORM)
    sign_out(client)
    answer = send(client, csrf_of(page))
    assert (answer.status_code, answer.location) == (303, f"/connexion?suite={FORM}")
    assert held(db) == [(cast.a.account.id, None, FORM)]
    assert "vous attend" in client.get(answer.location).text
    assert not db.execute("SELECT 1 FROM outbox").fetchone()
    signed_in(client, email)
    field = read(client.get(FORM)).select_one("#email")
    assert field and field["value"] == TYPED["email"]


@pytest.mark.parametrize("cookies", ["gone", "another"])
def test_an_agents_decisions_sent_after_signing_out_in_another_tab_are_given_back_and_not_kept(
    cast: Cast, db: Database, cookies: str
) -> None:
    client, path = cast.agent.client, f"/mairie/dossiers/{cast.a.dossier.reference}"
    person = cast.a.dossier.lines[0].person
    token = csrf_of(client.get(path))
    sign_out(client, "/mairie/deconnexion")
    client._cookies.clear() if cookies == "gone" else client.get("/mairie/connexion")
    data = {"csrf_token": token, "save": str(person), f"p{person}-decision": "accepted"}
    answer = client.post(path, data=data, headers=OURS | HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/mairie/connexion?suite={path}")
    sign_in_again(client, db)
    box = f"#personne-{person} input[value=accepted]"
    assert read(client.get(path)).select_one(f"{box}[checked]")
    assert not read(client.get(path)).select_one(f"{box}[checked]"), "it comes back once, and was not kept"


def test_one_sent_after_signing_in_again_in_another_tab_comes_back_at_once(cast: Cast, db: Database) -> None:
    client = cast.agent.client
    path = f"/mairie/dossiers/{cast.a.dossier.reference}"
    token = csrf_of(client.get(path))
    sign_out(client, "/mairie/deconnexion")
    sign_in_again(client, db)
    answer = send(client, token, path)
    assert client.get(answer.location).location == path
    assert len(held(db)) == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site", **OURS}, {"Sec-Fetch-Site": "none"}],
)  # fmt: skip
def test_what_another_site_may_have_sent_is_not_held(cast: Cast, db: Database, headers: dict[str, str]) -> None:
    client = cast.parent_a.client
    token = csrf_of(client.get(FORM))
    sign_out(client)
    answer = client.post(FORM, data=TYPED | {"csrf_token": token}, headers=headers)
    assert answer.status_code == 400 and "trop longtemps" in answer.text
    assert held(db) == []


def test_in_the_session_of_someone_else_it_is_refused(cast: Cast, db: Database) -> None:
    token = csrf_of(cast.parent_a.client.get(FORM))
    assert send(cast.parent_b.client, token).status_code == 400
    assert held(db) == []


def test_it_is_given_back_to_nobody_else_who_signs_in_there(cast: Cast, db: Database) -> None:
    client = cast.parent_a.client
    token = csrf_of(client.get(FORM))
    sign_out(client)
    send(client, token)
    signed_in(client, cast.b.account.email)
    field = read(client.get(FORM)).select_one("#email")
    assert field and field["value"] == ""


@pytest.mark.parametrize("forge", [str.swapcase, lambda token: "", lambda token: "x" * 91])
def test_a_token_that_the_portal_did_not_sign_is_nobody_s(
    cast: Cast, db: Database, forge: Callable[[str], str]
) -> None:
    token = csrf_of(cast.parent_a.client.get(FORM))
    assert send(cast.anonymous.client, forge(token)).status_code == 400
    assert held(db) == []


def test_a_parents_token_holds_nothing_for_the_agent_of_the_same_number(cast: Cast, db: Database) -> None:
    token = csrf_of(cast.parent_a.client.get(FORM))
    assert send(cast.anonymous.client, token, "/mairie").status_code == 400
    assert held(db) == []


def test_a_page_of_nobody_s_signs_nobody_in(cast: Cast, db: Database) -> None:
    stranger = cast.anonymous.client
    token = csrf_of(stranger.get("/connexion"))
    stranger._cookies.clear()
    data = {"username": cast.a.account.email, "password": "girafe nuage trombone 7", "csrf_token": token}
    assert stranger.post("/connexion", data=data, headers=OURS).status_code == 400
    assert stranger.get("/espace").status_code in {302, 303}


def test_while_the_town_is_moved_nothing_is_held(cast: Cast, db: Database) -> None:
    client = cast.parent_a.client
    token = csrf_of(client.get(FORM))
    sign_out(client)
    answer = client.post(FORM, data=TYPED | {"csrf_token": token}, headers=OURS, environ_overrides={LEAVING: True})
    assert answer.status_code == 503
    assert held(db) == []
