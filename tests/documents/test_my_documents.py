"""« Mes documents »: what a family sees, takes and deletes of its documents, and what nobody else does."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from werkzeug.test import TestResponse

from tests.documents.conftest import YEAR, converted, kept_bytes
from tests.homes.conftest import Homes, homes, said
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.walk import signed_in
from wizard.clock import now
from wizard.db import get_documents, transaction
from wizard.models import Account, AgentRole
from wizard.models.documents import DocumentReason, DocumentState
from wizard.services.documents import keeping, opening, vault, year_keys
from wizard.services.documents.asking import name_of
from wizard.stores import accounts, agents, child_files

__all__ = ["homes"]
PAGE, END = "/espace/documents", date(2027, 8, 31)


@dataclass
class Own:
    """The documents of the child of two homes, and of the first home's family."""

    homes: Homes

    def account(self, name: str) -> Account:
        found = accounts.by_id(self.homes.db, getattr(self.homes.cast, name).account.id)
        assert found is not None
        return found

    def keep(self, kind: str, child: int | None, text: str, account: str = "a", until: date | None = END) -> int:
        with self.homes.app.app_context():
            return keeping.keep(self.homes.db, self.account(account), kind, child, YEAR, converted(text), until)


@pytest.fixture
def own(homes: Homes) -> Own:
    homes.join()
    return Own(homes)


def test_a_family_reads_what_is_held_where_it_stands_until_when_and_who_opened_it(own: Own) -> None:
    homes = own.homes
    db, agent = homes.db, agents.by_email(homes.db, "instruction@oudon.example")
    assert agent is not None
    agent = replace(agent, role=AgentRole.HEALTH)
    db.execute("UPDATE agents SET name = 'Maëlle Le Bras' WHERE id = ?", (agent.id,))
    portal = homes.app.config["PORTAIL"]
    asking = replace(portal.dossier, documents={"assurance": True})
    homes.app.config["PORTAIL"] = replace(portal, dossier=asking)
    vaccines = own.keep("vaccinations", homes.child, "vaccins")
    insured = own.keep("assurance", homes.child, "assurance")
    own.keep("domicile", None, "facture")
    with homes.app.app_context():
        keeping.promise(db, own.account("a"), "pai", homes.child, YEAR)
        keeping.decide(db, agent, vaccines, DocumentState.ACCEPTED, None)
        keeping.decide(db, agent, insured, DocumentState.REFUSED, DocumentReason.MISSING_PAGE)
        opening.for_agent(db, agent, vaccines)
        opening.for_agent(db, agent, vaccines, 1)  # one look, one line
    homes.b.get(f"{PAGE}/{vaccines}")
    told = said(homes.a, PAGE)
    for words in ("Accepté", "À refaire : il manque une page", "À apporter en mairie", "Reçu, la mairie va le lire",
                  "pour l'année 2026-2027", "jusqu'au 31 août 2027", "jusqu'au 31 août 2027, puis effacé",
                  "Ouvert 2 fois, la dernière le 24 novembre 2026", "Maëlle Le Bras, de la mairie – 24 novembre 2026",
                  "Personne ne l'a encore ouvert"):  # fmt: skip
        assert words in told, words
    assert "/espace/documents" in {link["href"] for link in read(homes.a.get("/espace")).select("main a[href]")}
    links = {link["href"] for link in read(homes.a.get(PAGE)).select("main a[href]")}
    with homes.app.app_context():
        name = name_of(homes.child, YEAR, "assurance")
    assert f"/espace/enfants/{homes.child}/dossier/{YEAR}/documents/{name}" in links
    assert {f"{PAGE}/{vaccines}", f"{PAGE}/{vaccines}/supprimer"} <= links


def test_a_document_that_is_dated_is_not_said_to_be_without_end(own: Own) -> None:
    own.keep("pai", own.homes.child, "un PAI", until=None)
    told = said(own.homes.a, PAGE)
    assert "jusqu'à la date qui y est écrite" in told and "sans limite" not in told


def test_the_copy_of_their_data_lists_the_documents_and_says_where_each_is(own: Own) -> None:
    ours = own.keep("domicile", None, "facture")
    shared = own.keep("vaccinations", own.homes.child, "vaccins", until=None)
    own.homes.b.get(f"{PAGE}/{shared}")
    copies = [client.get("/espace/donnees/copie.json").json or {} for client in (own.homes.a, own.homes.b)]
    places = [[one["À télécharger ici"].rpartition("/")[2] for one in copy["Documents"]] for copy in copies]
    assert places == [[str(ours), str(shared)], [str(shared)]]
    assert [one["État"] for one in copies[0]["Documents"]] == ["Reçu, la mairie va le lire"] * 2
    assert len(copies[0]["Ouvertures de vos documents"]) == 1 and "facture" not in str(copies)


def test_a_document_leaves_as_a_file_that_does_nothing_and_is_kept_nowhere(own: Own) -> None:
    number = own.keep("vaccinations", own.homes.child, "vaccins")
    answer = own.homes.a.get(f"{PAGE}/{number}")
    assert answer.data == b"vaccins" and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="vaccinations-{YEAR}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    page = own.homes.a.get(f"{PAGE}/{number}/apercu/2")
    assert (page.data, page.mimetype) == (b"page 2 de vaccins", "image/jpeg")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert {own.homes.a.get(f"{PAGE}/{number}/apercu/{page}").status_code for page in (0, 3, 99)} == {404}


