"""A parent contests a right that the other home of a child gave, or contests it no more."""

from collections.abc import Mapping

from flask import abort, request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import ObjectionForm
from wizard.choices import PERMISSIONS
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import Stage
from wizard.services import homes, household
from wizard.services import objecting as service
from wizard.services.homes import Collector
from wizard.services.objecting import Right
from wizard.services.withdrawing import code_of
from wizard.web import held_forms, htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_account

OBJECTED = _("Votre contestation est enregistrée. La mairie et l'autre parent sont prévenus")


@blueprint.route("/espace/personnes/<int:person>/contester", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def object_to(person: int) -> Response:
    """Ask which right is contested, and contest it; what is contested already is no error."""
    db, account = get_db(), current_account()
    seen = _seen(person)
    held = held_forms.give_back(account=account.id) if request.method != "POST" else None
    rights = _rights(seen)
    form = ObjectionForm(_choices(rights, seen), *([held] if held else []))
    if not form.validate_on_submit():
        name = next(iter(seen.values())).name
        return htmx.page(
            "account/object.html", 422 if form.is_submitted() else 200, form=form, person=person, name=name
        )
    service.object_to(db, account, person, rights[str(form.right.data)])
    return lead_to("account.home", "conteste")


@blueprint.post("/espace/personnes/<int:person>/ne-plus-contester")
@login_required  # type: ignore[untyped-decorator]
def drop(person: int) -> Response:
    """Stop contesting a right; nothing changes if one had, or never did."""
    right = _rights(_seen(person)).get(request.form.get("right", ""))
    if right:
        service.drop(get_db(), current_account(), person, right)
    return lead_to("account.home", "plus-conteste")


def _seen(person: int) -> Mapping[int, Collector]:
    db, account = get_db(), current_account()
    return homes.collectors(db, household.read(db, account.household), person) or abort(404)


def _rights(seen: Mapping[int, Collector]) -> Mapping[str, Right]:
    return {code_of(right): right for one in seen.values() for right in one.rights}


def _choices(rights: Mapping[str, Right], seen: Mapping[int, Collector]) -> dict[str, str]:
    """Return the rights that one may contest; a page left open may still send one that is, since."""
    return {
        code: str(PERMISSIONS[what]) % {"name": seen[child].child_called}
        for code, (child, what) in rights.items()
        if seen[child].rights[child, what].stage is not Stage.CONTESTED or request.method == "POST"
    }
