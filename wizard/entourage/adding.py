"""Screens 12 and 13: the two steps, and the page of each person added, edited, removed, put back."""

from collections.abc import Callable

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from sqlite_utils import Database
from werkzeug.wrappers import Response

from wizard.entourage.blueprint import blueprint
from wizard.entourage.journey import ENTOURAGE, JOURNEY
from wizard.journey.steps import Step
from wizard.journey.view import BACK, Visit
from wizard.kinds import KINDS, added, family
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind
from wizard.models import Draft
from wizard.slips import answered
from wizard.stores import drafts
from wizard.stores.answers import Entry, Held, is_new_id, new_id
from wizard.web import htmx
from wizard.web.guards import is_cross_site

_MOST = 40  # people in one draft


@blueprint.route("/entourage/<token>/<slug>", methods=["GET", "POST"])
def step(token: str, slug: str) -> Response:
    """The two steps."""
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
    return _move(token, kind, entry, drafts.set_aside)


@blueprint.post("/entourage/<token>/etape-1/<kind>/<entry>/remettre")
def restore(token: str, kind: str, entry: str) -> Response:
    """Put back whoever was taken out last."""
    return _move(token, kind, entry, drafts.put_back)


def _move(token: str, kind: str, entry: str, move: Callable[[Database, int, str], None]) -> Response:
    slug = (KINDS.get(kind) or abort(404)).slug
    visit = ENTOURAGE.visit(token)
    visit.move(Entry(slug, entry, {}).key, move)
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
    answers = visit.draft.answers
    if entry is None:
        return _show(visit, kind, kind.build(entry=new_id(), answers=answers), new=True)
    found = _found(visit.draft, kind, entry)
    if found is None:
        return visit.go(JOURNEY.steps[0])
    return _show(visit, kind, kind.filled(found, answers), new=False)


def _found(draft: Draft, kind: Kind, entry: str) -> Entry | None:
    return next((one for one in Held(draft.answers).people(kind.slug) if one.id == entry), None)


def _save(visit: Visit, kind: Kind, entry: str | None) -> Response:
    """Keep what is valid. The id comes from the page that was filled in: sent twice, it adds one person."""
    form = _sent(visit.draft, kind, entry)
    if _only_looked(form, visit.draft, kind):
        return _go_back(visit)
    if not _may_be_kept(form, visit.draft, kind):
        return _show(visit, kind, form, new=entry is None, status=422 if form.errors else 200)
    visit.keep(Entry(kind.slug, form.entry, {}).key, form.raw())
    return _go_back(visit)


def _sent(draft: Draft, kind: Kind, entry: str | None) -> PersonForm:
    entry = entry or _typed_id() or new_id()
    return kind.build(answered(request.form), entry=entry, answers=draft.answers)


def _only_looked(form: PersonForm, draft: Draft, kind: Kind) -> bool:
    """Whether « Retour » was pressed with nothing typed, which adds nobody."""
    found = _found(draft, kind, form.entry)
    before = kind.filled(found, draft.answers) if found else kind.build(entry=form.entry, answers=draft.answers)
    return _goes_back() and all((field.data or None) == (before[field.name].data or None) for field in form)


def _may_be_kept(form: PersonForm, draft: Draft, kind: Kind) -> bool:
    """Whether someone is as the form asks, or left by « Retour » as they are, with room for them in the draft."""
    if not _goes_back() and (not form.validate() or form.doubts(request.form)):
        return False
    key = Entry(kind.slug, form.entry, {}).key
    full = len([one for one in added(draft.answers) if one.id != form.entry]) >= _MOST
    if full or drafts.weight({**draft.answers, key: form.raw()}) > drafts.HEAVIEST:
        form["birth_name"].errors = [_("Ce dossier est plein : déposez-le, puis ajoutez cette personne à un autre.")]
        return False
    return True


def _save_late(token: str, kind: Kind, entry: str | None) -> Response:
    """Keep someone typed before the page's address expired: they are there after the next sign-in."""
    visit = ENTOURAGE.find(token, late=True)
    if visit is None:
        return ENTOURAGE.gone(token)
    _refuse_strangers(visit.draft, kind, entry)
    form = _sent(visit.draft, kind, entry)
    if kept := not _only_looked(form, visit.draft, kind) and _may_be_kept(form, visit.draft, kind):
        visit.keep_late(Entry(kind.slug, form.entry, {}).key, form.raw())
    return ENTOURAGE.expired(kept=kept)


def _refuse_strangers(draft: Draft, kind: Kind, entry: str | None) -> None:
    """Refuse an id that is neither of someone added here nor of someone whom the draft was opened to correct."""
    if entry and not is_new_id(entry) and Entry(kind.slug, entry, {}).key not in Held(draft.answers).to_correct:
        abort(404)


def _typed_id() -> str | None:
    typed = request.form.get("entry", "")
    return typed if is_new_id(typed) else None


def _show(visit: Visit, kind: Kind, form: PersonForm, *, new: bool, status: int = 200) -> Response:
    shown = None if new else form.entry
    back = _back()
    elsewhere = None if back is JOURNEY.steps[0] else back.slug
    location = url_for("entourage.person", token=visit.token, kind=kind.slug, entry=shown, retour=elsewhere)
    return htmx.page(
        kind.template,
        status,
        push_url=location if status == 200 else None,
        token=visit.token,
        draft=visit.draft,
        kind=kind,
        form=form,
        new=new,
        action=location,
        children=family.children(visit.draft.answers),
    )
