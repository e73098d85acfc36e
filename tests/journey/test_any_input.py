"""Any text, missing and repeated fields, wrong encodings, huge values: a clear error beside its field, never a 500."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.support.client import CheckedClient, errors, read
from tests.support.walk import CHILD, STEPS, reach, sign_up
from wizard.kinds import KINDS
from wizard.kinds.kind import Kind
from wizard.signup.journey import JOURNEY

pytestmark = pytest.mark.slow

FUZZ = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ANY_TEXT = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["", " ", "\x00", "\ud800", "é" * 300, "<script>alert(1)</script>", "'; DROP TABLE people;--"]),
    st.sampled_from(["{{7*7}}", "%s%n", "\r\nBcc: x@y.fr", "=1+1", "0" * 5000, "٣٤٥٦", "\u202e", "１２３４５"]),
)


def names_of(step: Any) -> list[str]:
    return [field.name for field in step.form(answers={"ouverture": {"enfance_key": ["ABCD-EFGH"]}})]


def fields(names: list[str]) -> st.SearchStrategy[dict[str, list[str]]]:
    return st.dictionaries(
        st.sampled_from([*names, "revision", "manual", "inconnu"]), st.lists(ANY_TEXT, max_size=3), max_size=12
    )


def encoded(values: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: [text.encode("utf-8", "replace").decode() for text in texts] for name, texts in values.items()}


@pytest.mark.parametrize("slug", STEPS)
def test_no_input_breaks_a_step_of_the_sign_up(client: CheckedClient, app: Flask, slug: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    path = reach(client, slug).request.path
    step = JOURNEY.find(slug)
    with app.test_request_context():
        names = names_of(step)

    @FUZZ
    @given(fields(names))
    def send(values: dict[str, list[str]]) -> None:
        response = client.post(path, data=encoded(values))
        assert response.status_code in {200, 303, 422, 429}, response.text
        if response.status_code == 422:
            told = errors(response)
            assert told
            linked = {a["href"][1:] for a in read(response).select("#summary a")}
            assert linked == set(told)

    send()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"birth_name=%ff%fe&given_name=%80", "application/x-www-form-urlencoded"),
        (b"birth_name=" + "é".encode("latin-1") + b"&given_name=x", "application/x-www-form-urlencoded"),
        (b'{"birth_name": 1}', "application/json"),
        (b"\x00\x01", "multipart/form-data; boundary=x"),
        (b"a" * 10, "text/plain"),
        (b"&".join(b"birth_name=x" for _ in range(900)), "application/x-www-form-urlencoded"),
    ],
)
def test_no_encoding_breaks_a_step(client: CheckedClient, body: bytes, content_type: str) -> None:
    path = reach(client, "identite").request.path
    assert client.post(path, data=body, content_type=content_type).status_code in {303, 400, 413, 422}


def test_a_huge_body_gets_its_page(client: CheckedClient) -> None:
    path = reach(client, "identite").request.path
    response = client.post(path, data={"birth_name": "x" * 1_000_000})
    assert response.status_code == 413
    assert "trop long" in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/inscription/x/identite",
        "/inscription/%00/identite",
        "/inscription/%ff/zzz",
        "/entourage/x/etape-1",
        "/entourage/x/depose",
    ],
)
def test_an_unknown_draft_gets_a_page(client: CheckedClient, path: str) -> None:
    assert client.get(path).status_code in {404, 410}
    assert client.post(path, data={}).status_code in {404, 405, 410}


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_no_input_breaks_a_person_s_form(app: Flask, kind: Kind) -> None:
    answers = {"ouverture": {"known": ["1|Zoé"]}, "membre:aaaaaaaa": {name: [value] for name, value in CHILD.items()}}
    with app.test_request_context():
        names = [field.name for field in kind.build(entry="bbbbbbbb", answers=answers)]

        @FUZZ
        @given(fields(names))
        def send(values: dict[str, list[str]]) -> None:
            form = kind.build(MultiDict(encoded(values)), entry="bbbbbbbb", answers=answers)
            assert form.validate() or all(str(sentences[0]).strip() for sentences in form.errors.values())

        send()


PAGES = {
    "/connexion": ["username", "password", "suite"],
    "/acces-oublie": ["email"],
    "/entourage": ["username", "password"],
    "/inscription": ["cle"],
    "/inscription/{token}/plus-tard": ["email"],
    "/inscription/{token}/force": ["password", "username"],
}


@pytest.mark.parametrize("path", PAGES)
def test_no_input_breaks_a_form_outside_the_steps(client: CheckedClient, app: Flask, path: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    token = reach(client, "contacts").request.path.split("/")[2]
    hidden = read(client.get("/connexion")).select_one("[name=csrf_token]")

    @FUZZ
    @given(fields(PAGES[path]))
    def send(values: dict[str, list[str]]) -> None:
        data = encoded(values) | {"csrf_token": str(hidden["value"])}
        assert client.post(path.format(token=token), data=data).status_code in {200, 303, 422, 429}

    send()


def test_no_input_breaks_the_confirmation(client: CheckedClient, app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    path = sign_up(client).request.path

    @FUZZ
    @given(fields(["code", "email", "renvoyer", "corriger"]))
    def send(values: dict[str, list[str]]) -> None:
        assert client.post(path, data=encoded(values)).status_code in {200, 422, 429}

    send()


@pytest.mark.parametrize(
    "path", ["/adresses", "/communes", "/inscription", "/connexion", "/integration", "/activation/x", "/mot-de-passe/x"]
)
def test_no_query_breaks_a_page(client: CheckedClient, app: Flask, path: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @FUZZ
    @given(fields(["q", "cle", "suite", "postcode", "site", "token"]))
    def ask(values: dict[str, list[str]]) -> None:
        assert client.get(path, query_string=encoded(values)).status_code in {200, 404, 410, 422, 429}

    ask()
