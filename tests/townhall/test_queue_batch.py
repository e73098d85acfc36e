"""Dossiers accepted together: the easy ones alone, each for itself, and told of line by line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.support.families import ADDRESS, INES, a_family, ask, decide, found
from tests.support.outbox import WRITTEN
from tests.support.template_rules import tags
from tests.test_house_rules import TEMPLATES
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Agent, Decision, DecisionLine, Declaration, Dossier, NoteKind, Role, Status
from wizard.services import accepting, decisions
from wizard.services.accepting import Reported, Result, Ticked
from wizard.services.decisions import Choice
from wizard.services.duplicates import finding
from wizard.stores import bounces, dossiers, journal, notes, people

LINK = "https://famille.oudon.example/espace"


def an_easy_one(db: Database, name: str, phone: str) -> Dossier:
    """Return the dossier of a family that nothing sets apart."""
    dossier = a_family(db, name, phone=phone)
    with transaction(db):
        people.set_address(db, dossier.lines[0].person, replace(ADDRESS, citycode="44115", to_check=False))
    return dossier


def ticked(db: Database, dossier: Dossier) -> Ticked:
    return Ticked(dossier.reference, journal.latest_change(db, dossier.id))


def refused(db: Database, agent: Agent, dossier: Dossier) -> None:
    """Let an agent refuse the contact of a dossier."""
    line = DecisionLine(dossier.lines[2].person, Decision.REFUSED, "duplicate", None)
    decisions.decide(db, agent, dossier.id, [Choice(line, 0)])


def test_the_easy_ones_are_accepted_from_the_queue_and_each_family_is_answered(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    one, two = an_easy_one(db, "Un", "+33611111111"), an_easy_one(db, "Deux", "+33622222222")
    apart = a_family(db, "Flou", phone="+33633333333")
    browser = signed_in()
    boxes = [box["value"] for box in browser.page.select("input[name=dossier]")]
    assert boxes == [f"{one.reference}:0", f"{two.reference}:0"]
    before = db.execute(f"SELECT count(*) FROM ({WRITTEN}) WHERE name = 'outcome'").fetchone()[0]
    browser.send("Accepter les dossiers cochés", dossier=boxes)
    assert "2 dossiers acceptés sur 2." in browser.text
    cells = [cell.get_text() for cell in browser.page.select("td[data-label=Résultat]")]
    assert cells == ["Accepté : le courriel part dans dix minutes. Jusque-là, l'envoi s'annule dans le dossier."] * 2
    assert [found(db, each.id).status for each in (one, two)] == [Status.ACCEPTED] * 2
    assert found(db, apart.id).answered_at is None
    assert db.execute(f"SELECT count(*) FROM ({WRITTEN}) WHERE name = 'outcome'").fetchone()[0] == before + 2
    assert [entry.action for entry in journal.of_dossier(db, one.id)][:4] == ["answered", *["decided"] * 3]
    assert len(people.members(db, one.household)) == 3
    browser.get("/mairie")
    assert not browser.page.select("input[name=dossier]")


@pytest.mark.parametrize("path", sorted((TEMPLATES / "townhall").glob("*.html")), ids=lambda path: path.name)
def test_no_browser_ticks_again_by_position_what_stands_for_a_row(path: Path) -> None:
    written = tags(path.read_text(encoding="utf-8"))
    boxes = [one for name, one in written if name == "input" and one.get("type") == "checkbox" and "name" in one]
    off = any(name == "form" and one.get("autocomplete") == "off" for name, one in written)
    assert off or all(box.get("autocomplete") == "off" for box in boxes)


def test_sent_twice_they_are_answered_once_and_told_the_same(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = an_easy_one(db, "Un", "+33611111111")
    browser = signed_in()
    action, fields = browser.fields("Accepter les dossiers cochés")
    values = fields | {"dossier": [f"{dossier.reference}:0"] * 2}
    browser.send("Accepter les dossiers cochés", dossier=["AAAAAAAA:0"])
    cells = [cell.get_text() for cell in browser.page.select("td[data-label=Résultat]")]
    assert cells == ["Inconnu : aucun dossier n'a cette référence."]
    told = [browser.client.post(action, data=values).text.split("<main")[1] for _twice in range(2)]
    assert told[0] == told[1]
    assert [entry.action for entry in journal.of_dossier(db, dossier.id)].count("answered") == 1


def by_an_outside_address(db: Database, _agent: Agent, dossier: Dossier) -> None:
    db.execute("UPDATE addresses SET citycode = '44003' WHERE person = ?", (dossier.lines[0].person,))


def by_an_unchecked_address(db: Database, _agent: Agent, dossier: Dossier) -> None:
    db.execute("UPDATE addresses SET to_check = 1 WHERE person = ?", (dossier.lines[0].person,))


def by_a_notice(db: Database, _agent: Agent | None, dossier: Dossier) -> None:
    mother, child, contact = (line.person for line in dossier.lines)
    db.execute(
        "INSERT INTO withdrawals (household, contact, child, what, at) VALUES (?, ?, ?, 'collect', ?)",
        (dossier.household, contact, child, now().isoformat()),
    )
    db.execute(
        "INSERT INTO amendments (household, person, at, changes) VALUES (?, ?, ?, '{}')",
        (dossier.household, mother, now().isoformat()),
    )


def by_an_objection(db: Database, _agent: Agent | None, dossier: Dossier) -> None:
    other = a_family(db, "Autre", phone="+33644444444")
    _mother, child, contact = (line.person for line in dossier.lines)
    db.execute(
        "INSERT INTO objections (household, against, contact, child, what, at) VALUES (?, ?, ?, ?, 'collect', ?)",
        (other.household, dossier.household, contact, child, now().isoformat()),
    )


def by_a_day_given(db: Database, _agent: Agent, dossier: Dossier) -> None:
    db.execute(
        "INSERT INTO one_day (household, child, day, name, phone, given_at) VALUES (?, ?, ?, 'Marc', '0600000000', ?)",
        (dossier.household, dossier.lines[1].person, now().date().isoformat(), now().isoformat()),
    )


def by_a_situation(db: Database, agent: Agent, dossier: Dossier) -> None:
    notes.add(db, dossier.household, NoteKind.SITUATION, "Jugement reçu", now(), agent.id, "form")


def by_a_mail_that_came_back(db: Database, _agent: Agent, dossier: Dossier) -> None:
    bounces.note(db, dossier.household, dossier.lines[0].person, "camille@exemple.fr", now(), "5.1.1", permanent=True)


def by_a_namesake(db: Database, _agent: Agent | None, _dossier: Dossier) -> None:
    an_easy_one(db, "Un", "+33655555555")


def by_a_shared_key(db: Database, _agent: Agent | None, dossier: Dossier) -> None:
    a_family(db, "Autre", phone="+33644444444")
    db.execute("UPDATE households SET enfance_key = '004521', key_origin = 'link'")


def by_a_correction(db: Database, _agent: Agent, dossier: Dossier) -> None:
    db.execute("UPDATE dossiers SET corrected_at = ? WHERE id = ?", (now().isoformat(), dossier.id))


def by_someone_else_s_eyes(db: Database, _agent: Agent, dossier: Dossier) -> None:
    db.execute(
        "INSERT INTO agents (id, email, role, password_hash, created_at)"
        " VALUES (9, 'rose@oudon.example', 'instructeur', '', '')"
    )
    at = now().isoformat()
    db.execute("INSERT INTO takings (dossier, agent, since, active_at) VALUES (?, 9, ?, ?)", (dossier.id, at, at))


@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize(
    ("set_apart", "why"),
    [
        (by_an_outside_address, ("adresse hors commune",)),
        (by_an_unchecked_address, ("adresse à vérifier",)),
        (
            by_a_notice,
            ("droit retiré", "changé par la famille"),
        ),
        (by_an_objection, ("droit contesté",)),
        (by_a_day_given, ("autorisé un jour",)),
        (by_a_situation, ("situation à connaître",)),
        (by_a_mail_that_came_back, ("courriel refusé",)),
        (by_a_namesake, ("peut-être déjà dans un autre dossier",)),
        (by_a_shared_key, ("peut-être déjà dans un autre dossier", "un autre compte porte cette Clé Enfance")),
        (by_a_correction, ("corrigé par la famille",)),
        (refused, ("une personne n'est pas acceptée",)),
        (by_someone_else_s_eyes, ("pris par rose@oudon.example",)),
    ],
)
def test_what_is_to_be_read_first_is_not_accepted_and_why_is_told(
    db: Database,
    an_agent: Callable[..., Agent],
    set_apart: Callable[[Database, Agent, Dossier], None],
    why: tuple[str, ...],
) -> None:
    dossier, agent = an_easy_one(db, "Un", "+33611111111"), an_agent()
    set_apart(db, agent, dossier)
    told = accepting.accept(db, agent, [ticked(db, dossier)], LINK)
    assert told == (Reported(dossier.reference, Result.SET_APART, why),)
    assert found(db, dossier.id).answered_at is None


@pytest.mark.parametrize(
    ("set_apart", "why"),
    [
        (by_a_namesake, "Peut-être déjà dans un autre dossier"),
        (by_a_shared_key, "Un autre compte porte cette Clé Enfance"),
    ],
)
def test_the_queue_itself_tells_who_may_be_declared_twice_and_gives_them_no_box(
    db: Database,
    app: Flask,
    signed_in: Callable[..., Browser],
    set_apart: Callable[[Database, Agent | None, Dossier], None],
    why: str,
) -> None:
    dossier, browser = an_easy_one(db, "Un", "+33611111111"), signed_in()
    set_apart(db, None, dossier)
    with app.app_context():
        finding.of_household(db, dossier.household)
    browser.get("/mairie")
    (row,) = (
        row for row in browser.page.select("table.queue tbody tr") if found(db, dossier.id).reference[:4] in row.text
    )
    assert why in row.get_text(" ") and not row.select("input")
    if set_apart is by_a_namesake:
        db.execute("UPDATE likenesses SET set_aside_at = ?, set_aside_by = 1", (now().isoformat(),))
        browser.get("/mairie")
        assert "Peut-être" not in browser.text and len(browser.page.select("input[name=dossier]")) == 2


@pytest.mark.usefixtures("app_context")
def test_a_namesake_of_someone_whom_the_dossier_does_not_ask_about_holds_it_back(
    db: Database, an_agent: Callable[..., Agent]
) -> None:
    first, agent = an_easy_one(db, "Un", "+33611111111"), an_agent()
    decide(db, first.id)
    with transaction(db):
        added = dossiers.add(db, dossiers.new_reference(db), first.household, first.account, now())
        ask(db, added, people.add_person(db, INES, now()), Declaration(Role.CHILD, INES))
    by_a_namesake(db, agent, first)
    told = accepting.accept(db, agent, [ticked(db, found(db, added))], LINK)
    assert [one.why for one in told] == [("peut-être déjà dans un autre dossier",)]


@pytest.mark.usefixtures("app_context")
def test_a_namesake_whom_an_agent_set_apart_holds_nothing_back(db: Database, an_agent: Callable[..., Agent]) -> None:
    dossier, agent = an_easy_one(db, "Un", "+33611111111"), an_agent()
    by_a_namesake(db, agent, dossier)
    finding.of_household(db, dossier.household)
    db.execute("UPDATE likenesses SET set_aside_at = ?, set_aside_by = ?", (now().isoformat(), agent.id))
    told = accepting.accept(db, agent, [ticked(db, dossier)], LINK)
    assert told == (Reported(dossier.reference, Result.ACCEPTED),)


@pytest.mark.usefixtures("app_context")
def test_one_that_changed_meanwhile_is_told_and_does_not_hold_back_the_others(
    db: Database, an_agent: Callable[..., Agent]
) -> None:
    agent = an_agent()
    names = ("Abgrall", "Bodiguel", "Cozanet")
    changed, answered, easy = (an_easy_one(db, name, f"+336{ord(name[0]):08}") for name in names)
    boxes = [ticked(db, each) for each in (changed, answered, easy)]
    accept = DecisionLine(changed.lines[0].person, Decision.ACCEPTED, None, None)
    decisions.decide(db, an_agent("rose@oudon.example"), changed.id, [Choice(accept, 0)])
    decide(db, answered.id, Jeanne="refused")
    told = accepting.accept(db, agent, [*boxes, Ticked("ZZZZZZZZ", 0)], LINK)
    assert [one.result for one in told] == [Result.CHANGED, Result.ANSWERED, Result.ACCEPTED, Result.UNKNOWN]
    assert found(db, changed.id).answered_at is None
    assert [line.decision for line in found(db, changed.id).lines] == ["accepted", None, None]
    assert found(db, easy.id).status is Status.ACCEPTED


@pytest.mark.parametrize("boxes", [[], ["x"], ["AAAAAAAA:²"], ["AAAAAAAA:-1"], [":"], ["'--:1"], ["7" * 99]])
def test_odd_boxes_accept_nothing(db: Database, signed_in: Callable[..., Browser], boxes: list[str]) -> None:
    dossier = an_easy_one(db, "Un", "+33611111111")
    browser = signed_in()
    assert browser.send("Accepter les dossiers cochés", dossier=boxes).status_code == 200
    assert found(db, dossier.id).answered_at is None


def test_more_than_fifty_at_once_are_not_accepted(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = an_easy_one(db, "Un", "+33611111111")
    browser = signed_in()
    boxes = [f"{dossier.reference}:0", *(f"AAAAAAA{number}:0" for number in range(50))]
    assert browser.send("Accepter les dossiers cochés", dossier=boxes).status_code == 422
    assert "cochez de 1 à 50 dossiers" in browser.text
    assert found(db, dossier.id).answered_at is None


def test_what_families_did_comes_after_the_search_folded_with_its_count_once_there_is_more_than_one(
    db: Database, signed_in: Callable[..., Browser], an_agent: Callable[..., Agent]
) -> None:
    agent, browser = an_agent("rose@oudon.example"), signed_in()
    names = ("Abgrall", "Bodiguel")
    for number, name in enumerate(names, start=1):
        dossier = an_easy_one(db, name, f"+336{ord(name[0]):08}")
        by_a_notice(db, agent, dossier)
        by_an_objection(db, agent, dossier)
        browser.get("/mairie")
        after = [one["aria-labelledby"] for one in browser.page.select("search ~ section")]
        assert after == ["contestations", "retraits"]
        notices = 2 * number  # a right taken back, and something changed
        assert [one.get_text(" ", strip=True) for one in browser.page.select("details > summary h2")] == [
            *([f"Droits contestés par l'autre parent {number}"] if number > 1 else []),
            f"Retiré, refusé, autorisé ou changé par les familles {notices}",
        ]
        assert len(browser.page.select("section[aria-labelledby=contestations] p strong")) == number
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    assert browser.page.select("#contestations, #retraits") and not browser.page.select("section.notice details")
    browser.get("/mairie")
    browser.send("Chercher", text=names[0])
    assert "Résultats de la recherche" in browser.text
    assert not browser.page.select("#contestations, #retraits")
