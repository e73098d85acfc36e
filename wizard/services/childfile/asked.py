"""What the dossier of a child asks: which steps, questions and documents, why and by which text.

All of it is read in `asked.toml`, which a town extends by `[dossier.documents]`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from wizard.clock import today
from wizard.french import typeset
from wizard.models import Answers, ChildFiles
from wizard.values import school_years
from wizard.values.dates import BirthDate, NoSuchDate, NotADate, latest, months_after, typed_end

Scope = Literal["child", "family"]
Validity = Literal["year", "none", "date", "duration"]

STEPS = ("accueils", "sante", "sorties", "autorisations", "documents", "recapitulatif")
_ALWAYS = {"accueils", "recapitulatif"}


@dataclass(frozen=True)
class Conditions:
    """To whom something is asked; `services` is None for every one, `ages` are None without an end."""

    services: frozenset[str] | None
    declared: bool
    alone: bool
    ages: tuple[int | None, int | None]
    when: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Question:
    """One field of a step: why it is asked, and by which text (`law`); `health` tells that it is about health.

    The answer to a `shared` one may be taken from a brother's or a sister's dossier.
    """

    slug: str
    step: str
    label: str
    why: str
    law: str
    health: bool
    required: bool
    shared: bool
    conditions: Conditions


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: `text` is the law that lets it be asked, `months` how long it is good for a « duration ».

    `until` is the answer, « step.question », that tells the date written on it.

    A `required` one leaves the dossier incomplete, and never keeps it from being deposited; `instead` is the kind that
    replaces it; without it a child is admitted for `provisional_months`, if there are any.
    """

    slug: str
    label: str
    why: str
    text: str
    scope: Scope
    validity: Validity
    on: bool
    months: int | None
    until: str | None
    required: bool
    health: bool
    provisional_months: int | None
    instead: str | None
    conditions: Conditions


@dataclass(frozen=True)
class Asked:
    """A document asked of a child for a year; `valid_until` is the last day that one sent now would be good for.

    None when it has no end, or when it is written on the document itself. One that is not `online` is handed over.
    """

    kind: DocumentKind
    why: str
    valid_until: date | None
    online: bool = True


@dataclass(frozen=True)
class _Table:
    services: Mapping[str, str]
    questions: tuple[Question, ...]
    documents: tuple[DocumentKind, ...]


@cache
def _table() -> _Table:
    with (Path(__file__).parent / "asked.toml").open("rb") as file:
        read = tomllib.load(file)
    return _Table(
        read["services"],
        tuple(map(_question, read["question"])),
        tuple(_document(row) for row in read["document"]),
    )


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        row["slug"],
        row["step"],
        typeset(row["label"]),
        typeset(row["why"]),
        typeset(row["law"]),
        row.get("health", False),
        row.get("required", False),
        row.get("shared", False),
        _conditions(row, row["step"]),
    )


def _document(row: Mapping[str, Any]) -> DocumentKind:
    return DocumentKind(
        slug=row["slug"],
        label=typeset(row["label"]),
        why=typeset(row["why"]),
        text=typeset(row["law"]),
        scope=row["scope"],
        validity=row["validity"],
        on=row.get("on", True),
        months=row.get("months"),
        until=row.get("until"),
        required=row.get("required", False) and not row.get("never_required", False),
        health=row.get("health", False),
        provisional_months=row.get("provisional_months"),
        instead=row.get("instead"),
        conditions=_conditions(row),
    )


def _conditions(row: Mapping[str, Any], step: str = "") -> Conditions:
    services, ages = row.get("services"), row.get("ages", (None, None))
    return Conditions(
        services=frozenset(services) if isinstance(services, list | tuple) else None,
        declared=services == "declared",
        alone=ages == "alone",
        ages=(None, None) if ages == "alone" else (ages[0], ages[1]),
        when=_named(row.get("when", {}), step),
        unless=_named(row.get("unless", {}), step),
    )


def _named(answers: Mapping[str, list[str]], step: str) -> Mapping[str, tuple[str, ...]]:
    """Return conditions by « step.question »."""
    return {name if "." in name else f"{step}.{name}": tuple(values) for name, values in answers.items()}


def services_of_the_table() -> Mapping[str, str]:
    """Return every service by its slug."""
    return _table().services


def service_labels(town: ChildFiles) -> Mapping[str, str]:
    """Return the services of a town, by their slugs, in its order."""
    return {slug: _table().services[slug] for slug in town.services}


def kinds(town: ChildFiles) -> Mapping[str, DocumentKind]:
    """Return every kind of document by its slug: those of the table as the town switches them, then its own."""
    known = {one.slug: one for one in _table().documents}
    for slug, said in town.documents.items():
        known[slug] = replace(known[slug], on=said) if isinstance(said, bool) else _document(_row(slug, said))
    return known


