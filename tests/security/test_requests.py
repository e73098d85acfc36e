"""What every request must respect: host, origin, token of its form, size; and what every page forbids to others."""

import re
from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask
from sqlite_utils import Database

from tests.security.actors import Cast, a_signup
from tests.security.routes import ROUTES, Route, address, ask, places
from tests.support.client import ORIGIN, CheckedClient, read, submit
from tests.support.walk import PASSWORD, link_of
from wizard.services import family_imports
from wizard.web import sandboxed

TOP_LEVEL = re.compile(
    r"/(activation|connexion|deconnexion|espace|acces-oublie|mot-de-passe|courriel|suppression|mairie|contact|invitation"
    r"|metrics)\b"
)
PLANTED = '<!doctype html><html lang="fr"><title>Plantée</title></html>'
POSTS = tuple(route for route in ROUTES if route.method == "POST")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "famille.oudon.example.evil.example",
        "famille.oudon.example@evil.example",
        "evil.example#famille.oudon.example",
        "127.0.0.1",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/acces-oublie", "/mairie", "/inconnue"])
def test_a_forged_host_gets_400_and_no_page(client: CheckedClient, host: str, path: str) -> None:
    for method in ("GET", "POST"):
        response = client.open(path, method=method, headers={"Host": host, "Origin": ORIGIN})
        assert response.status_code == 400
        assert response.data == b""


def test_a_forged_host_never_enters_a_mail(client: CheckedClient, db: Database) -> None:
    client.post("/acces-oublie", data={"email": "camille@exemple.fr"}, headers={"Host": "evil.example"})
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    page = client.get("/acces-oublie", headers=headers)
    token = read(page).select_one("[name=csrf_token]")
    assert token is not None
    form = {"email": "camille@exemple.fr", "csrf_token": token["value"]}
    assert client.post("/acces-oublie", data=form, headers=headers).status_code == 200
    for body in db.execute("SELECT unsealed(body_text) || unsealed(body_html) FROM outbox").fetchone():
        assert "evil.example" not in body and ORIGIN in body


def foreign(route: Route) -> Iterator[dict[str, str]]:
    """The headers that a browser sends with a POST another site caused."""
    yield {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    yield {"Sec-Fetch-Site": "same-site", "Origin": "https://www.oudon.example"}
    yield {"Sec-Fetch-Site": "none"}
    yield {"Origin": "https://evil.example"}
    yield {"Origin": "null"}
    yield {"Origin": f"{ORIGIN}.evil.example"}
    yield {"Origin": ORIGIN.replace("https:", "http:")}
    yield {"Origin": ORIGIN.replace("https:", "ftp:")}
    yield {"Origin": f"{ORIGIN}:8443"}


@pytest.mark.parametrize("name", ["anonymous", "parent_a", "agent"])
def test_another_site_cannot_post(app: Flask, db: Database, cast: Cast, name: str) -> None:
    actor, held, answered = getattr(cast, name), places(app, db, cast), {}
    for route in POSTS:
        path = address(route, held)
        data = {"csrf_token": actor.csrf(path), **route.data}
        for headers in foreign(route):
            answered[route.rule, str(headers)] = actor.client.post(path, data=data, headers=headers).status_code
    assert {case: status for case, status in answered.items() if status != 403} == {}


def test_a_form_of_the_account_or_the_town_hall_needs_its_own_token(app: Flask, db: Database, cast: Cast) -> None:
    held = places(app, db, cast)
    # The link of a mail authorises by itself: nothing ambient for another site to ride. How strong a password is:
    # an answer only, that another site cannot read.
    by_link = ("/activation/", "/mot-de-passe/", "/courriel/", "/suppression/", "/contact/")
    without = (*by_link, "/espace/donnees/mot-de-passe/force")
    guarded = [route for route in POSTS if TOP_LEVEL.match(route.rule) and not route.rule.startswith(without)]
    assert len(guarded) >= 13
    stranger = cast.anonymous
    for route in guarded:
        path = address(route, held)
        actor = cast.agent if path.startswith("/mairie") else cast.parent_a
        for token in ("", "x" * 91, stranger.csrf(path)):
            response = actor.client.post(path, data=route.data | {"csrf_token": token})
            assert response.status_code == 400, (route.rule, token)
        assert actor.client.post(path, data=route.data).status_code == 400, route.rule


def test_a_token_of_one_side_is_worth_nothing_on_the_other(cast: Cast) -> None:
    parents, agents = cast.agent.csrf("/connexion"), cast.agent.csrf("/mairie")
    assert cast.agent.client.post("/mairie", data={"text": "x", "csrf_token": parents}).status_code == 400
    assert cast.agent.client.post("/acces-oublie", data={"email": "x", "csrf_token": agents}).status_code == 400


def test_no_get_changes_anything(app: Flask, db: Database, cast: Cast) -> None:
    """A link in a mail, followed by a scanner, a preview or a prefetch, does nothing: that it was read is noted.

    The first page of a child's dossier opens a draft, which is nothing until a parent saves a step in it.
    """
    held = places(app, db, cast)
    noted = {"journal", "agent_journal", "limits", "openings", "sessions", "takings"}

    def state() -> dict[str, list[tuple[object, ...]]]:
        unsaved = "DELETE FROM drafts WHERE kind = 'child_file' AND revision = 0"
        db.execute(unsaved)
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in set(db.table_names()) - noted}

    before = state()
    opened = "UPDATE dossiers SET opened_at = NULL"  # the first opening by an agent is dated
    for actor in (cast.anonymous, cast.parent_a, cast.parent_b, cast.agent):
        for route in (one for one in ROUTES if one.method == "GET"):
            path = address(route, held)
            for _time in range(2):
                actor.client.get(path)
            actor.client.head(path)
    db.execute(opened)
    assert state() == before


