"""Many agents at once: each decision is kept, none is lost, the family is answered once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family
from wizard.db import close_connections, get_db
from wizard.models import Agent, Decision, DecisionLine
from wizard.services import decisions
from wizard.services.decisions import AlreadyAnswered, Changed, Choice
from wizard.stores import dossiers, journal


def at_once(app: Flask, number: int, act: Callable[[Database, int], None]) -> list[str]:
    """Run `act` in as many threads, each on a connection of its own; return how each ended."""

    def run(index: int) -> str:
        with app.test_request_context():
            try:
                act(get_db(), index)
            except (AlreadyAnswered, Changed) as refused:
                return type(refused).__name__
            finally:
                close_connections()
        return "done"

    with ThreadPoolExecutor(number) as threads:
        return sorted(threads.map(run, range(number)))


def test_of_ten_different_decisions_at_once_one_is_kept(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    child = dossier.lines[1].person

    def decide(own: Database, index: int) -> None:
        line = DecisionLine(child, Decision.REFUSED, "other", f"Motif {index}")
        decisions.decide(own, agent, dossier.id, [Choice(line, seen=0)])

    assert at_once(app, 10, decide) == ["Changed"] * 9 + ["done"]
    entries = [entry for entry in journal.of_dossier(db, dossier.id) if entry.action == "decided"]
    assert len(entries) == 1
    after = dossiers.by_id(db, dossier.id)
    assert after is not None
    assert after.lines[1].comment == entries[0].decided.comment


def test_the_same_decision_ten_times_at_once_is_one_line_of_the_journal(
    app: Flask, db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    choice = Choice(DecisionLine(dossier.lines[1].person, Decision.ACCEPTED, None, None), seen=0)

    def decide(own: Database, _index: int) -> None:
        decisions.decide(own, agent, dossier.id, [choice])

    assert at_once(app, 10, decide) == ["done"] * 10
    assert [entry.action for entry in journal.of_dossier(db, dossier.id)].count("decided") == 1


def test_ten_answers_at_once_write_one_mail(app: Flask, db: Database, an_agent: Callable[..., Agent]) -> None:
    dossier, agent = a_family(db), an_agent()
    lines = [DecisionLine(line.person, Decision.ACCEPTED, None, None) for line in dossier.lines]
    with app.test_request_context():
        decisions.decide(db, agent, dossier.id, [Choice(line, seen=0) for line in lines])
    seen = journal.latest_change(db, dossier.id)

    def answer(own: Database, _index: int) -> None:
        decisions.answer(own, agent, dossier.id, seen, "https://famille.oudon.example/espace")

    assert at_once(app, 10, answer) == ["AlreadyAnswered"] * 9 + ["done"]
    assert db.execute("SELECT count(*) FROM outbox WHERE name = 'outcome'").fetchone() == (1,)
