"""The list of the gate: each child, who may collect them today, who is called; for the agent who stands there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from wizard.choices import LINKS
from wizard.clock import now, today
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Action, Agent, OneDay, Role
from wizard.services.childfile.authorisations import YES
from wizard.services.one_day_told import of_today
from wizard.stores import agent_journal, child_files
from wizard.stores import gate as store
from wizard.stores.gate import Adult, ListedChild
from wizard.stores.people_search import folded
from wizard.values import school_years
from wizard.values.dates import age

AGES: Mapping[str, tuple[int, int]] = {"0-2": (0, 2), "3-5": (3, 5), "6-11": (6, 11), "12": (12, 150)}
"""The ages that a list may keep to: what its address says → the youngest, the oldest."""


class Line(NamedTuple):
    """Someone, in words, and how to call them."""

    told: str
    phone: str | None = None


@dataclass
class Row:
    """A child, and who is told of them; `contested` are those to whom nobody hands the child over.

    `alone` is how they may leave with no adult, as their dossier of this school year says.
    """

    surname: str
    given_name: str
    age: int | None
    collect: list[Line] = field(default_factory=list)
    today: list[Line] = field(default_factory=list)
    contested: list[Line] = field(default_factory=list)
    call: list[Line] = field(default_factory=list)
    alone: str = ""


def open_list(db: Database, agent: Agent, ages: str) -> tuple[Row, ...]:
    """Return the children of these ages, all without one, in the order of their names; the agents' journal says so.

    It is no dossier that is read: the journals of the dossiers, which families have in their copy, do not tell of it.
    """
    with transaction(db):
        agent_journal.add(db, agent.id, Action.GATE_OPENED, now())
    chosen = {one.person: one for one in store.children(db) if _is_of(one, ages)}
    rows = {person: Row(one.surname, one.given_name, _age(one)) for person, one in chosen.items()}
    adults = tuple(_once(store.adults(db, chosen)))
    contested = _contested(adults)
    for adult in adults:
        names = contested.get(adult.child)
        _place(rows[adult.child], adult, contested=bool(names and folded(adult.name) in names))
    for one in of_today(db):
        if one.child in rows:
            _place_today(rows[one.child], one)
    for child, file in child_files.of_year(db, school_years.of(today())).items():
        if child in rows:
            rows[child].alone = _leaves(file.answers.get("sorties", {}))
    return tuple(sorted(rows.values(), key=lambda row: (folded(row.surname), folded(row.given_name))))


def midnight(at: datetime) -> datetime:
    """Return when a list made at a moment is worth nothing any more: the end of its day, in the town."""
    return (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _is_of(child: ListedChild, ages: str) -> bool:
    """Whether a child is in the list of these ages; one of unknown age is in all: none is missing at the gate."""
    if ages not in AGES or child.birthdate is None:
        return True
    youngest, oldest = AGES[ages]
    return youngest <= age(child.birthdate) <= oldest


def _age(child: ListedChild) -> int | None:
    return age(child.birthdate) if child.birthdate else None


def _once(adults: Iterable[Adult]) -> Iterable[Adult]:
    """Return each parent once: the co-representative of one home is the representative of the other."""
    known: dict[int, set[str]] = defaultdict(set)
    for adult in adults:
        if adult.role is not Role.CONTACT:
            if not _answers(adult) or adult.name.casefold() in known[adult.child]:
                continue
            known[adult.child].add(adult.name.casefold())
        yield adult


def _leaves(said: Mapping[str, list[str]]) -> str:
    """Return how a child may leave with no adult, in words; nothing when a parent must be there."""
    told = []
    if said.get("alone") == [YES]:
        hour = (said.get("alone_from") or [""])[0]
        told.append(_("seul à partir de %(hour)s", hour=hour) if hour else _("seul"))
    if said.get("with_sibling") == [YES]:
        told.append(_("avec un frère ou une sœur mineur"))
    return _("peut repartir %(how)s", how=_(" ou ").join(told)) if told else ""


def _contested(adults: Iterable[Adult]) -> Mapping[int, set[str]]:
    """Return who is contested, child by child."""
    names: dict[int, set[str]] = defaultdict(set)
    for adult in adults:
        if adult.contested:
            names[adult.child].add(folded(adult.name))
    return names


def _answers(adult: Adult) -> bool:
    """Whether a parent may collect a child: who has their account, and who is their mother, father or guardian."""
    return adult.role is Role.REPRESENTATIVE or (adult.link is not None and adult.link.is_parental)


def _place(row: Row, adult: Adult, *, contested: bool) -> None:
    """Tell what is true of an adult today; one whom a home contests is handed nobody, even by the other home."""
    if adult.role is not Role.CONTACT:
        row.collect.append(_told(adult, adult.phone))
        return
    if adult.may_collect:
        lines, told = row.contested if contested else row.collect, _told(adult)
        lines += [told] if told not in lines else []
    if adult.emergency and not adult.call_contested:
        row.call.append(_told(adult, adult.phone))


def _place_today(row: Row, one: OneDay) -> None:
    """Tell who was let in for today, unless another home objects, or the town hall said no since."""
    told = _("%(name)s (aujourd'hui seulement, demandé par %(by)s)", name=one.name, by=one.by)
    (row.contested if one.contested_at or one.barred else row.today).append(Line(told, one.phone))


def _told(adult: Adult, phone: str | None = None) -> Line:
    link = f", {str(LINKS[adult.link]).lower()}" if adult.link else ""
    return Line(f"{adult.name}{link}", phone)
