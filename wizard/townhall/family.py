"""A family's page: who to call, everyone and what they may do, its dossiers as one thread; and the sheet to print."""

import secrets
from typing import Any

from flask import abort
from werkzeug.wrappers import Response

from wizard.clock import now
from wizard.db import get_db
from wizard.models import NoteKind
from wizard.services import amending, decisions, homes, mail_state, one_day_told, standing
from wizard.services import family as service
from wizard.services.bounces import reason
from wizard.services.household import Household
from wizard.services.notes import may_correct
from wizard.stores import accounts, amendments, bounces, families, notes
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.townhall.note_forms import NoteForm
from wizard.web import held_forms, htmx
from wizard.web.done import just_done
from wizard.web.sessions import current_agent


def find(number: int) -> Household:
    """Return the family of a page, or answer that there is none; that it was asked for is written all the same."""
    if found := service.find(get_db(), number):
        return found
    decisions.note_nobody(get_db(), current_agent(), number)
    abort(404)


def page(template: str, found: Household, status: int = 200, **context: Any) -> Response:
    """Show a page about a family, and write in the journal of its last dossier that the agent read it."""
    decisions.note_reading(get_db(), current_agent(), found.dossiers[0].id)
    return htmx.page(template, status, found=found, **context)


@blueprint.get("/familles/<int:household>")
@open_to(PROCESSING)
def family(household: int) -> Response:
    """Show a family; a note that an agent was writing when their session ended is there again."""
    found = find(household)
    held = held_forms.give_back(agent=current_agent().id)
    return show(found, NoteForm(held, data={"kind": NoteKind.NOTE, "form": secrets.token_urlsafe(16)}))


def show(found: Household, form: NoteForm, status: int = 200) -> Response:
    """Show the page of a family, with the note being written."""
    db, agent = get_db(), current_agent()
    decisions.note_reading(db, agent, found.dossiers[0].id)
    situations, tie = standing.situations(found), families.tie(db, found.id)
    thread, readings = service.thread(db, found.id)
    written = notes.of_household(db, found.id)
    return htmx.page(
        "townhall/family.html",
        status,
        form=form,
        found=found,
        done=just_done(),
        calls=service.to_call(found),
        mails=mail_state.last(db, found.id),
        of_answer=mail_state.of_answer,
        failing=bounces.of_household(db, found.id),
        known={one.person: one for one in found.everyone},
        why=reason,
        accounts=accounts.of_household(db, found.id),
        people=service.people(found, situations),
        homes=homes.references(db, found),
        one_days=one_day_told.in_short(db, found.id),
        family=tie,
        alike=families.alike(db, tie.enfance_key) if tie.is_announced else (),
        notes=written,
        to_know=[one for one in written if one.is_to_know],
        may_correct={one.id for one in written if may_correct(agent, one)},
        changes=tuple(reversed(amendments.of_household(db, found.id))),
        thread=thread,
        readings=readings,
        names=found.names,
        amended=amending.rows,
    )


@blueprint.get("/familles/<int:household>/fiche")
@open_to(PROCESSING)
def sheet(household: int) -> Response:
    """Show what is printed of a family: one sheet, as things are now."""
    found = find(household)
    children = service.children(get_db(), found, standing.situations(found))
    return page(
        "townhall/sheet.html",
        found,
        children=children,
        calls=service.to_call(found),
        key=families.tie(get_db(), found.id).enfance_key,
        now=now(),
    )
