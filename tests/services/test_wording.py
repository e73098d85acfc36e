"""Pieces of sentences: waits, lists, what each thing asked is called."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.families import CAMILLE, JEANNE
from wizard.french import plain
from wizard.services.wording import announced, details, how_long, said, together

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "1 s"),
        (0.4, "1 s"),
        (1.6, "2 s"),
        (89, "89 s"),
        (90, "2 min"),
        (120, "2 min"),
        (121, "3 min"),
        (3600, "60 min"),
    ],
)
def test_a_wait_is_told_in_seconds_then_in_minutes_begun(seconds: float, told: str) -> None:
    assert how_long(timedelta(seconds=seconds)) == told


@pytest.mark.parametrize(
    ("names", "told"),
    [(["Loïc"], "Loïc"), (["Loïc", "Zoé"], "Loïc et Zoé"), (["Loïc", "Anna", "Zoé"], "Loïc, Anna et Zoé")],
)
def test_names_are_told_together(names: list[str], told: str) -> None:
    assert together(names) == told


def test_what_is_asked_is_announced_once_each_in_small_letters() -> None:
    asked = ("title", "birth_name", "usage_name", "given_name", "mobile", "phone", "sms_ok", "birthdate")
    told = "civilité, nom, prénom, téléphones, si vous acceptez les SMS, date de naissance"
    assert announced(asked) == told


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("sms_ok", True, "oui"), ("sms_ok", "no", "non"), ("may_collect", "yes", "oui"), ("given_name", "Loïc", "Loïc"),
     ("birthdate", None, None), ("sex", "?", "?")],
)  # fmt: skip
def test_an_answer_is_said_as_a_person_reads_it(name: str, value: object, told: object) -> None:
    assert said(name, value) == told


def test_what_is_known_of_someone_besides_what_they_are_called_by_is_told_in_order() -> None:
    known = replace(CAMILLE, usage_name="Petit", birthdate=date(1990, 3, 9), sms_ok=True)
    assert [(plain(str(label)), plain(value)) for label, value in details(known)] == [
        ("Civilité", "Madame"),
        ("Nom de naissance", "Martin"),
        ("Date de naissance", "9 mars 1990"),
        ("Téléphone portable", "06 12 34 56 78"),
        ("Courriel", "camille@exemple.fr"),
        ("Accepte les SMS", "oui"),
    ]
    assert [plain(str(label)) for label, _value in details(JEANNE)] == ["Téléphone"]
    home = replace(JEANNE, institution="Foyer des Iris", usage_name="Petit")
    assert [(plain(str(label)), plain(value)) for label, value in details(home)] == [
        ("Nom de naissance", "Le Goff"),
        ("Nom d'usage", "Petit"),
        ("Prénom", "Jeanne"),
        ("Téléphone", "02 40 12 34 56"),
    ]
