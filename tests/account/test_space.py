"""« Mon espace »: what is to do first, then the family, child by child."""

from datetime import timedelta

import time_machine
from bs4 import BeautifulSoup
from sqlite_utils import Database

from tests.security.actors import Cast
from tests.support.client import read, submit
from tests.support.families import decide, tick_both
from tests.support.walk import signed_in
from wizard.french import plain


def headings(page: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in page.select("main h2")]


def children(page: BeautifulSoup) -> list[str]:
    """Return what is said around each child."""
    return [plain(" ".join(one.get_text(" ").split())) for one in page.select("section[aria-labelledby^=enfant] div")]


def to_do(page: BeautifulSoup) -> str:
    """Return what follows « À faire »."""
    found = page.select_one("main h2")
    assert found is not None
    told = []
    for one in found.find_next_siblings():
        if one.name == "h2":
            break
        told.append(one.get_text(" ", strip=True))
    return plain(" ".join(told))


def test_what_is_to_do_comes_first_then_the_family_then_the_dossiers(db: Database, cast: Cast) -> None:
    tick_both(db)
    page = read(cast.parent_a.client.get("/espace"))
    assert headings(page) == [
        "À faire", "Mes enfants", "Mon entourage", "Mes coordonnées", "Mes dossiers", "Mes données",
    ]  # fmt: skip
    assert "la mairie va vous répondre" in to_do(page)
    assert children(page) == [
        "Peut venir chercher Loïc, outre vous Jeanne Le Goff (demandé)",
        "À appeler en cas d'urgence, outre vous Jeanne Le Goff (demandé)",
    ]


def test_who_may_collect_a_child_is_said_once_it_is_so(db: Database, cast: Cast) -> None:
    tick_both(db)
    decide(db, cast.a.dossier.id)
    parent, contact = cast.parent_a.client, cast.a.dossier.lines[2].person
    assert children(read(parent.get("/espace"))) == [
        "Peut venir chercher Loïc, outre vous Jeanne Le Goff",
        "À appeler en cas d'urgence, outre vous Jeanne Le Goff",
    ]
    page = parent.get(f"/espace/personnes/{contact}/retirer")
    submit(parent, page, right=f"collect-{cast.a.dossier.lines[1].person}")
    assert children(read(parent.get("/espace"))) == [
        "Peut venir chercher Loïc, outre vous personne",
        "À appeler en cas d'urgence, outre vous Jeanne Le Goff",
    ]
    assert to_do(read(parent.get("/espace"))).startswith("Loïc, 2026-2027 : remplir son dossier administratif")


def test_who_cancelled_all_they_asked_is_told_that_nobody_is_declared(db: Database, cast: Cast) -> None:
    parent = cast.parent_a.client
    submit(parent, parent.get(f"/espace/dossiers/{cast.a.dossier.reference}/annuler"))
    page = read(parent.get("/espace"))
    assert "Votre entourage n'est pas déclaré." in to_do(page)
    assert not page.select("main form[action='/entourage']"), "there is nothing to modify"


def test_what_the_town_hall_asks_is_the_first_thing(db: Database, cast: Cast) -> None:
    decide(db, cast.a.dossier.id, Jeanne="to_correct", Camille="to_correct")
    told = to_do(read(cast.parent_a.client.get("/espace")))
    assert told.startswith("À corriger : Voir la mairie. Corriger mon identité Corriger : Jeanne")
    assert "Rien pour le moment" not in told


def test_a_family_refused_is_told_so_and_that_it_may_ask_again(db: Database, cast: Cast) -> None:
    decide(db, cast.a.dossier.id, Camille="refused", Loïc="refused", Jeanne="refused")
    page = read(cast.parent_a.client.get("/espace"))
    assert "La mairie a refusé votre demande : elle dit pourquoi plus bas." in to_do(page)
    assert page.select_one("main form[action='/entourage'] button")


def test_an_answer_that_is_late_is_promised_no_more_and_whom_to_call_is_said(
    hand: time_machine.Traveller, cast: Cast
) -> None:
    parent = cast.parent_a.client
    assert "la mairie va vous répondre" in to_do(read(parent.get("/espace")))
    assert "(réponse sous 3 à 6 jours)" in plain(parent.get("/espace").text)
    hand.shift(timedelta(days=6, minutes=1))
    signed_in(parent, cast.a.account.email)
    page = parent.get("/espace")
    assert "La réponse de la mairie a pris du retard : vous pouvez l'appeler au 02 40 83 60 17" in to_do(read(page))
    assert "réponse sous" not in plain(page.text)
