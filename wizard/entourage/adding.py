"""Screens 12 and 13: the two steps, and the page of each person added, edited, removed, put back."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext as _
from sqlite_utils import Database
from werkzeug.wrappers import Response

from wizard import htmx
from wizard.db import get_db, transaction
from wizard.entourage.kinds import KINDS, Kind
from wizard.entourage.people import family
from wizard.entourage.people.family import Entry, PersonForm
from wizard.entourage.trip import TRIP
from wizard.journey import Step
from wizard.journey_views import expired, go, gone, serve_step
from wizard.models import Draft
from wizard.security import is_cross_site
from wizard.stores import drafts

_MOST = 40  # people in one draft


def register(blueprint: Blueprint) -> None:
    """Add these pages to the entourage's."""

    @blueprint.route("/entourage/<token>/<slug>", methods=["GET", "POST"])
    def step(token: str, slug: str) -> Response:
        """The two steps."""
        return serve_step(TRIP, token, slug)

    @blueprint.route("/entourage/<token>/etape-1/<kind>", methods=["GET", "POST"])
    @blueprint.route("/entourage/<token>/etape-1/<kind>/<entry>", methods=["GET", "POST"])
    def person(token: str, kind: str, entry: str | None = None) -> Response:
        """Add someone, or edit someone added."""
        return _serve(token, KINDS.get(kind) or abort(404), entry)

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
    draft = TRIP.load(token)
    if draft is None:
        return gone(TRIP, token)
    return go(TRIP, token, TRIP.move(token, draft, Entry(slug, entry, {}).key, move), _back())


def _back() -> Step:
    """Return the step to go back to: the one the person's page was opened from."""
    return TRIP.journey.find(request.values.get("retour", "")) or TRIP.journey.steps[0]


def _serve(token: str, kind: Kind, entry: str | None) -> Response:
    if is_cross_site():
        return redirect(url_for("entourage.start"), 303)
    draft = TRIP.load(token)
    if draft is None:
        return _save_late(token, kind, entry) if request.method == "POST" else gone(TRIP, token)
    _refuse_strangers(draft, kind, entry)
    if request.method == "POST":
        return _save(token, draft, kind, entry)
    if entry is None:
        return _show(token, draft, kind, kind.build(entry=family.new_id(), answers=draft.answers), new=True)
    found = next((one for one in family.entries(draft.answers, kind.slug) if one.id == entry), None)
    if found is None:
        return go(TRIP, token, draft, TRIP.journey.steps[0])
    return _show(token, draft, kind, kind.filled(found, draft.answers), new=False)


def _save(token: str, draft: Draft, kind: Kind, entry: str | None) -> Response:
    """Keep what is valid. The id comes from the page that was filled in: sent twice, it adds one person."""
    new = entry is None
    entry = entry or _typed_id() or family.new_id()
    form = kind.build(request.form, entry=entry, answers=draft.answers)
    if not _validate(form, draft, kind):
        return _show(token, draft, kind, form, new=new, status=422)
    draft, _revision, _fresh = TRIP.keep(token, draft, Entry(kind.slug, entry, {}).key, form.raw())
    return go(TRIP, token, draft, _back())


def _validate(form: PersonForm, draft: Draft, kind: Kind) -> bool:
    """Whether someone may be kept: as the form says, and with room for them in the draft."""
    if not form.validate():
        return False
    key = Entry(kind.slug, form.entry, {}).key
    full = len([one for one in family.added(draft.answers) if one.id != form.entry]) >= _MOST
    if full or drafts.weight({**draft.answers, key: form.raw()}) > drafts.HEAVIEST:
        form["birth_name"].errors = [_("Ce dossier est plein : déposez-le, puis ajoutez cette personne à un autre.")]
        return False
    return True


def _save_late(token: str, kind: Kind, entry: str | None) -> Response:
    """Keep someone typed before the page's address expired: they are there after the next sign-in."""
    draft = TRIP.load_late(token)
    if draft is None:
        return gone(TRIP, token)
    _refuse_strangers(draft, kind, entry)
    entry = entry or _typed_id() or family.new_id()
    form = kind.build(request.form, entry=entry, answers=draft.answers)
    if valid := _validate(form, draft, kind):
        with transaction(get_db()):
            drafts.save(get_db(), draft.id, Entry(kind.slug, entry, {}).key, form.raw())
    return expired(TRIP, kept=valid)


def _refuse_strangers(draft: Draft, kind: Kind, entry: str | None) -> None:
    """Refuse an id that is neither of someone added here nor of someone whom the draft was opened to correct."""
    if (
        entry
        and not family.is_new_id(entry)
        and Entry(kind.slug, entry, {}).key not in family.to_correct(draft.answers)
    ):
        abort(404)


def _typed_id() -> str | None:
    typed = request.form.get("entry", "")
    return typed if family.is_new_id(typed) else None


def _show(token: str, draft: Draft, kind: Kind, form: PersonForm, *, new: bool, status: int = 200) -> Response:
    location = url_for("entourage.person", token=token, kind=kind.slug, entry=None if new else form.entry)
    return htmx.page(
        kind.template,
        status,
        push_url=location if status == 200 else None,
        token=token,
        draft=draft,
        kind=kind,
        form=form,
        new=new,
        action=location,
        back=_back(),
        trip=TRIP,
        children=family.children(draft.answers),
    )
