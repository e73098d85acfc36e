"""Screen 17: where each dossier stands, the entourage, what was decided and what is asked."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.account.blueprint import blueprint
from wizard.choices import DECISIONS, MOTIVES_TOLD, ROLES, STATUSES
from wizard.db import get_db
from wizard.models import Decision, Member
from wizard.services.wording import together
from wizard.stores import dossiers, people
from wizard.web import htmx
from wizard.web.sessions import current_account


@dataclass(frozen=True)
class Card:
    """Someone of the household: what they may do, in words."""

    member: Member
    role: Any
    words: tuple[str, ...]


@blueprint.get("/espace")
@login_required  # type: ignore[untyped-decorator]
def home() -> Response:
    """Show the household of the account signed in, and nothing of any other."""
    db, account = get_db(), current_account()
    members = people.members(db, account.household)
    return htmx.page(
        "account/home.html",
        called=_called(members)[account.person],
        enfance_key=people.enfance_key(db, account.household),
        dossiers=dossiers.of_household(db, account.household),
        cards=[_card(member, members) for member in members],
        names={member.person: member.identity.name for member in members},
        decisions=DECISIONS,
        motives=MOTIVES_TOLD,
        statuses=STATUSES,
        Decision=Decision,
    )


def _called(members: tuple[Member, ...]) -> dict[int, str]:
    return {one.person: one.identity.called for one in members}


def _card(member: Member, members: tuple[Member, ...]) -> Card:
    names = _called(members)
    collects = [names[right.child] for right in member.rights if right.may_collect and right.child in names]
    called = [names[right.child] for right in member.rights if right.emergency and right.child in names]
    words = []
    if collects:
        words.append(gettext("Peut venir chercher %(names)s.", names=together(collects)))
    if called:
        words.append(gettext("À appeler en cas d'urgence pour %(names)s.", names=together(called)))
    return Card(member, ROLES[member.role], tuple(words))
