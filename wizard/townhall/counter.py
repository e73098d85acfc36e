"""« Modifier » at the counter or on the phone, « Retirer l'autorisation »: at once, for the family."""

from hmac import compare_digest
from typing import Any

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from wizard.address_form import RELOADS, address_of
from wizard.address_form import shown as of_address
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.hashing import keyed_hash
from wizard.models import Declaration, Role, Source
from wizard.services import corrections, moving
from wizard.services import counter as service
from wizard.services.differences import Difference, between
from wizard.services.household import Household
from wizard.services.telling import place
from wizard.services.withdrawing import ALL, code_of, options, taken_from
from wizard.stores import declarations
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.townhall.correction_forms import AgentMoveForm, CorrectionForm, RemovalForm, form_for, typed
from wizard.townhall.family import find, page
from wizard.web import held_forms, htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_agent


@blueprint.route("/familles/<int:household>/personnes/<int:person>", methods=["GET", "POST"])
@open_to(PROCESSING)
def correct(household: int, person: int) -> Response:
    """Change what is said of someone; what the family changed meanwhile is shown first."""
    found = find(household)
    said = _said_of(found, person)
    kind = form_for(said.role, _others(found, said))
    held = held_forms.give_back(agent=current_agent().id) if request.method != "POST" else None
    shown = typed(said) | {"before": _marked(said)}
    form = kind(held, data=shown) if held else kind(data=shown)
    if not form.validate_on_submit():
        return _show(found, person, said, form, 422 if form.is_submitted() else 200)
    before = _before(form)
    base = kind(None, data=typed(before))  # through the form as well: what it says otherwise is what was typed
    correction = corrections.between(base.said(before), form.said(before))
    try:
        service.correct(get_db(), _request(form), found.id, person, before, correction)
    except service.Changed:
        changes = between(before, said, found.names)
        merged = _merged(form, base, kind(None, data=shown))
        again = kind(None, data=merged | {"before": shown["before"]})
        return _show(found, person, said, again, 409, changes)
    return _lead_to(found, "pareil" if correction.is_nothing else "modifie")


def _lead_to(found: Household, done: str) -> Response:
    return lead_to("townhall.family", done, household=found.id)


def _said_of(found: Household, person: int) -> Declaration:
    try:
        return service.said_of(found, person)
    except service.NotTheirs:
        abort(404)


def _others(found: Household, said: Declaration) -> list[tuple[int, str]]:
    """Return with whom a link may be said: of an adult, with each child; of a child, with the parent."""
    if said.role is Role.REPRESENTATIVE:
        return []
    if said.role is Role.CHILD:
        return [(found.parent.person, found.parent.identity.called)]
    return [(one.person, one.identity.called) for one in found.asked if one.role is Role.CHILD]


def _marked(said: Declaration) -> str:
    """Return what a page shows, for its form to send back with a mark that nobody else can make."""
    text = declarations.written(said)
    return f"{keyed_hash(text)} {text}"


def _before(form: CorrectionForm) -> Declaration:
    """Return what the page showed; made up, it is nothing that a page of ours sent."""
    mark, _space, text = (form.before.data or "").partition(" ")
    if not compare_digest(mark.encode(), keyed_hash(text).encode()):
        abort(400)
    return declarations.read_again(text)


def _request(form: Any) -> service.Request:
    return service.Request(current_agent(), Source(form.source.data), bool(form.tell.data))


def _merged(form: CorrectionForm, base: CorrectionForm, fresh: CorrectionForm) -> dict[str, Any]:
    """Return what was typed in `form` over what the family says by now: what is left as in `base` is as in `fresh`."""
    return {
        field.name: fresh[field.name].data if field.data == base[field.name].data else field.data
        for field in form
        if field.name not in {"csrf_token", "before"}
    }


def _show(
    found: Household,
    person: int,
    said: Declaration,
    form: CorrectionForm,
    status: int,
    changes: tuple[Difference, ...] = (),
) -> Response:
    return page(
        "townhall/family_person.html",
        found,
        status,
        form=form,
        person=person,
        name=said.identity.name,
        waits=person in found.pending,
        changes=changes,
    )


@blueprint.route("/familles/<int:household>/adresse", methods=["GET", "POST"])
@open_to(PROCESSING)
def move(household: int) -> Response:
    """Change the address of a family, since or from a day; a button of the address only asks for the page again."""
    found = find(household)
    home = place(found.parent.address) if found.parent.address else ""
    held = held_forms.give_back(agent=current_agent().id) if request.method != "POST" else None
    near = moving.living_with(get_db(), found.id, found.parent.person)
    form = AgentMoveForm(request.form if request.method == "POST" else held, before=home, housemates=near)
    if request.method != "POST":
        return _show_move(found, form, home)
    if not RELOADS.isdisjoint(request.form):
        return _reload_move(found, form, home)
    if not form.validate():
        return _show_move(found, form, home, 422 if form.errors else 200)
    before, new = form.before.data or "", address_of(form)
    try:
        changed = service.move(get_db(), _request(form), found.id, new, form.day, form.movers, before)
    except service.Changed:
        form.before.data = home
        return _show_move(found, form, home, 409, (Difference(_("Adresse"), before, home),))
    return _lead_to(found, "modifie" if changed or place(new) != before else "pareil")  # a second click saved it


def _show_move(
    found: Household, form: AgentMoveForm, home: str, status: int = 200, changes: tuple[Difference, ...] = ()
) -> Response:
    told = {"form": form, "home": home, "changes": changes}
    return page("townhall/family_address.html", found, status, **told, **of_address(form))


def _reload_move(found: Household, form: AgentMoveForm, home: str) -> Response:
    """Show the page anew; by a redirect without HTMX, for browsers refuse to go back to what a POST answered."""
    if htmx.wants_fragment():
        return _show_move(found, form, home)
    held_forms.hold(agent=current_agent().id)
    return htmx.see_other(url_for("townhall.move", household=found.id))


@blueprint.route("/familles/<int:household>/personnes/<int:person>/retirer", methods=["GET", "POST"])
@open_to(PROCESSING)
def withdraw(household: int, person: int) -> Response:
    """Show what a contact may lose, and take it back at once; a second click finds it done, and is no error."""
    found = find(household)
    members = {one.person: one for one in found.everyone}
    contact = members.get(person)
    if contact is None or contact.role is not Role.CONTACT:
        abort(404)
    rights = {code_of(right): right for right in found.rights_of(person) if right[0] in members}
    form = RemovalForm(options(rights, {one: member.identity.called for one, member in members.items()}))
    lost = {code_of(right) for right in taken_from(found, person)} - rights.keys()
    taken = False
    if rights and form.validate_on_submit():
        chosen = None if form.right.data == ALL else [rights[str(form.right.data)]]
        taken = service.withdraw(get_db(), current_agent(), found.id, person, chosen)
    elif rights and not (form.is_submitted() and form.right.data in lost):
        status = 422 if form.is_submitted() else 200
        return page("townhall/family_withdraw.html", found, status, form=form, contact=contact)
    return _lead_to(found, "retire" if taken else "deja")
