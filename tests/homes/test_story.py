"""The two-homes story, over HTTP, mails read: invited, signed up, joined, seen, contested, decided."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.homes.conftest import other_home, said
from tests.security.actors import an_agent, sign_agent_in
from tests.support.client import CheckedClient, follow, form_of, read, submit, typed
from tests.support.outbox import WRITTEN
from tests.support.walk import (
    CHILD,
    CONTACTS,
    EMAIL,
    IDENTITY,
    PASSWORD,
    RELATIVE,
    add,
    answer,
    deposit,
    link_of,
    open_entourage,
    signed_in,
)
from wizard.french import plain
from wizard.models import AgentRole

AGENT = "instruction@oudon.example"
PAUL = "paul.morel@exemple.fr"
CO_PARENT = {
    "birth_name": "Morel",
    "given_name": "Paul",
    "mobile": "06 99 88 77 66",
    "email": PAUL,
    "same_address": "no",
    "invite": "y",
}
MARC = {"birth_name": "Cadiou", "given_name": "Marc", "phone": "02 40 11 22 33", "link": "friend"}
# What no answer to Paul may hold: what is Camille's alone.
SECRETS_OF_CAMILLE = ("06 12 34 56 78", "+33612345678", "02 40 77 66 55", "+33240776655", "rue du Moulin", EMAIL)
SECRETS_OF_PAUL = ("06 01 02 03 04", "+33601020304", "02 40 11 22 33", "+33240112233", "allée des Frênes")


class Town:
    """The town of the story: its mails, and the agent who answers."""

    def __init__(self, app: Flask, db: Database, password_hash: str) -> None:
        self.app, self.db = app, db
        an_agent(db, AGENT, AgentRole.CASEWORKER, password_hash)
        self.agent: CheckedClient = app.test_client()  # type: ignore[assignment]
        sign_agent_in(self.agent, db, AGENT)

    def mails(self, name: str, recipient: str = "") -> list[dict[str, str]]:
        found = list(self.db.query(WRITTEN + " WHERE name = ? ORDER BY id", (name,)))
        return [one for one in found if recipient in one["recipient"]]

    def accept_all(self) -> str:
        """Accept everyone of the last dossier, answer, and return its reference."""
        (reference,) = self.db.execute("SELECT reference FROM dossiers ORDER BY id DESC LIMIT 1").fetchone()
        path = f"/mairie/dossiers/{reference}"
        page = read(self.agent.get(path))
        form = form_of(page, path)
        decisions = {str(one["name"]): "accepted" for one in form.select("input[name$=-decision]")}
        assert self.agent.post(path, data=typed(form) | decisions).status_code == 303
        recap = self.agent.get(f"{path}/reponse")
        assert submit(self.agent, recap, "/reponse").status_code == 303
        return str(reference)


@pytest.fixture
def town(app: Flask, db: Database, parent: CheckedClient, password_hash: str, hand: time_machine.Traveller) -> Town:
    return Town(app, db, password_hash)


def declared(parent: CheckedClient, **co_parent: str) -> None:
    """Let Camille declare Loïc, Paul and Jeanne, who may collect him."""
    page = add(parent, open_entourage(parent), "membre", **CHILD)
    form = read(parent.get(f"{page.request.path}/co-representant"))
    link = next(str(one["name"]) for one in form.select("select[name^=link_]"))
    page = add(parent, page, "co-representant", **CO_PARENT | co_parent | {link: "father"})
    page = add(parent, page, "contact", **RELATIVE | {"phone": "02 40 77 66 55"}, may_collect="y", emergency="y")
    assert deposit(parent, page).status_code == 200


def signed_up(browser: CheckedClient, invitation: str, town: Town) -> TestResponse:
    """Sign up from an invitation, prove the address, and return the page to which that leads."""
    page = follow(browser, submit(browser, browser.get(invitation), "/inscription"))
    page = answer(browser, page, **IDENTITY | {"birth_name": "Morel", "given_name": "Paul", "title": "monsieur"})
    page = answer(browser, answer(browser, page, saisir="1"), house_number="3", street="allée des Frênes",
        postcode="44521", city="Oudon")  # fmt: skip
    page = answer(browser, page, **CONTACTS | {"mobile": "06 01 02 03 04", "email": PAUL})
    answer(browser, page, password=PASSWORD, sans_image="1")
    link = link_of(town.mails("activation", PAUL)[-1]["body_text"], "/activation")
    return follow(browser, submit(browser, browser.get(link), password=PASSWORD))


def button(client: CheckedClient, path: str, action: str, **values: str) -> TestResponse:
    """Press the button of a page whose form posts to an address that ends with `action`."""
    return follow(client, submit(client, client.get(path), action, **values))


def test_a_child_of_two_homes_from_the_invitation_to_the_decision(
    town: Town, parent: CheckedClient, browser: Callable[[], CheckedClient], db: Database
) -> None:
    declared(parent)
    assert not town.mails("invitation"), "nobody is invited before the town accepts them"
    of_camille = town.accept_all()
    (mail,) = town.mails("invitation")
    assert mail["recipient"] == PAUL
    for body in (plain(mail["body_text"]), plain(mail["body_html"])):
        assert "Camille Martin vous invite" in body and "Oudon" in body
        assert "Loïc" not in body and "Jeanne" not in body

    link = link_of(mail["body_text"], "/invitation")
    paul = browser()
    shown = paul.get(link)
    assert "Camille Martin" in shown.text and "Oudon" in shown.text
    assert not any(one in shown.text for one in ("Loïc", "Jeanne", *SECRETS_OF_CAMILLE))
    joins = signed_up(paul, link, town)
    assert joins.request.path == "/espace" and "Camille Martin vous invite" in joins.text and "Loïc" not in joins.text
    joined = button(paul, "/espace", "/espace/invitation")
    assert "Votre espace est relié" in joined.text
    assert paul.get(link).location == "/espace?fait=rejoint", "a second click is no failure"
    assert "Cette invitation ne sert plus" in browser().get(link).text

    told = said(paul)
    assert "Loïc" in told and "L'autre foyer de Loïc Avec Camille Martin." in told
    assert "Jeanne Petit Peut venir chercher Loïc." in told
    assert "Demandé par Camille Martin le 24 novembre 2026, validé le 24 novembre 2026." in told
    assert "A accepté votre invitation le 24 novembre 2026" in signed_in_space(browser())
    (told_to_camille,) = town.mails("joined", EMAIL)
    assert "Paul Morel a accepté votre invitation" in told_to_camille["body_text"]

    page = open_entourage(paul, PAUL)
    child = str(read(page).select_one(".card a[href*='/etape-1/membre/']")["href"])  # type: ignore[index]
    page = answer(paul, paul.get(child), residence="alternating")
    page = add(paul, page, "contact", **MARC, may_collect="y")
    deposit(paul, page)
    assert "Marc" not in signed_in_space(browser()), "what is only asked does not cross"
    of_paul = town.accept_all()
    told = signed_in_space(browser())
    assert "Marc Cadiou Peut venir chercher Loïc." in told and "Demandé par Paul Morel" in told
    for one, other in ((of_camille, of_paul), (of_paul, of_camille)):
        assert f"/mairie/dossiers/{other}" in town.agent.get(f"/mairie/dossiers/{one}").text

    jeanne = db.execute("SELECT id FROM people WHERE given_name = 'Jeanne'").fetchone()[0]
    (child_id,) = db.execute("SELECT id FROM people WHERE given_name = 'Loïc'").fetchone()
    contest = f"/espace/personnes/{jeanne}/contester"
    assert f'href="{contest}"' in paul.get("/espace").text
    button(paul, contest, "/contester", right=f"collect-{child_id}")
    contested = "Contesté depuis le 24 novembre 2026 à 10 h 05, la mairie va décider : venir chercher Loïc."
    for told in (said(paul), signed_in_space(browser()), said(town.agent, f"/mairie/dossiers/{of_camille}")):
        assert contested in told and "Peut venir chercher Loïc. Contest" not in told
        assert "À appeler en cas d'urgence pour Loïc." in told
    notice = "Jeanne Petit – Venir chercher Loïc Martin : contesté depuis le 24 novembre 2026 à 10 h 05."
    assert notice in said(town.agent, "/mairie") and notice in said(town.agent, f"/mairie/dossiers/{of_paul}")

    button(paul, "/espace", "/ne-plus-contester")
    assert contested not in said(paul) and notice not in said(town.agent, "/mairie")
    button(paul, contest, "/contester", right=f"collect-{child_id}")
    number = db.execute("SELECT max(id) FROM objections").fetchone()[0]
    button(town.agent, f"/mairie/dossiers/{of_camille}", f"/contestations/{number}", decision="lever")
    assert contested not in said(paul) and "La mairie a levé la contestation" in said(paul)
    assert "Peut venir chercher Loïc." in said(paul) and notice not in said(town.agent, "/mairie")

    button(paul, contest, "/contester", right=f"collect-{child_id}")
    number += 1
    button(town.agent, f"/mairie/dossiers/{of_camille}", f"/contestations/{number}", decision="retirer")
    assert "Personne d'autre pour l'instant. Jeanne Petit – Venir chercher Loïc" in said(paul)
    assert "La mairie a retiré ce droit." in said(paul) and "Peut venir chercher Loïc" not in other_home(paul)
    told = signed_in_space(browser())
    assert "Ne peut plus venir chercher Loïc depuis le 24 novembre 2026 à 10 h 05." in told
    assert "Peut venir chercher Loïc. À appeler" not in told
    for recipient in (EMAIL, PAUL):
        lines = [plain(one["body_text"]) for one in town.mails("objection", recipient)]
        assert len(lines) == 6 and "La mairie a retiré ce droit." in lines[-1]
    no_secret_crosses(town, browser, paul, of_camille, of_paul)


def signed_in_space(client: CheckedClient) -> str:
    """Return what Camille's space says."""
    signed_in(client, EMAIL)
    return said(client)


