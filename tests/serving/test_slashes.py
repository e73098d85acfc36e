"""An address typed with a slash too many leads to its page; to no other site, and to nothing that is not there."""

from urllib.parse import unquote

import pytest

from tests.support.client import CheckedClient


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/mairie/", "/mairie"),
        ("/connexion/", "/connexion"),
        ("/inscription/", "/inscription"),
        ("/inscription/?cle=AB%26C%0D%0A", "/inscription?cle=AB%26C%0D%0A"),
        ("/connexion/?suite=//evil.example/", "/connexion?suite=//evil.example/"),
        ("/entourage/%5Cevil.example/", "/entourage/%5Cevil.example"),
        ("/entourage/a%3Fb%0D%0A/", "/entourage/a%3Fb%0D%0A"),
    ],
)
def test_a_slash_too_many_leads_to_the_page_without_it(client: CheckedClient, typed: str, meant: str) -> None:
    answer = client.get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (308, meant)
    assert client.head(typed).status_code == 308


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example/",
        "/%2F/evil.example/",
        "/%2Fevil.example/",
        "/%5Cevil.example/",
        "/https://evil.example/",
        "/mairie//",
        "/inconnue/",
        "/mairie/deconnexion/",
    ],
)
def test_what_is_no_page_without_its_slash_leads_nowhere(client: CheckedClient, path: str) -> None:
    # By its PATH_INFO: the client would read « //evil.example/ » as another host.
    answer = client.get("/", environ_overrides={"PATH_INFO": unquote(path)})
    assert answer.status_code == 404 and "Location" not in answer.headers


def test_a_page_behind_two_slashes_is_this_site_s(client: CheckedClient) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": "//mairie/"})
    assert answer.headers["Location"] == "/mairie"


def test_a_post_is_not_led_elsewhere(client: CheckedClient) -> None:
    assert client.post("/connexion/", data={"username": "x"}).status_code == 404
