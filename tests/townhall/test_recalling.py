"""An answer called back before it leaves: all it changed is as before to the byte, what happened meanwhile stays."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.families import JEANNE, LOIC, PAUL, a_family, ask, found
from tests.support.outbox import all_sent
from tests.townhall.browsers import Browser
from tests.townhall.test_decisions import at_once
from tests.townhall.test_transitions import (
    answers,
    ask_again,
    corrects,
    decide_all,
    modifies,
    parent,
    reopens_once_told,
)
from wizard import clock as present
from wizard.db import transaction
from wizard.models import (
    Agent,
    Decision,
    Declaration,
    Dossier,
    Link,
    Permission,
    Residence,
    Right,
    Role,
    Source,
    Status,
)
from wizard.services import asking, bounces, counter, decisions, facts, household, recalling, withdrawing
from wizard.services.corrections import Correction
from wizard.services.delivery_reports import Report
from wizard.stores import dossiers, outbox, people

Act = Callable[[Database, Agent, Dossier], object]
# What stays of an answer recalled: that it was given, by whom, and that it counted among the mails.
TRACES = {"journal", "agent_journal", "limits"}


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: sorted(db.execute(f"SELECT * FROM [{name}]").fetchall(), key=repr)
        for name in db.table_names()
        if name not in TRACES
    }


def a_family_to_write_to(db: Database) -> Dossier:
    """A dossier that names a contact who has an address, and invites a father who has one."""
    dossier = a_family(db)
    _mother, son, contact = (line.person for line in dossier.lines)
    with transaction(db):
        jeanne = replace(JEANNE, email="jeanne@exemple.fr")
        rights = (Right(son, may_collect=True, emergency=True),)
        said = Declaration(Role.CONTACT, jeanne, links={son: Link.GRANDPARENT}, rights=rights)
        asking.declare(db, dossier.id, contact, said, present.now(), again=False)
        father = people.add_person(db, PAUL, present.now())
        said = Declaration(Role.CO_REPRESENTATIVE, PAUL, same_address=True, links={son: Link.FATHER}, invite=True)
        asking.declare(db, dossier.id, father, said, present.now(), again=False)
    return found(db, dossier.id)


def accept(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier)


def refuse_jeanne(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier, Jeanne=Decision.REFUSED)


def have_paul_corrected(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier, Paul=Decision.TO_CORRECT)


def refuse_those_accepted(db: Database, agent: Agent, dossier: Dossier) -> None:
    """Everyone was accepted, and told; the mother has moved since; the dossier is reopened to refuse two of them."""
    accept(db, agent, dossier)
    answers(db, agent, dossier)
    home = people.address(db, dossier.lines[0].person)
    assert home
    people.set_address(db, dossier.lines[0].person, replace(home, label="1 quai de la Loire, 44521 Oudon"))
    reopens_once_told(db, agent, dossier)
    decide_all(db, agent, dossier, Jeanne=Decision.REFUSED, Paul=Decision.REFUSED)


def accept_a_change(db: Database, agent: Agent, dossier: Dossier) -> None:
    """Everyone was accepted; the son is then asked to be otherwise, his father to leave."""
    accept(db, agent, dossier)
    answers(db, agent, dossier)
    mother, son, contact, father = (line.person for line in dossier.lines)
    reopens_once_told(db, agent, dossier)
    with transaction(db):
        links = {mother: Link.GUARDIAN, contact: Link.NEIGHBOUR}
        ask(db, dossier.id, son, Declaration(Role.CHILD, replace(LOIC, usage_name="Le Bihan"), Residence.HERE, links))
        ask(db, dossier.id, father, Declaration(Role.CO_REPRESENTATIVE, PAUL, links={son: Link.FATHER}, leaves=True))
    accept(db, agent, found(db, dossier.id))


@pytest.mark.parametrize("decide", [accept, refuse_jeanne, have_paul_corrected, refuse_those_accepted, accept_a_change])
def test_all_is_as_before_the_answer_to_the_byte(
    app: Flask, db: Database, an_agent: Callable[..., Agent], clock: time_machine.Traveller, decide: Act
) -> None:
    dossier, agent = a_family_to_write_to(db), an_agent()
    with app.test_request_context():
        decisions.open_dossier(db, agent, dossier.reference)
        decide(db, agent, dossier)
        all_sent(db)
        clock.shift(60)
        before, last = everything(db), db.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0]
        answers(db, agent, dossier)
        new = db.execute("SELECT name, due_at FROM outbox WHERE id > ?", (last,)).fetchall()
        assert {due for _name, due in new} == {"2026-11-24T09:11:00+00:00"}
        if decide in {accept, have_paul_corrected}:
            invited = {"invitation"} if decide is accept else set()
            assert {name for name, _due in new} == {"named", "outcome"} | invited
        assert everything(db) != before
        clock.shift(60)
        recalling.recall(db, agent, dossier.id)
        after = everything(db)
    assert {name for name in before if after[name] != before[name]} == set()
    actions = [action for (action,) in db.execute("SELECT action FROM journal ORDER BY id")]
    assert [one for one in actions if one in {"answered", "recalled"}][-2:] == ["answered", "recalled"]
    assert found(db, dossier.id).status is Status.OPENED


def jeanne_is_withdrawn(db: Database, _agent: Agent, dossier: Dossier) -> None:
    withdrawing.withdraw(db, parent(db, dossier), dossier.lines[2].person, None)


def only_calls_jeanne(db: Database, _agent: Agent, dossier: Dossier) -> None:
    withdrawing.withdraw(
        db, parent(db, dossier), dossier.lines[2].person, {(dossier.lines[1].person, Permission.COLLECT)}
    )


def have_jeanne_corrected_twice(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier, Jeanne=Decision.TO_CORRECT)
    answers(db, agent, dossier)
    corrects(db, agent, dossier)
    decide_all(db, agent, found(db, dossier.id), Jeanne=Decision.TO_CORRECT)


def let_jeanne_collect_too(db: Database, agent: Agent, dossier: Dossier) -> None:
    """Jeanne was accepted to be called alone; the family then asks that she may collect."""
    contact, son = dossier.lines[2].person, dossier.lines[1].person
    for collects in (False, True):
        said = household.read(db, dossier.household).last[contact].declaration
        rights = (Right(son, may_collect=collects, emergency=True),)
        with transaction(db):
            asking.declare(db, dossier.id, contact, replace(said, rights=rights), present.now(), again=True)
        accept(db, agent, found(db, dossier.id))
        if not collects:
            answers(db, agent, dossier)
            reopens_once_told(db, agent, dossier)


def jeanne_is_called_no_more(db: Database, _agent: Agent, dossier: Dossier) -> None:
    right = (dossier.lines[1].person, Permission.EMERGENCY)
    withdrawing.withdraw(db, parent(db, dossier), dossier.lines[2].person, {right})


def jeanne_is_corrected_at_the_counter(db: Database, agent: Agent, dossier: Dossier) -> None:
    contact = dossier.lines[2].person
    said = counter.said_of(household.read(db, dossier.household), contact)
    request = counter.Request(agent, Source.PHONE, tells=False)
    counter.correct(db, request, dossier.household, contact, said, Correction({"phone": "+33240999999"}))


def withdrawn(db: Database, dossier: Dossier) -> list[tuple[object, ...]]:
    return [(one.contact, one.child, one.what) for one in household.read(db, dossier.household).withdrawals]


def nothing(_db: Database, _agent: Agent, _dossier: Dossier) -> None:
    pass


@pytest.mark.parametrize(
    ("decide", "meanwhile", "status"),
    [
        (accept, jeanne_is_withdrawn, Status.OPENED),
        (accept, only_calls_jeanne, Status.OPENED),
        (have_paul_corrected, jeanne_is_withdrawn, Status.OPENED),
        (have_paul_corrected, modifies, Status.OPENED),
        (refuse_those_accepted, jeanne_is_withdrawn, Status.OPENED),
        (accept_a_change, jeanne_is_withdrawn, Status.OPENED),
        (let_jeanne_collect_too, jeanne_is_called_no_more, Status.OPENED),
        (have_jeanne_corrected_twice, jeanne_is_withdrawn, Status.ACCEPTED),
        (have_paul_corrected, corrects, Status.OPENED),
        (accept, jeanne_is_corrected_at_the_counter, Status.OPENED),
    ],
)
def test_what_happened_meanwhile_stays(
    app: Flask, db: Database, an_agent: Callable[..., Agent], decide: Act, meanwhile: Act, status: Status
) -> None:
    dossier, agent = a_family_to_write_to(db), an_agent()
    with app.test_request_context():
        decisions.open_dossier(db, agent, dossier.reference)
        decide(db, agent, dossier)
        accepted = {
            (one.person, one.version) for one in household.read(db, dossier.household).declared if one.accepted_at
        }
        answers(db, agent, dossier)
        meanwhile(db, agent, dossier)
        declared = len(household.read(db, dossier.household).declared)
        taken = withdrawn(db, dossier)
        recalling.recall(db, agent, dossier.id)
        now = household.read(db, dossier.household)
        assert found(db, dossier.id).status is status
        assert withdrawn(db, dossier) == taken and len(now.declared) == declared
        assert {(one.person, one.version) for one in now.declared if one.accepted_at} == accepted
        given = {right for one in now.members for right in household.each_of(one.rights) if one.role is Role.CONTACT}
        assert not given & {(child, what) for _contact, child, what in taken}
        contacts = [line.person for line in found(db, dossier.id).asked if line.role is Role.CONTACT]
        assert all(now.rights_of(contact) for contact in contacts), "nothing is left to decide of them"
        called = dossiers.names(db, dossier.id)
        asked = {person: one.declaration.identity.name for person, one in now.last.items() if person not in now.facts}
        assert {person: called[person] for person in asked} == asked
        with transaction(db):
            for person in now.last:
                facts.settle(db, dossier.household, person)
        assert household.read(db, dossier.household).members == now.members, "facts are what is accepted"


def test_when_the_family_corrected_meanwhile_stays(
    app: Flask, db: Database, an_agent: Callable[..., Agent], clock: time_machine.Traveller
) -> None:
    dossier, agent = a_family(db), an_agent()
    with app.test_request_context():
        for _round in range(2):
            decide_all(db, agent, found(db, dossier.id), Jeanne=Decision.TO_CORRECT)
            answers(db, agent, dossier)
            clock.shift(60)
            corrects(db, agent, dossier)
        recalling.recall(db, agent, dossier.id)
    assert found(db, dossier.id).corrected_at == present.now()
    assert found(db, dossier.id).status is Status.CORRECTED


def asks_more(db: Database, _agent: Agent, dossier: Dossier) -> None:
    ask_again(db, dossier, 1)


def taken_by_a_sender(db: Database, _agent: Agent, _dossier: Dossier) -> None:
    later = present.now() + timedelta(minutes=10)
    assert outbox.claim(db, lease="a", now=later, until=later + timedelta(minutes=2))


def sent(db: Database, _agent: Agent, _dossier: Dossier) -> None:
    later = present.now() + timedelta(minutes=10)
    mail = outbox.claim(db, lease="a", now=later, until=later)
    assert mail
    outbox.mark_sent(db, mail, later)


def put_off(db: Database, _agent: Agent, _dossier: Dossier) -> None:
    """The server may have taken it before the network failed."""
    later = present.now() + timedelta(minutes=10)
    mail = outbox.claim(db, lease="a", now=later, until=later)
    assert mail
    outbox.postpone(db, mail, later, "timed out")


def given_back(db: Database, _agent: Agent, _dossier: Dossier) -> None:
    """No conversation began."""
    later = present.now() + timedelta(minutes=10)
    mail = outbox.claim(db, lease="a", now=later, until=later)
    assert mail
    outbox.release(db, mail)


def answers_again(db: Database, agent: Agent, dossier: Dossier) -> None:
    reopens_once_told(db, agent, dossier)
    accept(db, agent, dossier)
    answers(db, agent, dossier)
    recalling.recall(db, agent, dossier.id)


@pytest.mark.parametrize(
    ("meanwhile", "refused"),
    [
        (nothing, None),
        (given_back, None),
        (asks_more, decisions.AnotherUnderWay),
        (taken_by_a_sender, recalling.TooLate),
        (sent, recalling.TooLate),
        (put_off, recalling.TooLate),
        (answers_again, recalling.TooLate),
    ],
)
def test_an_answer_is_recalled_as_long_as_none_of_its_mails_left(
    app: Flask, db: Database, an_agent: Callable[..., Agent], meanwhile: Act, refused: type[Exception] | None
) -> None:
    dossier, agent = a_family_to_write_to(db), an_agent()
    with app.test_request_context():
        decisions.open_dossier(db, agent, dossier.reference)
        accept(db, agent, dossier)
        answers(db, agent, dossier)
        meanwhile(db, agent, dossier)
        before = everything(db)
        if refused:
            with pytest.raises(refused):
                recalling.recall(db, agent, dossier.id)
            assert everything(db) == before
            return
        recalling.recall(db, agent, dossier.id)
        with pytest.raises(recalling.TooLate):
            recalling.recall(db, agent, dossier.id)
        answers(db, agent, dossier)
        assert found(db, dossier.id).status is Status.ACCEPTED


def test_either_the_mail_leaves_or_the_answer_is_recalled(
    app: Flask, db: Database, an_agent: Callable[..., Agent], clock: time_machine.Traveller
) -> None:
    dossier, agent = a_family(db), an_agent()
    with app.test_request_context():
        accept(db, agent, dossier)
        answers(db, agent, dossier)
    clock.shift(timedelta(minutes=11))
    taken = []

    def act(own: Database, index: int) -> None:
        if index % 2:
            with suppress(recalling.TooLate):
                recalling.recall(own, agent, dossier.id)
        else:
            with transaction(own):
                taken.append(outbox.claim(own, lease=str(index), now=present.now(), until=present.now()))

    at_once(app, 6, act)
    left = [mail for mail in taken if mail]
    assert (found(db, dossier.id).answered_at is None) == (not left)


def test_what_is_kept_to_recall_an_answer_goes_as_its_mail_leaves(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    with app.test_request_context():
        accept(db, agent, dossier)
        answers(db, agent, dossier)
        assert db.execute("SELECT count(undo) FROM replies").fetchone() == (1,)
        sent(db, agent, dossier)
    assert db.execute("SELECT undo FROM replies").fetchone() == (None,)


def test_the_page_says_when_the_answer_leaves_and_calls_it_back(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    dossier, browser = a_family(db), signed_in()
    page = f"/mairie/dossiers/{dossier.reference}"
    browser.get(page)
    browser.send("Tout accepter et répondre")
    assert "La réponse partira à 10 h 10." in browser.text
    assert journal_of(browser)[0].endswith("Réponse donnée à la famille, courriel à 10 h 10 – claire@oudon.example")
    button = browser.fields("Annuler l'envoi")
    browser.send("Annuler l'envoi")
    assert "tout est comme avant la réponse" in browser.text
    assert found(db, dossier.id).status is Status.OPENED
    assert [line.decision for line in found(db, dossier.id).lines] == ["accepted"] * 3
    browser.response = browser.client.post(button[0], data=button[1], follow_redirects=True)
    assert "ne peut plus être annulé" not in browser.text, "a double click does no harm"
    assert journal_of(browser)[1].endswith("Réponse donnée à la famille – claire@oudon.example"), "it was recalled"
    browser.send("Répondre")
    reopen = f"{page}/rouvrir"
    assert not browser.page.select(f"form[action='{reopen}']"), "the family would get two answers"
    browser.response = browser.client.post(reopen, data=button[1], follow_redirects=True)
    assert "La réponse n'est pas encore partie : annulez l'envoi" in browser.text
    assert found(db, dossier.id).status is Status.ACCEPTED
    clock.shift(timedelta(minutes=12))
    with transaction(db):
        mail = outbox.claim(db, lease="a", now=present.now(), until=present.now())
    assert mail
    browser.get(page)
    assert "La réponse est en cours d'envoi." in browser.text
    with transaction(db):
        outbox.mark_sent(db, mail, present.now())
    browser.get(page)
    assert "Réponse envoyée le 24 novembre 2026 à 10 h 12." in browser.text
    assert browser.page.select(f"form[action='{reopen}']")
    assert "Réponse donnée à la famille, courriel parti à 10 h 12 – claire" in journal_of(browser)[0]
    browser.response = browser.client.post(button[0], data=button[1], follow_redirects=True)
    assert "ne peut plus être annulé : le courriel est parti" in browser.text
    assert found(db, dossier.id).status is Status.ACCEPTED


def journal_of(browser: Browser, path: str = "") -> list[str]:
    """Return the answers that the journal of a dossier tells, the last first, of a page or of the one that is open."""
    if path:
        browser.get(path)
    lines = [" ".join(one.get_text(" ").split()) for one in browser.page.select("#journal li")]
    return [line for line in lines if "Réponse" in line or "annulé" in line]


def test_a_mail_refused_is_told_with_whom_to_call(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    dossier, browser = a_family(db), signed_in()
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    browser.send("Tout accepter et répondre")
    clock.shift(timedelta(minutes=11))
    (message_id,) = db.execute("SELECT message_id FROM outbox WHERE name = 'outcome'").fetchone()
    with transaction(db):
        mail = outbox.claim(db, lease="a", now=present.now(), until=present.now())
        assert mail
        outbox.mark_sent(db, mail, present.now())
    with browser.client.application.test_request_context():
        assert bounces.note(db, Report(message_id, "failed", "5.1.1"), present.now())
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    text = browser.text
    assert "Réponse donnée à la famille, courriel parti à 10 h 11, refusé : adresse inconnue – claire" in text
    db.execute("UPDATE outbox SET sent_at = NULL, failed_at = '2026-11-25T09:00:00+00:00', error = '550 Non.'")
    assert (
        "Réponse donnée à la famille, courriel refusé le 25 novembre 2026 à 10 h 00 : 550 Non."
        in journal_of(browser, browser.path)[0]
    )
    db.execute("DELETE FROM outbox")
    assert journal_of(browser, browser.path)[0].endswith("Réponse donnée à la famille – claire@oudon.example")
    assert "Réponse donnée le 24 novembre 2026 à 10 h 00." in browser.text, "what became of its mail is not known"
    assert "Réponse refusée par la messagerie : adresse inconnue. Appelez le 06 12 34 56 78" in text
    assert f"Les courriels à parent{dossier.lines[0].person}@exemple.fr reviennent depuis le 24 novembre 2026" in text
