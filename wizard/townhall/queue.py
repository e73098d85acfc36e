"""The queue: what waits, since when, about whom; and how to find a dossier in it."""

from datetime import timedelta
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.models import Dossier
from wizard.services import decisions, notices, objecting
from wizard.settings import get_settings
from wizard.stores import dossier_queue as store
from wizard.stores import dossiers
from wizard.stores.dossier_queue import State
from wizard.stores.queue_lines import QueuedDossier
from wizard.townhall import administration
from wizard.townhall.access import ADMINISTRATION, AGENTS, EVERYONE, may_process, open_to
from wizard.townhall.blueprint import blueprint
from wizard.townhall.forms import ReferenceForm, SearchForm
from wizard.web import held_forms, htmx
from wizard.web.sessions import current_agent

_PAGE = 50


@blueprint.get("")
@open_to(EVERYONE)
def queue() -> Response:
    """Show the dossiers of one state, by default those to do; the reception only looks a reference up.

    Administrators have a first page of their own.
    """
    if current_agent().role in ADMINISTRATION:
        return administration.first_page()
    if not may_process():
        return _reception(ReferenceForm(_typed()))
    chosen = request.args.get("etat", "")
    state = State(chosen) if chosen in set(State) else State.TO_DO
    page = min(max(request.args.get("page", 1, int), 1), 1000)
    entries = store.in_state(get_db(), state, _PAGE + 1, (page - 1) * _PAGE)
    return _show(SearchForm(_typed()), entries[:_PAGE], state=state, page=page, more=len(entries) > _PAGE)


@blueprint.post("")
@open_to(AGENTS)
def search() -> Response:
    """Find dossiers by a reference or by names; posted, for names do not belong in addresses."""
    if not may_process():
        return _look_up()
    form = SearchForm()
    if not form.validate():
        return _show(form, (), 422)
    text = form.text.data or ""
    if not text:
        return htmx.see_other(url_for("townhall.queue"))
    if exact := dossiers.by_reference(get_db(), text):
        return htmx.see_other(url_for("townhall.dossier", reference=exact.reference))
    return _show(form, decisions.find(get_db(), current_agent(), text, _PAGE))


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


def _show(
    form: SearchForm,
    entries: tuple[QueuedDossier, ...],
    status: int = 200,
    state: State | None = None,
    page: int = 1,
    more: bool = False,
) -> Response:
    now, patience = clock.now(), timedelta(days=get_settings().late_days)
    return htmx.page(
        "townhall/queue.html",
        status,
        form=form,
        **_news(),
        counts=store.counts(get_db(), now - patience),
        entries=entries,
        state=state,
        page=page,
        more=more,
        now=now,
        patience=patience,
    )
