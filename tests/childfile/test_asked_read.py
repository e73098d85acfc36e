"""What `asked.toml` says is what is asked: each question and each document, row by row; and who is not served what."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.childfile.conftest import HEALTH, YEAR, Files
from wizard.french import plain
from wizard.services.childfile import asked, canteen
from wizard.services.childfile.asked import Conditions, DocumentKind
from wizard.stores import agents

TABLE = tomllib.loads(Path(asked.__file__).with_name("asked.toml").read_text("utf-8"))
OWN = {"label": "Brevet de natation", "why": "Pour le canoë.", "law": "Règlement, article 7"}


def conditions(row: Mapping[str, Any], step: str = "") -> Conditions:
    """Return the conditions of a row, read as its comments say."""
    services, ages = row.get("services"), row.get("ages")
    return Conditions(
        services=frozenset(services) if isinstance(services, list) else None,
        declared=services == "declared",
        alone=ages == "alone",
        ages=(ages[0], ages[1]) if isinstance(ages, list) else (None, None),
        when={name if "." in name else f"{step}.{name}": (*said,) for name, said in row.get("when", {}).items()},
        unless={name if "." in name else f"{step}.{name}": (*said,) for name, said in row.get("unless", {}).items()},
    )


@pytest.mark.parametrize("row", TABLE["question"], ids=[row["slug"] for row in TABLE["question"]])
def test_a_question_is_asked_as_its_row_says(row: Mapping[str, Any]) -> None:
    one = next(one for one in asked.every_question() if (one.slug, one.step) == (row["slug"], row["step"]))
    assert [plain(said) for said in (one.label, one.why, one.law)] == [row[name] for name in ("label", "why", "law")]
    for said, name in ((one.health, "health"), (one.required, "required"), (one.shared, "shared")):
        assert said is (name in row and row[name]), name
    assert one.conditions == conditions(row, row["step"])


def is_as_told(one: DocumentKind, row: Mapping[str, Any]) -> None:
    assert [plain(said) for said in (one.label, one.why, one.text)] == [row[name] for name in ("label", "why", "law")]
    for name in ("slug", "scope", "validity"):
        assert getattr(one, name) == row[name]
    for name in ("months", "until", "provisional_months", "instead"):
        assert getattr(one, name) == row.get(name)
    assert one.on is row.get("on", True)
    assert one.health is row.get("health", False)
    assert one.required is bool(row.get("required") and not row.get("never_required"))
    assert one.conditions == conditions(row)


@pytest.mark.parametrize("row", TABLE["document"], ids=[row["slug"] for row in TABLE["document"]])
def test_a_document_is_asked_as_its_row_says(files: Files, row: Mapping[str, Any]) -> None:
    (one,) = (one for one in asked._table().documents if one.slug == row["slug"])
    is_as_told(one, row)


@pytest.mark.parametrize(
    "said",
    [
        OWN,
        OWN | {"scope": "household", "validity": "duration", "months": 12, "until": "sante.pai_until"},
        OWN | {"required": True, "health": True, "provisional_months": 3, "instead": "assurance"},
        OWN | {"required": True, "never_required": True, "on": False, "services": "declared", "ages": "alone"},
        OWN | {"services": ["cantine"], "ages": [6, 11], "when": {"sante.pai": ["oui"]}, "unless": {"sante.x": ["y"]}},
    ],
)
def test_a_document_of_the_town_s_own_is_asked_as_it_says(files: Files, said: Mapping[str, Any]) -> None:
    files.set(documents={"natation": said})
    town = files.homes.app.config["PORTAIL"].dossier
    one = asked.kind(town, "natation")
    assert one
    is_as_told(one, {"scope": "child", "validity": "year", "slug": "natation", **said})
    assert asked.kind(town, "inconnu") is None and asked.is_about_health(None)
    assert asked.is_about_health(one) is one.health


def test_a_service_is_called_as_in_the_table_and_comes_in_the_order_of_the_town(files: Files) -> None:
    files.set(services=("mercredi", "cantine"))
    town = files.homes.app.config["PORTAIL"].dossier
    names = TABLE["services"]
    assert list(asked.service_labels(town).items()) == [(one, names[one]) for one in ("mercredi", "cantine")]
    assert asked.services_of_the_table() == names


def test_what_a_child_is_not_served_is_told_once_their_envelope_is_opened(online: Files) -> None:
    online.deposit(online.a, sante=HEALTH | {"other_allergen": "kiwi"})
    db, child = online.homes.db, online.homes.child
    agent = agents.by_email(db, "instruction@oudon.example")
    assert agent
    with online.homes.app.app_context():
        ((number, told),) = canteen.allergies(db, agent, YEAR).items()
    assert (number, told.foods, told.reaction, told.unreadable) == (
        child, "Arachides, Lait, kiwi", "Appeler le 15, zébrure", False,
    )  # fmt: skip
