"""The links of the mails, followed with what came after them in a sentence, between brackets or on the next line."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.account.factories import an_account
from tests.support.client import CheckedClient
from tests.support.families import a_family, decide
from wizard import clock
from wizard.db import get_db, transaction
from wizard.models import DraftKind
from wizard.services import tokens
from wizard.stores import drafts

LINKS = {
    "/activation": "activation",
    "/mot-de-passe": "password",
    "/courriel": "email",
    "/suppression": "deletion",
    "/contact": "contact",
    "/inscription/reprendre": "resume",
}
AFTER = [
    ".", ")", ">", ",", " ", ").", "%20", "%3E", "%C2%BB", "%E2%80%99", "\u00a0", ";", "!", "\u2026", "*", "_", "--",
    "%22%3E", " et ensuite", "%0D%0A", "&gt;", "</a>", "%3C/a%3E."
]  # fmt: skip


@pytest.fixture
def paths(app: Flask, db: Database) -> dict[str, str]:
    """A link of each mail that carries one."""
    account = an_account(db, activated=False)
    with app.app_context(), transaction(get_db()):
        draft = drafts.add(get_db(), DraftKind.SIGNUP, clock.now(), timedelta(hours=1))
        drafts.save(get_db(), draft, "ouverture", {"enfance_key": ["K7RM-4TXQ"], "key_origin": ["generated"]})
        contact = a_family(get_db()).lines[2].person
        decide(get_db())
        get_db().execute("UPDATE people SET email = 'camille@exemple.fr' WHERE id = ?", (contact,))
        values = {"account": account.id, "email": "camille@exemple.fr", "contact": contact}
        issued = {
            path: tokens.issue(
                get_db(),
                purpose,
                **({"draft": draft} if purpose == "resume" else values),  # type: ignore[arg-type]
                lifetime=timedelta(hours=1),
            )
            for path, purpose in LINKS.items()
        }
    return {path: f"{path}/{one.token}" for path, one in issued.items()}


@pytest.mark.parametrize("after", AFTER)
def test_a_link_followed_with_what_came_after_it_opens_its_page(
    client: CheckedClient, paths: dict[str, str], after: str
) -> None:
    for path in paths.values():
        answer = client.get(path + after)
        assert (answer.status_code, answer.headers["Location"]) == (308, path)
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/espace.", "/espace"),
        ("/connexion)", "/connexion"),
        ("/inscription,?cle=ABCD-2345.", "/inscription?cle=ABCD-2345."),
        ("/acces-oublie%20", "/acces-oublie"),
        ("/entourage>", "/entourage"),
    ],
)
def test_so_does_a_link_without_a_token(client: CheckedClient, typed: str, meant: str) -> None:
    assert client.get(typed).headers["Location"] == meant


@pytest.mark.parametrize(
    "path", ["/%5Cevil.example.", "/ evil", "//evil.example.", "/%2Fevil.example)", "/\t/evil.example."]
)
def test_no_other_site_is_led_to(client: CheckedClient, path: str) -> None:
    location = client.get("/", environ_overrides={"PATH_INFO": path.replace("%5C", "\\").replace("%2F", "/")}).location
    assert location is None or (location.startswith("/") and location[1:2] not in {"/", "\\"})


def test_a_post_is_read_where_it_was_sent(client: CheckedClient, paths: dict[str, str]) -> None:
    assert client.post(paths["/activation"] + ".").status_code == 404
