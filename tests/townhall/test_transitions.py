"""Where a dossier may go from where it stands: what each actor may do, and what is refused to them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family, decide, found
from tests.support.outbox import all_sent
from wizard import clock
from wizard.choices import STATUSES
from wizard.db import transaction
from wizard.models import Account, Agent, Decision, DecisionLine, Dossier, ReasonCode, Status
from wizard.services import asking, decisions, facts, household, recalling, withdrawing
from wizard.services.decisions import Choice
from wizard.stores import accounts, declarations, dossiers, journal

Act = Callable[[Database, Agent, Dossier], object]
LINK = "https://famille.oudon.example/espace"


def parent(db: Database, dossier: Dossier) -> Account:
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    return account


def ask_again(db: Database, dossier: Dossier, *lines: int) -> None:
    """The family says otherwise how the people of these lines are called."""
    now = household.read(db, dossier.household)
    changes = {}
    for line in lines:
        person = dossier.lines[line].person
        was = now.current(person) or now.last[person].declaration
        changes[person] = replace(was, identity=replace(was.identity, usage_name=f"Version {len(now.declared)}"))
    with transaction(db):
        asking.ask(db, parent(db, dossier), changes, clock.now())


def decide_all(db: Database, agent: Agent, dossier: Dossier, **called: Decision) -> None:
    seen, names = journal.latest_of_each(db, dossier.id), dossiers.names(db, dossier.id)
    choices = []
    for line in found(db, dossier.id).asked:
        decision = called.get(names[line.person].split()[0], Decision.ACCEPTED)
        why = (None, None) if decision is Decision.ACCEPTED else (ReasonCode.OTHER, "Voir la mairie.")
        choices.append(Choice(DecisionLine(line.person, decision, *why), seen.get(line.person, 0)))
    decisions.decide(db, agent, dossier.id, choices)


# What each actor does.
def modifies(db: Database, _agent: Agent, dossier: Dossier) -> None:
    ask_again(db, dossier, 1)


def corrects(db: Database, _agent: Agent, dossier: Dossier) -> None:
    ask_again(db, dossier, 2)


def cancels(db: Database, _agent: Agent, dossier: Dossier) -> None:
    asking.cancel(db, parent(db, dossier), dossier.reference)


def withdraws(db: Database, _agent: Agent, dossier: Dossier) -> None:
    withdrawing.withdraw(db, parent(db, dossier), dossier.lines[2].person, None)


def opens(db: Database, agent: Agent, dossier: Dossier) -> None:
    decisions.open_dossier(db, agent, dossier.reference)


def decides(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier)


def answers(db: Database, agent: Agent, dossier: Dossier) -> None:
    decisions.answer(db, agent, dossier.id, journal.latest_change(db, dossier.id), LINK)


def accepts(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier)
    answers(db, agent, dossier)


def refuses(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier, Jeanne=Decision.REFUSED)
    answers(db, agent, dossier)


def asks_to_correct(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier, Jeanne=Decision.TO_CORRECT)
    answers(db, agent, dossier)


def recalls(db: Database, agent: Agent, dossier: Dossier) -> None:
    recalling.recall(db, agent, dossier.id)


def reopens(db: Database, agent: Agent, dossier: Dossier) -> None:
    decisions.reopen(db, agent, dossier.id)


def reopens_once_told(db: Database, agent: Agent, dossier: Dossier) -> None:
    all_sent(db)
    reopens(db, agent, dossier)


# How a dossier comes to each state.
def refuse_all(db: Database, agent: Agent, dossier: Dossier) -> None:
    decide_all(db, agent, dossier, **dict.fromkeys(("Camille", "Loïc", "Jeanne"), Decision.REFUSED))
    answers(db, agent, dossier)


WAYS: dict[Status, list[Act]] = {
    Status.DEPOSITED: [],
    Status.OPENED: [opens],
    Status.TO_CORRECT: [opens, asks_to_correct],
    Status.CORRECTED: [opens, asks_to_correct, corrects],
    Status.ACCEPTED: [opens, accepts],
    Status.PARTLY_ACCEPTED: [opens, refuses],
    Status.REFUSED: [opens, refuse_all],
    Status.CANCELLED: [cancels],
}

LATE, ANSWERED, UNANSWERED = asking.TooLate, decisions.AlreadyAnswered, decisions.NotAnswered
UNDECIDED, TOO_LATE, HELD = decisions.NotAllDecided, recalling.TooLate, decisions.StillHeld
Result = Status | type[Exception]
D, E, T, C = Status.DEPOSITED, Status.OPENED, Status.TO_CORRECT, Status.CORRECTED
A, P, R, X = Status.ACCEPTED, Status.PARTLY_ACCEPTED, Status.REFUSED, Status.CANCELLED

# The act → what it leads to from each state, in the order of WAYS. What is asked of a closed dossier is another one.
TABLE: dict[Act, tuple[Result, ...]] = {
    #                 Déposé     En cours   À corriger  Corrigé    Accepté     En partie   Refusé      Annulé
    modifies:        (D,         E,         T,          C,         A,          P,          R,          X),
    corrects:        (D,         E,         C,          C,         A,          P,          R,          X),
    cancels:         (X,         LATE,      LATE,       LATE,      LATE,       LATE,       LATE,       X),
    withdraws:       (D,         E,         A,          A,         A,          P,          R,          X),
    opens:           (E,         E,         T,          C,         A,          P,          R,          X),
    decides:         (D,         E,         ANSWERED,   C,         ANSWERED,   ANSWERED,   ANSWERED,   ANSWERED),
    answers:         (UNDECIDED, UNDECIDED, ANSWERED,   UNDECIDED, ANSWERED,   ANSWERED,   ANSWERED,   ANSWERED),
    accepts:         (A,         A,         ANSWERED,   A,         ANSWERED,   ANSWERED,   ANSWERED,   ANSWERED),
    refuses:         (P,         P,         ANSWERED,   P,         ANSWERED,   ANSWERED,   ANSWERED,   ANSWERED),
    asks_to_correct: (T,         T,         ANSWERED,   T,         ANSWERED,   ANSWERED,   ANSWERED,   ANSWERED),
    recalls:         (TOO_LATE,  TOO_LATE,  E,          C,         E,          E,          E,          TOO_LATE),
    reopens:         (UNANSWERED, UNANSWERED, HELD,     UNANSWERED, HELD,      HELD,       HELD,       UNANSWERED),
}  # fmt: skip
CASES = [(act, state, result) for act, row in TABLE.items() for state, result in zip(WAYS, row, strict=True)]


@pytest.mark.parametrize(
    ("act", "state", "result"), CASES, ids=[f"{act.__name__}-{state}" for act, state, _result in CASES]
)
def test_an_act_leads_where_the_table_says_from_each_state(
    app: Flask, db: Database, an_agent: Callable[..., Agent], act: Act, state: Status, result: Result
) -> None:
    dossier, agent = a_family(db), an_agent()
    with app.test_request_context():
        for step in WAYS[state]:
            step(db, agent, dossier)
        assert found(db, dossier.id).status is state
        before = everything(db)
        if isinstance(result, Status):
            act(db, agent, dossier)
            assert found(db, dossier.id).status is result
        else:
            with pytest.raises(result):
                act(db, agent, dossier)
            assert everything(db) == before, "what is refused changes nothing"
        others = [one.id for one in dossiers.of_household(db, dossier.household) if one.id != dossier.id]
        assert len(others) == (act in {modifies, corrects} and state in {A, P, R, X}), "a closed one is asked no more"
    replayed(db, dossier.household)


def everything(db: Database) -> list[list[tuple[object, ...]]]:
    tables = ("dossiers", "dossier_people", "declarations", "contact_rights", "household_members", "journal", "outbox")
    return [db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def replayed(db: Database, number: int) -> None:
    """Facts equal what was accepted last and not withdrawn since; nobody waits for someone with nothing to do."""
    now = household.read(db, number)
    for person in now.last:
        with transaction(db):
            facts.settle(db, number, person)
    assert household.read(db, number).members == now.members
    accepted = {one.person for one in now.declared if one.accepted_at} | {now.parent.person}
    assert set(now.facts) == accepted
    for dossier in now.dossiers:
        waits = [line for line in dossier.asked if line.waits_for_town or line.waits_for_family]
        assert bool(waits) is not dossier.is_closed


def test_each_state_says_its_name_in_the_same_words_to_the_family_and_to_the_agents(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    with app.test_request_context():
        assert [str(STATUSES[state]) for state in WAYS] == [
            "Déposé", "En cours", "À corriger", "Corrigé", "Accepté", "Accepté en partie", "Refusé", "Annulé",
        ]  # fmt: skip


def test_a_decision_names_the_version_it_was_taken_on(app: Flask, db: Database, an_agent: Callable[..., Agent]) -> None:
    """What the family says meanwhile is told by its difference, and nothing is kept."""
    dossier, agent = a_family(db), an_agent()
    child = dossier.lines[1].person
    line = DecisionLine(child, Decision.ACCEPTED, None, None)
    with app.test_request_context():
        modifies(db, agent, dossier)
        with pytest.raises(decisions.Changed) as changed:
            decisions.decide(db, agent, dossier.id, [Choice(line, seen=0)])
        assert changed.value.people == (child,)
        (difference,) = decisions.changed_since(db, dossier, child, 0)
        assert (difference.label, difference.before, difference.after) == ("Nom d'usage", "", "Version 3")
        decisions.decide(db, agent, dossier.id, [Choice(line, journal.latest_of_each(db, dossier.id)[child])])
    assert db.execute("SELECT version FROM dossier_people WHERE person = ?", (child,)).fetchone() == (2,)
    assert declarations.latest_in(db, dossier.id, child) == 2


@pytest.mark.parametrize("state", [state for state, held in zip(WAYS, TABLE[reopens], strict=True) if held is HELD])
def test_an_answer_that_has_left_is_reopened(
    app: Flask, db: Database, an_agent: Callable[..., Agent], state: Status
) -> None:
    dossier, agent = a_family(db), an_agent()
    with app.test_request_context():
        for step in WAYS[state]:
            step(db, agent, dossier)
        reopens_once_told(db, agent, dossier)
    assert found(db, dossier.id).status is Status.OPENED


def test_a_closed_dossier_is_not_reopened_while_another_one_is_under_way(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    with app.test_request_context():
        opens(db, agent, dossier)
        accepts(db, agent, dossier)
        modifies(db, agent, dossier)
        (later,) = (one for one in dossiers.of_household(db, dossier.household) if one.id != dossier.id)
        with pytest.raises(decisions.AnotherUnderWay):
            reopens(db, agent, dossier)
        assert found(db, dossier.id).status is Status.ACCEPTED
        accepts(db, agent, later)
        reopens_once_told(db, agent, dossier)
        assert found(db, dossier.id).status is Status.OPENED


def test_what_was_asked_beside_a_correction_waits_for_the_town_once_the_rest_is_taken_back(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    with app.test_request_context():
        asks_to_correct(db, agent, dossier)
        modifies(db, agent, dossier)
        assert found(db, dossier.id).status is Status.TO_CORRECT
        withdraws(db, agent, dossier)
        assert found(db, dossier.id).status is Status.CORRECTED
        accepts(db, agent, dossier)
        assert found(db, dossier.id).status is Status.ACCEPTED


def test_an_answer_makes_true_what_it_accepts_and_that_alone(db: Database) -> None:
    dossier = a_family(db)
    assert [one.role for one in household.read(db, dossier.household).members] == ["representative"]
    decide(db, dossier.id, Jeanne="refused")
    assert [one.role for one in household.read(db, dossier.household).members] == ["representative", "child"]
    assert db.execute("SELECT count(*) FROM contact_rights").fetchone() == (0,)
