"""Dossiers accepted together: only those that nothing sets apart, each for itself, and what became of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from wizard.choices import QUEUE_FILTERS
from wizard.clock import today
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Agent, Decision, DecisionLine, Dossier, Status
from wizard.services import decisions, duplicates, taking
from wizard.services.decisions import Choice
from wizard.services.duplicates import Alike
from wizard.settings import get_settings
from wizard.stores import dossiers, journal, queue_lines
from wizard.stores.queue_lines import News, QueuedDossier
from wizard.stores.takings import Taken

MOST = 50
"""How many are accepted at once."""

NEWS: dict[News, Any] = {
    News.WITHDRAWN: _("droit retiré"),
    News.AMENDED: _("changé par la famille"),
    News.CONTESTED: _("droit contesté"),
    News.TO_KNOW: _("situation à connaître"),
    News.FAILING: QUEUE_FILTERS["courriel-refuse"],
    News.ALIKE: _("peut-être déjà dans un autre dossier"),
    News.SAME_KEY: _("un autre compte porte cette Clé Enfance"),
}


class Result(StrEnum):
    """What became of a dossier ticked."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    ANSWERED = "answered"
    SET_APART = "set_apart"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ticked:
    """A dossier and the number of the latest change that was before the agent's eyes."""

    reference: str
    seen: int


@dataclass(frozen=True)
class Reported:
    """What became of it, and of one to be read first, why."""

    reference: str
    result: Result
    why: tuple[str, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether it is, now or by a first click."""
        return self.result is Result.ACCEPTED


def accept(db: Database, agent: Agent, ticked: Iterable[Ticked], link: str) -> tuple[Reported, ...]:
    """Accept everyone in each of these dossiers and answer it, unless something is to be read first.

    One that was accepted already is told so: a double click does no harm.
    """
    return tuple(_accept(db, agent, one, link) for one in dict.fromkeys(ticked))


def _accept(db: Database, agent: Agent, one: Ticked, link: str) -> Reported:
    try:
        with transaction(db):
            dossier = dossiers.by_reference(db, one.reference)
            found = _refusal(db, agent, dossier, one)
            if dossier and not found:
                _answer(db, agent, dossier, link)
    except (decisions.AlreadyAnswered, decisions.Changed, decisions.NotAllDecided):
        return Reported(one.reference, Result.CHANGED)
    return found or Reported(one.reference, Result.ACCEPTED)


def _refusal(db: Database, agent: Agent, dossier: Dossier | None, one: Ticked) -> Reported | None:
    """Return why a dossier is not accepted now, None when it may be."""
    if dossier is None:
        return Reported(one.reference, Result.UNKNOWN)
    if dossier.status is Status.ACCEPTED:
        return Reported(dossier.reference, Result.ACCEPTED)
    if dossier.answered_at or not dossier.asked:
        return Reported(dossier.reference, Result.ANSWERED)
    if journal.latest_change(db, dossier.id) != one.seen:
        return Reported(dossier.reference, Result.CHANGED)
    alike = duplicates.of_household(db, dossier.household)  # compared by now, its line tells of them too
    (entry,) = queue_lines.read(db, [dossier.id])
    taken = taking.holders(db, [dossier.id]).get(dossier.id)
    why = (*set_apart(entry, agent, taken), *_alike(entry, alike))
    return Reported(dossier.reference, Result.SET_APART, why) if why else None


def _answer(db: Database, agent: Agent, dossier: Dossier, link: str) -> None:
    latest = journal.latest_of_each(db, dossier.id)
    choices = [
        Choice(DecisionLine(line.person, Decision.ACCEPTED, None, None), latest.get(line.person, 0))
        for line in dossier.asked
        if line.decision is None
    ]
    decisions.decide(db, agent, dossier.id, choices)
    decisions.answer(db, agent, dossier.id, journal.latest_change(db, dossier.id), link)


def set_apart(entry: QueuedDossier, agent: Agent, taken: Taken | None) -> tuple[str, ...]:
    """Return what asks to read a dossier before it is accepted, as far as its line of the queue tells."""
    return tuple(_set_apart(entry, agent, taken))


def _set_apart(entry: QueuedDossier, agent: Agent, taken: Taken | None) -> Iterator[str]:
    yield from (str(NEWS[news]) for news in News if news in entry.news)
    if entry.one_day and entry.one_day >= today():
        yield _("autorisé un jour")
    if entry.is_outside(get_settings().town.citycode):
        yield _("adresse hors commune")
    if entry.to_check:
        yield str(QUEUE_FILTERS["adresse-a-verifier"])
    if entry.dossier.corrected_at:
        yield _("corrigé par la famille")
    if any(line.decision not in {None, Decision.ACCEPTED} for line in entry.dossier.asked):
        yield _("une personne n'est pas acceptée")
    if taken and taken.agent != agent.id:
        yield _("pris par %(agent)s", agent=taken.email)


def _alike(entry: QueuedDossier, alike: Mapping[int, tuple[Alike, ...]]) -> Iterator[str]:
    """Tell of those of the family whom the dossier does not ask about; except whom an agent said to be others."""
    is_open = any(one.set_aside_at is None for some in alike.values() for one in some)
    if is_open and News.ALIKE not in entry.news:
        yield str(NEWS[News.ALIKE])
