"""What an agent changes for a family, at the counter or on the phone: at once, old and new kept, nothing given back."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import Cast, Family
from tests.support.client import CheckedClient, errors, follow, read, submit
from tests.support.families import a_co_parent, ask, decide, found, tick_both
from tests.support.outbox import WRITTEN
from tests.support.walk import PASSWORD
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.kinds import KINDS
from wizard.kinds.kind import Kind
from wizard.models import FACTS, Dossier, Link, Permission, Residence
from wizard.services import counter as service
from wizard.services import decisions, differences, household, passwords, retention, standing, withdrawing
from wizard.services.household import Household
from wizard.stores import agents, dossiers, journal
from wizard.townhall.correction_forms import form_for

PHONE = {"source": "phone"}
UNCHANGED = "Rien n'a changé."
NOTHING_LEFT = "Cette personne n'avait plus ce droit : il n'y avait rien à retirer."


@pytest.fixture(scope="session")
def password_hash() -> str:
    """That of the cast, parents and agents."""
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def agent(cast: Cast) -> CheckedClient:
    return cast.agent.client


def page_of(dossier: Dossier, line: int | None = None, end: str = "") -> str:
    person = "" if line is None else f"/personnes/{dossier.lines[line].person}"
    return f"/mairie/familles/{dossier.household}{person}{end}"


def correct(agent: CheckedClient, dossier: Dossier, line: int, **values: str) -> TestResponse:
    page = agent.get(page_of(dossier, line))
    assert page.status_code == 200
    return submit(agent, page, page_of(dossier, line), **(PHONE | values))


def after(agent: CheckedClient, response: TestResponse) -> str:
    """Return what the family's page says of what was just done."""
    assert response.status_code == 303
    (told,) = read(agent.get(response.location)).select("main > [role=status]")
    return plain(" ".join(told.get_text(" ").split()))


def family_of(db: Database, dossier: Dossier) -> Household:
    return household.read(db, dossier.household)


def text(page: TestResponse) -> str:
    return plain(" ".join(read(page).get_text(" ").split()))


def told_to(family: CheckedClient) -> list[str]:
    """What the family reads that the town hall changed, the last first."""
    heading = next((one for one in read(family.get("/espace")).find_all("h2") if "Modifié" in one.get_text()), None)
    found = heading.find_next_sibling("ul").find_all("li") if heading else []  # type: ignore[union-attr]
    return [plain(" ".join(one.get_text(" ").split())) for one in found]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_agent_may_correct_all_that_a_family_is_asked_of_someone(app: Flask, kind: Kind) -> None:
    with app.test_request_context():
        asked = kind.build(entry="", answers={}).data.keys() & {*FACTS, "residence", "same_address"}
        assert asked <= form_for(kind.role, ())().data.keys()


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize(
    ("line", "field", "value", "told"),
    [
        (0, "birth_name", "Le Bihan", "Nom de naissance : Kervarrec → Le Bihan"),
        (0, "mobile", "07 11 22 33 44", "Téléphone portable : 06 12 34 56 78 → 07 11 22 33 44"),
        (0, "preferred_contact", "sms", "Contact préféré : non indiqué → par SMS"),
        (1, "given_name", "Loïck", "Prénom : Loïc → Loïck"),
        (1, "birthdate", "00/09/2019", "Date de naissance : 3 septembre 2019 → septembre 2019"),
        (1, "sex", "m", "Sexe : non indiqué → garçon"),
        (1, "residence", "here", "Résidence : en alternance → chez le représentant"),
        (1, "link_{parent}", "guardian", "Lien avec Camille Kervarrec : Mère → Tuteur ou tutrice"),
        (2, "phone", "02 40 99 88 77", "Téléphone : 02 40 12 34 56 → 02 40 99 88 77"),
        (2, "mobile", "07 11 22 33 44", "Téléphone portable : non indiqué → 07 11 22 33 44"),
        (2, "email", "jeanne@exemple.fr", "Courriel : non indiqué → jeanne@exemple.fr"),
        (2, "link_{child}", "aunt_uncle", "Lien avec Loïc Kervarrec : Grand-parent → Oncle ou tante"),
    ],
)
def test_each_thing_changed_is_so_at_once_and_the_family_reads_old_and_new(
    db: Database, cast: Cast, agent: CheckedClient, accepted: bool, line: int, field: str, value: str, told: str
) -> None:
    dossier = cast.a.dossier
    if accepted:
        decide(db, dossier.id)
    field = field.format(parent=dossier.lines[0].person, child=dossier.lines[1].person)
    before = family_of(db, dossier).members
    assert correct(agent, dossier, line, **{field: value}).status_code == 303
    now = family_of(db, dossier)
    assert (now.members != before) is (accepted or line == 0), "what is only asked is still only asked"
    told_now = differences.told(service.said_of(now, dossier.lines[line].person), now.names)
    assert told.partition(" → ")[2] in map(plain, told_now.values()) or field == "birthdate"
    assert plain(told).partition(" → ")[2] in text(agent.get(page_of(dossier)))
    (said,) = told_to(cast.parent_a.client)
    assert said.startswith("Modifié par la mairie le 24 novembre 2026 à 10 h 00, au téléphone :")
    assert told in said
    copy = json.loads(cast.parent_a.client.get("/espace/donnees/copie.json").data)
    assert any("Modifié par la mairie le" in one for one in copy["Demandes"]) is (line > 0 or not accepted)
    (change,) = copy["Changements"]
    assert (change["Avant"], change["Après"]) == tuple(plain(told).partition(" : ")[2].split(" → "))
    assert change["Par la mairie"] == "au téléphone"
    assert "Retiré, refusé ou changé" not in agent.get("/mairie").text, "agents are told nothing they did"


