"""The dossiers administratifs at the town hall: documents decided, told once; lists, reminders, canteen, envelopes."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.childfile.conftest import CARE, HEALTH, YEAR, Files
from tests.documents.conftest import converted
from tests.homes.conftest import said
from tests.support.client import read
from tests.support.outbox import WRITTEN
from tests.support.walk import PASSWORD
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.french import plain
from wizard.models import Account, AgentRole
from wizard.models.documents import DocumentState
from wizard.services.childfile import examining
from wizard.services.documents import keeping
from wizard.stores import agents
from wizard.values.dates import months_after

Made = Callable[..., Browser]


@pytest.fixture
def signed_in(app: Flask, db: Database, password_hash: str) -> Made:
    """Open a browser in which a new agent is signed in."""

    def make(email: str, role: AgentRole = AgentRole.CASEWORKER) -> Browser:
        agents.add(db, email, role, password_hash, now())
        browser = Browser(app)
        browser.enter(email, PASSWORD)
        return browser

    return make


@pytest.fixture
def agent(files: Files, signed_in: Made) -> Browser:
    return signed_in("rose@oudon.example")


@pytest.fixture
def nurse(files: Files, signed_in: Made) -> Browser:
    return signed_in("sante@oudon.example", AgentRole.HEALTH)


def account_of(files: Files) -> Account:
    return files.homes.cast.a.account


def give(app: Flask, files: Files, kind: str = "vaccinations") -> int:
    """Keep a document that parent A sends for their child."""
    with app.app_context():
        return keeping.keep(files.homes.db, account_of(files), kind, files.homes.child, YEAR, converted(), None)


def where(files: Files) -> str:
    return f"/mairie/enfants/{files.homes.child}/dossier/{YEAR}"


def mails(db: Database, *names: str) -> list[dict[str, str]]:
    return [one for one in db.query(WRITTEN + " ORDER BY id") if one["name"] in names]


def deposited(files: Files, **sante: object) -> None:
    files.deposit(files.a, sante=HEALTH | {"pai": "non"} | sante)


def test_documents_are_decided_in_one_go_and_the_family_is_told_once(app: Flask, online: Files, nurse: Browser) -> None:
    deposited(online)
    document = give(app, online)
    nurse.get(where(online))
    assert "Accepter le document" in nurse.text and "incomplet" not in nurse.text

    online.homes.db.execute("UPDATE documents SET valid_until = '2027-08-31'")
    nurse.get(where(online))
    assert "valable jusqu'au mardi 31 août 2027" in nurse.text
    assert "Valable" in read(online.homes.a.get("/espace/documents")).get_text()

    nurse.send("Enregistrer et prévenir", **{f"d{document}": "illegible"})

    assert "valable" not in nurse.text, "what is to be sent again is good for no day"
    assert "Valable" not in read(online.homes.a.get("/espace/documents")).get_text()
    assert "C'est enregistré pour 1 document. La famille reçoit un courriel" in nurse.text
    assert "À refaire : on ne peut pas le lire" in nurse.text and "lu par sante@oudon.example" in nurse.text
    (mail,) = mails(online.homes.db, "documents")
    assert "1 document envoyé pour" in mail["body_text"] and mail["recipient"] == account_of(online).email
    assert "vaccin" not in (mail["subject"] + mail["body_text"] + mail["body_html"]).casefold()

    again = give(app, online)
    nurse.get(where(online))
    nurse.send("Accepter le document")
    assert "complet" in nurse.text and "La famille reçoit un courriel : le dossier est complet." in nurse.text
    assert len(mails(online.homes.db, "documents")) == 2
    nurse.send("Enregistrer et prévenir", **{f"d{again}": "accepted"})
    assert "Rien n'a changé." in nurse.text and len(mails(online.homes.db, "documents")) == 2


def test_both_homes_are_told(app: Flask, online: Files, nurse: Browser) -> None:
    online.homes.join()
    deposited(online)
    document = give(app, online)
    nurse.get(where(online))
    nurse.send("Enregistrer et prévenir", **{f"d{document}": "missing_page"})
    told = {mail["recipient"] for mail in mails(online.homes.db, "documents")}
    assert len(told) == 2 and account_of(online).email in told


def test_a_document_replaced_while_the_agent_reads_is_not_decided(app: Flask, online: Files, nurse: Browser) -> None:
    deposited(online)
    former = give(app, online)
    nurse.get(where(online))
    fresh = give(app, online)
    nurse.send("Enregistrer et prévenir", **{f"d{former}": "illegible"})
    assert "a été remplacé ou retiré par la famille" in nurse.text
    assert online.rows("SELECT id, state FROM documents") == [(fresh, DocumentState.RECEIVED)]
    assert not mails(online.homes.db, "documents")


def test_nothing_chosen_is_said(app: Flask, online: Files, nurse: Browser) -> None:
    deposited(online)
    document = give(app, online)
    for value in ("", "tout faux", "promised"):
        nurse.get(where(online))
        nurse.send("Enregistrer et prévenir", **{f"d{document}": value})
        assert nurse.response.status_code == 422 and "Choisissez une réponse" in nurse.text


def test_a_document_that_the_town_says_to_be_about_health_is_read_by_those_in_charge_of_it_alone(
    app: Flask, online: Files, agent: Browser, nurse: Browser
) -> None:
    own = {"label": "Certificat de natation", "why": "Pour le canoë.", "law": "Règlement, article 7", "required": True}
    deposited(online)
    for is_about_health, status in ((False, 200), (True, 404)):
        online.set(documents={"natation": own | {"health": is_about_health}})
        document = give(app, online, "natation")
        assert agent.get(f"/mairie/documents/{document}").status_code == status
        assert nurse.get(f"/mairie/documents/{document}").status_code == 200
    agent.get(where(online))
    assert "il est lu par les agents chargés de la santé" in agent.text and f"d{document}" not in agent.response.text
    assert f"/mairie/documents/{document}" not in agent.response.text


def test_a_town_s_own_document_about_health_is_handed_over_where_health_is_not_online(files: Files) -> None:
    own = {"label": "Certificat de natation", "why": "Pour le canoë.", "law": "Règlement, article 7", "health": True}
    files.set(documents={"natation": own})
    files.deposit(files.a)
    assert "Certificat de natation : À joindre au pli, en main propre." in said(files.a, files.path())


def test_what_an_agent_opens_is_seen_by_the_parents_and_is_a_file_that_does_nothing(
    app: Flask, online: Files, nurse: Browser
) -> None:
    deposited(online)
    document = give(app, online)
    picture = nurse.get(f"/mairie/documents/{document}/apercu/1")
    assert picture.mimetype == "image/jpeg" and picture.data == b"page 1 de un document"
    whole = nurse.get(f"/mairie/documents/{document}")
    assert (
        whole.headers["Content-Disposition"].startswith("attachment")
        and "sandbox" in whole.headers["Content-Security-Policy"]
    )
    assert whole.headers["Cache-Control"] == "no-store"
    for wrong in (f"/mairie/documents/{document + 1}", f"/mairie/documents/{document}/apercu/9",
                  f"/mairie/documents/{document}/apercu/0"):  # fmt: skip
        assert nurse.get(wrong).status_code == 404
    assert "Qui a ouvert ces documents" in (nurse.get(where(online)), nurse.text)[1]
    assert online.rows("SELECT count(*) FROM openings WHERE agent IS NOT NULL") == [(1,)]


def test_the_envelope_opens_to_who_is_in_charge_of_health_alone_and_the_parents_see_it(
    online: Files, agent: Browser, nurse: Browser
) -> None:
    deposited(online)
    path = f"/mairie/enfants/{online.homes.child}/pli/{YEAR}"
    assert agent.get(path).status_code == 403
    agent.get(where(online))
    for secret in ("girafes", "zébrure", "Le Guen", "Arachides"):
        assert secret not in agent.text
    assert "Pli santé : reçu" in agent.text and "Sans viande" in agent.text

    nurse.get(path)
    assert "girafes" not in nurse.text and not online.rows("SELECT 1 FROM openings")
    nurse.send("Ouvrir le pli")
    assert "Il aime les girafes." in nurse.text and "les parents voient que vous l'avez lu" in nurse.text
    assert online.rows("SELECT child, year FROM openings WHERE agent IS NOT NULL") == [(online.homes.child, YEAR)]
    assert online.rows("SELECT count(*) FROM agent_journal WHERE action = 'envelope_opened'") == [(1,)]


def test_the_lists_say_what_is_to_examine_what_is_missing_and_who_is_admitted_until_when(
    app: Flask, online: Files, nurse: Browser
) -> None:
    lists = "/mairie/dossiers-administratifs"
    nurse.get(f"{lists}?liste=non-deposes")
    assert "Aucun enfant" not in nurse.text
    deposited(online)
    nurse.get(f"{lists}?liste=provisoires")
    until = months_after(date(2026, 11, 24), 3)
    assert until == date(2027, 2, 24) and "admis jusqu'au mercredi 24 février 2027" in nurse.text
    nurse.get(f"{lists}?liste=incomplets")
    assert "Pages des vaccinations" in nurse.text
    document = give(app, online)
    for name in ("incomplets", "provisoires"):
        nurse.get(f"{lists}?liste={name}")
        assert "Aucun enfant dans cette liste." in nurse.text
    nurse.get(lists)
    assert nurse.page.find("a", href=where(online))
    nurse.get(where(online))
    nurse.send("Enregistrer et prévenir", **{f"d{document}": "expired"})
    nurse.get(f"{lists}?liste=incomplets")
    assert "(à refaire)" in nurse.text


def test_families_are_reminded_in_one_click_once_a_day_and_of_what_they_lack_alone(
    app: Flask, online: Files, agent: Browser, hand: time_machine.Traveller
) -> None:
    deposited(online)
    lists = "/mairie/dossiers-administratifs?liste=incomplets"
    agent.get(lists)
    agent.send("Relancer les familles cochées")
    assert "Cochez d'abord une famille." in agent.page.select_one("[role=alert]").text
    assert not agent.page.select("p.check") and not mails(online.homes.db, "child_file_reminder")
    agent.send("Relancer la famille")
    assert "Un courriel part aux parents d'un enfant." in agent.text
    (mail,) = mails(online.homes.db, "child_file_reminder")
    assert "Il manque 1 document au dossier administratif" in mail["body_text"]
    assert "vaccin" not in (mail["subject"] + mail["body_text"] + mail["body_html"]).casefold()
    agent.get(lists)
    agent.send("Relancer la famille")
    assert "Personne n'a été relancé" in agent.text and len(mails(online.homes.db, "child_file_reminder")) == 1
    hand.shift(timedelta(days=1))
    with app.test_request_context():
        claire = agents.by_email(online.homes.db, "rose@oudon.example")
        assert claire and examining.remind(online.homes.db, claire, YEAR, [online.homes.child]) == 1
        give(app, online)
        hand.shift(timedelta(days=1))
        assert examining.remind(online.homes.db, claire, YEAR, [online.homes.child]) == 0
    assert len(mails(online.homes.db, "child_file_reminder")) == 2


def test_the_canteen_is_told_menus_and_pai_and_allergies_by_who_may_open_the_envelopes(
    online: Files, agent: Browser, nurse: Browser
) -> None:
    deposited(online, pai="oui", pai_until="31/08/2027")
    agent.get("/mairie/cantine")
    assert "Sans viande : 1" in agent.text and "oui, voir le pli" in agent.text
    assert "rachide" not in agent.text.casefold() and not online.rows("SELECT 1 FROM openings")
    nurse.get("/mairie/cantine")
    assert "Avec les allergies" in nurse.text and "rachide" not in nurse.text.casefold()
    nurse.get("/mairie/cantine?allergies=1")  # a link opens nothing
    assert "rachide" not in nurse.text.casefold() and not online.rows("SELECT 1 FROM openings")
    nurse.send("Avec les allergies")
    assert "rachide" in nurse.text.casefold() and "Appeler le 15, zébrure" in nurse.text
    assert online.rows("SELECT count(*) FROM openings WHERE agent IS NOT NULL") == [(1,)]
    assert len(nurse.response.data) < 20_000 and "<script" not in nurse.response.text


def test_those_in_charge_of_health_begin_with_the_children_s_lists(nurse: Browser, agent: Browser) -> None:
    nurse.get("/mairie")
    assert "Dossiers administratifs 2026-2027" in nurse.text and "À examiner" in nurse.text
    assert nurse.get("/mairie/exports").status_code == 403
    agent.get("/mairie")
    assert agent.page.find("a", href="/mairie/dossiers-administratifs")


def test_the_gate_is_told_who_may_leave_alone_this_year(files: Files, agent: Browser) -> None:
    agent.get("/mairie/portail")
    assert "repartir" not in agent.text
    files.deposit(files.a, sorties={"alone": "oui", "alone_from": "17 h 30", "with_sibling": "oui"})
    agent.get("/mairie/portail")
    assert "peut repartir seul à partir de 17 h 30 ou avec un frère ou une sœur mineur" in agent.text
    files.deposit(files.a, sorties={"alone": "oui", "alone_from": "", "with_sibling": "non"})
    agent.get("/mairie/portail")
    assert "peut repartir seul" in agent.text and "seul à partir" not in agent.text
    files.deposit(files.a, sorties={"alone": "non", "alone_from": "17 h 30"})
    agent.get("/mairie/portail")
    assert "seul à partir" not in agent.text


def test_documents_about_health_are_of_those_in_charge_of_it_alone(
    app: Flask, online: Files, agent: Browser, nurse: Browser
) -> None:
    """The others know that one is there, and whether it is accepted; an insurance is for all to read."""
    online.set(documents={"assurance": True})
    deposited(online, pai="oui")
    about_health = {give(app, online, kind) for kind in ("contre_indication", "pai", "ordonnance", "plus_demande")}
    insurance = give(app, online, "assurance")
    agent.get(where(online))
    assert "Document de santé" in agent.text and "Reçu, la mairie va le lire : il est lu par les agents" in agent.text
    assert "ontre-indication" not in agent.text and "rdonnance" not in agent.text
    for number in about_health:
        for path in (f"/mairie/documents/{number}", f"/mairie/documents/{number}/apercu/1"):
            assert agent.get(path).status_code == 404 and str(number) not in str(agent.page.select("img, input"))
            assert nurse.get(path).status_code == 200
    assert agent.get(f"/mairie/documents/{insurance}").status_code == 200
    agent.get(where(online))
    agent.send("Accepter le document", document=[str(one) for one in (*about_health, insurance)],
        **{f"d{one}": "illegible" for one in about_health})  # fmt: skip
    states = dict(online.rows("SELECT id, state FROM documents"))
    assert [states[one] for one in about_health] == ["received"] * 4 and states[insurance] == "accepted"
    assert "C'est enregistré pour 1 document." in agent.text
    agent.get("/mairie/dossiers-administratifs")
    assert "Aucun enfant dans cette liste." in agent.text
    nurse.get("/mairie/dossiers-administratifs")
    assert nurse.page.find("a", href=where(online))
    nurse.get(where(online))
    assert "Certificat de contre-indication" in nurse.text and "Ordonnance" in nurse.text
    nurse.send("Accepter les 4 documents", document=list(map(str, about_health)))
    assert set(dict(online.rows("SELECT id, state FROM documents")).values()) == {"accepted"}
    agent.get(where(online))
    assert "Document de santé Accepté" in agent.text


def test_what_came_since_the_page_was_shown_is_not_accepted_unseen_nor_what_is_refused_there(
    app: Flask, online: Files, nurse: Browser
) -> None:
    deposited(online, pai="oui")
    seen, refused = give(app, online, "vaccinations"), give(app, online, "ordonnance")
    nurse.get(where(online))
    came = give(app, online, "pai")
    shown = [str(seen), str(refused)]
    nurse.send("Accepter les 2 documents", document=shown, **{f"d{refused}": "illegible"})
    states = dict(online.rows("SELECT id, state FROM documents"))
    assert states == {seen: "accepted", refused: "refused", came: "received"}
    nurse.get(where(online))
    replaced = give(app, online, "pai")
    nurse.send("Accepter le document", document=str(came))
    assert dict(online.rows("SELECT id, state FROM documents"))[replaced] == "received"
    assert "a été remplacé ou retiré par la famille" in nurse.text and "enregistré" not in nurse.text


def test_a_year_that_is_none_is_not_found(online: Files, nurse: Browser) -> None:
    for year in ("2026", "2026-2030", "n-importe", "9999-10000"):
        for page in ("dossier", "pli"):
            assert nurse.get(f"/mairie/enfants/{online.homes.child}/{page}/{year}").status_code == 404


def test_the_copy_that_the_town_hall_hands_over_tells_nothing_of_what_is_sealed(
    app: Flask, online: Files, signed_in: Made
) -> None:
    online.deposit(online.a, sante=HEALTH)
    online.answer(online.a, "sante", to_know="Il aime les zèbres.")
    refused = give(app, online, "contre_indication")
    online.homes.db.execute("UPDATE documents SET state = 'refused', reason = 'expired' WHERE id = ?", (refused,))
    administrator = signed_in("direction@oudon.example", AgentRole.ADMINISTRATOR)
    trace = f"/mairie/tracabilite?famille={online.homes.cast.a.dossier.reference}"
    secrets = ("Arachides", "zébrure", "girafes", "zèbres", "Le Guen", "Pas encore", "ontre-indication", "périmé")
    for kind in ("json", "csv"):
        own = online.a.get(f"/espace/donnees/copie.{kind}").get_data(as_text=True)
        assert [secret for secret in secrets if secret not in own] == []
        token = administrator.get(trace) and administrator.page.select_one("input[name=csrf_token]")
        assert token
        theirs = administrator.client.post(
            f"/mairie/tracabilite/{online.homes.cast.a.dossier.reference}/copie.{kind}",
            data={"csrf_token": token["value"]},
        ).get_data(as_text=True)
        assert "Sans viande" in theirs and "Document de santé" in theirs
        assert [secret for secret in secrets if secret in theirs] == []


def test_what_agents_did_with_the_dossier_of_a_child_is_found_under_each_of_its_homes(
    app: Flask, online: Files, nurse: Browser
) -> None:
    online.homes.join()
    deposited(online)
    document = give(app, online)
    nurse.get(where(online))
    nurse.send("Enregistrer et prévenir", **{f"d{document}": "illegible"})
    nurse.get(f"/mairie/enfants/{online.homes.child}/pli/{YEAR}")
    nurse.send("Ouvrir le pli")
    wanted = {"child_file_read", "document_decided", "documents_answered", "envelope_opened"}
    for home in (online.homes.cast.a, online.homes.cast.b):
        found = online.rows(f"""SELECT action FROM agent_journal WHERE reference IN
            (SELECT reference FROM dossiers WHERE household = {home.account.household})""")
        assert {action for (action,) in found} >= wanted


def test_who_opened_a_document_or_an_envelope_is_traced_by_family_by_agent_and_by_period(
    app: Flask, online: Files, nurse: Browser, signed_in: Made, hand: time_machine.Traveller
) -> None:
    online.homes.join()
    deposited(online)
    certificate, home = give(app, online), account_of(online)
    with app.app_context():
        bill = keeping.keep(online.homes.db, home, "domicile", None, YEAR, converted(), None)
    opened = [f"/mairie/documents/{certificate}/apercu/1", f"/mairie/documents/{certificate}"]
    for path in (*opened, f"/mairie/documents/{bill}/apercu/1"):  # one look an hour at each
        assert nurse.get(path).status_code == 200
    nurse.get(f"/mairie/enfants/{online.homes.child}/pli/{YEAR}")
    nurse.send("Ouvrir le pli")
    with app.app_context():
        keeping.remove(online.homes.db, home, certificate)  # what was opened stays told
    administrator = signed_in("dpo@oudon.example", AgentRole.ADMINISTRATOR)

    def told(**asked: str) -> list[str]:
        administrator.get("/mairie/tracabilite?" + urlencode(asked))
        cells = administrator.page.select("td[data-label=Quoi]")
        return [one.get_text() for one in cells if "ouvert" in one.get_text()]

    reference = online.homes.cast.a.dossier.reference
    assert told(famille=reference, du="24/11/2026", au="24/11/2026") == ["Pli santé ouvert", *["Document ouvert"] * 2]
    assert told(famille=online.homes.cast.b.dossier.reference) == ["Pli santé ouvert", "Document ouvert"]
    assert told(famille=reference, du="25/11/2026") == [] == told(famille=reference, au="23/11/2026")
    number = administrator.page.select_one("option:-soup-contains('sante@')")["value"]  # type: ignore[index]
    assert told(agent=str(number)).count("Document ouvert") == 3


def test_what_is_to_send_is_said_first_on_the_space(app: Flask, online: Files, agent: Browser, nurse: Browser) -> None:
    def to_do() -> str:
        page = read(online.a.get("/espace"))
        told = page.find("h2", string="À faire")
        assert told is not None
        return plain(" ".join(one.get_text(" ") for one in told.find_next_siblings("p")[:2]))

    assert "remplir son dossier administratif" in to_do()
    online.answer(online.a, "accueils", **CARE)
    assert "finir son dossier administratif" in to_do() and "Rien pour le moment" not in to_do()
    deposited(online)
    assert "il manque un document" in to_do() and "Rien pour le moment" not in to_do()
    document = give(app, online)
    assert "Rien pour le moment" in to_do()
    nurse.get(where(online))
    nurse.send("Enregistrer et prévenir", **{f"d{document}": "illegible"})
    assert "un document à renvoyer" in to_do()
