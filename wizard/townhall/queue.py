"""The queue: what waits, since when, about whom; and how to find a dossier in it."""

from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wizard import clock, french
from wizard.choices import QUEUE_FILTERS, STATUSES
from wizard.db import get_db
from wizard.french import ngettext
from wizard.models import Dossier
from wizard.services import accepting, decisions, notices, objecting, taking
from wizard.settings import get_settings
from wizard.stores import dossier_queue as store
from wizard.stores import dossiers, journal, queue_filters
from wizard.stores.dossier_queue import State
from wizard.stores.queue_filters import FILTERS, Standpoint
from wizard.stores.queue_lines import QueuedDossier
from wizard.townhall import administration, child_lists
from wizard.townhall.access import AGENTS, EVERYONE, PROCESSING, open_to
from wizard.townhall.blueprint import blueprint, picked_filters
from wizard.townhall.forms import ReferenceForm, SearchForm
from wizard.values import working_days
from wizard.web import held_forms, htmx
from wizard.web.done import just_done, lead_to
from wizard.web.sessions import current_agent

_PAGE = 30
"""Dossiers: what an agent answers in a morning, on a page that opens at once."""


@blueprint.get("")
@open_to(EVERYONE)
def queue() -> Response:
    """Show the dossiers of one state, by default those to do; the reception only looks a reference up.

    Administrators have a first page of their own; those in charge of health, the children's lists.
    """
    if current_agent().role.administers:
        return administration.first_page()
    if current_agent().role.opens_envelopes:
        return child_lists.child_lists()
    if not current_agent().role.may_process:
        return _reception(ReferenceForm(_typed()))
    chosen = request.args.get("etat", "")
    state = State(chosen) if chosen in set(State) else State.TO_DO
    picked = picked_filters() if state is State.TO_DO else ()
    page = min(max(request.args.get("page", 1, int), 1), 1000)
    limit, offset = _PAGE + 1, (page - 1) * _PAGE
    if picked:
        entries = store.to_do(get_db(), _standpoint(), picked, limit, offset)
    else:
        entries = store.in_state(get_db(), state, limit, offset)
    nothing_left, more = just_done() == "rien", len(entries) > _PAGE
    where: dict[str, Any] = {"state": state, "picked": picked, "page": page, "more": more, "nothing_left": nothing_left}
    return _show(SearchForm(_typed()), entries[:_PAGE], 200, **where)


@blueprint.post("")
@open_to(AGENTS)
def search() -> Response:
    """Find dossiers by what is known of someone; posted, for names do not belong in addresses."""
    if not current_agent().role.may_process:
        return _look_up()
    form = SearchForm()
    if not form.validate():
        return _show(form, (), 422)
    text = form.text.data or ""
    if not text:
        return htmx.see_other(url_for("townhall.queue"))
    if exact := dossiers.by_reference(get_db(), text):
        return htmx.see_other(url_for("townhall.dossier", reference=exact.reference))
    found = decisions.find(get_db(), current_agent(), text, _PAGE)
    return _show(form, found, more=len(found) == _PAGE)


@blueprint.post("/suivant")
@open_to(PROCESSING)
def following() -> Response:
    """Open the next dossier to do of the filters picked, that no other agent has."""
    picked = queue_filters.known(request.form.getlist("filtre"))
    found = taking.take_next(get_db(), current_agent(), _standpoint(), picked, request.form.get("apres"))
    if found is None:
        return lead_to("townhall.queue", "rien", filtre=picked)
    return htmx.see_other(url_for("townhall.dossier", reference=found.reference, filtre=picked))


def _typed() -> MultiDict[str, Any] | None:
    """Return what an agent was looking for when their session ended."""
    return held_forms.give_back(agent=current_agent().id)


def _look_up() -> Response:
    """Tell the reception where the dossier of a reference stands, and nothing about the family."""
    form = ReferenceForm()
    if not form.validate():
        return _reception(form, 422)
    found = decisions.look_up(get_db(), current_agent(), form.text.data or "")
    return _reception(form, 200 if found else 404, found)


