"""« Tout est-il toujours exact ? »: the family on one page, what to change of it, and one button."""

from flask import request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.choices import RESIDENCES_ASKED, ROLES
from wizard.db import get_db
from wizard.services import household, moving, standing
from wizard.services import reviewing as service
from wizard.services.wording import details
from wizard.stores import reviews
from wizard.web import held_forms, htmx
from wizard.web.sessions import current_account


@blueprint.route("/espace/confirmer", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def confirm() -> Response:
    """Show the family as it is known, and keep that it is right: once, however often the button is pressed."""
    db, account = get_db(), current_account()
    if request.method == "POST":
        service.confirm(db, account)
        return htmx.see_other(url_for("account.confirm"))
    held_forms.give_back(account=account.id)  # nothing was typed: the button is there to press again
    found = household.read(db, account.household)
    return htmx.page(
        "account/confirm.html",
        asked=service.is_asked(db, account),
        confirmed_at=reviews.confirmed_at(db, account.household),
        account=account,
        home=moving.home_of(db, account),
        members=sorted(found.everyone, key=lambda one: one.person != account.person),
        situations=standing.situations(found),
        details=details,
        may_withdraw=found.rights_of,
        roles=ROLES,
        residences=RESIDENCES_ASKED,
    )
