"""What a dossier says, in words: each question with its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.models import Answers
from wizard.services.childfile.asked import every_question, services_of_the_table
from wizard.services.childfile.choices import ALLERGENS, LEVELS, VACCINATIONS, YES_NO_IN_FRENCH
from wizard.settings import get_settings
from wizard.values import phones

_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "vaccination": VACCINATIONS,
    "allergens": ALLERGENS,
    "level": LEVELS,
    **dict.fromkeys(("pai", "treatment", "alone", "with_sibling"), YES_NO_IN_FRENCH),
}


@dataclass(frozen=True)
class Line:
    """A question, by its slug and its label, and what was answered to it."""

    slug: str
    label: str
    said: str


def lines(answers: Answers, step: str) -> tuple[Line, ...]:
    """Return what was answered in a step, question by question; what was not is left out."""
    given = answers.get(step, {})
    return tuple(
        Line(one.slug, one.label, said(one.slug, given[one.slug]))
        for one in every_question()
        if one.step == step and any(given.get(one.slug, ()))
    )


def known(slug: str, values: list[str]) -> list[str]:
    """Return those of several answers that may be given: a page is not the only one to write to an address."""
    choices = {"services": get_settings().dossier.services, "allergens": ALLERGENS}.get(slug)
    return values if choices is None else [value for value in values if value in choices]


def said(slug: str, values: list[str]) -> str:
    """Return the words of an answer."""
    if slug == "doctor_phone":
        return phones.shown(phones.e164(values[0]) or "") or values[0]
    choices = services_of_the_table() if slug == "services" else _CHOICES.get(slug, YES_NO_IN_FRENCH)
    return ", ".join(str(choices.get(value, value)) for value in values if value)
