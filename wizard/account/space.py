"""Screen 17: where each dossier stands, the entourage, what was decided and what is asked."""

from flask import request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.choices import DECISIONS, MOTIVES_TOLD, ROLES, STATUSES
from wizard.db import get_db
from wizard.models import Decision
from wizard.services import confirming, standing, withdrawing
from wizard.stores import dossiers, people
from wizard.web import htmx
from wizard.web.sessions import current_account


@blueprint.get("/espace")
@login_required  # type: ignore[untyped-decorator]
def home() -> Response:
    """Show the household of the account signed in, and nothing of any other."""
    db, account = get_db(), current_account()
    members = people.members(db, account.household)
    called = {one.person: one.identity.called for one in members}
    withdrawn_from = next((one for one in members if one.person == request.args.get("retrait", 0, int)), None)
    situations = standing.of_household(db, account.household, members)
    to_correct = {person for person, situation in situations.items() if situation.is_to_correct}
    return htmx.page(
        "account/home.html",
        to_confirm=confirming.is_asked(db, account),
        sent="envoye" in request.args,
        corrects_self=account.person in to_correct,
        corrects_others=bool(to_correct - {account.person}),
        called=called[account.person],
        acknowledged=withdrawing.latest(db, account.household, withdrawn_from, called) if withdrawn_from else (),
        enfance_key=people.enfance_key(db, account.household),
        dossiers=dossiers.of_household(db, account.household),
        members=members,
        situations=situations,
        roles=ROLES,
        may_withdraw=withdrawing.rights_of,
        names={member.person: member.identity.name for member in members},
        decisions=DECISIONS,
        motives=MOTIVES_TOLD,
        statuses=STATUSES,
        Decision=Decision,
    )