def _reception(form: ReferenceForm, status: int = 200, found: Dossier | None = None) -> Response:
    return htmx.page("townhall/reception.html", status, form=form, found=found, **_news())


def _news() -> dict[str, Any]:
    """Return what parents took back, changed or contest, that no agent has seen."""
    return {"notices": notices.unseen(get_db()), "objections": objecting.unseen(get_db())}


def _standpoint() -> Standpoint:
    settings = get_settings()
    late_before = settings.late_before(clock.now())
    return Standpoint(current_agent().id, settings.town.citycode, late_before, clock.today())


_NO_STATE: dict[str, Any] = {"state": None, "picked": (), "page": 1, "more": False, "nothing_left": False}


def _show(form: SearchForm, entries: tuple[QueuedDossier, ...], status: int = 200, **shown: Any) -> Response:
    """Show the queue; without a `state`, what was searched."""
    seen, context = _standpoint(), _NO_STATE | shown
    return htmx.page(
        "townhall/queue.html",
        status,
        form=form,
        counts=store.counts(get_db(), seen.late_before),
        filters=_filters(seen, context["picked"]) if context["state"] is State.TO_DO else (),
        **_lines(entries, seen, context["picked"]),
        **_news(),
        **context,
    )


def _lines(entries: tuple[QueuedDossier, ...], seen: Standpoint, picked: tuple[str, ...]) -> dict[str, Any]:
    """Return what the lines of these dossiers show."""
    numbers, agent = [entry.dossier.id for entry in entries], current_agent()
    taken = taking.holders(get_db(), numbers)
    return {
        "entries": entries,
        "addresses": _addresses(entries, picked),
        "taken": taken,
        "waits": _waits(entries, seen),
        "days": _days(entries),
        "statuses": {status: str(word) for status, word in STATUSES.items()},
        "apart": {one.dossier.id: accepting.set_apart(one, agent, taken.get(one.dossier.id)) for one in entries},
        "seen": journal.latest_changes(get_db(), numbers),
        "late_before": seen.late_before,
        "citycode": seen.citycode,
        "news": accepting.NEWS,
    }


def _addresses(entries: tuple[QueuedDossier, ...], picked: tuple[str, ...]) -> dict[int, str]:
    """Return where each line leads, asked once of the router: thirty addresses differ by their reference alone."""
    before, after = url_for("townhall.dossier", reference="~", filtre=picked).split("~")
    return {one.dossier.id: f"{before}{one.dossier.reference}{after}" for one in entries}


def _waits(entries: tuple[QueuedDossier, ...], seen: Standpoint) -> dict[int, str]:
    """Return for how many working days each dossier has waited; those of one day have waited as long."""
    starts = {entry.dossier.id: entry.since for entry in entries}
    words = {}
    for start in set(starts.values()):
        number = working_days.between(start, seen.today, seen.citycode)
        words[start] = ngettext("%(num)d jour ouvré", "%(num)d jours ouvrés", number)
    return {dossier: words[start] for dossier, start in starts.items()}


def _days(entries: tuple[QueuedDossier, ...]) -> dict[date, str]:
    """Return how each day of a deposit or of a correction reads: few days, many dossiers."""
    return {day: french.short_day(day) for day in {day for entry in entries for day in (entry.day, entry.since)}}


def _filters(seen: Standpoint, picked: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return each filter, how many dossiers are left with it, and where its link leads: picked, without it."""
    found, start = [], url_for("townhall.queue", etat=State.TO_DO)  # asked once: the addresses differ by names of ours
    for name, number in store.filter_counts(get_db(), seen, picked).items():
        others = [one for one in FILTERS if (one in picked) != (one == name)]
        address = start + "".join(f"&filtre={one}" for one in others)
        found.append({"label": QUEUE_FILTERS[name], "number": number, "picked": name in picked, "address": address})
    return found
