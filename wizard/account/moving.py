"""« J'ai déménagé »: another address, kept at once, for the parent and those who live with them."""

from typing import Any

from flask import request, url_for
from flask_login import login_required
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import MoveForm
from wizard.address_form import RELOADS, address_of, shown
from wizard.db import get_db
from wizard.services import moving as service
from wizard.services import pace
from wizard.services.refusals import TooSoon
from wizard.web import held_forms, htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_account
from wizard.web.throttle import tell


@blueprint.route("/espace/donnees/adresse", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def move() -> Response:
    """Ask the address and the day of the move; what the session's end or a button kept is there again."""
    db, account = get_db(), current_account()
    if request.method != "POST":
        return _show(_form(held_forms.give_back(account=account.id)))
    pace.of_an_address(db, account.id)
    form = _form(request.form)
    if not RELOADS.isdisjoint(request.form):
        return _again(form)
    if not form.validate():
        return _show(form, 422 if form.errors else 200)
    try:
        asked = service.move(db, account, address_of(form), form.day, form.movers)
    except TooSoon as soon:
        return _show(form, tell(form.typed, soon))
    return lead_to("account.home", "envoye") if asked else lead_to("account.data", "corrige")


def _form(sent: MultiDict[str, Any] | None) -> MoveForm:
    return MoveForm(sent, housemates=service.housemates(get_db(), current_account()))


def _show(form: MoveForm, status: int = 200) -> Response:
    home = service.home_of(get_db(), current_account())
    return htmx.page("account/move.html", status, form=form, home=home, **shown(form))


def _again(form: MoveForm) -> Response:
    """Show the page anew; by a redirect without HTMX, for browsers refuse to go back to what a POST answered."""
    if htmx.wants_fragment():
        return _show(form)
    held_forms.hold(account=current_account().id)
    return htmx.see_other(url_for("account.move"))
