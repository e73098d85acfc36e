"""Each field of each form, from where it is typed to wherever it must be found again.

The fields are those of the forms: a new one is looked for everywhere, unless NOT_THERE says why not.
"""

import csv
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.support.client import CheckedClient, follow, form_of, read, typed
from tests.support.families import decide
from tests.support.marks import COPY, CORRECTION, DOSSIER, TABLES, Family, tag
from tests.support.walk import PASSWORD, deposit, open_entourage, sign_in
from tests.townhall.browsers import Browser
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.kinds import KINDS
from wizard.models import AgentRole
from wizard.services import passwords
from wizard.signup.journey import JOURNEY
from wizard.stores import accounts, agents

# Where a field is not to be found, and why.
NOT_THERE = {
    ("co-representant.invite", CORRECTION): "who was accepted is invited, and the box may be ticked anew",
    ("adresse", CORRECTION): "another address is typed anew: test_a_move_is_kept_at_once_with_its_day",
    ("contacts.email", CORRECTION): "another address is proved first: test_a_new_address_is_proved_before_it_changes",
    ("identifiants", CORRECTION): "an identifier does not change",
    ("identifiants", DOSSIER): "how a parent signs in is no business of the town hall's",
}
QUERIES = (
    "SELECT * FROM people",
    """SELECT given_name, institution, addresses.* FROM addresses JOIN people ON people.id = person""",
    "SELECT username, accounts.email FROM accounts",
    "SELECT given_name, institution, data ->> 'invite' AS invite FROM declarations JOIN people ON people.id = person",
    """SELECT adults.given_name, adults.institution, children.given_name AS child, link FROM family_links
       JOIN people AS adults ON adults.id = adult JOIN people AS children ON children.id = child""",
    "SELECT given_name, residence FROM residences JOIN people ON people.id = child",
    """SELECT contacts.given_name, children.given_name AS child, may_collect, emergency FROM contact_rights
       JOIN people AS contacts ON contacts.id = contact JOIN people AS children ON children.id = child""",
)


def record(pairs: Mapping[str, Any]) -> str:
    return plain("".join(f"{name}: {value}; " for name, value in pairs.items())).casefold()


def tables(db: Database) -> list[str]:
    return [record(row) for query in QUERIES for row in db.query(query)]


def agents_page(app: Flask, db: Database, reference: str) -> list[str]:
    """Return the card of each person of a dossier."""
    with transaction(db):
        agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, passwords.hash_password(PASSWORD), clock.now())
    browser = Browser(app)
    browser.sign_in("claire@oudon.example", PASSWORD)
    browser.get(f"/mairie/dossiers/{reference}")
    portraits = browser.page.select("article.row > div:first-child")
    return [plain(" ".join(portrait.get_text().split())).casefold() for portrait in portraits]


def copy_in_json(client: CheckedClient) -> list[str]:
    sections = json.loads(client.get("/espace/donnees/copie.json").data)
    return [record(one) for section in sections.values() for one in section]


def copy_in_csv(client: CheckedClient) -> list[str]:
    text = client.get("/espace/donnees/copie.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))[1:]
    groups = itertools.groupby(rows, key=lambda row: row[:2])
    return [record({name: value for *_which, name, value in group}) for _key, group in groups]


def corrections(client: CheckedClient, email: str) -> Iterator[str]:
    """Return each form by which the family corrects what it declared, as its page fills it in."""
    step = open_entourage(client, email)
    people = {str(link["href"]) for link in read(step).select(".card a[href*='/etape-1/']")}
    for path in sorted(people | {"/espace/donnees/identite"}):
        form = form_of(read(client.get(path)))
        labels = [one.parent.get_text() for one in form.select("input[checked]")]
        labels += [label.get_text() for label in form.select("label[for^=link_]")]
        yield record({name: value for name, (value, *_) in typed(form).items()} | dict.fromkeys(labels))


@pytest.mark.parametrize("in_full", [True, False], ids=["all filled", "what may be left is, but the boxes"])
def test_each_field_is_found_wherever_it_belongs(
    app: Flask, client: CheckedClient, db: Database, in_full: bool
) -> None:
    family = Family(app, client, in_full=in_full)
    family.sign_up()
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    email = family.typed("contacts", "email")
    page = open_entourage(client, email)
    for slug in ("membre", "co-representant", "contact", "membre"):  # the second child, whom the others may concern
        page = family.add(page, slug)
    reference = re.sub(r"\s", "", tag(deposit(client, page), ".large").get_text())
    places = [(DOSSIER, agents_page(app, db, reference))]
    follow(client, sign_in(client, email))
    decide(db)
    places += [(TABLES, tables(db))]
    places += [(COPY, copy_in_json(client)), (COPY, copy_in_csv(client))]
    places += [(CORRECTION, list(corrections(client, email)))]

    lost = [
        f"{mark.form}.{mark.name} is not in the {place}: {mark.words(place)}"
        for place, records in places
        for mark in family.marks
        if not {(mark.form, place), (f"{mark.form}.{mark.name}", place)} & NOT_THERE.keys()
        and not any(all(word in one for word in mark.words(place)) for one in records)
    ]
    assert not lost, "\n".join(lost)
    assert {mark.form for mark in family.marks} == {step.slug for step in JOURNEY.steps} | KINDS.keys()
