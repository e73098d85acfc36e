"""« Rien n'a changé »: one page a family, which deposits the dossiers of all its children again."""

from flask import request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.childfile.blueprint import blueprint
from wizard.childfile.journey import JOURNEY
from wizard.db import get_db
from wizard.services.childfile import renewing
from wizard.services.childfile.wording import lines
from wizard.services.documents import vault
from wizard.web import htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_account


@blueprint.route("/espace/reconduire", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def renew() -> Response:
    """Show what would be deposited again, and what expires; on a click, deposit it for all."""
    if request.method != "POST":
        return _show()
    children = {int(child): request.form.get(f"seen-{child}", "") for child in request.form.getlist("child", int)}
    try:
        renewed = renewing.renew(get_db(), current_account(), children)
    except vault.Unreadable:
        return _show(503)
    if not renewed and renewing.offered(get_db(), current_account()):
        return _show(409)
    return lead_to("account.home", "reconduit")


def _show(status: int = 200) -> Response:
    found = renewing.of_family(get_db(), current_account())
    told = {
        one.child.person: [(step.title, said) for step in JOURNEY.steps if (said := lines(one.answers, step.slug))]
        for one in found
    }
    return htmx.page(
        "childfile/renew.html",
        status,
        found=found,
        told=told,
        seen=renewing.seen,
        first=JOURNEY.steps[0].slug,
        changed=status == 409,
        failed=status == 503,
    )
