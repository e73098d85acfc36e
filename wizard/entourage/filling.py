"""The form of someone: as it opens, as it was sent, and whether what it says may be kept."""

from flask import request

from wizard.entourage.parent import identity_of
from wizard.french import gettext as _
from wizard.kinds import added
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind, Known
from wizard.models import Draft
from wizard.slips import answered
from wizard.stores import drafts
from wizard.stores.answers import Entry, Held, is_new_id, new_id

TWIN = "jumeau"
"""Whose twin is added, in the address of the page."""

_MOST = 40  # people in one draft


def blank(draft: Draft, kind: Kind, entry: str, twin: str = "") -> PersonForm:
    """Return the form of someone new, with what is known already."""
    parent = identity_of(draft)
    return kind.blank(entry, draft.answers, Known(parent.usage_name or parent.birth_name, twin))


def twin() -> str:
    """Return the id of whose twin the page adds, "" when it says none."""
    return request.args.get(TWIN, "")


def found(draft: Draft, kind: Kind, entry: str) -> Entry | None:
    """Return someone added."""
    return next((one for one in Held(draft.answers).people(kind.slug) if one.id == entry), None)


def sent(draft: Draft, kind: Kind, entry: str | None) -> PersonForm:
    """Return the form as it was sent. The id comes from the page that was filled in: sent twice, it adds one person."""
    entry = entry or _typed_id() or new_id()
    return kind.build(answered(request.form), entry=entry, answers=draft.answers)


def is_untouched(form: PersonForm, draft: Draft, kind: Kind) -> bool:
    """Whether nothing was typed since the page opened."""
    known = found(draft, kind, form.entry)
    before = kind.filled(known, draft.answers) if known else blank(draft, kind, form.entry, twin())
    return all((field.data or None) == (before[field.name].data or None) for field in form)


def has_room(form: PersonForm, draft: Draft, kind: Kind) -> bool:
    """Whether the draft has room for someone; the form says so otherwise."""
    key = Entry(kind.slug, form.entry, {}).key
    full = len([one for one in added(draft.answers) if one.id != form.entry]) >= _MOST
    if full or drafts.weight({**draft.answers, key: form.raw()}) > drafts.HEAVIEST:
        form["birth_name"].errors = [_("Ce dossier est plein : déposez-le, puis ajoutez cette personne à un autre.")]
        return False
    return True


def _typed_id() -> str | None:
    typed = request.form.get("entry", "")
    return typed if is_new_id(typed) else None