def _row(slug: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"scope": "child", "validity": "year", **said, "slug": slug}


def kind(town: ChildFiles, slug: str) -> DocumentKind | None:
    """Return a kind of document."""
    return kinds(town).get(slug)


def is_about_health(kind: DocumentKind | None) -> bool:
    """Whether a kind of document is about health, or may be: the town has it no more, and nothing says what it was."""
    return kind is None or kind.health


def every_question() -> tuple[Question, ...]:
    """Return each question that the dossier may ask."""
    return _table().questions


def questions(
    town: ChildFiles, year: str, birthdate: BirthDate | None, answers: Answers, step: str | None = None
) -> tuple[Question, ...]:
    """Return the questions asked, of one step or of all; those about health only when the town has them online."""
    return tuple(
        one
        for one in _table().questions
        if step in {None, one.step}
        and (one.step == "accueils" or _applies(town, year, birthdate, answers, one.conditions))
        and not (one.health and town.health is None)
    )


def on_paper(town: ChildFiles, year: str, birthdate: BirthDate | None, answers: Answers) -> tuple[Question, ...]:
    """Return the questions about health that a family answers by hand, on the page that it hands over."""
    return tuple(
        one for one in _table().questions if one.health and _applies(town, year, birthdate, answers, one.conditions)
    )


def steps(town: ChildFiles, year: str, birthdate: BirthDate | None, answers: Answers) -> tuple[str, ...]:
    """Return the steps that apply, in their order."""
    applying = _ALWAYS | {one.step for one in questions(town, year, birthdate, answers)}
    if documents(town, year, birthdate, answers):
        applying |= {"documents"}
    return tuple(step for step in STEPS if step in applying)


def documents(town: ChildFiles, year: str, birthdate: BirthDate | None, answers: Answers) -> tuple[Asked, ...]:
    """Return the documents asked of a child, whether they are held or not."""
    return tuple(_documents(town, year, birthdate, answers))


def _documents(town: ChildFiles, year: str, birthdate: BirthDate | None, answers: Answers) -> Iterator[Asked]:
    for one in kinds(town).values():
        if one.on and _applies(town, year, birthdate, answers, one.conditions):
            yield Asked(one, one.why, valid_until(one, year, answers), online=not one.health or town.health is not None)


def valid_until(kind: DocumentKind, year: str, answers: Answers, sent: date | None = None) -> date | None:
    """Return the last day that a document is good for, sent that day for a school year."""
    if kind.validity == "year":
        return school_years.ends(year)
    if kind.validity == "duration" and kind.months and sent:
        return months_after(sent, kind.months)
    return _end_said(kind, answers)


def ends_said(town: ChildFiles, answers: Answers) -> Mapping[str, date]:
    """Return, by kind, until when a family says that its documents are good."""
    return {slug: end for slug, one in kinds(town).items() if (end := _end_said(one, answers))}


def _end_said(kind: DocumentKind, answers: Answers) -> date | None:
    """Return the day; None for one that is past: it is the former document's."""
    for typed in _said(answers, kind.until) if kind.until else ():
        with suppress(NotADate, NoSuchDate):
            return end if (end := typed_end(typed)) >= today() else None
    return None


def required(asked: Iterable[Asked], held: Iterable[str]) -> tuple[Asked, ...]:
    """Return what a dossier is incomplete without: the required documents that neither it nor a substitute gives."""
    there = set(held)
    return tuple(one for one in asked if one.kind.required and not {one.kind.slug, one.kind.instead} & there)


def _applies(town: ChildFiles, year: str, birthdate: BirthDate | None, answers: Answers, asked: Conditions) -> bool:
    chosen = set(answers.get("accueils", {}).get("services", ())) & set(town.services)
    among = set(town.declared) if asked.declared else asked.services
    return (
        bool(chosen if among is None else chosen & among)
        and _of_age(town, year, birthdate, asked)
        and all(_said(answers, name) & set(values) for name, values in asked.when.items())
        and not any(_said(answers, name) & set(values) for name, values in asked.unless.items())
    )


def _said(answers: Answers, name: str) -> set[str]:
    step, _dot, question = name.partition(".")
    return set(answers.get(step, {}).get(question, ()))


def _of_age(town: ChildFiles, year: str, birthdate: BirthDate | None, asked: Conditions) -> bool:
    """Whether a child is of the age, on the first day of the year; one whose age is not known is."""
    if birthdate is None:
        return True
    youngest, oldest = (town.alone_age, None) if asked.alone else asked.ages
    age = age_on(birthdate, school_years.begins(year))
    return (youngest is None or age >= youngest) and (oldest is None or age <= oldest)


def age_on(birthdate: BirthDate, day: date) -> int:
    """Return the age in whole years on a day; the youngest that it may be."""
    born = latest(birthdate)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