@pytest.mark.parametrize("name", ["anonymous", "parent_a", "agent"])
def test_who_may_frame_each_page(app: Flask, db: Database, cast: Cast, name: str) -> None:
    actor, held = getattr(cast, name), places(app, db, cast)
    for route in ROUTES:
        response = ask(actor, route, address(route, held))
        if response.mimetype != "text/html" or response.status_code == 303:
            continue
        policy = response.headers["Content-Security-Policy"]
        (ancestors,) = re.findall(r"frame-ancestors ([^;]+)", policy)
        if TOP_LEVEL.match(route.rule):
            assert ancestors == "'none'" and response.headers["X-Frame-Options"] == "DENY", route.rule
        else:
            assert ancestors == "'self' https://www.oudon.example", route.rule
        assert "default-src 'none'" in policy and "base-uri 'none'" in policy and "form-action 'self'" in policy
        assert "unsafe" not in policy and "*" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store", route.rule
        assert response.headers["Strict-Transport-Security"].startswith("max-age=")
        assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize("name", ["anonymous", "parent_a", "agent"])
def test_no_other_site_loads_what_it_may_not_frame(app: Flask, db: Database, cast: Cast, name: str) -> None:
    """Pages, pictures and copies alike; a town's site loads the script that it includes, and frames what it may."""
    actor, held, told = getattr(cast, name), places(app, db, cast), set()
    for route in ROUTES:
        response = ask(actor, route, address(route, held))
        framed = response.mimetype == "text/html" and "X-Frame-Options" not in response.headers
        wanted = "cross-origin" if route.rule == "/embed.js" else None if framed else "same-origin"
        assert response.headers.get("Cross-Origin-Resource-Policy") == wanted, route.rule
        told.add(wanted)
    assert told == {"cross-origin", None, "same-origin"}


def test_the_bytes_of_a_document_are_loaded_by_no_other_site(cast: Cast) -> None:
    with cast.anonymous.client.application.test_request_context():
        answer = cast.anonymous.client.application.process_response(sandboxed.answer(b"a page", "image/jpeg"))
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_error_pages_are_not_framed_by_strangers_either(cast: Cast) -> None:
    for path in ("/inconnue", "/espace/inconnue", "/mairie/inconnue"):
        response = cast.anonymous.client.get(path)
        assert response.status_code == 404
        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'"), path
        assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("GET", "/inscription/a/b/c"), ("PUT", "/entourage")])
def test_an_error_met_beside_a_page_of_the_frame_is_shown_in_it(cast: Cast, method: str, path: str) -> None:
    response = cast.anonymous.client.open(path, method=method)
    assert response.status_code in {404, 405}
    assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'self' https://www.oudon.example")


def test_pages_that_do_not_say_they_may_be_framed_are_not(own_portal: Flask) -> None:
    own_portal.register_blueprint(planted := Blueprint("planted", __name__))
    own_portal.add_url_rule("/plantee", "planted.page", lambda: PLANTED)
    own_portal.add_url_rule("/inscription/plantee", "bare", lambda: PLANTED)
    assert planted.name in own_portal.blueprints
    for path in ("/plantee", "/inscription/plantee"):
        response = own_portal.test_client().get(path)
        assert response.status_code == 200
        assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'"), path
        assert response.headers["X-Frame-Options"] == "DENY"


