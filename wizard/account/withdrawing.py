"""A parent takes back a right of a contact, or all of them: it is done at once, and told."""

from collections.abc import Mapping

from flask import abort, request, url_for
from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.forms import WithdrawalForm
from wizard.choices import PERMISSIONS
from wizard.db import get_db
from wizard.models import Member, Role
from wizard.services import household
from wizard.services import withdrawing as service
from wizard.services.withdrawing import Right
from wizard.web import held_forms, htmx
from wizard.web.sessions import current_account

_ALL = "tout"


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
    rights = {code_of(right): right for right in found.rights_of(person) if right[0] in members}
    held = held_forms.give_back(account=account.id) if request.method != "POST" else None
    form = WithdrawalForm(_choices(rights, members), *([held] if held else []))
    before = {code_of(right) for right in service.taken_from(found, person)}
    done = before - rights.keys() | ({_ALL} if before and not rights else set())
    if form.validate_on_submit():
        chosen = None if form.right.data == _ALL else [rights[str(form.right.data)]]
        service.withdraw(db, account, person, chosen)
    elif form.right.data not in done or not form.is_submitted():
        template = "account/withdraw.html" if rights else "account/nothing_to_withdraw.html"
        return htmx.page(template, 422 if form.is_submitted() else 200, form=form, contact=contact)
    return htmx.see_other(url_for("account.home", retrait=person))


def code_of(right: Right) -> str:
    """Return what a form calls a right."""
    child, what = right
    return f"{what}-{child}"


def _choices(rights: Mapping[str, Right], members: Mapping[int, Member]) -> dict[str, str]:
    """Return each right, then all of them; a page opened before another withdrawal may still send that."""
    each = {
        code: str(PERMISSIONS[what]) % {"name": members[child].identity.called}
        for code, (child, what) in rights.items()
    }
    return each | ({_ALL: gettext("Tous ses droits")} if each else {})
