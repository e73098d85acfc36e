"""One dossier: all its people, and a decision for each of them, or for all of them at once."""

from typing import Any

from flask import abort, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.models import Dossier
from wizard.services import decisions, homes, household, mail_state, notices, objecting, reasons, standing
from wizard.services.bounces import reason
from wizard.services.decisions import AlreadyAnswered, Changed
from wizard.services.household import Household
from wizard.settings import get_settings
from wizard.stores import accounts, bounces, dossiers, families, journal, merges, notes, replies
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.townhall.cards import Forms, cards
from wizard.townhall.forms import CommonForm, DecisionForm
from wizard.townhall.gestures import TICKED, Gesture, typed
from wizard.web import held_forms, htmx
from wizard.web.done import address as address_of
from wizard.web.done import just_done, lead_to
from wizard.web.sessions import current_agent

_RECENT = 20
"""Lines of the journal on the dossier's own page: in years, those who read it fill hundreds."""


@blueprint.get("/dossiers/<reference>")
@open_to(PROCESSING)
def dossier(reference: str) -> Response:
    """Show a dossier; what an agent had chosen when their session ended is there again."""
    return _show(reference, just_done())


@blueprint.post("/dossiers/<reference>")
@open_to(PROCESSING)
def decide(reference: str) -> Response:
    """Keep the decisions: for HTMX that of one person, otherwise all those of the page; answer too, if asked."""
    found = dossiers.by_reference(get_db(), reference) or abort(404)
    forms = _forms(found, household.read(get_db(), found.household), typed(found, request.form))
    one = request.form.get("save", 0, int) if htmx.wants_fragment() else 0
    asked = {person: form for person, form in forms.items() if form.is_filled}
    if one in forms:
        asked = {one: forms[one]}
    before = journal.latest_change(get_db(), found.id)
    status = _keep(found, asked)
    if status != 200 or (one and journal.latest_change(get_db(), found.id) == before):
        decisions.note_reading(get_db(), current_agent(), found.id)
    after = dossiers.by_reference(get_db(), reference) or abort(404)
    family = household.read(get_db(), after.household)
    if one in forms and not after.answered_at:
        shown = _forms(after, family, None) if status == 200 else forms
        return htmx.part("townhall/_saved.html", f"#personne-{one}", status, one=one, **_context(after, family, shown))
    if status == 200:
        return _next(after, all(form.is_known for form in asked.values()))
    too_late = bool(after.answered_at)
    context = _context(after, family, forms)
    return htmx.page("townhall/dossier.html", status, done=None, too_late=too_late, changed=status == 409, **context)


def _show(reference: str, done: str | None, push_url: str | None = None) -> Response:
    found = decisions.open_dossier(get_db(), current_agent(), reference) or abort(404)
    held = None if found.answered_at else held_forms.give_back(agent=current_agent().id)
    family = household.read(get_db(), found.household)
    context = _context(found, family, _forms(found, family, held)) | {"given_back": held is not None}
    return htmx.page("townhall/dossier.html", push_url=push_url, done=done, too_late=False, changed=False, **context)


def _next(dossier: Dossier, nothing_new: bool) -> Response:
    """Lead on once all is kept: to the recap of the answer if it is asked for, else to the dossier again.

    Once answered, HTMX has it in the page that is there: to load another whole would take the agent twice as long.
    """
    if "relire" in request.form:
        return htmx.see_other(url_for("townhall.answer", reference=dossier.reference))
    done = "reponse" if Gesture.ANSWER in request.form else "rien" if nothing_new else None
    address = address_of("townhall.dossier", done, reference=dossier.reference)
    if done == "reponse" and htmx.wants_fragment():
        return _show(dossier.reference, done, address)
    return htmx.see_other(address)


@blueprint.get("/dossiers/<reference>/journal")
@open_to(PROCESSING)
def whole_journal(reference: str) -> Response:
    """Show all that was done with a dossier, this reading included."""
    found = decisions.open_dossier(get_db(), current_agent(), reference) or abort(404)
    entries, names = journal.of_dossier(get_db(), found.id), household.read(get_db(), found.household).names
    told: dict[str, Any] = {"entries": entries, "earlier": False, "names": names, "of_answer": mail_state.of_answer}
    return htmx.page("townhall/whole_journal.html", dossier=found, **told)


