"""« Mes données »: see them, take a copy, correct them."""

from flask import Response, make_response, request
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from wizard.account.blueprint import blueprint
from wizard.account.forms import IdentityForm
from wizard.db import get_db
from wizard.identities import identity_of, typed_again
from wizard.kinds import unfinished
from wizard.services import copies, moving, reviewing
from wizard.services import personal_data as service
from wizard.services.refusals import TooSoon
from wizard.stores import people
from wizard.web import held_forms, htmx
from wizard.web.done import just_done, lead_to
from wizard.web.sessions import current_account
from wizard.web.throttle import tell


@blueprint.get("/espace/donnees")
@login_required  # type: ignore[untyped-decorator]
def data() -> Response:
    """Show what a parent may do with their data."""
    db, account = get_db(), current_account()
    return htmx.page(
        "account/data.html",
        to_confirm=reviewing.is_asked(db, account),
        account=account,
        identity=service.identity_of(db, account),
        home=moving.home_of(db, account),
        saved=just_done() == "corrige",
    )


@blueprint.get("/espace/donnees/copie.<any(json, csv):kind>")
@login_required  # type: ignore[untyped-decorator]
def copy(kind: str) -> Response:
    """Give all that is kept of the family, as a file."""
    media, write = copies.KINDS[kind]
    response = make_response(write(unfinished.copy(get_db(), current_account(), health=True)))
    response.headers["Content-Type"] = media
    response.headers["Content-Disposition"] = f'attachment; filename="mes-donnees.{kind}"'
    return response


@blueprint.route("/espace/donnees/identite", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def identity() -> BaseResponse:
    """Correct names and phones, sent to the town hall when it asked; what the session's end kept is there again."""
    db, account = get_db(), current_account()
    known = service.identity_of(db, account)
    held = held_forms.give_back(account=account.id) if request.method != "POST" else None
    form = IdentityForm(held) if held else IdentityForm(data=typed_again(known))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            asked = service.correct(db, account, identity_of(form.data, known))
            return lead_to("account.home", "envoye") if asked else lead_to("account.data", "corrige")
        except TooSoon as soon:
            status = tell(form.birth_name, soon)
    return htmx.page(
        "account/identity.html",
        status,
        form=form,
        situation=service.situation_of(db, account),
        address=people.address(db, account.person),
    )
