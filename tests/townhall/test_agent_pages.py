"""What an agent sees and does: the queue, a dossier, its decisions, its answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlite_utils import Database

from tests.support.client import HTMX
from tests.support.families import LOIC, a_family, ask, decide
from tests.support.outbox import WRITTEN, all_sent
from tests.support.walk import AGENT_PASSWORD
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.french import plain
from wizard.models import AgentRole, Decision, Declaration, Dossier, Role, Status
from wizard.services.handover import PROFILES
from wizard.stores import dossiers, families, journal
from wizard.stores.families import KnownFamily


def dossier_page(dossier: Dossier) -> str:
    return f"/mairie/dossiers/{dossier.reference}"


def stored(db: Database, dossier: Dossier) -> Dossier:
    found = dossiers.by_id(db, dossier.id)
    assert found is not None
    return found


def accept(dossier: Dossier) -> dict[str, str]:
    """What an agent ticks to accept everyone."""
    return {f"p{line.person}-decision": "accepted" for line in dossier.lines}


def mails(db: Database) -> list[dict[str, str]]:
    return list(db.query(f"{WRITTEN} WHERE name = 'outcome'"))


def actions(db: Database, dossier: Dossier) -> list[str]:
    return [entry.action for entry in reversed(journal.of_dossier(db, dossier.id))]


def test_the_queue_tells_who_waits_and_since_when(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    late = a_family(db, "Ancien")
    clock.shift(timedelta(days=8))
    recent = a_family(db, "Récent")
    browser = signed_in()
    rows = [" ".join(row.get_text(" ").split()) for row in browser.page.select("table.queue tbody tr")]
    assert [row.replace(" ,", ",") for row in rows] == [
        f"{late.reference[:4]} {late.reference[4:]} Camille Ancien, Loïc (7 ans) Jeanne Le Goff Oudon"
        " 6 jours ouvrés 24 novembre 2026 Adresse à vérifier Déposé En retard",
        f"{recent.reference[:4]} {recent.reference[4:]} Camille Récent, Loïc (7 ans) Jeanne Le Goff Oudon"
        " 0 jour ouvré 2 décembre 2026 Adresse à vérifier Déposé",
    ]
    counts = [" ".join(one.get_text(" ").split()) for one in browser.page.select(".counts li, .filters li")]
    assert counts == [
        "2 à traiter", "0 en attente de la famille", "0 traité", "corrigés 0", "à moi 0", "en retard 1",
        "hors commune 0", "adresse à vérifier 2", "doublon possible 0",
        "courriel refusé 0", "moins de 3 ans 0", "3 à 11 ans 2", "12 ans et plus 0",
    ]  # fmt: skip
    assert "Délai annoncé aux familles : 3 à 6 jours." in browser.text


def test_a_dossier_that_came_back_corrected_waits_since_that_day(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    dossier = a_family(db, "Corrigé")
    clock.shift(timedelta(days=8))
    db.execute("UPDATE dossiers SET corrected_at = ? WHERE id = ?", (now().isoformat(), dossier.id))
    browser = signed_in()
    waits = browser.page.select_one("[data-label='Attend depuis']")
    assert waits and waits.get_text(" ") == "0 jour ouvré 2 décembre 2026"
    browser.send("Chercher", text="Corrigé")
    deposited = browser.page.select_one("[data-label='Déposé']")
    assert deposited and deposited.get_text(" ").strip() == "24 novembre 2026"


@pytest.mark.parametrize("query", ["?etat=rien", "?page=-3", "?page=abc", "?etat=traites&page=99999999999999999999"])
def test_an_odd_address_of_the_queue_shows_a_page(signed_in: Callable[..., Browser], query: str) -> None:
    assert signed_in().get(f"/mairie{query}").status_code == 200


def test_long_queues_have_pages(db: Database, signed_in: Callable[..., Browser]) -> None:
    with transaction(db):
        for _ in range(31):
            a_family(db)
    browser = signed_in()
    assert len(browser.page.select("table.queue tbody tr")) == 30
    browser.get(str(browser.page.find("a", string="Page suivante")["href"]))
    assert len(browser.page.select("table.queue tbody tr")) == 1
    assert browser.page.find("a", string="Page précédente")


def test_a_search_that_finds_more_than_a_page_says_to_type_another_word(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    with transaction(db):
        for _ in range(31):
            a_family(db, "Durand")
    browser = signed_in()
    browser.send("Chercher", text="durand")
    assert len(browser.page.select("table.queue tbody tr")) == 30
    assert browser.page.caption.get_text().startswith("Les 30 dossiers les plus récents")


def test_the_dossier_shows_the_end_of_its_journal_and_a_page_the_whole(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier, browser = a_family(db), signed_in()
    for _ in range(19):
        browser.get(dossier_page(dossier))
    assert len(browser.page.select("#journal li")) == 20 and not browser.page.find("a", string="Tout le journal")
    browser.get(dossier_page(dossier))
    assert len(browser.page.select("#journal li")) == 20
    browser.get(str(browser.page.find("a", string="Tout le journal")["href"]))
    lines = browser.page.select("#journal li")
    assert len(lines) == 22 and "déposé" in lines[-1].get_text().lower()
    assert not browser.page.find("a", string="Tout le journal")


def test_a_search_keeps_names_out_of_addresses(db: Database, signed_in: Callable[..., Browser]) -> None:
    a_family(db, "Durand")
    found = a_family(db, "Thomé")
    browser = signed_in()
    browser.send("Chercher", text="thome loic")
    assert browser.response.request.full_path.rstrip("?") == "/mairie"
    assert [a["href"] for a in browser.page.select("table.queue th a")] == [dossier_page(found)]
    browser.send("Chercher", text="<script>alert(1)</script>")
    assert "Aucun dossier trouvé" in browser.text
    assert browser.page.find("script", string="alert(1)") is None


def test_a_reference_leads_straight_to_its_dossier(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.send("Chercher", text=f" {dossier.reference[:4].lower()} {dossier.reference[4:].lower()}")
    assert browser.path == dossier_page(dossier)
    assert browser.get("/mairie").status_code == 200
    assert browser.send("Chercher", text="x" * 101).status_code == 422
    assert "Dossiers à traiter" in browser.send("Chercher", text=" ").text


def test_a_dossier_tells_all_that_was_declared(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    mother, child, contact = (" ".join(card.get_text(" ").split()) for card in browser.page.select("article.card"))
    for words in ("Camille Martin Représentant", "06 12 34 56 78", "12 rue de la Loire", "Adresse à vérifier"):
        assert words in mother
    for words in ("Loïc Martin Enfant", "3 septembre 2019", "en alternance"):
        assert words in child
    for words in (
        "Jeanne Le Goff Contact",
        "Grand-parent de Loïc Martin",
        "Demandé : venir chercher Loïc.",
        "02 40 12 34 56",
    ):
        assert words in contact
    assert "urgence" not in contact
    assert "créée à l'inscription" in browser.text


def test_a_key_that_several_families_may_have_is_told(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    db.execute("UPDATE households SET key_origin = 'link', enfance_key = '012345' WHERE id = ?", (dossier.household,))
    for key in ("12345", "0012345"):
        families.save(db, KnownFamily(key, "Martin", "Camille", None), now())
    browser = signed_in()
    browser.get(dossier_page(dossier))
    assert "aux zéros du début près : 0012345, 12345" in browser.text


def test_a_child_declared_elsewhere_is_told_to_the_agent(db: Database, signed_in: Callable[..., Browser]) -> None:
    first, second = a_family(db), a_family(db, given_name="Alix", phone="+33600000000")
    browser = signed_in()
    browser.get(dossier_page(second))
    notices = browser.page.select("article.card .notice a")
    (link,) = [notice["href"] for notice in notices]
    assert f"dossier {first.reference[:4]} {first.reference[4:]}" in plain(browser.get(str(link)).text)


def test_each_reading_is_in_the_journal(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    assert stored(db, dossier).status is Status.DEPOSITED
    claire, paul = signed_in(), signed_in("paul@oudon.example")
    claire.get(dossier_page(dossier))
    paul.get(dossier_page(dossier))
    assert stored(db, dossier).status is Status.OPENED
    read = [(entry.action, entry.agent) for entry in journal.of_dossier(db, dossier.id)]
    assert read == [("read", "paul@oudon.example"), ("opened", "claire@oudon.example"), ("deposited", None)]
    assert "Première ouverture – claire@oudon.example" in paul.text


def test_a_name_looked_up_is_in_the_journal_of_each_dossier_found(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    found, also, other = a_family(db, "Thomé"), a_family(db, "Thomé", given_name="Alix"), a_family(db, "Durand")
    browser = signed_in()
    browser.send("Chercher", text="thome")
    assert actions(db, found) == actions(db, also) == ["deposited", "found"]
    assert actions(db, other) == ["deposited"]
    browser.get(dossier_page(found))
    assert "Trouvé par une recherche – claire@oudon.example" in browser.text


def test_a_page_shown_again_without_a_decision_is_a_reading(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    mother = dossier.lines[0].person
    token = browser.fields("Enregistrer toutes")[1]["csrf_token"]
    before = len(actions(db, dossier))

    def post(tail: str = "", by_htmx: bool = False, **data: str) -> int:
        headers = HTMX if by_htmx else {}
        posted = browser.client.post(
            f"{dossier_page(dossier)}{tail}", data={"csrf_token": token, **data}, headers=headers
        )
        assert "Camille" in posted.text or posted.status_code == 303
        return posted.status_code

    assert post(**{f"p{mother}-reason": "other"}) == 422
    assert post("/reponse", seen="-1") == 409
    assert post(by_htmx=True, save=str(mother)) == 422
    chosen = {f"p{mother}-decision": "accepted", f"p{mother}-seen": "0", "save": str(mother)}
    assert post(by_htmx=True, **chosen) == post(by_htmx=True, **chosen) == 200
    assert actions(db, dossier)[before:] == ["read", "read", "read", "decided", "read"]


def test_a_family_is_answered_once_everyone_is_decided(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    mother, child, contact = (f"p{line.person}" for line in dossier.lines)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    assert "Il reste 3 décisions" in browser.text
    browser.send(
        "Enregistrer toutes",
        **{
            f"{mother}-decision": "accepted",
            f"{child}-decision": "accepted",
            f"{child}-reason": "outside_town",
            f"{contact}-decision": "to_correct",
            f"{contact}-reason": "missing_information",
            f"{contact}-comment": "Il manque son numéro de portable.",
        },
    )
    assert browser.path == dossier_page(dossier)
    assert [line.reason for line in stored(db, dossier).lines] == [None, None, "missing_information"]
    browser.get(browser.fields("Relire et envoyer")[0])
    assert "Il manque son numéro de portable." in browser.text
    assert mails(db) == []
    browser.send("Envoyer la réponse")
    assert browser.path == dossier_page(dossier)
    assert browser.page.select_one("h1 + [role=status]").get_text().startswith("C'est répondu. Le courriel partira à")
    assert stored(db, dossier).status is Status.TO_CORRECT
    [mail] = mails(db)
    assert mail["recipient"] == f"parent{dossier.lines[0].person}@exemple.fr"
    assert f"{dossier.reference[:4]} {dossier.reference[4:]}" in mail["subject"]
    for words in (
        "Camille Martin : demande acceptée",
        "Jeanne Le Goff : à corriger",
        "Motif : Il manque une information.",
        "Précision : Il manque son numéro de portable.",
        "https://famille.oudon.example/espace",
    ):
        assert words in plain(mail["body_text"])
    assert actions(db, dossier) == ["deposited", "opened", *["decided"] * 3, "read", "read", "answered", "read"]
    assert [entry.agent for entry in journal.of_dossier(db, dossier.id)][:-1] == ["claire@oudon.example"] * 8


def test_saving_no_decision_says_so_and_saving_one_twice_does_not(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    nothing = "Aucune décision n'était choisie : choisissez-en une, puis enregistrez."
    assert browser.page.select_one("h1 + [role=status]") is None
    browser.send("Enregistrer toutes")
    assert browser.page.select_one("h1 + [role=status]").get_text() == nothing
    action, fields = browser.fields("Enregistrer toutes")
    accepted = fields | {f"p{dossier.lines[0].person}-decision": "accepted"}
    for _click in range(2):
        answer = browser.client.post(action, data=accepted, follow_redirects=True)
        assert nothing not in answer.text and "Décision enregistrée : Demande acceptée" in answer.text
    browser.get(dossier_page(dossier))
    browser.send("Enregistrer toutes")  # as the page shows it: one decided, nothing new
    assert browser.page.select_one("h1 + [role=status]").get_text() == nothing
    assert actions(db, dossier).count("decided") == 1


def test_only_an_acceptance_is_ticked(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    mother, child, _contact = (f"p{line.person}" for line in dossier.lines)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    refused = {f"{child}-decision": "refused", f"{child}-reason": "outside_town"}
    browser.send("Enregistrer toutes", **{f"{mother}-decision": "accepted"}, **refused)
    assert [tag.get_text().split(" –")[0] for tag in browser.page.select(".decided")] == [
        "Décision enregistrée : Demande acceptée",
        "Décision enregistrée : Demande refusée",
    ]
    assert [tag.get_text() for tag in browser.page.select(".check")] == ["Décision enregistrée : Demande acceptée"]


def test_a_double_click_answers_once(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    browser.send("Enregistrer toutes", **accept(dossier))
    browser.get(f"{dossier_page(dossier)}/reponse")
    action, fields = browser.fields("Envoyer la réponse")
    assert [browser.client.post(action, data=fields).status_code for _ in range(2)] == [303, 303]
    assert len(mails(db)) == 1
    assert actions(db, dossier).count("answered") == 1


def test_nothing_is_answered_while_someone_waits(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(f"{dossier_page(dossier)}/reponse")
    assert browser.page.find("button", string="Envoyer la réponse") is None
    token = browser.page.find("input", attrs={"name": "csrf_token"})["value"]
    answer = browser.client.post(f"{dossier_page(dossier)}/reponse", data={"csrf_token": token, "seen": "0"})
    assert answer.status_code == 409
    assert stored(db, dossier).answered_at is None
    assert mails(db) == []


def test_a_recap_that_is_out_of_date_is_not_sent(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    claire, paul = signed_in(), signed_in("paul@oudon.example")
    claire.get(dossier_page(dossier))
    claire.send("Enregistrer toutes", **accept(dossier))
    claire.get(f"{dossier_page(dossier)}/reponse")
    paul.get(dossier_page(dossier))
    child = dossier.lines[1].person
    paul.send("Enregistrer toutes", **{f"p{child}-decision": "refused", f"p{child}-reason": "outside_town"})
    assert claire.send("Envoyer la réponse").status_code == 409
    assert "une décision a changé entre-temps" in claire.text
    assert mails(db) == []
    claire.send("Envoyer la réponse")
    assert stored(db, dossier).status is Status.PARTLY_ACCEPTED


def test_a_reopened_dossier_keeps_its_trace_and_is_answered_again(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    browser.send("Enregistrer toutes", **accept(dossier))
    browser.get(f"{dossier_page(dossier)}/reponse")
    first_recap = browser.fields("Envoyer la réponse")
    browser.send("Envoyer la réponse")
    assert not browser.page.select("article.card input")
    answered = browser.response.request.full_path
    all_sent(db)
    browser.get(answered)
    browser.send("Rouvrir le dossier")
    assert "C'est répondu" not in browser.get(answered).text
    assert "Dossier rouvert – claire@oudon.example" in browser.text
    assert stored(db, dossier).status is Status.OPENED
    old = browser.client.post(first_recap[0], data=first_recap[1])
    assert old.status_code == 409
    browser.get(f"{dossier_page(dossier)}/reponse")
    browser.send("Envoyer la réponse")
    assert len(mails(db)) == 2
    assert stored(db, dossier).status is Status.ACCEPTED


def test_an_agent_is_led_to_the_dossier_under_way_before_reopening_another(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    reopen = browser.fields("Rouvrir le dossier")
    with transaction(db):
        later = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, now())
        ask(db, later, dossier.lines[1].person, Declaration(Role.CHILD, LOIC))
    browser.client.post(reopen[0], data=reopen[1])
    assert stored(db, dossier).status is Status.ACCEPTED
    browser.get(dossier_page(dossier))
    assert "répondez-y avant de rouvrir celui-ci" in browser.text
    link = browser.page.select_one("#reponse a")
    under_way = dossiers.by_id(db, later)
    assert link and under_way and link["href"] == dossier_page(under_way)


def test_a_dossier_of_which_all_was_asked_again_leads_to_the_one_that_did(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier, browser = a_family(db), signed_in()
    decide(db, dossier.id)
    for _ in range(2):
        with transaction(db):
            last = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, now())
            ask(db, last, dossier.lines[1].person, Declaration(Role.CHILD, LOIC))
        decide(db, last)
    earlier, later = dossiers.by_id(db, last - 1), dossiers.by_id(db, last)
    assert earlier and later
    browser.get(dossier_page(earlier))
    link = browser.page.select_one("#reponse a")
    assert link and link["href"] == dossier_page(later)
    assert not browser.page.select("form[action$=rouvrir]")


def test_an_answered_dossier_is_changed_by_nobody(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    claire, paul = signed_in(), signed_in("paul@oudon.example")
    paul.get(dossier_page(dossier))
    claire.get(dossier_page(dossier))
    claire.send("Enregistrer toutes", **accept(dossier))
    claire.get(f"{dossier_page(dossier)}/reponse")
    claire.send("Envoyer la réponse")
    child = dossier.lines[1].person
    late = {f"p{child}-decision": "refused", f"p{child}-reason": "duplicate", f"p{child}-comment": "Vu hier"}
    button = paul.fields("Enregistrer toutes")
    assert paul.send("Enregistrer toutes", **late).status_code == 409
    told = paul.page.select_one("#summary").get_text(" ", strip=True)
    assert "un autre agent a répondu entre-temps. Le courriel part à 10 h 10 : annulez l'envoi" in told
    assert "Loïc Martin : demande refusée – " in told and "« Vu hier »" in told and "rouvrez" not in told
    all_sent(db)
    again = paul.client.post(button[0], data=button[1] | late)
    assert "la réponse est partie entre-temps. Pour les changer, rouvrez" in again.text and "« Vu hier »" in again.text
    odd = paul.client.post(button[0], data=button[1] | {f"p{child}-decision": "?", f"p{child}-reason": "?"})
    assert odd.status_code == 422
    assert stored(db, dossier).status is Status.ACCEPTED


def test_a_decision_is_never_overwritten_unseen(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    child = dossier.lines[1].person
    claire, paul = signed_in(), signed_in("paul@oudon.example")
    claire.get(dossier_page(dossier))
    paul.get(dossier_page(dossier))
    refusal = {f"p{child}-decision": "refused", f"p{child}-reason": "outside_town"}
    claire.send("Enregistrer toutes", **refusal)
    assert paul.send("Enregistrer toutes", **{f"p{child}-decision": "accepted"}).status_code == 409
    assert "Un autre agent vient de décider : Demande refusée" in paul.text
    told = paul.page.select_one("#summary h2")
    assert told and told.get_text() == "Ce que vous venez de choisir n'est pas enregistré", "other decisions are"
    assert stored(db, dossier).lines[1].decision is Decision.REFUSED
    ticked = paul.page.select_one(f"input[name=p{child}-decision][checked]")
    assert ticked is not None
    assert ticked["value"] == "accepted"
    paul.send("Enregistrer toutes", **{f"p{child}-decision": "accepted"})
    assert stored(db, dossier).lines[1].decision is Decision.ACCEPTED
    decided = [entry.agent for entry in journal.of_dossier(db, dossier.id) if entry.action == "decided"]
    assert decided == ["paul@oudon.example", "claire@oudon.example"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"decision": "refused"}, "Choisissez un motif"),
        ({"decision": "to_correct", "reason": "other"}, "Écrivez le motif en une phrase"),
        ({"decision": "to_correct", "reason": "other", "comment": "   "}, "Écrivez le motif en une phrase"),
        ({"reason": "duplicate"}, "Choisissez une décision"),
        ({"decision": "banished", "reason": "x"}, "Ce choix n'existe pas"),
        ({"decision": "accepted", "comment": "x" * 301}, "trop long"),
    ],
)
def test_a_decision_that_is_not_complete_is_not_saved(
    db: Database, signed_in: Callable[..., Browser], values: dict[str, str], sentence: str
) -> None:
    dossier = a_family(db)
    mother, child, _contact = (f"p{line.person}" for line in dossier.lines)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    sent = {f"{child}-{name}": value for name, value in values.items()}
    answer = browser.send("Enregistrer toutes", **sent, **{f"{mother}-decision": "accepted"})
    assert answer.status_code == 422
    assert sentence in browser.page.find(id="summary").get_text()
    assert {line.decision for line in stored(db, dossier).lines} == {None}
    assert browser.page.select_one(f"input[name={mother}-decision][checked]")


def test_htmx_saves_one_person_and_shows_only_what_changed(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    mother, child, _contact = (line.person for line in dossier.lines)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    action, fields = browser.fields("Enregistrer la décision pour Loïc Martin")
    assert fields["save"] == str(child)
    values = {f"p{child}-decision": "accepted", f"p{mother}-decision": "refused"}
    answer = browser.client.post(action, data=fields | values, headers=HTMX)
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == f"#personne-{child}"
    part = BeautifulSoup(answer.text, "html5lib")
    assert [card["id"] for card in part.select("article")] == [f"personne-{child}"]
    assert "Décision enregistrée : Demande acceptée" in part.get_text()
    assert "Il reste 2 décisions" in part.find(id="reponse").get_text()
    assert "claire@oudon.example" in part.find(id="journal").get_text()
    assert [line.decision for line in stored(db, dossier).lines] == [None, Decision.ACCEPTED, None]


def test_the_part_that_htmx_swaps_is_that_of_the_whole_page(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    child = dossier.lines[1].person
    browser = signed_in()
    browser.get(dossier_page(dossier))
    part = BeautifulSoup(
        browser.send_by_htmx("Enregistrer la décision pour Loïc", **{f"p{child}-decision": "accepted"}).text, "html5lib"
    )
    browser.get(dossier_page(dossier))
    assert part.find(id="reponse").get_text() == browser.page.find(id="reponse").get_text()
    swapped, whole = (
        BeautifulSoup(str(page.find(id=f"personne-{child}")).replace(' autofocus=""', ""), "html5lib").prettify()
        for page in (part, browser.page)
    )
    assert swapped == whole


def test_htmx_is_told_what_is_missing_in_the_card(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(dossier_page(dossier))
    answer = browser.send_by_htmx("Enregistrer la décision pour Loïc")
    assert answer.status_code == 422
    assert "Choisissez une décision" in BeautifulSoup(answer.text, "html5lib").get_text()


def test_a_decision_typed_when_the_session_ended_comes_back(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    dossier = a_family(db)
    child = dossier.lines[1].person
    browser = signed_in()
    browser.get(dossier_page(dossier))
    clock.shift(timedelta(minutes=20))
    typed = {f"p{child}-decision": "to_correct", f"p{child}-reason": "other", f"p{child}-comment": "Date ?"}
    browser.send("Enregistrer toutes", **typed)
    assert browser.path == "/mairie/connexion"
    assert "Votre session est terminée : ce que vous avez saisi est gardé." in browser.text
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    browser.send("Se connecter", code=browser.code)
    assert browser.path == dossier_page(dossier)
    assert browser.page.find("input", attrs={"name": f"p{child}-comment"})["value"] == "Date ?"
    assert "ce que vous aviez choisi est ici, pas encore enregistré" in browser.text
    assert browser.page.select_one("form[data-decisions][data-unsaved]"), "to leave asks first"
    assert stored(db, dossier).lines[1].decision is None
    browser.send("Enregistrer toutes", **{f"p{child}-decision": "to_correct"})
    assert stored(db, dossier).lines[1].comment == "Date ?"
    assert "pas encore enregistré" not in browser.text
    assert not browser.page.select_one("[data-unsaved]")


@pytest.mark.parametrize("role", [AgentRole.CASEWORKER, AgentRole.RECEPTION])
def test_what_was_looked_for_when_the_session_ended_comes_back(
    signed_in: Callable[..., Browser], clock: time_machine.Traveller, role: AgentRole
) -> None:
    browser = signed_in(role=role)
    browser.get("/mairie")
    clock.shift(timedelta(minutes=20))
    browser.send("Chercher", text="Thomé")
    browser.send("Continuer", email="claire@oudon.example", password=AGENT_PASSWORD)
    browser.send("Se connecter", code=browser.code)
    assert browser.path == "/mairie"
    assert browser.page.find("input", attrs={"name": "text"})["value"] == "Thomé"


def test_the_reception_learns_the_status_and_nothing_else(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in("accueil@oudon.example", AgentRole.RECEPTION)
    assert "Martin" not in browser.text
    browser.send("Chercher", text=dossier.reference.lower())
    assert browser.response.status_code == 200
    assert "Déposé le mardi 24 novembre 2026" in browser.text
    assert "Martin" not in browser.text
    assert browser.send("Chercher", text="Martin").status_code == 404
    for path in ("", "/reponse"):
        assert browser.get(dossier_page(dossier) + path).status_code == 403
        assert "Martin" not in browser.text
    browser.get("/mairie")
    token = browser.page.find("input", attrs={"name": "csrf_token"})["value"]
    for path in ("", "/reponse", "/rouvrir"):
        answer = browser.client.post(dossier_page(dossier) + path, data={"csrf_token": token, **accept(dossier)})
        assert answer.status_code == 403
    assert actions(db, dossier) == ["deposited"]


def test_nobody_enters_without_signing_in(db: Database, a_browser: Callable[[], Browser]) -> None:
    dossier = a_family(db)
    browser = a_browser()
    for path in ("/mairie", dossier_page(dossier), f"{dossier_page(dossier)}/reponse"):
        answer = browser.client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/mairie/connexion?suite={path}"


@pytest.mark.parametrize("path", ["", "/reponse"])
def test_an_unknown_reference_is_not_found(signed_in: Callable[..., Browser], path: str) -> None:
    assert signed_in().get(f"/mairie/dossiers/AAAAAAAA{path}").status_code == 404


def test_a_post_without_its_token_is_refused(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    answer = browser.client.post(dossier_page(dossier), data=accept(dossier))
    assert answer.status_code == 400
    assert {line.decision for line in stored(db, dossier).lines} == {None}


def test_names_are_shown_as_text(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db, "<img src=x onerror=alert(1)>")
    browser = signed_in()
    assert "&lt;img src=x" in browser.response.text
    browser.get(dossier_page(dossier))
    assert "&lt;img src=x" in browser.response.text
    assert browser.page.find("img", attrs={"onerror": True}) is None


def test_a_number_that_no_row_can_have_is_not_found(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier, browser, large = a_family(db), signed_in(), "9" * 25
    browser.get("/mairie")
    token = browser.fields("Chercher")[1]["csrf_token"]
    family = f"/mairie/familles/{dossier.household}"
    for path in (
        f"/mairie/doublons/{large}", f"/mairie/reunions/{large}", f"/mairie/familles/{large}",
        f"{family}/personnes/{large}", f"{family}/personnes/{large}/retirer", f"{family}/notes/{large}",
    ):  # fmt: skip
        assert browser.client.get(path).status_code == 404, path
    for path in (
        f"/mairie/doublons/{large}/reunir", f"/mairie/doublons/{large}/ecarter", f"/mairie/doublons/{large}/revoir",
        f"/mairie/reunions/{large}/defaire", f"/mairie/contestations/{large}", f"{family}/notes/{large}/fin",
    ):  # fmt: skip
        sent = browser.client.post(path, data={"csrf_token": token, "decision": "lever"})
        assert sent.status_code == 404, path
    ids = dict.fromkeys(("one_day", "withdrawal", "amendment", "objection", "household", "gone"), large)
    for path in ("/mairie/retraits", "/mairie/contestations", f"/mairie/exports/{next(iter(PROFILES))}/retraits"):
        assert browser.client.post(path, data={"csrf_token": token} | ids).status_code == 303, path
