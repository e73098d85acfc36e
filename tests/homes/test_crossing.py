"""What crosses from one home of a child to the other, and what never does: each secret is looked for everywhere."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlite_utils import Database

from tests.homes.conftest import Homes, other_home, said
from tests.support.client import CheckedClient, read, submit
from tests.support.families import ask_contact
from tests.support.outbox import WRITTEN
from tests.support.walk import PASSWORD, open_entourage
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Account, Permission
from wizard.services import homes as services_homes
from wizard.services import household, withdrawing
from wizard.stores import dossiers

PAGES = ("/espace", "/espace/donnees", "/espace/donnees/copie.json", "/espace/donnees/copie.csv",
    "/espace/donnees/identite", "/espace/donnees/mot-de-passe", "/espace/donnees/courriel",
    "/espace/donnees/suppression")  # fmt: skip
# What a mark is put in, of the people of a home.
OF_PEOPLE = ("usage_name", "mobile", "phone", "email", "institution")
OF_ADDRESSES = ("label", "street", "city", "house_number", "apartment", "building", "floor", "ban_id", "citycode")


def marked(db: Database, account: Account, shared: int, letter: str) -> set[str]:
    """Put a mark in each thing known of a home but the shared child's, and return these secrets.

    The name of the parent and those of who may collect the child do cross: they are left as they are.
    """
    secrets, number = set(), 0
    people = [row[0] for row in db.execute("SELECT person FROM household_members WHERE household = ?",
        (account.household,)) if row[0] != shared]  # fmt: skip
    may_cross = {account.person} | {row[0] for row in db.execute("SELECT contact FROM contact_rights WHERE child = ?",
        (shared,))}  # fmt: skip
    for person in people:
        names = [] if person in may_cross else ["given_name", "birth_name"]
        columns = [one for one in OF_PEOPLE if one not in {"usage_name", "institution"}] + names
        for table, one in [("people", name) for name in columns] + [("addresses", name) for name in OF_ADDRESSES]:
            key = "id" if table == "people" else "person"
            number += 1
            mark = f"{letter}q{number:03}z"
            if one in {"mobile", "phone"}:
                mark = f"+3361{'1' if letter == 'A' else '2'}{number:06}"[:12]
            done = db.execute(f"UPDATE {table} SET {one} = ? WHERE {key} = ?", (mark, person)).rowcount
            secrets |= {mark} if done else set()
    return secrets | references(db, account) | {account.email}


def references(db: Database, account: Account) -> set[str]:
    found = {row[0] for row in db.execute("SELECT reference FROM dossiers WHERE household = ?", (account.household,))}
    return found | {f"{one[:4]} {one[4:]}" for one in found}


def told_to(homes: Homes, client: CheckedClient, account: Account) -> Iterator[tuple[str, str]]:
    """Give each page of a parent, each form of their entourage, each mail."""
    yield from ((path, client.get(path).text) for path in PAGES)
    links = {str(one["href"]) for one in read(client.get("/espace")).select("main a[href^='/espace/personnes']")}
    yield from ((path, client.get(path).text) for path in sorted(links))
    step = open_entourage(homes.app.test_client(), account.email)  # type: ignore[arg-type]
    anyone = homes.app.test_client()
    for path in {str(one["href"]) for one in read(step).select("main a[href*='/etape-1/']")} | {step.request.path}:
        yield path, anyone.get(path).text
    for mail in homes.db.query(WRITTEN):
        if mail["recipient"] == account.email:
            yield mail["name"], mail["subject"] + mail["body_text"] + mail["body_html"]


@pytest.mark.parametrize("reader", ["a", "b"])
@pytest.mark.parametrize("then", ["joined", "contested", "lifted", "withdrawn"])
def test_no_secret_of_a_home_is_in_any_answer_to_the_other(homes: Homes, db: Database, reader: str, then: str) -> None:
    homes.join()
    accounts = {"a": homes.cast.a.account, "b": homes.cast.b.account}
    other = accounts["b" if reader == "a" else "a"]
    secrets = marked(db, other, homes.child, "B" if reader == "a" else "A")
    if then != "joined":
        objection = homes.object_to()
        if then in {"lifted", "withdrawn"}:
            homes.decide(objection, "lever" if then == "lifted" else "retirer")
    client = homes.a if reader == "a" else homes.b
    assert len(secrets) > 15
    leaks = {
        (where, secret)
        for where, text in told_to(homes, client, accounts[reader])
        for secret in secrets
        if secret in plain(text)
    }
    assert not leaks
    own = "".join(text for _where, text in told_to(homes, homes.b if reader == "a" else homes.a, other))
    assert len([one for one in secrets if one in plain(own)]) > 10, "the secrets are told to their own home"


def test_the_homes_see_the_child_and_who_may_collect_and_why(homes: Homes) -> None:
    homes.join()
    text = other_home(homes.b)
    assert text.startswith("L'autre foyer de Loïc Avec Camille Kervarrec.")
    assert "Jeanne Le Goff Peut venir chercher Loïc." in text
    assert "Demandé par Camille Kervarrec le 24 novembre 2026, validé le 24 novembre 2026." in text


def test_a_child_s_own_lines_name_who_may_collect_them_by_the_other_home(homes: Homes) -> None:
    homes.join()
    line = "Peut venir chercher Loïc, outre vous Camille Kervarrec, Jeanne Le Goff"
    assert f"{line} (à la demande de Camille Kervarrec)" in said(homes.b)
    homes.object_to()
    assert f"{line} (contesté)" in said(homes.b)


def test_the_agents_see_each_home_from_the_other(homes: Homes, db: Database) -> None:
    homes.join()
    query = "SELECT reference FROM dossiers WHERE household = ? ORDER BY id DESC LIMIT 1"
    a, b = (db.execute(query, (one.account.household,)).fetchone()[0] for one in (homes.cast.a, homes.cast.b))
    for here, there in ((a, b), (b, a)):
        page = read(homes.agent.get(f"/mairie/dossiers/{here}"))
        links = [one for one in page.select(f"a[href='/mairie/dossiers/{there}']") if "deux foyers" in str(one.parent)]
        assert links, here


@pytest.mark.parametrize("child", ["asked", "refused"])
def test_what_is_asked_or_refused_in_a_home_is_not_seen_from_the_other(
    homes: Homes, db: Database, child: str, browser: Callable[[], CheckedClient]
) -> None:
    """Jeanne's right becomes one that is only asked, or refused: nothing of her crosses."""
    homes.join()
    db.execute("UPDATE declarations SET accepted_at = NULL WHERE person = ?", (homes.contact,))
    if child == "asked":
        db.execute("UPDATE dossier_people SET answered_at = NULL, decision = NULL, version = NULL WHERE person = ?",
            (homes.contact,))  # fmt: skip
    else:
        db.execute("UPDATE dossier_people SET decision = 'refused', motive = 'other' WHERE person = ?",
            (homes.contact,))  # fmt: skip
    db.execute("DELETE FROM contact_rights WHERE contact = ?", (homes.contact,))
    db.execute("DELETE FROM household_members WHERE person = ?", (homes.contact,))
    assert "L'autre foyer de Loïc" in other_home(homes.b) and "Jeanne" not in other_home(homes.b)
    assert homes.b.get(f"/espace/personnes/{homes.contact}/contester").status_code == 404


