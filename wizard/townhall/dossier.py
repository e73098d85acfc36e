"""One dossier: all its people, and a decision for each of them."""

from typing import Any

from flask import abort, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.models import Dossier, KeyOrigin
from wizard.services import decisions, homes, household, notices, objecting, standing
from wizard.services.decisions import AlreadyAnswered, Changed
from wizard.stores import accounts, dossiers, families, journal, merges
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.townhall.cards import Forms, cards
from wizard.townhall.forms import DecisionForm
from wizard.web import held_forms, htmx
from wizard.web.sessions import current_agent


@blueprint.get("/dossiers/<reference>")
@open_to(PROCESSING)
def dossier(reference: str) -> Response:
    """Show a dossier; what an agent had chosen when their session ended is there again."""
    found = decisions.open_dossier(get_db(), current_agent(), reference) or abort(404)
    held = None if found.answered_at else held_forms.give_back(agent=current_agent().id)
    context = _context(found, _forms(found, held))
    return htmx.page("townhall/dossier.html", done=request.args.get("fait"), too_late=False, **context)


@blueprint.post("/dossiers/<reference>")
@open_to(PROCESSING)
def decide(reference: str) -> Response:
    """Keep the decisions: for HTMX that of one person, otherwise all those of the page."""
    found = dossiers.by_reference(get_db(), reference) or abort(404)
    forms = _forms(found, request.form)
    one = request.form.get("save", 0, int) if htmx.wants_fragment() else 0
    asked = {person: form for person, form in forms.items() if form.is_filled}
    if one in forms:
        asked = {one: forms[one]}
    before = journal.latest_change(get_db(), found.id)
    status = _keep(found, asked)
    if status != 200 or (one and journal.latest_change(get_db(), found.id) == before):
        decisions.note_reading(get_db(), current_agent(), found.id)
    after = dossiers.by_reference(get_db(), reference) or abort(404)
    if one in forms and not after.answered_at:
        shown = _forms(after, None) if status == 200 else forms
        return htmx.part("townhall/_saved.html", f"#personne-{one}", status, one=one, **_context(after, shown))
    if status == 200:
        done = "rien" if all(form.is_known for form in asked.values()) else None
        return htmx.see_other(url_for("townhall.dossier", reference=after.reference, fait=done))
    too_late = bool(after.answered_at)
    return htmx.page("townhall/dossier.html", status, done=None, too_late=too_late, **_context(after, forms))


@blueprint.post("/dossiers/<reference>/famille")
@open_to(PROCESSING)
def set_aside(reference: str) -> Response:
    """Say that a household is not the family whose key it has."""
    found = dossiers.by_reference(get_db(), reference) or abort(404)
    decisions.set_aside(get_db(), current_agent(), found)
    return htmx.see_other(url_for("townhall.dossier", reference=found.reference, fait="famille"))


def _keep(dossier: Dossier, asked: Forms) -> int:
    """Save all of these decisions or none, and return the status of the answer."""
    valid = [form.validate() for form in asked.values()]  # each of them, to show all that is to correct
    if not all(valid):
        return 422
    try:
        decisions.decide(get_db(), current_agent(), dossier.id, [form.choice for form in asked.values()])
    except AlreadyAnswered:
        return 409
    except Changed as changed:
        latest = journal.latest_of_each(get_db(), dossier.id)
        for person in changed.people:
            new = decisions.changed_since(get_db(), dossier, person, asked[person].choice.seen)
            asked[person].warn(latest[person], new)
        return 409
    return 200


def _forms(dossier: Dossier, formdata: MultiDict[str, Any] | None) -> Forms:
    latest = journal.latest_of_each(get_db(), dossier.id)
    return {line.person: DecisionForm(line, latest.get(line.person, 0), formdata) for line in dossier.asked}


def _context(dossier: Dossier, forms: Forms) -> dict[str, Any]:
    """Return what the dossier's page and its parts show."""
    db = get_db()
    found = household.read(db, dossier.household)
    family = families.tie(db, dossier.household)
    return {
        "dossier": dossier,
        "cards": cards(db, dossier, found, forms),
        "situations": standing.situations(found),
        "notices": notices.of_household(db, dossier.household),
        "objections": objecting.concerning(db, dossier.household),
        "homes": homes.references(db, found),
        "merges": merges.of_household(db, dossier.household),
        "others": [member for member in found.everyone if member.person not in {one.person for one in dossier.lines}],
        "names": found.names,
        "family": family,
        "alike": families.alike(db, family.enfance_key) if family.key_origin is KeyOrigin.LINK else (),
        "sharing": families.sharing_key(db, dossier.household),
        "account": accounts.by_id(db, dossier.account),
        "under_way": decisions.another_under_way(found.dossiers, dossier),
        "entries": journal.of_dossier(db, dossier.id),
        "undecided": sum(line.decision is None for line in dossier.asked),
    }
