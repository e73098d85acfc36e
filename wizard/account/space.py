"""Screen 17: where each dossier stands, the entourage, what was decided and what is asked."""

from flask import request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.account.objecting import OBJECTED
from wizard.choices import DECISIONS, OUTCOMES, PERMISSIONS, ROLES, SOURCES, STATUSES
from wizard.clock import now
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import Status
from wizard.services import (
    amending,
    confirming,
    household,
    joining,
    moving,
    one_day,
    one_day_told,
    reviewing,
    standing,
    withdrawing,
)
from wizard.services.childfile import filing, renewing, status
from wizard.services.documents import own
from wizard.services.homes import also_collect, others
from wizard.services.inviting import standing as invited
from wizard.settings import get_settings
from wizard.stores import amendments, people
from wizard.web import htmx
from wizard.web.done import told
from wizard.web.sessions import current_account

# What was just done, in a home of a child that has two → what is said of it.
_NEWS = {
    "envoye": _("C'est envoyé à la mairie"),
    "annule": _("Votre demande est annulée"),
    "invite": _("L'invitation vient de partir"),
    "invitation-annulee": _("L'invitation est annulée : son lien ne sert plus"),
    "rejoint": _("Votre espace est relié : les enfants y sont"),
    "conteste": OBJECTED,
    "reconduit": _("C'est déposé pour tous vos enfants. Un courriel vous le confirme."),
    "plus-conteste": _("Vous ne contestez plus ce droit. La mairie et l'autre parent sont prévenus"),
}


@blueprint.get("/espace")
@login_required  # type: ignore[untyped-decorator]
def home() -> Response:
    """Show the household of the account signed in, and nothing of any other."""
    db, account = get_db(), current_account()
    found = household.read(db, account.household)
    situations = standing.situations(found)
    elsewhere = others(db, found)
    to_correct = [one for one in found.asked if one.person in situations and situations[one.person].is_to_correct]
    files = status.of_children(db, account, one_day.children_of(found), filing.open_years())
    renewable = renewing.year(db, account)
    to_finish = [one for states in files.values() for one in states if not one.complete]
    return htmx.page(
        "account/home.html",
        to_confirm=reviewing.is_asked(db, account),
        corrects_self=any(one.person == account.person for one in to_correct),
        to_correct=[one for one in to_correct if one.person != account.person],
        called=found.parent.identity.called,
        acknowledged=withdrawing.latest(found, request.args.get("retrait", 0, int)),
        news=told(_NEWS),
        kept=joining.sender(db, kept) if (kept := joining.kept_for(db, account)) else None,
        invited=invited(db, found),
        other_homes=elsewhere,
        also_collect=also_collect(elsewhere),
        one_days=one_day_told.in_short(db, found.id),
        may_give_a_day=bool(one_day.children_of(found)),
        files=files,
        to_fill=any(not one.file for one in to_finish),
        to_finish=[one for one in to_finish if one.file or one.year != renewable],  # there, one button does for all
        has_documents=own.has_any(db, account),
        renewable=renewable,
        enfance_key=people.enfance_key(db, account.household),
        dossiers=found.dossiers,
        late=[one for one in found.dossiers if one.waits_since(get_settings().late_before(now()))],
        refused=found.dossiers and found.dossiers[0].status is Status.REFUSED,
        home=moving.home_of(db, account),
        own=found.parent,
        members=found.everyone,
        around=standing.around(found, situations),
        situations=situations,
        roles=ROLES,
        permissions=PERMISSIONS,
        outcomes=OUTCOMES,
        may_withdraw=found.rights_of,
        waiting=confirming.waiting(found),
        names=found.names,
        corrected=[one for one in reversed(amendments.of_household(db, account.household)) if one.source],
        amended=amending.rows,
        sources=SOURCES,
        decisions=DECISIONS,
        statuses=STATUSES,
    )
