"""The pure part of a journey: order, gate, place."""

from dataclasses import replace

from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import InputRequired

from wizard.forms import StepForm, checkbox, select_field
from wizard.journey.steps import Journey, Step
from wizard.models import DraftKind


class OneForm(StepForm):
    name = StringField("Nom", [InputRequired("Indiquez votre nom.")])


class SecretForm(StepForm):
    private = frozenset({"password"})
    login = StringField("Identifiant")
    password = StringField("Mot de passe", [InputRequired("Choisissez.")])


class ChoiceForm(StepForm):
    title = select_field("Civilité", [("madame", "Madame")])
    told = checkbox("Prévenu")


A = Step("a", "A", "A", OneForm, "a.html")
B = Step("b", "B", "B", OneForm, "b.html", applies=lambda answers: answers.get("a", {}).get("name") != ["seul"])
C = Step("c", "C", "C", SecretForm, "c.html")
JOURNEY = Journey(DraftKind.SIGNUP, (A, B, C))
DONE = {"name": ["Martin"]}


def test_the_first_incomplete_step_is_the_first_without_a_valid_answer() -> None:
    assert JOURNEY.first_incomplete({}) is A
    assert JOURNEY.first_incomplete({"a": DONE}) is B
    assert JOURNEY.first_incomplete({"a": DONE, "b": {"name": [""]}}) is B
    assert JOURNEY.first_incomplete({"b": DONE}) is A


def test_the_last_step_is_never_complete_before_it_commits() -> None:
    assert JOURNEY.first_incomplete({"a": DONE, "b": DONE, "c": {"login": ["x"]}}) is C


def test_a_step_cannot_be_skipped() -> None:
    assert JOURNEY.towards(A, {}) is A
    assert JOURNEY.towards(B, {}) is A
    assert JOURNEY.towards(C, {"a": DONE}) is B
    assert JOURNEY.towards(C, {"a": DONE, "b": DONE}) is C
    assert JOURNEY.towards(A, {"a": DONE, "b": DONE}) is A


def test_a_step_of_optional_fields_is_complete_once_it_was_shown_and_left_empty() -> None:
    optional = Step("d", "D", "D", ChoiceForm, "d.html")
    journey = Journey(DraftKind.SIGNUP, (A, optional, C))
    assert journey.first_incomplete({"a": DONE}) is optional
    assert journey.towards(C, {"a": DONE}) is optional
    assert journey.first_incomplete({"a": DONE, "d": {}}) is C


def test_a_step_that_does_not_apply_is_neither_asked_nor_reachable() -> None:
    alone = {"a": {"name": ["seul"]}}
    assert JOURNEY.first_incomplete(alone) is C
    assert JOURNEY.towards(B, alone) is C
    assert [step.slug for step in JOURNEY.place(C, alone).steps] == ["a", "c"]


def test_next_and_previous_are_derived_from_the_order() -> None:
    place = JOURNEY.place(B, {})
    assert (place.number, place.total, place.previous, place.next) == (2, 3, A, C)
    assert JOURNEY.place(A, {}).previous is None
    assert JOURNEY.place(C, {}).next is None


def test_private_fields_never_leave_a_form() -> None:
    form = SecretForm(MultiDict({"login": "camille", "password": "secret"}))
    assert form.raw() == {"login": ["camille"]}


def test_how_many_steps_there_are_is_told_once_it_is_decided() -> None:
    deciding = replace(A, decides=True)
    journey = Journey(DraftKind.SIGNUP, (deciding, B, C))
    assert journey.place(deciding, {}).words == journey.place(deciding, {"a": {"name": [""]}}).words == "Étape 1"
    assert journey.place(deciding, {"a": DONE}).words == "Étape 1 sur 3"
    assert journey.place(deciding, {"a": {"name": ["seul"]}}).words == "Étape 1 sur 2"
    assert journey.place(B, {}).words == "Étape 2 sur 3"
