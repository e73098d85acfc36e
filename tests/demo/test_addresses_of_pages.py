"""No address of a page tells who it is about: it stays in histories, in logs, and in sight of whoever passes."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_plus, urljoin, urlsplit

from bs4 import BeautifulSoup
from flask import Flask
from sqlite_utils import Database
from werkzeug.exceptions import HTTPException

from tests.support.client import CheckedClient, submit
from tests.townhall.browsers import Browser
from wizard.demo import agent, people
from wizard.stores.people_search import folded

HOME = "http://localhost:8000"
EACH = 2
"""How many pages are opened of each kind."""
# In the name of a static file, of its content: some three letters of it may be those of a name.
_DIGEST = re.compile(r"\.[0-9a-f]{10}\.")
ADDRESSES = ("href", "action", "formaction", "src", "hx-get", "hx-post")


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}|[0-9]{6,}", folded(text)))


def personal(db: Database) -> set[str]:
    """Return the words of which one alone tells of someone: names, phones, birth dates, keys of families."""
    rows = [
        *db.execute("SELECT birth_name, usage_name, given_name, substr(mobile, 4), substr(phone, 4) FROM people"),
        *db.execute("SELECT birthdate, replace(birthdate, '-', '') FROM people"),
        *db.execute("SELECT name FROM agents"),
        *db.execute("SELECT enfance_key FROM households UNION SELECT enfance_key FROM known_families"),
    ]
    return {word for row in rows for value in row if value for word in words(value)}


def tells(address: str, marks: set[str]) -> bool:
    """Whether an address of a page holds one of these words, or an e-mail address."""
    read = _DIGEST.sub(".", unquote_plus(address.removeprefix(HOME)))
    return "@" in read or bool(marks & words(read))


class Crawl:
    """A browser that follows every link, a few of each kind, and keeps each address that it meets."""

    def __init__(self, app: Flask, client: CheckedClient) -> None:
        self.rules, self.client = app.url_map.bind("localhost:8000"), client
        self.opened: Counter[str] = Counter()
        self.met: set[str] = set()

    def walk(self, *starts: str) -> "Crawl":
        waiting = list(starts)
        while waiting:
            path = waiting.pop()
            endpoint = self.endpoint(path)
            if endpoint is None or self.opened[endpoint] >= EACH:
                continue
            self.opened[endpoint] += 1
            new = {found for found in self.addresses(path) if found not in self.met}
            self.met |= new
            waiting += sorted(new)
        return self

    def endpoint(self, path: str) -> str | None:
        try:
            endpoint: str = self.rules.match(urlsplit(path).path, method="GET")[0]
        except HTTPException:
            return None
        return None if endpoint in {"static", "account.copy", "townhall.download"} else endpoint

    def addresses(self, path: str) -> Iterator[str]:
        answer = self.client.get(path)
        if "Location" in answer.headers:
            yield answer.headers["Location"].removeprefix(HOME)
        if answer.mimetype != "text/html":
            return
        page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        for name in ADDRESSES:
            found = (str(tag[name]) for tag in page.find_all(attrs={name: True}))
            yield from (urljoin(path, one) for one in found if not one.startswith(("mailto:", "tel:", "data:")))
        for form in page.select("form[method=get]"):  # what is typed there becomes an address
            yield from (f"?{field['name']}" for field in form.select("input, textarea"))


TYPED = {"?famille", "?du", "?au"}
"""What may be typed in a form that an address is made of: a reference or a number, two days."""


def test_no_address_of_a_page_holds_a_name_an_e_mail_or_a_phone(
    demonstrated: Flask, db: Database, instance: Path
) -> None:
    marks, password = personal(db), agent.password(instance)
    assert "kervarrec" in marks and len(marks) > 100
    parent = demonstrated.test_client()
    assert isinstance(parent, CheckedClient)
    values = {"username": people.email(0), "password": password}
    submit(parent, parent.get("/connexion"), "/connexion", **values)
    crawls = [Crawl(demonstrated, parent).walk("/espace")]
    for email in agent.EMAILS.values():
        browser = Browser(demonstrated)
        browser.sign_in(email, password)
        assert isinstance(browser.client, CheckedClient)
        crawls.append(Crawl(demonstrated, browser.client).walk("/mairie", "/mairie?etat=tous"))
    opened = set().union(*(crawl.opened for crawl in crawls))
    assert {"account.home", "townhall.dossier", "townhall.family", "townhall.trace", "townhall.agent"} <= opened
    met = set().union(*(crawl.met for crawl in crawls))
    assert not {one for one in met if one.startswith("?")} - TYPED
    assert not {one for one in met if tells(one, marks)}
