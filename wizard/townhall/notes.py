"""The notes about a family: written on its page, put right within the day by who wrote them, never sent."""

from flask import abort
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import Note, NoteKind
from wizard.services import notes as service
from wizard.services.household import Household
from wizard.stores import notes as store
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.townhall.family import find, page, show
from wizard.townhall.note_forms import NoteForm, NoteTextForm
from wizard.web import held_forms
from wizard.web.done import lead_to
from wizard.web.sessions import current_agent

_EMPTY = _("Écrivez la note.")
_CALLS = {NoteKind.REACHED, NoteKind.MESSAGE, NoteKind.ABSENT}


@blueprint.post("/familles/<int:household>/notes")
@open_to(PROCESSING)
def add_note(household: int) -> Response:
    """Keep a note; a call may have no words."""
    found, form = find(household), NoteForm()
    valid = form.validate()
    if valid and not form.text.data and form.kind.data not in _CALLS:
        form.text.errors = [_EMPTY]
    if not valid or form.text.errors:
        return show(found, form, 422)
    kind, text = NoteKind(form.kind.data or ""), form.text.data or ""
    service.add(get_db(), current_agent(), found.id, kind, text, form.form.data or "")
    return _back(found)


@blueprint.route("/familles/<int:household>/notes/<int:note>", methods=["GET", "POST"])
@open_to(PROCESSING)
def note(household: int, note: int) -> Response:
    """Put a note right, the day it was written."""
    found = find(household)
    written = _written(found, note)
    held = held_forms.give_back(agent=current_agent().id)
    form = NoteTextForm(*[held] if held else [], data={"text": written.text})
    if not service.may_correct(current_agent(), written):
        return page("townhall/family_note.html", found, 403, form=form, note=written, mine=False)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("townhall/family_note.html", found, status, form=form, note=written, mine=True)
    service.correct(get_db(), current_agent(), written, form.text.data or "")
    return _back(found)


@blueprint.post("/familles/<int:household>/notes/<int:note>/fin")
@open_to(PROCESSING)
def end_note(household: int, note: int) -> Response:
    """Say that a situation is to be known no more; a second click finds it done."""
    found = find(household)
    service.end(get_db(), current_agent(), _written(found, note))
    return _back(found)


def _written(found: Household, number: int) -> Note:
    """Return a note about this family, and about no other."""
    return next((one for one in store.of_household(get_db(), found.id) if one.id == number), None) or abort(404)


def _back(found: Household) -> Response:
    return lead_to("townhall.family", "note", household=found.id)