PAGES = ("/espace", "/espace/donnees", "/espace/donnees/copie.json", "/espace/donnees/copie.csv",
    "/espace/donnees/identite")  # fmt: skip


def no_secret_crosses(
    town: Town, browser: Callable[[], CheckedClient], paul: CheckedClient, of_camille: str, of_paul: str
) -> None:
    """No page, no copy and no mail of a parent holds a secret of the other."""
    camille = browser()
    signed_in(camille, EMAIL)
    told_to_paul = [paul.get(path).text for path in PAGES]
    told_to_camille = [camille.get(path).text for path in PAGES]
    step = open_entourage(paul, PAUL)
    told_to_paul += [step.text, *(paul.get(str(one["href"])).text for one in read(step).select(".card a"))]
    for told, recipient in ((told_to_paul, PAUL), (told_to_camille, EMAIL)):
        told += [one["body_text"] + one["body_html"] for one in town.db.query(WRITTEN) if one["recipient"] == recipient]
    for told, secrets in (
        (told_to_paul, (*SECRETS_OF_CAMILLE, of_camille, f"{of_camille[:4]} {of_camille[4:]}")),
        (told_to_camille, (*SECRETS_OF_PAUL, of_paul, f"{of_paul[:4]} {of_paul[4:]}")),
    ):
        texts = [plain(text).replace("Exemple : 06 12 34 56 78", "") for text in told]
        assert not [secret for secret in secrets if any(secret in text for text in texts)]


def test_the_recap_says_who_is_to_be_invited(parent: CheckedClient) -> None:
    page = add(parent, open_entourage(parent), "membre", **CHILD)
    form = read(parent.get(f"{page.request.path}/co-representant"))
    link = next(str(one["name"]) for one in form.select("select[name^=link_]"))
    assert "à inviter" not in page.text
    page = add(parent, page, "co-representant", **CO_PARENT | {link: "father"})
    recap = follow(parent, submit(parent, page, "etape-1"))
    assert "à inviter à ouvrir son espace" in plain(recap.text)
