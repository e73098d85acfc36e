"""The second home of a child: who follows the link of an invitation shares the children it is about."""

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import now as present
from wizard.db import transaction
from wizard.hashing import digest
from wizard.models import Account, Action, Decision, DecisionLine, Declaration, Invitation, Member, Role
from wizard.services import asking, facts, household, outbox
from wizard.services.household import Household
from wizard.services.inviting import children_of, note, signature
from wizard.settings import get_settings
from wizard.stores import accounts, declarations, dossiers, invitations, journal, people


class OwnInvitation(Exception):
    """The link is opened in the home that sent it."""


def find(db: Database, token: str) -> Invitation | None:
    """Return the invitation of a link that still serves; None once its sender is no parent of the household."""
    return _serving(db, invitations.find(db, digest(token), present()))


def kept_for(db: Database, account: Account) -> Invitation | None:
    """Return the invitation from which an account signed up and which it may accept."""
    return _serving(db, invitations.kept_for(db, account.id, present()))


def was_accepted(db: Database, token: str, account: Account) -> bool:
    """Whether this account used the link: its second click is no failure."""
    return invitations.is_used_by(db, digest(token), account.id)


def seed(db: Database, token: str) -> str:
    """Return what a sign-up keeps of the link that it comes from, "" of one that does not serve."""
    return digest(token) if find(db, token) else ""


def sender(db: Database, invitation: Invitation) -> str:
    """Return the name of the parent who invites."""
    return signature(household.read(db, invitation.household))


def accept(db: Database, account: Account, invitation: Invitation) -> bool:
    """Open a second home to the children of an invitation, once, and tell who sent it.

    False when the invitation no longer serves. Raises OwnInvitation.
    """
    if account.household == invitation.household:
        raise OwnInvitation
    with transaction(db):
        at = present()
        if _serving(db, invitation) is None or not invitations.use(db, invitation.id, account.id, at):
            return False
        found = household.read(db, invitation.household)
        _share(db, account, found, children_of(found, invitation.person), invitation.person, at)
        note(db, found, invitation.person, Action.JOINED, at)
        inviter, guest = accounts.by_id(db, invitation.account), household.read(db, account.household)
        if inviter:
            link = get_settings().public_url + "/espace"
            outbox.enqueue(db, "joined", inviter.email, guest=signature(guest), link=link)
    return True


def _serving(db: Database, invitation: Invitation | None) -> Invitation | None:
    if invitation is None:
        return None
    return invitation if children_of(household.read(db, invitation.household), invitation.person) else None


def _share(
    db: Database, account: Account, found: Household, children: Iterable[Member], person: int, at: datetime
) -> None:
    """Declare the children in the guest's household, in a dossier of its own that is accepted at once."""
    links = found.facts[person].links
    new = [one for one in children if account.household not in people.homes(db, one.person)]
    if not new:
        return
    own = dossiers.of_household(db, account.household)
    for child in new:  # asked before, it may wait to be corrected: who invites has it accepted
        asking.ask_no_more(db, own, child.person, at)
    dossier = dossiers.add(db, dossiers.new_reference(db), account.household, account.id, at)
    for child in new:
        said = Declaration(Role.CHILD, child.identity, links={account.person: links[child.person]})
        declarations.add(db, dossier, child.person, said, at)
        dossiers.ask(db, dossier, child.person, said.role)
        version = declarations.latest_in(db, dossier, child.person)
        dossiers.set_decision(db, dossier, DecisionLine(child.person, Decision.ACCEPTED, None, None), version)
    deposited = dossiers.by_id(db, dossier)
    assert deposited
    facts.follow(db, deposited, at)
    journal.add(db, dossier, Action.JOINED, at)
