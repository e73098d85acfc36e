"""Screens 12 and 13: the two steps, and the page of each person added, edited, removed, put back."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request, url_for
from sqlite_utils import Database
from werkzeug.wrappers import Response

from wizard.entourage import filling, marks
from wizard.entourage.blueprint import blueprint
from wizard.entourage.journey import ENTOURAGE, JOURNEY
from wizard.entourage.news import ADDED, EDITED, PUT_BACK, REMOVED, news
from wizard.journey.steps import Step
from wizard.journey.view import BACK, WHOM, Visit
from wizard.kinds import KINDS, family
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind
from wizard.models import Draft
from wizard.stores import drafts
from wizard.stores.answers import Entry, Held, is_new_id, new_id
from wizard.web import htmx
from wizard.web.done import DONE
from wizard.web.guards import is_cross_site

ANOTHER = "encore"
"""What a form is sent with to be kept, and followed by that of another person."""


@blueprint.route("/entourage/<token>/<slug>", methods=["GET", "POST"])
def step(token: str, slug: str) -> Response:
    """Serve a step."""
    return ENTOURAGE.serve(token, slug)


@blueprint.route("/entourage/<token>/etape-1/<kind>", methods=["GET", "POST"])
@blueprint.route("/entourage/<token>/etape-1/<kind>/<entry>", methods=["GET", "POST"])
def person(token: str, kind: str, entry: str | None = None) -> Response:
    """Add someone, or edit someone added."""
    declared = KINDS.get(kind) or abort(404)
    if is_cross_site():
        return redirect(url_for("entourage.start"), 303)
    visit = ENTOURAGE.find(token)
    if visit is None:
        return _save_late(token, declared, entry) if request.method == "POST" else ENTOURAGE.gone(token)
    _refuse_strangers(visit.draft, declared, entry)
    return _save(visit, declared, entry) if request.method == "POST" else _open(visit, declared, entry)


@blueprint.post("/entourage/<token>/etape-1/<kind>/<entry>/retirer")
def remove(token: str, kind: str, entry: str) -> Response:
    """Take someone out of the draft; a second click finds it done."""
    return _move(token, kind, entry, drafts.set_aside, REMOVED)


@blueprint.post("/entourage/<token>/etape-1/<kind>/<entry>/remettre")
def restore(token: str, kind: str, entry: str) -> Response:
    """Put back whoever was taken out last."""
    return _move(token, kind, entry, drafts.put_back, PUT_BACK)


def _move(token: str, kind: str, entry: str, move: Callable[[Database, int, str], None], done: str) -> Response:
    slug = (KINDS.get(kind) or abort(404)).slug
    visit = ENTOURAGE.visit(token)
    visit.move(Entry(slug, entry, {}).key, move)
    visit.done = {DONE: done, WHOM: entry}
    return _go_back(visit)


def _back() -> Step:
    """Return the step to go back to: the one the person's page was opened from, which its address says."""
    return JOURNEY.find(request.values.get(BACK, "")) or JOURNEY.steps[0]


def _go_back(visit: Visit) -> Response:
    """Lead back, or to what is to be completed first."""
    return visit.go(JOURNEY.towards(_back(), visit.draft.answers))


def _goes_back() -> bool:
    """Whether « Retour » was pressed."""
    return request.form.get(BACK) == "1"


def _open(visit: Visit, kind: Kind, entry: str | None) -> Response:
    if entry is None:
        twin = filling.twin()
        return _show(visit, kind, filling.blank(visit.draft, kind, new_id(), twin), new=True, twin=twin)
    found = filling.found(visit.draft, kind, entry)
    if found is None:
        return visit.go(JOURNEY.steps[0])
    return _show(visit, kind, kind.filled(found, visit.draft.answers), new=False)


def _save(visit: Visit, kind: Kind, entry: str | None) -> Response:
    """Keep what is valid, and lead back to where its result is told, or on to another person."""
    form = filling.sent(visit.draft, kind, entry)
    if _only_looked(form, visit.draft, kind):
        return _go_back(visit)
    if not _may_be_kept(form, visit.draft, kind):
        status = 422 if form.errors else 200
        return _show(visit, kind, form, new=entry is None, twin=filling.twin(), status=status)
    known = filling.found(visit.draft, kind, form.entry)
    visit.keep(Entry(kind.slug, form.entry, {}).key, form.raw())
    visit.done = {DONE: EDITED if known and entry else ADDED, WHOM: form.entry}
    return _add_another(visit, kind) if ANOTHER in request.form else _go_back(visit)


def _add_another(visit: Visit, kind: Kind) -> Response:
    """Lead to the page of one more person: at once for HTMX, by a redirect otherwise."""
    if htmx.wants_fragment():
        return _show(visit, kind, filling.blank(visit.draft, kind, new_id()), new=True)
    return redirect(_address(visit, kind, **visit.done), 303)


def _only_looked(form: PersonForm, draft: Draft, kind: Kind) -> bool:
    """Whether « Retour » was pressed with nothing typed, which adds nobody."""
    return _goes_back() and filling.is_untouched(form, draft, kind)


def _may_be_kept(form: PersonForm, draft: Draft, kind: Kind) -> bool:
    """Whether someone is as the form asks, or left by « Retour » as they are, with room for them in the draft."""
    if not _goes_back() and (not form.validate() or form.doubts(request.form)):
        return False
    return filling.has_room(form, draft, kind)


def _save_late(token: str, kind: Kind, entry: str | None) -> Response:
    """Keep someone typed before the page's address expired: they are there after the next sign-in."""
    visit = ENTOURAGE.find(token, late=True)
    if visit is None:
        return ENTOURAGE.gone(token)
    _refuse_strangers(visit.draft, kind, entry)
    form = filling.sent(visit.draft, kind, entry)
    if kept := not _only_looked(form, visit.draft, kind) and _may_be_kept(form, visit.draft, kind):
        visit.keep_late(Entry(kind.slug, form.entry, {}).key, form.raw())
    return ENTOURAGE.expired(kept=kept)


def _refuse_strangers(draft: Draft, kind: Kind, entry: str | None) -> None:
    """Refuse an id that is neither of someone added here nor of someone of the household."""
    if entry and not is_new_id(entry) and Entry(kind.slug, entry, {}).key not in Held(draft.answers).household:
        abort(404)


def _address(visit: Visit, kind: Kind, entry: str | None = None, **more: Any) -> str:
    """Return the address of someone's page, or of someone new; it says where it leads back to."""
    back = _back()
    elsewhere = None if back is JOURNEY.steps[0] else back.slug
    return url_for("entourage.person", token=visit.token, kind=kind.slug, entry=entry, retour=elsewhere, **more)


def _show(visit: Visit, kind: Kind, form: PersonForm, *, new: bool, twin: str = "", status: int = 200) -> Response:
    address = _address(visit, kind, None if new else form.entry, **{filling.TWIN: twin} if twin else {})
    return htmx.page(
        kind.template,
        status,
        push_url=address if status == 200 else None,
        token=visit.token,
        draft=visit.draft,
        kind=kind,
        a_child=KINDS[family.CHILD],
        form=form,
        new=new,
        called=family.called(Entry(kind.slug, form.entry, form.raw())),
        another=ANOTHER in request.form,
        way_back=visit.url(_back()),
        action=address,
        to_correct=marks.to_correct(visit.draft, form.entry),
        **news(visit.draft, visit.done),
    )
