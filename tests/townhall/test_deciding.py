"""One gesture for the easy ones: everyone accepted and answered at once, one reason for several people."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sqlite_utils import Database

from tests.support.client import HTMX
from tests.support.families import DOMINIQUE, a_family, found, with_a_father
from tests.support.outbox import all_sent
from tests.townhall.browsers import Browser
from wizard.choices import STATUSES
from wizard.clock import now
from wizard.db import transaction
from wizard.models import AgentRole, Decision, Declaration, Dossier, Link, Role, Status
from wizard.services import asking
from wizard.stores import journal, people

ALL = "Tout accepter et répondre"


def page_of(dossier: Dossier) -> str:
    return f"/mairie/dossiers/{dossier.reference}"


def decided(db: Database, dossier: Dossier) -> list[Decision | None]:
    return [line.decision for line in found(db, dossier.id).lines]


def outcomes(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM outbox WHERE name = 'outcome'").fetchone()[0])


def refusal(person: int, reason: str = "outside_town") -> dict[str, str]:
    return {f"p{person}-decision": "refused", f"p{person}-reason": reason}


@pytest.fixture
def dossier(db: Database) -> Dossier:
    """A mother, her son, a grandmother and a father, all to decide."""
    return with_a_father(db, a_family(db))


def test_one_button_accepts_everyone_and_answers(
    db: Database, signed_in: Callable[..., Browser], dossier: Dossier
) -> None:
    browser = signed_in()
    browser.get(page_of(dossier))
    browser.send(ALL)
    assert browser.path == page_of(dossier)
    assert found(db, dossier.id).status is Status.ACCEPTED
    assert outcomes(db) == 1
    actions = [entry.action for entry in reversed(journal.of_dossier(db, dossier.id))]
    assert actions == ["deposited", "opened", *["decided"] * 4, "answered", "read"]


def test_what_was_chosen_is_kept_and_the_rest_is_accepted(
    db: Database, signed_in: Callable[..., Browser], dossier: Dossier
) -> None:
    browser, jeanne = signed_in(), dossier.lines[2].person
    browser.get(page_of(dossier))
    assert browser.send(ALL, **{f"p{jeanne}-reason": "duplicate"}).status_code == 422, "a reason alone accepts nothing"
    assert browser.send(ALL, **{f"p{jeanne}-decision": "refused", f"p{jeanne}-reason": ""}).status_code == 422
    assert decided(db, dossier) == [None] * 4 and outcomes(db) == 0
    browser.send(ALL, **refusal(jeanne))
    assert decided(db, dossier) == ["accepted", "accepted", "refused", "accepted"]
    assert found(db, dossier.id).status is Status.PARTLY_ACCEPTED


@pytest.mark.parametrize(("known", "button"), [(0, ALL), (2, "Accepter le reste et répondre"), (4, "Répondre")])
def test_the_button_says_what_it_does(
    db: Database, signed_in: Callable[..., Browser], dossier: Dossier, known: int, button: str
) -> None:
    browser = signed_in()
    browser.get(page_of(dossier))
    if known:
        browser.send("Enregistrer", **{f"p{line.person}-decision": "accepted" for line in dossier.lines[:known]})
    assert browser.page.select_one(".bar .button").get_text() == button
    browser.send(button)
    assert found(db, dossier.id).status is Status.ACCEPTED


def refuses(_db: Database, paul: Browser, dossier: Dossier) -> None:
    paul.get(page_of(dossier))
    paul.send("Enregistrer", **refusal(dossier.lines[1].person))


def answers(_db: Database, paul: Browser, dossier: Dossier) -> None:
    paul.get(page_of(dossier))
    paul.send(ALL, **refusal(dossier.lines[1].person))


def reopens(db: Database, paul: Browser, dossier: Dossier) -> None:
    answers(db, paul, dossier)
    all_sent(db)
    paul.get(page_of(dossier))
    paul.send("Rouvrir le dossier")


def somebody_is_added(db: Database, _paul: Browser, dossier: Dossier) -> None:
    with transaction(db):
        new, said = people.add_person(db, DOMINIQUE, now()), {dossier.lines[1].person: Link.NEIGHBOUR}
        asking.declare(db, dossier.id, new, Declaration(Role.CONTACT, DOMINIQUE, links=said), now(), again=True)


def jeanne_is_taken_back(db: Database, _paul: Browser, dossier: Dossier) -> None:
    with transaction(db):
        asking.take_back(db, dossier.id, dossier.lines[2].person, now())


@pytest.mark.parametrize("meanwhile", [refuses, answers, reopens, somebody_is_added, jeanne_is_taken_back])
def test_what_changed_since_the_page_was_read_is_neither_accepted_nor_answered(
    db: Database,
    signed_in: Callable[..., Browser],
    dossier: Dossier,
    meanwhile: Callable[[Database, Browser, Dossier], None],
) -> None:
    claire, paul = signed_in(), signed_in("paul@oudon.example")
    claire.get(page_of(dossier))
    meanwhile(db, paul, dossier)
    before = (decided(db, dossier), outcomes(db))
    assert claire.send(ALL).status_code == 409
    assert (decided(db, dossier), outcomes(db)) == before
    assert claire.page.find(id="summary")
    if meanwhile is not answers:
        claire.send(str(claire.page.select_one(".bar .button").get_text()))
        assert found(db, dossier.id).answered_at, "the page shown again knows of it"


def test_a_row_saved_does_not_hide_who_was_added_since(
    db: Database, signed_in: Callable[..., Browser], dossier: Dossier
) -> None:
    browser, mother = signed_in(), dossier.lines[0].person
    browser.get(page_of(dossier))
    action, fields = browser.fields(ALL)
    somebody_is_added(db, browser, dossier)
    saved = {name: value for name, value in fields.items() if name != "repondre"} | {"save": str(mother)}
    answer = browser.client.post(action, data=saved | {f"p{mother}-decision": "accepted"}, headers=HTMX)
    bar = BeautifulSoup(answer.text, "html5lib").find(id="barre")
    seen = bar.find("input", attrs={"name": "seen"})["value"]
    again = browser.client.post(action, data=fields | {"seen": seen, f"p{mother}-decision": "accepted"})
    assert again.status_code == 409
    assert "renvoyer cette demande" in again.text
    assert found(db, dossier.id).answered_at is None


def test_a_double_click_answers_once(db: Database, signed_in: Callable[..., Browser], dossier: Dossier) -> None:
    browser = signed_in()
    browser.get(page_of(dossier))
    action, fields = browser.fields(ALL)
    assert [browser.client.post(action, data=fields).status_code for _click in range(2)] == [303, 303]
    assert outcomes(db) == 1
    refused = fields | refusal(dossier.lines[1].person)
    assert browser.client.post(action, data=refused).status_code == 409, "another choice is not lost unsaid"


@pytest.mark.parametrize(
    ("ticked", "values", "status", "kept"),
    [
        ((1, 2), {"decision": "to_correct", "reason": "missing_information"}, 200, [None, "to_correct", "to_correct"]),
        ((1,), {"decision": "accepted"}, 200, [None, "accepted", None]),
        ((), {"decision": "refused", "reason": "duplicate"}, 422, [None] * 3),
        ((0, 1), {"decision": "refused"}, 422, [None] * 3),
        ((0, 1), {"reason": "duplicate"}, 422, [None] * 3),
        ((0, 1), {"decision": "refused", "reason": "other", "comment": " "}, 422, [None] * 3),
    ],
)
def test_one_decision_is_applied_to_those_ticked(
    db: Database,
    signed_in: Callable[..., Browser],
    ticked: tuple[int, ...],
    values: dict[str, str],
    status: int,
    kept: list[str | None],
) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(page_of(dossier))
    common = {f"tous-{name}": value for name, value in values.items()}
    answer = browser.send("Appliquer", pour=[dossier.lines[one].person for one in ticked], **common)
    assert answer.status_code == status
    assert decided(db, dossier) == kept
    if status == 422:
        assert browser.page.find(id="summary")
        assert len(browser.page.select("input[name=pour][checked]")) == len(ticked), "nothing is ticked again"


def test_what_another_agent_decided_is_not_overwritten_for_several(
    db: Database, signed_in: Callable[..., Browser], dossier: Dossier
) -> None:
    claire, paul = signed_in(), signed_in("paul@oudon.example")
    claire.get(page_of(dossier))
    refuses(db, paul, dossier)
    everyone = [line.person for line in dossier.lines]
    assert claire.send("Appliquer", pour=everyone, **{"tous-decision": "accepted"}).status_code == 409
    assert decided(db, dossier) == [None, "refused", None, None]


def test_reading_the_answer_again_keeps_what_was_chosen(
    db: Database, signed_in: Callable[..., Browser], dossier: Dossier
) -> None:
    browser = signed_in()
    browser.get(page_of(dossier))
    browser.send("Relire", **{f"p{line.person}-decision": "accepted" for line in dossier.lines})
    assert browser.path == f"{page_of(dossier)}/reponse"
    assert decided(db, dossier) == ["accepted"] * 4
    assert browser.page.find("button", string="Envoyer la réponse")


@pytest.mark.parametrize("role", AgentRole)
def test_the_help_names_each_state(signed_in: Callable[..., Browser], role: AgentRole) -> None:
    browser = signed_in(role=role)
    browser.get(str(browser.page.find("a", string="Aide")["href"]))
    states = [one.get_text() for one in browser.page.select("tbody .badge")]
    with browser.client.application.test_request_context():
        assert states == [str(STATUSES[state]) for state in Status]
