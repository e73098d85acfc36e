"""The closed lists: no code is without its words, and the database takes each of them."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from wizard import choices
from wizard.models import (
    Action,
    AgentRole,
    Decision,
    DraftKind,
    KeyOrigin,
    Link,
    NoteKind,
    Outcome,
    Permission,
    PreferredContact,
    ReasonCode,
    Recognition,
    Residence,
    Role,
    Sex,
    Source,
    Status,
    Title,
    TokenPurpose,
)
from wizard.stores import reasons
from wizard.stores.deletions import Kind
from wizard.stores.queue_filters import FILTERS

CALLED: list[tuple[type[StrEnum], Mapping[Any, Any]]] = [
    (Action, choices.ACTIONS),
    (AgentRole, choices.AGENT_ROLES),
    (Decision, choices.DECISIONS),
    (KeyOrigin, choices.KEY_ORIGINS),
    (Link, choices.LINKS),
    (Link, choices.PARENT_LINKS | choices.CONTACT_LINKS),
    (NoteKind, choices.NOTES),
    (Outcome, choices.OUTCOMES),
    (PreferredContact, choices.PREFERRED),
    (PreferredContact, choices.PREFERRED_ASKED),
    (Residence, choices.RESIDENCES),
    (Residence, choices.RESIDENCES_ASKED),
    (Role, choices.ROLES),
    (Sex, choices.SEXES),
    (Sex, choices.SEXES_ASKED),
    (Source, choices.SOURCES),
    (Status, choices.STATUSES),
    (Title, choices.TITLES),
]
BY_FAMILIES = {
    Action.DEPOSITED, Action.DECLARED, Action.WITHDRAWN, Action.DECLINED, Action.INVITED, Action.JOINED,
    Action.OBJECTED, Action.OBJECTION_DROPPED,
}  # fmt: skip
KEPT = [
    ("agent_journal", "action", set(Action) - BY_FAMILIES),
    ("agents", "role", set(AgentRole)),
    ("amendments", "source", set(Source)),
    ("deletions_announced", "kind", set(Kind)),
    ("dossier_people", "decision", set(Decision)),
    ("drafts", "kind", set(DraftKind)),
    ("family_links", "link", set(Link)),
    ("household_members", "role", set(Role)),
    ("households", "key_origin", set(KeyOrigin)),
    ("households", "recognition", set(Recognition)),
    ("notes", "kind", set(NoteKind)),
    ("objections", "outcome", set(Outcome)),
    ("objections", "what", set(Permission)),
    ("people", "preferred_contact", set(PreferredContact)),
    ("people", "sex", set(Sex)),
    ("people", "title", set(Title)),
    ("residences", "residence", set(Residence)),
    ("tokens", "purpose", set(TokenPurpose)),
]


@pytest.mark.parametrize(("codes", "called"), CALLED, ids=lambda one: getattr(one, "__name__", ""))
def test_each_code_is_called_by_a_word(app: Flask, codes: type[StrEnum], called: Mapping[Any, Any]) -> None:
    assert called.keys() == set(codes)
    with app.test_request_context():
        assert all(str(word) for word in called.values())


@pytest.mark.parametrize(("table", "column", "codes"), KEPT, ids=lambda one: one if isinstance(one, str) else "")
def test_the_database_takes_the_codes_of_each_list_and_no_other(
    db: Database, table: str, column: str, codes: set[StrEnum]
) -> None:
    found = re.search(rf"CHECK\s*\(\s*{column} IN \(([^)]*)\)", db.table(table).schema)
    assert found is not None
    assert set(re.findall(r"'(\w+)'", found[1])) == codes


def test_a_town_starts_with_the_reasons_of_every_town(db: Database) -> None:
    offered = [one.code for one in reasons.offered(db)]
    assert len(offered) == 8 and set(ReasonCode) < set(offered) and offered[-1] == ReasonCode.OTHER
    assert all(one.name and (one.sentence or one.code == ReasonCode.OTHER) for one in reasons.offered(db))


def test_every_filter_of_the_queue_is_called_something_in_its_order() -> None:
    assert list(choices.QUEUE_FILTERS) == list(FILTERS)