RECEIVING_FILES = {
    "/mairie/familles-connues": family_imports.LARGEST,
    "/mairie/familles-connues/importer": family_imports.LARGEST,
    "/espace/enfants/<int:child>/dossier/<year>/documents/<name>": 30 * 1024 * 1024,
}


def test_a_body_above_64_kb_is_refused(app: Flask, db: Database, cast: Cast) -> None:
    """Above what a page takes where files are sent; no one else may send as much there."""
    held, answered = places(app, db, cast), {}
    for route in POSTS:
        path = address(route, held)
        most = RECEIVING_FILES.get(route.rule, 64 * 1024)
        answered[route.rule, "anyone's"] = cast.anonymous.client.post(path, data=b"a" * (64 * 1024 + 1)).status_code
        actor = cast.agent if path.startswith("/mairie") else cast.parent_a
        for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
            body = b"a" * (most + 1)
            answered[route.rule, content_type] = actor.client.post(
                path, data=body, content_type=content_type
            ).status_code
    assert {case: status for case, status in answered.items() if status != 413} == {}


ODD = (
    "a%0Ab",
    "a%0D%0ASet-Cookie:%20x=1",
    "%00",
    "%ff",
    "%ed%a0%80",
    "..%2f..%2fetc%2fpasswd",
    "%E2%80%AE",
    "x" * 3000,
)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["browser", "htmx"])
def test_no_address_however_odd_breaks_a_page(cast: Cast, odd: str, headers: dict[str, str]) -> None:
    for actor in (cast.anonymous, cast.parent_a, cast.agent):
        for route in (one for one in ROUTES if one.values):
            path = re.sub(r"<[^<>]+>", odd, route.rule)
            response = actor.client.open(path, method=route.method, headers=headers)
            assert response.status_code < 500, (route.method, path)
            assert "x=1" not in str(response.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("odd", ODD)
def test_no_question_however_odd_breaks_a_page(cast: Cast, odd: str) -> None:
    for path in ("/adresses?q=", "/communes?postcode=", "/integration?site=", "/inscription?cle=", "/connexion?suite="):
        for tail in ("", "&q=1"):
            assert cast.anonymous.client.get(f"{path}{odd}{tail}").status_code < 500
    for path in ("/mairie?etat=", "/mairie?page=", "/mairie?etat=done&page="):
        assert cast.agent.client.get(path + odd).status_code < 500


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/espace@evil.example", "javascript:alert(1)",
     "/espace\n//evil.example", "/mairie", "%2f%2fevil.example", "/espace/../../evil"],
)  # fmt: skip
def test_signing_in_leads_to_one_s_own_pages_only(app: Flask, cast: Cast, elsewhere: str) -> None:
    client = app.test_client()
    page = client.get("/connexion", query_string={"suite": elsewhere})
    done = submit(client, page, username=cast.a.account.email, password="girafe nuage trombone 7", suite=elsewhere)
    assert (done.status_code, done.location) == (303, "/espace")


def test_the_links_of_the_mails_come_from_the_settings(app: Flask, db: Database, cast: Cast) -> None:
    """Whatever the request says: a port beside the right host is all that is let in of another address."""
    beside, own = f"{ORIGIN}:8443", "/espace/donnees"
    passes, parent = {"password": PASSWORD}, cast.parent_a
    signing_up = f"/inscription/{a_signup(db)}"
    for path, form, link in (
        (f"{own}/suppression", passes, "/suppression"),
        (f"{own}/courriel", {**passes, "email": "ailleurs@exemple.fr"}, "/courriel"),
        ("/acces-oublie", {"email": cast.a.account.email}, "/mot-de-passe"),
        (f"{signing_up}/plus-tard", {"email": "nouvelle@exemple.fr"}, "/inscription/reprendre"),
        (f"{signing_up}/identifiants", {**passes, "username": "nouvelle@exemple.fr", "sans_image": "1"}, "/activation"),
    ):
        data = {"csrf_token": parent.csrf(path), **form}
        assert parent.client.post(path, data=data, base_url=beside).status_code in {200, 303}, path
        (body,) = db.execute("SELECT unsealed(body_text) FROM outbox ORDER BY id DESC LIMIT 1").fetchone()
        assert f"{ORIGIN}{link_of(body, link)}" in body and ":8443" not in body
