"""Screen 17: where each dossier stands, the entourage, what was decided and what is asked."""

from flask import request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.choices import DECISIONS, MOTIVES_TOLD, ROLES, STATUSES
from wizard.db import get_db
from wizard.models import Decision
from wizard.services import confirming, household, reviewing, standing, withdrawing
from wizard.stores import dossiers, people
from wizard.web import htmx
from wizard.web.sessions import current_account


@blueprint.get("/espace")
@login_required  # type: ignore[untyped-decorator]
def home() -> Response:
    """Show the household of the account signed in, and nothing of any other."""
    db, account = get_db(), current_account()
    found = household.read(db, account.household)
    situations = standing.situations(found)
    to_correct = [one for one in found.asked if one.person in situations and situations[one.person].is_to_correct]
    return htmx.page(
        "account/home.html",
        to_confirm=reviewing.is_asked(db, account),
        sent="envoye" in request.args,
        cancelled="annule" in request.args,
        corrects_self=any(one.person == account.person for one in to_correct),
        to_correct=[one for one in to_correct if one.person != account.person],
        called=found.parent.identity.called,
        acknowledged=withdrawing.latest(found, request.args.get("retrait", 0, int)),
        enfance_key=people.enfance_key(db, account.household),
        dossiers=found.dossiers,
        own=found.parent,
        members=found.everyone,
        around=standing.around(found, situations),
        situations=situations,
        roles=ROLES,
        may_withdraw=found.rights_of,
        waiting=confirming.waiting(found),
        names=dossiers.names_of_household(db, account.household),
        decisions=DECISIONS,
        motives=MOTIVES_TOLD,
        statuses=STATUSES,
        Decision=Decision,
    )
