"""The family as a draft declares it: who was added, who was known before, and the choices about them."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field

from wizard.choices import PARENT_LINKS
from wizard.forms import StepForm, select_field
from wizard.models import Answers
from wizard.stores.drafts import ASIDE
from wizard.values.text import clean, name

OPENING = "ouverture"  # the row of the draft that holds what it was opened with
_LINK = "link_"
CO_REPRESENTATIVE, CHILD, CONTACT = "co-representant", "membre", "contact"


@dataclass(frozen=True)
class Entry:
    """Someone of the draft: `key` names their row."""

    kind: str
    id: str
    raw: dict[str, list[str]]

    @property
    def key(self) -> str:
        """The row of the draft."""
        return f"{self.kind}:{self.id}"

    def value(self, field: str) -> str:
        """Return what was submitted for a field, "" when nothing was."""
        return (self.raw.get(field) or [""])[0]

    @property
    def given_name(self) -> str:
        """How the pages call them, who may have been typed in part."""
        called = self.institution or name(self.value("given_name")) or name(self.value("birth_name"))
        return called or gettext("Personne sans nom")

    @property
    def institution(self) -> str:
        """The name of an institution, "" for a person."""
        return clean(self.value("institution"))


def new_id() -> str:
    """Return the id of someone about to be added: a form sent twice adds one person."""
    return secrets.token_hex(4)


def is_new_id(text: str) -> bool:
    """Whether `text` is an id that `new_id` gives."""
    return re.fullmatch(r"[0-9a-f]{8}", text) is not None


def entries(answers: Answers, kind: str) -> list[Entry]:
    """Return the people of a kind added in this draft, in the order they were."""
    return [
        Entry(kind, key.removeprefix(f"{kind}:"), raw) for key, raw in answers.items() if key.startswith(f"{kind}:")
    ]


def added(answers: Answers) -> list[Entry]:
    """Return everyone added in this draft."""
    return [entry for kind in (CO_REPRESENTATIVE, CHILD, CONTACT) for entry in entries(answers, kind)]


def removed(answers: Answers) -> Entry | None:
    """Return whoever was taken out last, and may be put back."""
    for key, raw in answers.items():
        if key.startswith(ASIDE):
            kind, _colon, entry = key.removeprefix(ASIDE).partition(":")
            return Entry(kind, entry, raw)
    return None


def parent_emails(answers: Answers) -> list[str]:
    """Return the addresses of the parent who opened the draft."""
    return answers.get(OPENING, {}).get("emails", [])


def known_children(answers: Answers) -> list[Entry]:
    """Return the children of the household deposited before: their given name is all the draft holds of them."""
    pairs = (text.partition("|") for text in answers.get(OPENING, {}).get("known", []))
    return [Entry(CHILD, known_id(person), {"given_name": [called]}) for person, _bar, called in pairs]


def known_id(person: int | str) -> str:
    """Return the id, in a draft, of a person deposited before; `new_id` never gives one like it."""
    return f"p{person}"


def to_correct(answers: Answers) -> list[str]:
    """Return the keys of those of the household whom this draft was opened to correct: it touches no one else."""
    return answers.get(OPENING, {}).get("to_correct", [])


def persons(answers: Answers) -> dict[str, int]:
    """Return the ids of the people of the household whom this draft may name, and who each of them is."""
    known = [entry.id for entry in known_children(answers)]
    ids = known + [key.partition(":")[2] for key in to_correct(answers)]
    return {one: int(one.removeprefix(known_id(""))) for one in ids}


def children(answers: Answers) -> list[Entry]:
    """Return every child one may be tied to."""
    return known_children(answers) + entries(answers, CHILD)


def link_field(entry: Entry) -> str:
    """Return the name of the field that asks for the link with `entry`."""
    return f"{_LINK}{entry.id}"


class PersonForm(StepForm):
    """A form of someone of the entourage; `entry` is their id, "" for someone not added yet."""

    def __init__(self, formdata: Any = None, *, entry: str = "", **options: Any) -> None:
        self.entry = entry
        super().__init__(formdata, **options)

    @property
    def links(self) -> list[Field]:
        """The fields that ask for a link with someone in particular."""
        return [field for field in self if field.name.startswith(_LINK)]

    def linking(self, entry: "Entry") -> str:
        """Return what was said of the link with `entry`, "" when it was not asked."""
        field = self._fields.get(link_field(entry))
        return field.data if field else ""


def asking_links(form: type[PersonForm], others: Iterable[Entry], label: Any, entry: str) -> type[PersonForm]:
    """Return `form` with one more field for each of `others` who does not already say the link with `entry`."""
    asked = {
        link_field(other): select_field(
            label(other.given_name),
            PARENT_LINKS,
            _("Indiquez ce lien de parenté (%(name)s).", name=other.given_name),
        )
        for other in others
        if not other.value(f"{_LINK}{entry}")
    }
    return type(form.__name__, (form,), asked)


def name_of(entry: Entry) -> str:
    """Return « Loïc Martin »."""
    names = (entry.value("given_name"), entry.value("usage_name") or entry.value("birth_name"))
    return entry.institution or " ".join(filter(None, map(name, names))) or entry.given_name
