"""A family whose every field is typed, each with a mark of its own, and how each place tells this mark."""

import itertools
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse
from wtforms import BooleanField, Field
from wtforms.fields import EmailField

from tests.support.client import CheckedClient, form_of, read
from tests.support.walk import PASSWORD, answer, begin
from wizard import choices, clock
from wizard.db import get_db
from wizard.forms import ChoiceField, DateField, PhoneField, SeveralField, StepForm
from wizard.kinds import KINDS
from wizard.models import DraftKind
from wizard.signup.journey import JOURNEY
from wizard.stores import drafts
from wizard.values.phones import e164

TABLES, DOSSIER, COPY, CORRECTION = PLACES = ("tables", "agent's page", "copy", "correction")

# What is typed instead of others, or says what others do not.
NOT_FILLED = {
    "address_query": "an address chosen in the list, instead of its parts",
    "address_id": "the same",
    "manual": "« mon adresse n'est pas dans la liste », which is pressed",
    "people": "who moves with the parent: people declared already",
    "single_name": "there is no given name: test_a_person_with_one_name_is_called_by_it_everywhere",
}
# A box says nothing by itself: how each place tells that it is ticked.
TICKED = {
    "sms_ok": ("sms_ok: 1", "accepte les sms", "accepte les sms: oui", "sms_ok: y"),
    "invite": (
        "invite: 1",
        "une fois acceptée, cette personne sera invitée",
        "invitation à ouvrir son espace: oui",
        "invite: y",
    ),
    "may_collect": ("may_collect: 1", "venir chercher", "peut venir le chercher: oui", "may_collect: y"),
    "emergency": ("emergency: 1", "appel en cas d'urgence", "appeler en cas d'urgence: oui", "emergency: y"),
}
WORDS: dict[str, Any] = {
    "title": choices.TITLES,
    "sex": choices.SEXES,
    "residence": choices.RESIDENCES,
    "preferred_contact": choices.PREFERRED,
    "link": choices.LINKS,
}


@dataclass(frozen=True)
class Mark:
    """What was typed or chosen in a field: `whose` page it is on, `about` whom or what it is, where it is a tie."""

    form: str
    name: str
    kind: type[Field]
    value: str
    whose: str
    about: str

    def words(self, place: str) -> set[str]:
        """Return what one record of `place` must hold, all of it."""
        scope = {self.whose} if self.form != "identifiants" else set()
        scope |= {self.about} if self.name.startswith("link_") else set()
        return {word.casefold() for word in {self._said(place), *scope}}

    def _said(self, place: str) -> str:
        if issubclass(self.kind, BooleanField):
            return TICKED[self.name][PLACES.index(place)]
        if issubclass(self.kind, PhoneField):
            return (e164(self.value) or "") if place in {TABLES, COPY} else self.value
        if issubclass(self.kind, DateField):
            day = self.value[:2]
            return {TABLES: f"2019-09-{day}", DOSSIER: f"{int(day)} septembre 2019"}.get(place, self.value)
        if issubclass(self.kind, SeveralField):
            return self.about
        if self.name == "same_address":
            return "same_address: yes;" if place == CORRECTION else self.about
        if issubclass(self.kind, ChoiceField):
            known = WORDS["link" if self.name.startswith("link_") else self.name]
            return str(known[self.value]) if place in {DOSSIER, COPY} else f": {self.value};"
        return self.value


def value_of(field: Field, page: TestResponse, number: int) -> str:
    """Return a value that no other field has, valid for its type."""
    if isinstance(field, BooleanField):
        return "y"
    if isinstance(field, ChoiceField):
        codes = [code for code, _label in field.choices if code not in {"", "none", "no"}]
        return str(codes[number % len(codes)])
    if isinstance(field, SeveralField):
        return str(tag(page, f"input[name={field.name}]")["value"])
    if isinstance(field, PhoneField):
        return f"06 12 34 {number // 100:02} {number % 100:02}"
    if isinstance(field, DateField):
        return f"{2 + number % 27:02}/09/2019"
    if isinstance(field, EmailField):
        return f"q{number}@exemple.fr"
    return "Q" + "".join("bcdfghjklm"[int(digit)] for digit in f"{number:03}")


def tag(page: TestResponse, selector: str) -> Any:
    found = read(page).select_one(selector)
    assert found is not None, selector
    return found


class Family:
    """A family whose every field is typed, and the marks that it leaves."""

    def __init__(self, app: Flask, client: CheckedClient, *, in_full: bool) -> None:
        self.app, self.client, self.in_full = app, client, in_full
        self.marks: list[Mark] = []
        self.numbers = itertools.count()

    def typed(self, name: str, field: str) -> str:
        return next(mark.value for mark in self.marks if (mark.form, mark.name) == (name, field))

    def sign_up(self) -> None:
        """Answer each step of the sign-up in full."""
        page, whose = begin(self.client), ""
        for step in JOURNEY.steps:
            with self.app.test_request_context():
                form = step.form(answers={})
            if "saisir" in step.reloads:
                page = answer(self.client, page, saisir="1")
            values = self.fill(step.slug, form, page, whose)
            whose = whose or values["given_name"]
            private = {"password": PASSWORD, "sans_image": "1"} if form.private else {}
            page = answer(self.client, page, **values, **private)

    def add(self, page: TestResponse, slug: str) -> TestResponse:
        """Declare someone, in full."""
        token = page.request.path.split("/")[2]
        with self.app.test_request_context():
            draft = drafts.load(get_db(), token, DraftKind.ENTOURAGE, clock.now())
            assert draft is not None
            form = KINDS[slug].build(entry="", answers=draft.answers)
        page = self.client.get(f"{page.request.path}/{slug}")
        return answer(self.client, page, **self.fill(slug, form, page))

    def fill(self, name: str, form: StepForm, page: TestResponse, whose: str = "") -> dict[str, str]:
        """Return a value for each field, those of the page that this family alone has included; keep their marks."""
        asked = {str(one["name"]): one for one in form_of(read(page)).select("[name]")}
        fields = {field.name: field for field in form if field.name not in form.private | NOT_FILLED.keys()}
        missing = fields.keys() - asked.keys()
        assert missing <= {"contacts"}, missing  # there is none yet
        fields = {one: field for one, field in fields.items() if one in asked and self.is_filled(name, field)}
        values = {one: value_of(field, page, next(self.numbers)) for one, field in fields.items()}
        whose = whose or values.get("institution") or values["given_name"]
        for one, field in fields.items():
            self.marks.append(Mark(name, one, type(field), values[one], whose, self.about(one, values[one], page)))
        return values

    def is_filled(self, name: str, field: Field) -> bool:
        """Whether a field is: all are, or all but the texts and the choices that one may leave."""
        kept = isinstance(field, BooleanField | PhoneField | EmailField | SeveralField) or name == "adresse"
        return self.in_full or kept or bool(field.flags.required)

    def about(self, name: str, value: str, page: TestResponse) -> str:
        """Return whom a tie is with; the street, of an address that is the parent's."""
        if name == "same_address":
            return self.typed("adresse", "street")
        if name in {"children", "contacts"}:
            return str(tag(page, f"input[name={name}][value='{value}'] + span").get_text())
        if name.startswith("link_"):
            label = tag(page, f"label[for={name}]").get_text()
            return next(mark.whose for mark in self.marks if mark.whose in label)
        return ""