def test_signing_up_from_an_invitation_tells_nothing_more(homes: Homes, browser: Callable[[], CheckedClient]) -> None:
    client = browser()
    link = homes.invite()
    step = submit(client, client.get(link), "/inscription")
    text = client.get(step.location).text
    assert "Kervarrec" not in text and "Loïc" not in text
    assert PASSWORD not in text


def test_an_agent_is_led_to_the_last_dossier_of_the_other_home_alone(homes: Homes) -> None:
    homes.join()
    mine, theirs = homes.cast.a.account, homes.cast.b.account
    with transaction(homes.db):
        last = dossiers.new_reference(homes.db)
        dossiers.add(homes.db, last, theirs.household, theirs.id, clock.now() + timedelta(minutes=1))
    found = household.read(homes.db, mine.household)
    assert services_homes.references(homes.db, found) == {homes.child: (last,)}


def test_a_right_given_again_is_told_since_then(homes: Homes, hand: time_machine.Traveller) -> None:
    homes.join()
    with homes.app.test_request_context():
        withdrawing.withdraw(homes.db, homes.cast.a.account, homes.contact, [(homes.child, Permission.COLLECT)])
    hand.shift(timedelta(hours=2))
    ask_contact(homes.db, homes.cast.a.dossier, may_collect=True, emergency=False)
    (home,) = services_homes.others(homes.db, household.read(homes.db, homes.cast.b.account.household))
    (collector,) = home.collectors
    assert (collector.asked_at, collector.accepted_at) == (clock.now(), clock.now())
