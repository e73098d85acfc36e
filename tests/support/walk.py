"""A parent's walk through the pages, form by form, as a browser without JavaScript does it."""

import re
from contextlib import closing
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.support.client import follow, read, submit
from wizard import clock
from wizard.db import connect, transaction
from wizard.models import Answers, Draft, DraftKind
from wizard.stores import drafts

EMAIL = "camille.martin@exemple.fr"
PASSWORD = "girafe nuage trombone 7"
AGENT_PASSWORD = "la loire monte jusqu'aux saules"

IDENTITY = {"birth_name": "Martin", "given_name": "Camille", "title": "madame"}
MANUAL = {"house_number": "12 bis", "street": "rue du Moulin", "postcode": "44521", "city": "Oudon"}
CONTACTS = {"mobile": "06 12 34 56 78", "email": EMAIL}
CHILD = {"birth_name": "Martin", "given_name": "Loïc", "birthdate": "03/09/2019", "link": "mother", "residence": "here"}
RELATIVE = {"birth_name": "Petit", "given_name": "Jeanne", "phone": "02 40 83 60 17", "link": "grandparent"}

Client = TypeVar("Client", bound=FlaskClient)
STEPS = ("identite", "adresse", "contacts", "identifiants")


def sign_in(client: FlaskClient, username: str = EMAIL, password: str = PASSWORD) -> TestResponse:
    """Try to sign a parent in."""
    return submit(client, client.get("/connexion"), username=username, password=password)


def signed_in(client: Client, username: str = EMAIL, password: str = PASSWORD) -> Client:
    """Sign a parent in, and return their browser."""
    done = sign_in(client, username, password)
    assert done.status_code == 303, done.text
    return client


def begin(client: FlaskClient, key: str = "") -> TestResponse:
    """Open a draft and return its first step."""
    return follow(client, submit(client, client.get(f"/inscription?cle={key}" if key else "/inscription")))


def answer(client: FlaskClient, page: TestResponse, **values: Any) -> TestResponse:
    """Answer the step of `page`, or press a button of it that asks, and return the page that follows."""
    return follow(client, submit(client, page, **values))


def answer_address(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Give an address that is not in the list."""
    return answer(client, answer(client, page, saisir="1"), **MANUAL)


def reach(client: FlaskClient, slug: str, email: str = EMAIL) -> TestResponse:
    """Return the page of a step, everything before it answered: walked once, its answers then copied."""
    if slug == STEPS[0]:
        return begin(client)
    if (slug, email) not in _answered:
        page = go_on(client, begin(client), slug, email)
        with closing(connect(client.application.config["PORTAIL"].database)) as db:
            _answered[slug, email] = _draft(db, page.request.path.split("/")[2]).answers
        return page
    token = client.post("/inscription", data={"cle": ""}).location.split("/")[2]
    with closing(connect(client.application.config["PORTAIL"].database)) as db:
        draft = _draft(db, token)
        with transaction(db):
            for step, data in _answered[slug, email].items():
                if step not in draft.answers:
                    drafts.save(db, draft.id, step, data)
    return client.get(f"/inscription/{token}/{slug}")


_answered: dict[tuple[str, str], Answers] = {}
"""What a draft holds at a step, for who gives that e-mail."""


def _draft(db: Database, token: str) -> Draft:
    draft = drafts.load(db, token, DraftKind.SIGNUP, clock.now())
    assert draft is not None
    return draft


def go_on(client: FlaskClient, page: TestResponse, slug: str, email: str = EMAIL) -> TestResponse:
    """Answer the steps one by one, from the first, `page`; return the page of `slug`, a later one."""
    page = answer(client, page, **IDENTITY)
    if slug == "adresse":
        return page
    page = answer_address(client, page)
    if slug == "contacts":
        return page
    return answer(client, page, **CONTACTS | {"email": email})


def walk(client: FlaskClient) -> TestResponse:
    """Create an account, each step answered in turn, and return its confirmation page."""
    return answer(client, go_on(client, begin(client), "identifiants"), password=PASSWORD, sans_image="1")


def sign_up(client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, **values: Any) -> TestResponse:
    """Create an account as `walk` does, the first steps copied."""
    return answer(client, reach(client, "identifiants", email), password=password, sans_image="1", **values)


def code_of(mail: str) -> str:
    """Return the six digits of an activation mail."""
    found = re.search(r"\b(\d{3})\s?(\d{3})\b", mail)
    assert found, mail
    return found[1] + found[2]


def link_of(mail: str, path: str) -> str:
    """Return the path of a mail's link that begins with `path`."""
    found = re.search(rf"https?://[^/\s]+({path}/[\w-]+)", mail)
    assert found, mail
    return found[1]


def open_entourage(client: FlaskClient, username: str = EMAIL, password: str = PASSWORD) -> TestResponse:
    """Sign in from the frame, without a cookie, and return step 1."""
    page = submit(client, client.get("/entourage"), username=username, password=password)
    welcome = follow(client, page)
    return client.get(f"{welcome.request.path}/etape-1")


def add(client: FlaskClient, page: TestResponse, kind: str, **values: Any) -> TestResponse:
    """Add someone from step 1 and return step 1."""
    return answer(client, client.get(f"{page.request.path}/{kind}"), **values)


def names(page: TestResponse) -> list[str]:
    """Return the given names on the cards of a page."""
    return [tag.get_text(strip=True) for tag in read(page).select(".card h3")]


def deposit(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Go from step 1 to the receipt."""
    return follow(client, submit(client, follow(client, submit(client, page, "etape-1")), "etape-2"))
