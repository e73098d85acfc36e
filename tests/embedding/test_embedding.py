"""The script of the town's page, the webmaster's guide, the demonstration's town."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.support.client import CheckedClient, read
from wizard import create_app
from wizard.db import close_connections
from wizard.embedding.sites import judge

TOWN = ("https://www.oudon.example", "http://localhost:8000")


@pytest.fixture
def demonstration(instance: Path, addresses: Path) -> Iterator[CheckedClient]:
    app = create_app(
        {
            "TESTING": True,
            "PORTAIL_INSTANCE": instance,
            "PORTAIL_ADDRESSES": addresses,
            "PORTAIL_PUBLIC_URL": "http://localhost:8000",
            "PORTAIL_DEMO": "1",
        }
    )
    app.test_client_class = CheckedClient
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    yield client
    close_connections()


def test_the_script_weighs_less_than_a_kilobyte_and_has_a_stable_address(client: CheckedClient) -> None:
    answer = client.get("/embed.js")
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert len(answer.data) < 1000
    assert "max-age=3600" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_script_is_not_sent_again_when_it_has_not_changed(client: CheckedClient) -> None:
    first = client.get("/embed.js", headers={"Accept-Encoding": "br"})
    again = client.get("/embed.js", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert (first.headers["Content-Encoding"], again.status_code, again.data) == ("br", 304, b"")


def test_only_the_towns_sites_may_frame_the_portal(client: CheckedClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://www.oudon.example")


@pytest.mark.parametrize(
    "typed",
    [
        "www.oudon.example",
        "https://www.oudon.example",
        "HTTPS://WWW.Oudon.Example/enfance/portail?x=1",
        "https://www.oudon.example:443/",
    ],
)
def test_a_site_may_be_typed_as_one_likes(client: CheckedClient, typed: str) -> None:
    page = read(client.get("/integration", query_string={"site": typed}))
    assert page.select_one(".check").get_text() == "Oui, https://www.oudon.example peut afficher le portail."


def test_another_site_is_told_what_town_toml_lacks(client: CheckedClient) -> None:
    page = read(client.get("/integration?site=cantine.oudon.example"))
    lines = page.select_one(".notice pre").get_text()
    assert lines == '[embedding]\nsites = ["https://www.oudon.example", "https://cantine.oudon.example"]'


@pytest.mark.parametrize("typed", ["http://oudon.example", "https://", "oudon example", "a..b", "https://[", "a:b:c"])
def test_what_is_no_site_in_https_is_an_error_beside_the_field(client: CheckedClient, typed: str) -> None:
    answer = client.get("/integration", query_string={"site": typed})
    page = read(answer)
    assert answer.status_code == 422
    assert page.select_one("#site")["aria-invalid"] == "true"
    assert page.select_one("#site-error") is not None


def test_an_accented_host_name_is_judged_as_browsers_write_it() -> None:
    assert judge("évron.example", ()).origin == "https://xn--vron-9oa.example"


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = judge(text, TOWN)
    assert verdict.allowed == (verdict.origin in TOWN)


def test_the_snippet_to_paste_names_the_public_address(client: CheckedClient) -> None:
    snippet, frame = (block.get_text() for block in read(client.get("/integration")).select("pre")[:2])
    assert '<script src="https://famille.oudon.example/embed.js" defer></script>' in snippet
    assert "<div data-portail-famille>" in snippet
    assert frame.startswith('<iframe src="https://famille.oudon.example/" title="Portail famille"')


@pytest.mark.parametrize(("host", "other"), [("localhost", "127.0.0.1"), ("127.0.0.1", "localhost")])
def test_the_demonstrations_town_shows_the_portal_of_the_other_site(
    demonstration: CheckedClient, host: str, other: str
) -> None:
    answer = demonstration.get("/demo/mairie", base_url=f"http://{host}:8000")
    assert read(answer).select_one("script")["src"] == f"http://{other}:8000/embed.js"
    assert f"frame-src http://{other}:8000;" in answer.headers["Content-Security-Policy"]
    framed = demonstration.get("/", base_url=f"http://{other}:8000")
    assert f"http://{host}:8000" in framed.headers["Content-Security-Policy"]


def test_every_tab_of_the_demonstrations_town_opens(demonstration: CheckedClient) -> None:
    page = demonstration.get("/demo/mairie", base_url="http://localhost:8000")
    tabs = [link["href"] for link in read(page).select("nav a")]
    assert len(tabs) == 4
    for tab in tabs:
        opened = read(demonstration.get(tab, base_url="http://localhost:8000"))
        assert opened.select_one("nav [aria-current]")["href"] == tab


def test_there_is_no_mock_town_in_production(app: Flask, client: CheckedClient) -> None:
    assert client.get("/demo/mairie").status_code == 404


def test_in_a_frame_the_page_says_how_to_leave_it(client: CheckedClient) -> None:
    framed = read(client.get("/", headers={"Sec-Fetch-Dest": "iframe"}))
    alone = read(client.get("/", headers={"Sec-Fetch-Dest": "document"}))
    assert framed.html["class"] == ["framed"]
    assert not framed.select_one("[data-framed]").has_attr("hidden")
    assert alone.select_one("[data-framed]").has_attr("hidden")
