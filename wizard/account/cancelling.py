"""A parent takes back a dossier that the town hall has not opened."""

from flask import abort
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import CancellationForm
from wizard.db import get_db
from wizard.services import asking
from wizard.services.wording import together
from wizard.stores import dossiers
from wizard.web import htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_account


@blueprint.route("/espace/dossiers/<reference>/annuler", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def cancel(reference: str) -> Response:
    """Ask whether to cancel, and do it; a second click finds it done. Once an agent opened it, say whom to call."""
    db, account, form = get_db(), current_account(), CancellationForm()
    dossier = dossiers.by_reference(db, reference)
    if dossier is None or dossier.household != account.household:
        abort(404)
    if form.validate_on_submit():
        try:
            asking.cancel(db, account, dossier.reference)
        except asking.TooLate:
            return htmx.page("account/too_late_to_cancel.html", 409, dossier=dossier)
        return lead_to("account.home", "annule")
    if not (dossier.may_be_cancelled or dossier.is_cancelled):
        return htmx.page("account/too_late_to_cancel.html", dossier=dossier)
    names = together(list(dossiers.names(db, dossier.id).values()))
    return htmx.page("account/cancel.html", form=form, dossier=dossier, names=names)