@blueprint.post("/dossiers/<reference>/famille")
@open_to(PROCESSING)
def set_aside(reference: str) -> Response:
    """Say that a household is not the family whose key it has."""
    found = dossiers.by_reference(get_db(), reference) or abort(404)
    decisions.set_aside(get_db(), current_agent(), found)
    return lead_to("townhall.dossier", "famille", reference=found.reference)


def _keep(dossier: Dossier, asked: Forms) -> int:
    """Save all of these decisions or none, and return the status of the answer."""
    valid = [form.validate() for form in asked.values()]  # each of them, to show all that is to correct
    if not all(valid) or (Gesture.SEVERAL in request.form and not request.form.getlist(TICKED)):
        return 422
    choices = [form.choice for form in asked.values()]
    try:
        if Gesture.ANSWER in request.form:
            seen, link = request.form.get("seen", -1, int), get_settings().public_url + url_for("account.home")
            decisions.decide_and_answer(get_db(), current_agent(), dossier.id, choices, seen, link)
        else:
            decisions.decide(get_db(), current_agent(), dossier.id, choices)
    except AlreadyAnswered:
        # A second click found all of it done by the first.
        now = dossiers.by_id(get_db(), dossier.id)
        again = now and Gesture.ANSWER in request.form and {choice.line for choice in choices} == set(now.asked)
        return 200 if again else 409
    except Changed as changed:
        latest = journal.latest_of_each(get_db(), dossier.id)
        for person in (one for one in changed.people if one in asked):
            new = decisions.changed_since(get_db(), dossier, person, asked[person].choice.seen)
            asked[person].warn(latest[person], new)
        return 409
    return 200


def _forms(dossier: Dossier, found: Household, formdata: MultiDict[str, Any] | None) -> Forms:
    latest, lines = journal.latest_of_each(get_db(), dossier.id), decisions.decidable(found, dossier)
    offered = reasons.offered_for(get_db(), lines)
    return {
        line.person: DecisionForm(line, latest.get(line.person, 0), formdata, offered[line.person]) for line in lines
    }


def _context(dossier: Dossier, found: Household, forms: Forms) -> dict[str, Any]:
    """Return what the dossier's page and its parts show."""
    db = get_db()
    family, situations = families.tie(db, dossier.household), standing.situations(found)
    return {
        "dossier": dossier,
        "given_back": False,
        "cards": cards(db, dossier, found, situations, forms),
        "situations": situations,
        "notices": notices.of_household(db, dossier.household),
        "to_know": [one for one in notes.of_household(db, dossier.household) if one.is_to_know],
        "objections": objecting.concerning(db, dossier.household),
        "homes": homes.references(db, found),
        "merges": merges.of_household(db, dossier.household),
        "others": [member for member in found.everyone if member.person not in {one.person for one in dossier.lines}],
        "names": found.names,
        "known": {member.person: member for member in found.everyone},
        "family": family,
        "alike": families.alike(db, family.enfance_key) if family.is_announced else (),
        "sharing": families.sharing_key(db, dossier.household),
        "account": accounts.by_id(db, dossier.account),
        "decidable": decisions.decidable(found, dossier),
        "asked_again": decisions.asked_again(found, dossier),
        "under_way": decisions.another_under_way(found.dossiers, dossier),
        **_journal(dossier),
        "reply": replies.latest(db, dossier.id),
        "failing": bounces.of_household(db, dossier.household),
        "why": reason,
        "of_answer": mail_state.of_answer,
        "seen": journal.latest_change(db, dossier.id),
        "common": CommonForm(request.form if Gesture.SEVERAL in request.form else None, reasons.offered(db)),
        "ticked": (ticked := set(request.form.getlist(TICKED, int))),
        "nobody_ticked": Gesture.SEVERAL in request.form and not ticked,
        "undecided": sum(line.decision is None for line in dossier.asked),
    }


def _journal(dossier: Dossier) -> dict[str, Any]:
    """Return the latest lines of a dossier's journal, and whether there are earlier ones."""
    entries = journal.of_dossier(get_db(), dossier.id, _RECENT + 1)
    return {"entries": entries[:_RECENT], "earlier": len(entries) > _RECENT}
