"""A parent takes back a right of a contact, or all of them: it is done at once, and told."""

from flask import abort, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import WithdrawalForm
from wizard.db import get_db
from wizard.models import Role
from wizard.services import household
from wizard.services import withdrawing as service
from wizard.web import held_forms, htmx
from wizard.web.sessions import current_account


@blueprint.route("/espace/personnes/<int:person>/retirer", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def withdraw(person: int) -> Response:
    """Show what a contact may lose, and take it back; a second click finds it done, and is no error."""
    db, account = get_db(), current_account()
    found = household.read(db, account.household)
    members = {one.person: one for one in found.everyone}
    contact = members.get(person)
    if contact is None or contact.role is not Role.CONTACT:
        abort(404)
    rights = {service.code_of(right): right for right in found.rights_of(person) if right[0] in members}
    held = held_forms.give_back(account=account.id) if request.method != "POST" else None
    called = {one: member.identity.called for one, member in members.items()}
    form = WithdrawalForm(service.options(rights, called), *([held] if held else []))
    before = {service.code_of(right) for right in service.taken_from(found, person)}
    done = before - rights.keys() | ({service.ALL} if before and not rights else set())
    if form.validate_on_submit():
        chosen = None if form.right.data == service.ALL else [rights[str(form.right.data)]]
        service.withdraw(db, account, person, chosen)
    elif form.right.data not in done or not form.is_submitted():
        template = "account/withdraw.html" if rights else "account/nothing_to_withdraw.html"
        return htmx.page(template, 422 if form.is_submitted() else 200, form=form, contact=contact)
    return htmx.see_other(url_for("account.home", retrait=person))
