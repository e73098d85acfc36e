"""Reasons that the town words: offered by role, in their order, and what was answered keeps its words."""

from collections.abc import Callable
from dataclasses import replace

from sqlite_utils import Database

from tests.support.families import a_family
from tests.townhall.browsers import Browser
from wizard.models import AgentRole, DecisionLine, Dossier, Role
from wizard.services import reasons as service
from wizard.stores import agents, dossiers, reasons

OUTSIDE = "/mairie/motifs/outside_town"


def administrator(signed_in: Callable[..., Browser]) -> Browser:
    return signed_in("direction@oudon.example", AgentRole.ADMINISTRATOR)


def offered(db: Database) -> list[str]:
    return [one.name for one in reasons.offered(db)]


def told(browser: Browser) -> str:
    """What the page says of what was just done."""
    found = browser.page.select("main > [role=status]")
    return found[0].get_text() if found else ""


def refuse(browser: Browser, dossier: Dossier, reason: str) -> int:
    """Refuse the child of a family for a reason."""
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    name = f"p{dossier.lines[1].person}"
    chosen = {f"{name}-decision": "refused", f"{name}-reason": reason}
    return browser.send("Enregistrer", **chosen).status_code


def test_an_administrator_adds_orders_retires_and_offers_again(db: Database, signed_in: Callable[..., Browser]) -> None:
    browser, at_first = administrator(signed_in), offered(db)[:-1]
    for _twice in range(2):
        browser.get("/mairie/motifs/nouveau")
        sent = {"name": "Pièce illisible", "sentence": "Le document ne se lit pas : envoyez-le de nouveau."}
        assert browser.send("Enregistrer", roles=["child", "contact"], **sent).status_code == 200
        assert told(browser) == "Ce motif est enregistré."
    assert offered(db) == [*at_first, "Pièce illisible", "Autre"]
    code = reasons.offered(db)[-2].code
    child, parent = (
        DecisionLine(1, None, None, None, Role.CHILD),
        DecisionLine(2, None, None, None, Role.REPRESENTATIVE),
    )
    may = service.offered_for(db, [child, parent])
    assert may[1][code] and code not in may[2]
    for _twice in range(2):
        token = browser.fields("Ne plus proposer")[1]["csrf_token"]
        browser.client.post(f"/mairie/motifs/{code}/place", data={"csrf_token": token, "place": "0"})
    assert offered(db)[0] == "Pièce illisible" and offered(db)[-1] == "Autre"
    for _twice in range(2):
        browser.client.post(f"/mairie/motifs/{code}/retirer", data={"csrf_token": token})
    assert "Pièce illisible" not in offered(db)
    refused = replace(child, reason=code, reason_name="Pièce illisible")
    assert service.offered_for(db, [refused])[1][code] == "Pièce illisible"
    browser.get("/mairie/motifs")
    assert told(browser) == ""
    again = browser.fields("Proposer de nouveau")
    browser.send("Proposer de nouveau")
    assert told(browser) == "Ce motif est de nouveau proposé, avant « Autre »."
    assert offered(db)[-2:] == ["Pièce illisible", "Autre"]
    browser.client.post(f"/mairie/motifs/{code}/retirer", data=again[1])
    browser.get("/mairie/motifs/nouveau")
    browser.send("Enregistrer", roles=["child"], name="Pièce illisible", sentence="Illisible.")
    browser.response = browser.client.post(again[0], data=again[1], follow_redirects=True)
    assert told(browser) == "Un autre motif porte déjà ce nom : celui-ci n'est pas proposé de nouveau."
    browser.send("Ne plus proposer")
    assert told(browser) == "Ce motif n'est plus proposé."


def test_what_was_answered_keeps_its_words(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier, clerk, browser = a_family(db), signed_in(), administrator(signed_in)
    assert refuse(clerk, dossier, "outside_town") == 200
    browser.get(OUTSIDE)
    browser.send("Enregistrer", name="Hors d'Oudon", sentence="Vous habitez ailleurs qu'à Oudon.", roles=["child"])
    assert offered(db)[1] == "Hors d'Oudon"
    found = dossiers.by_id(db, dossier.id)
    assert found and found.lines[1].reason_told == "L'adresse indiquée n'est pas dans la commune."
    clerk.get(f"/mairie/dossiers/{dossier.reference}")
    assert "hors commune" in clerk.text
    other = a_family(db, name="Durand")
    assert refuse(clerk, other, "outside_town") == 422  # said otherwise since: nobody is told the words of before
    assert refuse(clerk, other, reasons.offered(db)[1].code) == 200
    found = dossiers.by_id(db, other.id)
    assert found and found.lines[1].reason_told == "Vous habitez ailleurs qu'à Oudon."


def test_a_reason_is_chosen_for_those_whom_it_may_be_said_of(db: Database, signed_in: Callable[..., Browser]) -> None:
    assert refuse(signed_in(), a_family(db), "contact_declined") == 422


def test_of_two_who_change_a_reason_the_first_wins_and_the_second_is_told(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    first, second = administrator(signed_in), signed_in("maire@oudon.example", AgentRole.ADMINISTRATOR)
    for browser in (first, second):
        browser.get(OUTSIDE)
    words = {"sentence": "Ailleurs.", "roles": ["child"]}
    assert first.send("Enregistrer", name="Premier", **words).status_code == 200
    assert second.send("Enregistrer", name="Second", **words).status_code == 409
    assert "Quelqu'un d'autre vient de changer ce motif" in second.text and "Premier" in second.text
    assert second.send("Enregistrer", name="Second", **words).status_code == 200
    assert "Second" in offered(db) and "Premier" not in offered(db)
    second.get("/mairie/motifs/duplicate")
    agent = agents.by_email(db, "direction@oudon.example")
    assert agent
    service.retire(db, agent, "duplicate")
    assert second.send("Enregistrer", name="Doublon sûr", **words).status_code == 409


def test_what_is_wrong_is_told_and_autre_stays(db: Database, signed_in: Callable[..., Browser]) -> None:
    browser = administrator(signed_in)
    for sent, told in (
        ({"name": "", "sentence": "x"}, "Donnez un nom court"),
        ({"name": "Nouveau", "sentence": ""}, "Écrivez la phrase"),
        ({"name": "Nouveau", "sentence": "x", "roles": []}, "Cochez au moins une case"),
        ({"name": "Nouveau", "sentence": "x", "roles": ["maire"]}, "Cochez au moins une case"),
        ({"name": "doublon", "sentence": "x"}, "porte déjà ce nom"),
    ):
        browser.get("/mairie/motifs/nouveau")
        assert browser.send("Enregistrer", **({"roles": ["child"]} | sent)).status_code == 422
        assert told in browser.text
    token = browser.fields("Enregistrer")[1]["csrf_token"]
    assert browser.client.get("/mairie/motifs/other").status_code == 404
    browser.client.post("/mairie/motifs/other/retirer", data={"csrf_token": token})
    assert offered(db)[-1] == "Autre"