def test_what_is_only_asked_is_corrected_as_asked_and_decided_anew(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier = cast.a.dossier
    contact, path = dossier.lines[2].person, f"/mairie/dossiers/{cast.a.dossier.reference}"
    submit(agent, agent.get(path), path, **{f"p{contact}-decision": "accepted"})
    stale = agent.get(path)
    correct(agent, dossier, 2, phone="02 40 99 88 77")
    line = found(db, dossier.id).lines[2]
    assert line.decision is None and line.waits_for_town
    refused = submit(agent, stale, path, **{f"p{contact}-decision": "accepted", f"p{contact}-comment": "vu"})
    assert refused.status_code == 409, "it was decided on what is asked no more"
    assert "02 40 12 34 56" in plain(refused.text) and "02 40 99 88 77" in plain(refused.text)
    decide(db, dossier.id)
    assert family_of(db, dossier).facts[contact].identity.phone == "+33240998877"


def test_a_right_withdrawn_is_not_given_back_by_a_correction(
    app: Flask, db: Database, cast: Cast, agent: CheckedClient
) -> None:
    tick_both(db)
    dossier = cast.a.dossier
    decide(db, dossier.id)
    child, contact = dossier.lines[1].person, dossier.lines[2].person
    with app.test_request_context():
        withdrawing.withdraw(db, cast.a.account, contact, [(child, Permission.COLLECT)])
    stage = standing.situations(family_of(db, dossier))[contact].rights
    correct(agent, dossier, 2, phone="02 40 99 88 77")
    now = family_of(db, dossier)
    assert [(right.may_collect, right.emergency) for right in now.facts[contact].rights] == [(False, True)]
    assert standing.situations(now)[contact].rights == stage


def test_what_an_agent_corrected_stays_though_a_later_answer_is_taken_back(
    app: Flask, db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier = cast.a.dossier
    decide(db, dossier.id)
    child = dossier.lines[1].person
    with transaction(db):
        later = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, clock.now())
        said = family_of(db, dossier).accepted[child].declaration
        ask(db, later, child, replace(said, residence=Residence.HERE))
    decide(db, later)
    correct(agent, dossier, 1, given_name="Loïck")
    someone = agents.by_email(db, "instruction@oudon.example")
    assert someone is not None
    with app.test_request_context():
        decisions.reopen(db, someone, later)
    decide(db, later, Loïck="refused")
    fact = family_of(db, dossier).facts[child]
    assert (fact.identity.given_name, fact.residence) == ("Loïck", Residence.ALTERNATING)


def test_what_is_asked_besides_stays_asked_and_is_corrected_too(db: Database, cast: Cast, agent: CheckedClient) -> None:
    dossier = cast.a.dossier
    decide(db, dossier.id)
    child = dossier.lines[1].person
    with transaction(db):
        later = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, clock.now())
        said = family_of(db, dossier).accepted[child].declaration
        ask(db, later, child, replace(said, residence=Residence.HERE))
    correct(agent, dossier, 1, given_name="Loïck")
    now = family_of(db, dossier)
    assert (now.facts[child].identity.given_name, now.facts[child].residence) == ("Loïck", Residence.ALTERNATING)
    asked = now.pending[child].declaration
    assert (asked.identity.given_name, asked.residence) == ("Loïck", Residence.HERE)
    decide(db, later)
    assert family_of(db, dossier).facts[child].residence is Residence.HERE


