"""« Mes données »: see them, take a copy, correct them."""

from dataclasses import replace

from flask import Response, make_response, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from wizard.account import unfinished
from wizard.account.forms import IdentityForm
from wizard.db import get_db
from wizard.identities import identity_of
from wizard.models import Identity
from wizard.services import export
from wizard.services import personal_data as service
from wizard.stores import drafts, people
from wizard.values import phones
from wizard.web import held_forms, htmx
from wizard.web.sessions import current_account

# The copy's format → its media type and the function that writes it.
_COPIES = {
    "json": ("application/json", export.as_json),
    "csv": ("text/csv; charset=utf-8", export.as_csv),
}


@login_required  # type: ignore[untyped-decorator]
def data() -> Response:
    """Show what a parent may do with their data."""
    db, account = get_db(), current_account()
    return htmx.page(
        "account/data.html",
        account=account,
        identity=service.identity_of(db, account),
        address=people.address(db, account.person),
        saved="corrige" in request.args,
    )


@login_required  # type: ignore[untyped-decorator]
def copy(kind: str) -> Response:
    """Give all that is kept of the family, as a file."""
    media, write = _COPIES[kind]
    db, account = get_db(), current_account()
    typed = unfinished.records(drafts.unfinished(db, account.id), people.members(db, account.household))
    response = make_response(write(export.collect(db, account, typed)))
    response.headers["Content-Type"] = media
    response.headers["Content-Disposition"] = f'attachment; filename="mes-donnees.{kind}"'
    return response


@login_required  # type: ignore[untyped-decorator]
def identity() -> BaseResponse:
    """Correct names and phones; what was typed when the session ended is there again."""
    db, account = get_db(), current_account()
    known = service.identity_of(db, account)
    held = held_forms.give_back(account=account.id) if request.method != "POST" else None
    form = IdentityForm(held) if held else IdentityForm(data=_shown(known))
    if form.validate_on_submit():
        service.correct(db, account, _corrected(known, form))
        return htmx.see_other(url_for("account.data", corrige=1))
    return htmx.page("account/identity.html", 422 if form.is_submitted() else 200, form=form)


def _shown(known: Identity) -> dict[str, object]:
    names = ("title", "birth_name", "usage_name", "given_name", "preferred_contact", "sms_ok")
    numbers = {"mobile": phones.shown(known.mobile), "phone": phones.shown(known.phone)}
    return {name: getattr(known, name) for name in names} | numbers | {"single_name": not known.given_name}


def _corrected(known: Identity, form: IdentityForm) -> Identity:
    typed = identity_of(form.data)
    return replace(typed, birthdate=known.birthdate, sex=known.sex, email=known.email, institution=known.institution)
