"""What is true of a family, whichever way it came to be so."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family, ask, decide, found
from wizard.db import transaction
from wizard.models import Agent, Decision, DecisionLine, Declaration, Dossier, Link, ReasonCode, Right
from wizard.services import decisions, facts, household, standing, withdrawing
from wizard.stores import accounts, dossiers, journal


def asked(db: Database, dossier: Dossier, person: int, declaration: Declaration) -> int:
    """Deposit another dossier, about one person; return it."""
    with transaction(db):
        later = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, dossier.deposited_at)
        ask(db, later, person, declaration)
    return later


def test_a_child_who_stays_after_all_has_their_ties_again(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    decide(db, dossier.id)
    child = dossier.lines[1].person
    before = household.read(db, dossier.household)
    said = before.accepted[child].declaration
    leaving = asked(db, dossier, child, replace(said, leaves=True))
    decide(db, leaving)
    assert child not in household.read(db, dossier.household).facts
    with app.test_request_context():
        decisions.reopen(db, agent, leaving)
    decide(db, leaving, Loïc="refused")
    assert household.read(db, dossier.household).members == before.members


@pytest.mark.parametrize("decision", ["refused", "to_correct"])
def test_who_may_not_leave_stays_though_the_same_dossier_brought_them_in(
    app: Flask, db: Database, an_agent: Callable[..., Agent], decision: str
) -> None:
    dossier, agent = a_family(db), an_agent()
    decide(db, dossier.id)
    child, before = dossier.lines[1].person, household.read(db, dossier.household)
    with app.test_request_context():
        decisions.reopen(db, agent, dossier.id)
        with transaction(db):
            ask(db, dossier.id, child, replace(before.accepted[child].declaration, leaves=True))
        decide(db, dossier.id, Loïc=decision)
        now = household.read(db, dossier.household)
        assert now.members == before.members
        assert standing.situations(now)[child].is_to_correct is (decision == "to_correct")


def test_an_adult_s_own_word_on_who_they_are_to_a_child_holds_whatever_is_said_again_of_the_child(
    db: Database,
) -> None:
    dossier = a_family(db)
    mother, child, contact = (line.person for line in dossier.lines)
    decide(db, dossier.id)
    said = household.read(db, dossier.household).accepted[child].declaration
    stale = replace(said, links={mother: Link.MOTHER, contact: Link.FRIEND})
    later = asked(db, dossier, child, stale)
    assert next(one for one in household.read(db, dossier.household).asked if one.person == contact).links == {
        child: Link.GRANDPARENT
    }
    decide(db, later)
    now = household.read(db, dossier.household)
    assert now.facts[contact].links == {child: Link.GRANDPARENT}
    with transaction(db):
        facts.settle(db, dossier.household, contact)
    assert household.read(db, dossier.household).members == now.members


def test_a_right_refused_then_taken_back_with_all_others_is_not_given_by_the_dossier_reopened(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    child, contact = (line.person for line in dossier.lines[1:3])
    decide(db, dossier.id)
    said = household.read(db, dossier.household).accepted[contact].declaration
    more = asked(db, dossier, contact, replace(said, rights=(Right(child, may_collect=True, emergency=True),)))
    decide(db, more, Jeanne="refused")
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    with app.test_request_context():
        withdrawing.withdraw(db, account, contact, None)
        with pytest.raises(decisions.NotAnswered):
            decisions.reopen(db, agent, more)
    decide(db, more)
    assert household.read(db, dossier.household).facts[contact].rights == ()
    assert found(db, more).is_closed


@pytest.mark.parametrize("first", ["reopened", "withdrawn"])
def test_nothing_is_decided_of_a_contact_who_was_withdrawn_around_a_reopening(
    app: Flask, db: Database, an_agent: Callable[..., Agent], first: str
) -> None:
    """To correct them would wait for a family that has nothing to correct."""
    dossier, agent = a_family(db), an_agent()
    decide(db, dossier.id)
    contact, account = dossier.lines[2].person, accounts.by_id(db, dossier.account)
    assert account is not None
    with app.test_request_context():
        if first == "reopened":
            decisions.reopen(db, agent, dossier.id)
        withdrawing.withdraw(db, account, contact, None)
        if first == "withdrawn":
            decisions.reopen(db, agent, dossier.id)
    waiting = [line.person for line in found(db, dossier.id).asked if line.waits_for_town]
    assert waiting == [line.person for line in dossier.lines[:2]]
    again = DecisionLine(contact, Decision.TO_CORRECT, ReasonCode.OTHER, "Voir la mairie.")
    seen = journal.latest_of_each(db, dossier.id).get(contact, 0)
    with app.test_request_context(), pytest.raises(decisions.Changed):
        decisions.decide(db, agent, dossier.id, [decisions.Choice(again, seen)])
    decide(db, dossier.id, Loïc="to_correct")
    assert [line.person for line in found(db, dossier.id).lines if line.waits_for_family] == [dossier.lines[1].person]


def test_a_dossier_reopened_asks_again_only_what_no_later_dossier_asked(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    decide(db, dossier.id)
    child = dossier.lines[1].person
    later = asked(db, dossier, child, household.read(db, dossier.household).accepted[child].declaration)
    decide(db, later)
    with app.test_request_context():
        decisions.reopen(db, agent, dossier.id)
    again = found(db, dossier.id)
    assert {line.person for line in again.asked if line.waits_for_town} == {one.person for one in dossier.lines} - {
        child
    }


def test_a_dossier_of_which_all_was_asked_again_is_not_reopened(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    decide(db, dossier.id)
    child = dossier.lines[1].person
    said = household.read(db, dossier.household).accepted[child].declaration
    for _ in range(2):
        decide(db, last := asked(db, dossier, child, said))
    earlier = last - 1
    with app.test_request_context(), pytest.raises(decisions.NotAnswered):
        decisions.reopen(db, agent, earlier)
    assert found(db, earlier).is_closed