def test_a_later_draft_of_the_parent_opens_with_it_and_keeps_what_it_does_not_ask(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier, parent = cast.a.dossier, cast.parent_a.client
    contact = dossier.lines[2].person
    decide(db, dossier.id)
    correct(agent, dossier, 2, phone="02 40 99 88 77", mobile="07 11 22 33 44")
    step = follow(parent, submit(parent, parent.get("/espace"), "/entourage"))
    link = next(a for a in read(step).select("a[href*='/contact/']"))
    page = parent.get(str(link["href"]))
    assert "02 40 99 88 77" in plain(page.text)
    step = follow(parent, submit(parent, page, email="jeanne@exemple.fr"))
    follow(parent, submit(parent, follow(parent, submit(parent, step, "etape-1")), "etape-2"))
    asked = family_of(db, dossier).pending[contact].declaration.identity
    assert (asked.phone, asked.mobile, asked.email) == ("+33240998877", "+33711223344", "jeanne@exemple.fr")


def test_a_draft_opened_before_asks_nothing_of_who_is_corrected_since(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier, parent = cast.a.dossier, cast.parent_a.client
    _mother, child, contact = (line.person for line in dossier.lines)
    decide(db, dossier.id)
    step = follow(parent, submit(parent, parent.get("/espace"), "/entourage"))
    correct(agent, dossier, 2, phone="02 40 99 88 77")
    link = next(a for a in read(step).select("a[href*='/membre/']"))
    step = follow(parent, submit(parent, parent.get(str(link["href"])), given_name="Loïck"))
    follow(parent, submit(parent, follow(parent, submit(parent, step, "etape-1")), "etape-2"))
    now = family_of(db, dossier)
    assert set(now.pending) == {child}
    assert now.facts[contact].identity.phone == "+33240998877"


@pytest.mark.parametrize("line", [0, 2])
def test_a_change_of_the_family_meanwhile_is_shown_before_anything_is_changed(
    app: Flask, db: Database, cast: Cast, agent: CheckedClient, line: int
) -> None:
    dossier, parent = cast.a.dossier, cast.parent_a.client
    decide(db, dossier.id)
    field = "mobile" if line == 0 else "phone"
    page = agent.get(page_of(dossier, line))
    if line == 0:
        submit(parent, parent.get("/espace/donnees/identite"), mobile="07 11 22 33 44")
    else:
        _ask_phone(db, cast.a, "+33711223344")
    refused = submit(agent, page, page_of(dossier, line), given_name="Anne", **PHONE)
    assert refused.status_code == 409
    (row,) = read(refused).select("#summary dl div")
    assert plain(row.select_one("ins").get_text()) == "07 11 22 33 44"  # type: ignore[union-attr]
    assert read(refused).select_one("#given_name")["value"] == "Anne"  # type: ignore[index]
    assert plain(str(read(refused).select_one(f"#{field}")["value"])) == "07 11 22 33 44"  # type: ignore[index]
    assert not told_to(parent)
    assert submit(agent, refused, page_of(dossier, line)).status_code == 303
    now = family_of(db, dossier)
    said = now.current(dossier.lines[line].person)
    assert said is not None
    assert (said.identity.given_name, getattr(said.identity, field)) == ("Anne", "+33711223344")
    assert now.facts[dossier.lines[line].person].identity.given_name == "Anne"


def _ask_phone(db: Database, family: Family, phone: str) -> None:
    """The family asks another telephone for its contact, in a dossier that waits."""
    dossier = family.dossier
    contact = dossier.lines[2].person
    with transaction(db):
        later = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, clock.now())
        said = household.read(db, dossier.household).accepted[contact].declaration
        ask(db, later, contact, replace(said, identity=replace(said.identity, phone=phone)))


def test_a_double_click_changes_once_and_nothing_is_kept_of_no_change(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier = cast.a.dossier
    decide(db, dossier.id)
    page = agent.get(page_of(dossier, 2))
    versions = len(family_of(db, dossier).declared)
    assert after(agent, submit(agent, page, page_of(dossier, 2), **PHONE)) == UNCHANGED
    assert (len(family_of(db, dossier).declared), told_to(cast.parent_a.client)) == (versions, [])
    for _click in range(2):
        saved = submit(agent, page, page_of(dossier, 2), phone="02 40 99 88 77", **PHONE)
        assert after(agent, saved).startswith("C'est enregistré.")
    assert (len(family_of(db, dossier).declared), len(told_to(cast.parent_a.client))) == (versions + 1, 1)


def test_what_the_parent_was_asked_to_correct_comes_back_corrected_by_phone(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier = cast.a.dossier
    decide(db, dossier.id, Camille="to_correct", Jeanne="to_correct")
    assert found(db, dossier.id).status == "to_correct"
    correct(agent, dossier, 0, mobile="07 11 22 33 44")
    assert found(db, dossier.id).status == "to_correct"
    correct(agent, dossier, 2, phone="02 40 99 88 77")
    assert found(db, dossier.id).status == "corrected"


@pytest.mark.parametrize(("values", "wrong"), [
    ({"source": ""}, "source"),
    ({"source": "mail"}, "source"),
    ({"phone": "12"}, "phone"),
    ({"birth_name": " "}, "birth_name"),
    ({"email": "jeanne"}, "email"),
])  # fmt: skip
def test_what_is_badly_typed_is_told_and_nothing_changes(
    db: Database, cast: Cast, agent: CheckedClient, values: dict[str, str], wrong: str
) -> None:
    decide(db, cast.a.dossier.id)
    before = family_of(db, cast.a.dossier).members
    refused = correct(agent, cast.a.dossier, 2, **values)
    assert (refused.status_code, list(errors(refused))) == (422, [wrong])
    assert family_of(db, cast.a.dossier).members == before


@pytest.mark.parametrize("before", ["", "[]", "{}", '{"role": "child"}', '{"role": "x", "identity": {}}', "1"])
def test_a_made_up_page_changes_nothing(db: Database, cast: Cast, agent: CheckedClient, before: str) -> None:
    decide(db, cast.a.dossier.id)
    assert correct(agent, cast.a.dossier, 2, phone="02 40 99 88 77", before=before).status_code == 400
    assert not told_to(cast.parent_a.client)


def test_who_is_of_no_family_of_this_number_is_not_there(db: Database, cast: Cast, agent: CheckedClient) -> None:
    dossier, other = cast.a.dossier, cast.b.dossier.lines[2].person
    decide(db, dossier.id, Jeanne="refused")
    for end in (f"/personnes/{other}", f"/personnes/{dossier.lines[2].person}", f"/personnes/{2**70}", "/personnes/0"):
        assert agent.get(page_of(dossier) + end).status_code == 404
    assert agent.get(f"/mairie/familles/{2**70}").status_code == 404
    assert agent.get(page_of(dossier) + f"/personnes/{other}/retirer").status_code == 404


@pytest.mark.parametrize("tell", ["", "y"])
def test_the_parent_is_written_what_changed_and_neither_old_nor_new(
    db: Database, cast: Cast, agent: CheckedClient, tell: str
) -> None:
    decide(db, cast.a.dossier.id)
    correct(agent, cast.a.dossier, 2, phone="02 40 99 88 77", tell=tell)
    mails = [row for row in db.query(WRITTEN) if row["name"] == "corrected"]
    assert [row["recipient"] for row in mails] == ([cast.a.account.email] if tell else [])
    for mail in mails:
        body = plain(mail["body_text"])
        assert "Jeanne Le Goff – Téléphone" in body and "au téléphone" in body
        assert "99 88 77" not in body and "12 34 56\n" not in body


def test_a_contact_whose_address_is_added_is_told_that_they_are_named(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    decide(db, cast.a.dossier.id)
    correct(agent, cast.a.dossier, 2, email="jeanne@exemple.fr")
    assert [row["recipient"] for row in db.query(WRITTEN) if row["name"] == "named"] == ["jeanne@exemple.fr"]


def test_a_co_representative_is_corrected_with_what_they_are_to_each_child(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier = cast.a.dossier
    decide(db, dossier.id)
    father, child = a_co_parent(db, dossier), dossier.lines[1].person
    path = f"/mairie/familles/{dossier.household}/personnes/{father}"
    values = {"same_address": "yes", "mobile": "07 11 22 33 44", f"link_{child}": "guardian", "source": "counter"}
    assert submit(agent, agent.get(path), path, **values).status_code == 303
    fact = family_of(db, dossier).facts[father]
    assert (fact.identity.mobile, fact.links, fact.address) == (
        "+33711223344", {child: Link.GUARDIAN}, family_of(db, dossier).parent.address,
    )  # fmt: skip
    (said,) = told_to(cast.parent_a.client)
    assert "au guichet : Paul Morel" in said and "Même adresse que le représentant : non → oui" in said


def test_the_address_of_a_family_is_changed_with_the_day_and_who_moves(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    dossier, parent = cast.a.dossier, cast.parent_a.client
    decide(db, dossier.id)
    path = page_of(dossier, end="/adresse")
    page = agent.get(path)
    typed_by_hand = {"manual": "1", "house_number": "3", "street": "rue du Port", "postcode": "44521", "city": "Oudon"}
    moved = submit(agent, page, path, **typed_by_hand, **PHONE, moved_on="01/11/2026")
    assert moved.status_code == 303
    home = family_of(db, dossier).parent.address
    assert home is not None and home.label == "3 rue du Port 44521 Oudon"
    again = submit(agent, page, path, **typed_by_hand, **PHONE, moved_on="01/11/2026")
    assert after(agent, again).startswith("C'est enregistré.")
    again = submit(agent, agent.get(path), path, **typed_by_hand, **PHONE, moved_on="01/11/2026")
    assert after(agent, again) == UNCHANGED
    (said,) = told_to(parent)
    assert "Adresse : 12 rue de la Loire, 44521 Oudon → 3 rue du Port 44521 Oudon" in said
    stale = submit(agent, page, path, **(typed_by_hand | {"house_number": "5"}), **PHONE)
    assert stale.status_code == 409 and "3 rue du Port" in read(stale).select("#summary ins")[0].get_text()
    assert submit(agent, stale, path, house_number="5").status_code == 303
    assert family_of(db, dossier).parent.address.label == "5 rue du Port 44521 Oudon"  # type: ignore[union-attr]


def test_an_authorisation_is_withdrawn_at_once_and_the_parent_is_told(
    db: Database, cast: Cast, agent: CheckedClient
) -> None:
    tick_both(db)
    dossier = cast.a.dossier
    decide(db, dossier.id)
    child, contact = dossier.lines[1].person, dossier.lines[2].person
    path = page_of(dossier, 2, "/retirer")
    page = agent.get(path)
    for told in ("C'est retiré. Le parent est prévenu par courriel.", NOTHING_LEFT):
        assert after(agent, submit(agent, page, path, right=f"collect-{child}")) == told
    (right,) = family_of(db, dossier).facts[contact].rights
    assert (right.may_collect, right.emergency) == (False, True)
    (mail,) = (row for row in db.query(WRITTEN) if row["name"] == "withdrawn")
    assert mail["recipient"] == cast.a.account.email
    assert "à votre demande" in mail["body_text"] and "dans votre espace" not in mail["body_text"]
    assert "Jeanne ne peut plus venir chercher Loïc depuis le 24 novembre 2026" in plain(mail["body_text"])
    assert "Retiré, refusé ou changé" not in agent.get("/mairie").text
    actions = [entry.action for _reference, entry in journal.of_household(db, dossier.household)]
    assert actions.count("right_removed") == 1
    (withdrawal,) = family_of(db, dossier).withdrawals
    assert withdrawal.seen_by == "instruction@oudon.example"
    submit(agent, agent.get(path), path, right="tout")
    assert not family_of(db, dossier).facts[contact].rights
    assert after(agent, agent.get(path)) == NOTHING_LEFT


def test_what_is_changed_for_one_family_is_told_to_no_other(db: Database, cast: Cast, agent: CheckedClient) -> None:
    decide(db, cast.a.dossier.id)
    correct(agent, cast.a.dossier, 2, phone="02 40 99 88 77")
    assert told_to(cast.parent_a.client) and not told_to(cast.parent_b.client)


def test_the_journals_say_who_changed_what_is_said_of_whom(db: Database, cast: Cast, agent: CheckedClient) -> None:
    dossier = cast.a.dossier
    decide(db, dossier.id)
    correct(agent, dossier, 2, phone="02 40 99 88 77")
    entry = next(one for one in journal.of_dossier(db, dossier.id) if one.action == "corrected")
    assert (entry.agent, entry.person) == ("instruction@oudon.example", dossier.lines[2].person)
    shown = text(agent.get(f"/mairie/dossiers/{dossier.reference}"))
    assert "Modifié par la mairie, pour la famille : Jeanne Le Goff – instruction@oudon.example" in shown
    rows = db.query("SELECT action FROM agent_journal WHERE reference = ?", (dossier.reference,))
    assert "corrected" in {row["action"] for row in rows}


def test_all_of_it_is_deleted_with_the_family(app: Flask, db: Database, cast: Cast, agent: CheckedClient) -> None:
    decide(db, cast.a.dossier.id)
    correct(agent, cast.a.dossier, 2, phone="02 40 99 88 77")
    with app.test_request_context(), transaction(db):
        retention.erase(db, cast.a.account, clock.now())
    assert not db.execute("SELECT count(*) FROM amendments").fetchone()[0]
    assert agent.get(page_of(cast.a.dossier)).status_code == 404