def test_nothing_crosses_but_what_is_the_child_s(own: Own) -> None:
    """All that one home may try on each document, by every address, answers as if there were no such document."""
    homes, other_child = own.homes, own.homes.cast.b.dossier.lines[1].person
    shared = own.keep("vaccinations", homes.child, "vaccins")
    ours = own.keep("domicile", None, "facture de A")
    theirs = own.keep("assurance", other_child, "assurance de B", "b")
    also_theirs = own.keep("domicile", None, "facture de B", "b")
    sees = {"a": {shared, ours}, "b": {shared, theirs, also_theirs}}
    stranger = homes.cast.anonymous.client
    for number in (shared, ours, theirs, also_theirs, 12, 2**53 - 1):
        for name, client in (("a", homes.a), ("b", homes.b)):
            expected = 200 if number in sees[name] else 404
            for path in (f"{PAGE}/{number}", f"{PAGE}/{number}/apercu/1", f"{PAGE}/{number}/supprimer"):
                assert client.get(path).status_code == expected, (name, path)
            assert (f"{PAGE}/{number}/supprimer" in client.get(PAGE).text) is (number in sees[name])
        for path in (f"{PAGE}/{number}", f"{PAGE}/{number}/supprimer"):
            assert stranger.get(path).location.startswith("/connexion")
    for number in (ours, 12):  # what is not theirs, and what is nothing, answer alike and delete nothing
        done = _press(homes.b, number)
        assert (done.status_code, done.location) == (303, f"{PAGE}?fait=supprime")
    assert {number for (number,) in homes.db.execute("SELECT id FROM documents")} == {shared, ours, theirs, also_theirs}
    assert "facture de A" not in homes.b.get(PAGE).text and said(homes.b, PAGE).count("Toute la famille") == 1


def _press(client: CheckedClient, number: int) -> TestResponse:
    token = read(client.get("/espace")).select_one("[name=csrf_token]")
    assert token is not None
    return client.post(f"{PAGE}/{number}/supprimer", data={"csrf_token": token["value"]})


def test_a_document_is_deleted_once_asked_and_a_second_click_does_no_harm(own: Own) -> None:
    number = own.keep("vaccinations", own.homes.child, "vaccins")
    path = f"{PAGE}/{number}/supprimer"
    page = own.homes.b.get(path)
    assert "immédiat et définitif" in page.text
    assert own.homes.b.post(path).status_code == 400, "a form without its token"
    done = submit(own.homes.b, page, path)
    assert "Ce document n'est plus gardé" in said(own.homes.b, done.location)
    assert submit(own.homes.b, page, path).location == done.location
    assert own.homes.a.get(f"{PAGE}/{number}").status_code == 404
    with own.homes.app.app_context():
        assert not kept_bytes()


def test_a_document_that_opens_no_more_is_told_and_not_a_failure(own: Own) -> None:
    number = own.keep("vaccinations", own.homes.child, "vaccins")
    with own.homes.app.app_context(), transaction(get_documents()):
        year_keys.forget({YEAR})
    assert own.homes.a.get(f"{PAGE}/{number}").status_code == 410
    assert own.homes.a.get(f"{PAGE}/{number}/apercu/1").status_code == 404
    assert follow(own.homes.a, submit(own.homes.a, own.homes.a.get(f"{PAGE}/{number}/supprimer"))).status_code == 200


def test_what_was_said_of_health_is_given_back_for_thirty_days_then_no_more(
    own: Own, hand: time_machine.Traveller
) -> None:
    homes = own.homes
    with homes.app.app_context(), transaction(homes.db):
        child_files.deposit(homes.db, homes.child, YEAR, homes.cast.a.account.id, {}, meal=None, pai=True,
            sealed_at=now(), now=now())  # fmt: skip
        vault.seal(homes.child, YEAR, {"allergens": ["peanuts"], "pai": ["oui"]})
    assert "Scellé" in said(homes.a, PAGE) and "30 septembre" not in said(homes.a, PAGE)
    path = f"{PAGE}/pli/{homes.child}/{YEAR}"
    given = homes.b.get(path)
    assert (
        given.mimetype == "text/plain"
        and "rachide" in given.text
        and "attachment" in given.headers["Content-Disposition"]
    )
    assert homes.b.get(f"{PAGE}/pli/{homes.child}/2025-2026").status_code == 404
    other_child = homes.cast.b.dossier.lines[1].person
    with homes.app.app_context():
        vault.seal(other_child, YEAR, {"pai": ["oui"]})
    assert homes.b.get(f"{PAGE}/pli/{other_child}/{YEAR}").status_code == 200
    assert homes.a.get(f"{PAGE}/pli/{other_child}/{YEAR}").status_code == 404
    assert "Ouvert une fois" in said(homes.a, PAGE)
    for day, words in ((30, "Scellé"), (31, "L'année est finie : reprenez ce que vous avez répondu avant le 29 sept")):
        hand.move_to(datetime(2027, 8, day, 12, tzinfo=UTC))
        signed_in(homes.a, homes.cast.a.account.email)
        assert words in said(homes.a, PAGE)


def test_without_documents_a_town_that_asks_for_none_has_no_such_page(
    own: Own,
) -> None:
    portal = own.homes.app.config["PORTAIL"]
    assert "Rien pour le moment" in said(own.homes.a, PAGE)
    own.homes.app.config["PORTAIL"] = replace(portal, dossier=replace(portal.dossier, schools=()))
    assert own.homes.a.get(PAGE).status_code == 404 and "Mes documents" not in own.homes.a.get("/espace").text
    number = own.keep("vaccinations", own.homes.child, "vaccins")
    assert str(number) in own.homes.a.get(PAGE).text
