"""« Un seul jour »: a parent lets someone collect their children on one day, takes it back, objects to the other's."""

from datetime import date

from flask import request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import OneDayForm
from wizard.account.objecting import OBJECTED
from wizard.account.proving import prove
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.services import household, one_day_told
from wizard.services import one_day as service
from wizard.services.refusals import TooSoon
from wizard.services.wording import together
from wizard.settings import get_settings
from wizard.values import phones
from wizard.web import held_forms, htmx
from wizard.web.done import lead_to, told
from wizard.web.sessions import current_account
from wizard.web.throttle import tell

# What was just done → what is said of it.
_NEWS = {
    "donne": _("C'est enregistré, et la mairie est prévenue. Un courriel vous le confirme."),
    "retire": _("C'est retiré, et la mairie est prévenue. Un courriel vous le confirme."),
    "conteste": OBJECTED,
    "plus-conteste": _("Vous ne contestez plus cette autorisation. La mairie et l'autre parent sont prévenus"),
}
_BARRED = _("La mairie ne peut pas enregistrer cette personne ici, pour cet enfant : appelez-la au %(phone)s.")
_NEEDLESS = _("%(name)s peut déjà venir chercher %(children)s, tous les jours : il n'y a rien à ajouter.")


@blueprint.route("/espace/un-jour", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def one_day() -> Response:
    """Ask who may come, for which children and which day, with the password; show what both homes gave."""
    account = current_account()
    form = OneDayForm(held_forms.give_back(account=account.id)) if request.method != "POST" else OneDayForm()
    children = service.children_of(household.read(get_db(), account.household))
    form.ask(children, service.days())
    if not form.is_submitted():
        return _show(form)
    status = prove(form) if form.validate() else 422
    if status == 200:
        status = _give(form)
    if status != 200:
        return _show(form, status)
    return lead_to("account.one_day", "donne")


def _give(form: OneDayForm) -> int:
    day, phone = date.fromisoformat(form.day.data or ""), phones.e164(form.phone.data) or ""
    try:
        service.give(get_db(), current_account(), form.chosen, day, form.name, phone)
    except service.Barred:
        form.birth_name.errors = [_BARRED % {"phone": phones.shown(get_settings().town.phone)}]
        return 422
    except service.Needless as needless:
        form.children.errors = [_NEEDLESS % {"name": form.name, "children": together(list(needless.children))}]
        return 422
    except TooSoon as soon:
        return tell(form.birth_name, soon)
    return 200


def _show(form: OneDayForm, status: int = 200) -> Response:
    db, number = get_db(), current_account().household
    found = household.read(db, number)
    return htmx.page(
        "account/one_day.html",
        status,
        form=form,
        news=told(_NEWS),
        children=service.children_of(found),
        contested=service.contested(db, found),
        own=one_day_told.own(db, number),
        elsewhere=one_day_told.elsewhere(db, number),
        household=number,
    )


@blueprint.post("/espace/un-jour/retirer")
@login_required  # type: ignore[untyped-decorator]
def withdraw_one_day() -> Response:
    """Take back what was given, at once; a second click finds it done."""
    service.withdraw(get_db(), current_account(), request.form.getlist("one_day", int))
    return lead_to("account.one_day", "retire")


@blueprint.post("/espace/un-jour/contester")
@login_required  # type: ignore[untyped-decorator]
def contest_one_day() -> Response:
    """Object to what the other home of a child gave."""
    service.contest(get_db(), current_account(), request.form.getlist("one_day", int))
    return lead_to("account.one_day", "conteste")


@blueprint.post("/espace/un-jour/ne-plus-contester")
@login_required  # type: ignore[untyped-decorator]
def drop_one_day() -> Response:
    """Object no more."""
    service.drop(get_db(), current_account(), request.form.getlist("one_day", int))
    return lead_to("account.one_day", "plus-conteste")
