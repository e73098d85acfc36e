"""Agents in the browser: invited by mail, given a role, their access taken away; one administrator stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.outbox import WRITTEN
from tests.support.walk import link_of
from tests.townhall.browsers import Browser
from wizard.clock import now, stamp
from wizard.models import AgentRole
from wizard.services import agent_roles
from wizard.services import agents as service
from wizard.stores import agents

CHOSEN = "trois grues sur le quai vide"
WHO = {"name": "Nadia Le Bris", "email": "nadia@oudon.example", "role": "instructeur"}


def administrator(signed_in: Callable[..., Browser], email: str = "direction@oudon.example") -> Browser:
    return signed_in(email, AgentRole.ADMINISTRATOR)


def invite(browser: Browser, **who: str) -> int:
    browser.get("/mairie/agents/inviter")
    return browser.send("Envoyer l'invitation", **WHO | who).status_code


def links(db: Database) -> list[str]:
    mails = db.query(WRITTEN + " WHERE name = 'agent_invitation' ORDER BY id")
    return ["/mairie/" + link_of(mail["body_text"], "/mairie/invitation").partition("/mairie/")[2] for mail in mails]


def number(db: Database, email: str) -> int:
    found = agents.by_email(db, email)
    assert found is not None
    return found.id


def test_an_invitation_opens_an_access_once(
    db: Database, signed_in: Callable[..., Browser], a_browser: Callable[[], Browser]
) -> None:
    browser = administrator(signed_in)
    assert invite(browser) == 200 and "Invitation écrite à nadia@oudon.example" in browser.text
    assert invite(browser) == 200 and len(links(db)) == 1  # a double click
    assert invite(browser, role="accueil") == 422 and "a déjà un accès, ou une invitation" in browser.text
    (link,) = links(db)
    guest = a_browser()
    guest.get(link)
    assert guest.send("Continuer", new_password="court").status_code == 422
    assert guest.send("Continuer", new_password=CHOSEN).status_code == 200
    secret = guest.page.find(id="secret")
    assert secret
    guest.secret = secret.get_text().replace(" ", "")
    guest.send("Se connecter", code=guest.code)
    assert guest.path == "/mairie" and "Dossiers à traiter" in guest.text
    assert a_browser().get(link).status_code == 410
    browser.get("/mairie/agents")
    assert "Nadia Le Bris" in browser.text and "Instructeur" in browser.text
    assert invite(browser, email="ines@oudon.example", role="sante") == 200
    browser.get("/mairie/agents")
    assert "Santé" in browser.text and "Sante" not in browser.text


def test_a_link_serves_a_week_and_another_replaces_it(
    db: Database,
    signed_in: Callable[..., Browser],
    a_browser: Callable[[], Browser],
    clock: time_machine.Traveller,
) -> None:
    browser, guest = administrator(signed_in), a_browser()
    invite(browser)
    browser.get("/mairie/agents")
    browser.send("Renvoyer le lien")
    first, second = links(db)
    unknown = guest.get(f"/mairie/invitation/{'t' * 43}")
    assert unknown.status_code == 410
    assert guest.get(first).status_code == 410 and guest.response.text == unknown.text  # nothing is told to strangers
    assert guest.get(second).status_code == 200
    clock.shift(timedelta(days=7, seconds=1))
    assert guest.get(second).status_code == 410


def test_removing_an_agent_ends_their_sessions_and_their_link_and_keeps_their_name(
    db: Database, signed_in: Callable[..., Browser], a_browser: Callable[[], Browser]
) -> None:
    browser, clerk = administrator(signed_in), signed_in()
    invite(browser)
    for email in ("claire@oudon.example", "nadia@oudon.example"):
        browser.get(f"/mairie/agents/{number(db, email)}")
        browser.send("Retirer l'accès")
        assert email in browser.text.partition("Accès retirés")[2]
    assert clerk.get("/mairie").request.path == "/mairie/connexion"
    assert a_browser().get(links(db)[0]).status_code == 410
    browser.get(f"/mairie/tracabilite?agent={number(db, 'claire@oudon.example')}")
    assert "Accès d'un agent retiré" in browser.text and "Connexion" in browser.text
    assert invite(browser, email="claire@oudon.example") == 200 and len(links(db)) == 2  # who comes back


def test_a_role_changed_opens_what_it_names_and_no_more(db: Database, signed_in: Callable[..., Browser]) -> None:
    browser, clerk = administrator(signed_in), signed_in()
    browser.get(f"/mairie/agents/{number(db, 'claire@oudon.example')}")
    assert browser.send("Enregistrer", name="Claire Guého", role="accueil").status_code == 200
    assert clerk.get("/mairie").status_code == 200 and "Où en est un dossier" in clerk.text


def test_of_two_who_change_an_access_the_first_wins(db: Database, signed_in: Callable[..., Browser]) -> None:
    browser, other = administrator(signed_in), administrator(signed_in, "maire@oudon.example")
    signed_in()
    for one in (browser, other):
        one.get(f"/mairie/agents/{number(db, 'claire@oudon.example')}")
    assert browser.send("Enregistrer", name="Claire", role="accueil").status_code == 200
    assert other.send("Enregistrer", name="Claire", role="administrateur").status_code == 409
    assert "vient de changer cet accès" in other.text
    assert agents.by_email(db, "claire@oudon.example").role is AgentRole.RECEPTION  # type: ignore[union-attr]


@pytest.mark.parametrize("since", ["dismissed_at", "invited_until"])
def test_an_administrator_who_cannot_sign_in_is_not_one_to_keep(app: Flask, db: Database, since: str) -> None:
    with app.app_context():
        agent = agents.add(db, "maire@oudon.example", AgentRole.ADMINISTRATOR, "x", now())
        with pytest.raises(agent_roles.LastAdministrator):
            agent_roles.keep_an_administrator(db, agent)
        db.execute(f"UPDATE agents SET {since} = ? WHERE id = ?", (stamp(now()), agent))
        agent_roles.keep_an_administrator(db, agent)


@pytest.mark.parametrize("others", [(), ("pending",), ("gone",)])
def test_the_last_administrator_who_can_sign_in_stays_one(
    app: Flask, db: Database, signed_in: Callable[..., Browser], others: tuple[str, ...]
) -> None:
    browser = administrator(signed_in)
    if "pending" in others:
        invite(browser, role="administrateur")
    if "gone" in others:
        administrator(signed_in, "maire@oudon.example")
        with app.app_context():
            service.dismiss(db, "maire@oudon.example")
    own = number(db, "direction@oudon.example")
    browser.get(f"/mairie/agents/{own}")
    assert browser.send("Enregistrer", name="Direction", role="accueil").status_code == 422
    assert "seul administrateur" in browser.text
    browser.get(f"/mairie/agents/{own}")
    assert browser.send("Retirer l'accès").status_code == 422
    with app.app_context(), pytest.raises(agent_roles.LastAdministrator):
        service.dismiss(db, "direction@oudon.example")
    administrator(signed_in, "autre@oudon.example")
    browser.get(f"/mairie/agents/{own}")
    browser.send("Retirer l'accès")
    assert browser.path == "/mairie/connexion"
