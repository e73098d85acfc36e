"""What both parents of a child authorise, who answered what and when; what one gave, one takes back any day."""

from flask import abort, request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.childfile.blueprint import blueprint
from wizard.childfile.journey import JOURNEY
from wizard.childfile.own import own_child
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import Consent
from wizard.services.childfile import authorisations as service
from wizard.services.childfile import filing
from wizard.web import htmx
from wizard.web.done import lead_to, told
from wizard.web.sessions import current_account

_NEWS = {"retire": _("C'est retiré. L'autre parent, s'il y en a un, est prévenu")}
_VERDICTS = {
    Consent.YES: _("Oui"),
    Consent.NO: _("Non"),
    Consent.CONTESTED: _("Contesté : compte pour non"),
}


@blueprint.get("/espace/enfants/<int:child>/autorisations")
@login_required  # type: ignore[untyped-decorator]
def authorisations(child: int) -> Response:
    """Show each purpose with what each parent answered."""
    one = own_child(child)
    return htmx.page(
        "childfile/authorisations.html",
        child=child,
        called=one.identity.called,
        own=current_account().person,
        years=[(year, service.of_child(get_db(), child, year)) for year in filing.open_years()],
        verdicts=_VERDICTS,
        news=told(_NEWS),
        step=JOURNEY.steps[3].slug,
    )


@blueprint.post("/espace/enfants/<int:child>/autorisations/retirer")
@login_required  # type: ignore[untyped-decorator]
def withdraw(child: int) -> Response:
    """Take back at once what this parent authorised; a second click finds it done."""
    one, year = own_child(child), request.form.get("year", "")
    if year not in filing.open_years():
        abort(404)
    service.withdraw(get_db(), current_account(), one.person, year, request.form.get("purpose", ""))
    return lead_to("childfile.authorisations", "retire", child=child)
