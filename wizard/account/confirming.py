"""A contact says whether they agree to be one, by the link of a mail; their parent has it sent again."""

from flask import abort, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint, by_link
from wizard.account.forms import RefusalForm
from wizard.db import get_db
from wizard.models import Role
from wizard.services import confirming as service
from wizard.services import household
from wizard.web import htmx
from wizard.web.guards import networks
from wizard.web.sessions import current_account
from wizard.web.throttle import sent


@blueprint.route("/contact/<token>", methods=["GET", "POST"])
@by_link
def answer(token: str) -> Response:
    """Show what a contact is named for and what they said; on a click they agree, as often as they like."""
    if request.method == "POST" and service.agree(get_db(), token):
        return htmx.see_other(url_for("account.answer", token=token))
    named = service.read(get_db(), token)
    if named is None:
        return htmx.page("account/named_over.html", 410)
    return htmx.page("account/named.html", named=named, token=token)


@blueprint.route("/contact/<token>/refus", methods=["GET", "POST"])
@by_link
def decline(token: str) -> Response:
    """Show a box to tick and a button, and then take their rights away; with none left, lead to what was said."""
    form, pressed = RefusalForm(request.form), request.method == "POST"
    named = service.read(get_db(), token)
    if named is None:
        return htmx.page("account/named_over.html", 410)
    if pressed and form.validate():
        service.decline(get_db(), token)
    elif named.words:
        return htmx.page("account/decline.html", 422 if pressed else 200, form=form, named=named, token=token)
    return htmx.see_other(url_for("account.answer", token=token))


@blueprint.post("/espace/personnes/<int:person>/prevenir")
@login_required  # type: ignore[untyped-decorator]
def tell_again(person: int) -> Response:
    """Write again to a contact who has not answered; to one who has, there is nothing to write."""
    db, account = get_db(), current_account()
    found = household.read(db, account.household)
    if person not in {one.person for one in found.everyone if one.role is Role.CONTACT}:
        abort(404)
    written = service.tell_again(db, account, person, networks())
    if written is None:
        return htmx.see_other(url_for("account.home"))
    email, turn = written
    return sent("account/told_again.html", turn, email=email)
