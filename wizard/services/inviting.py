"""A co-representative invited to open their own space: who may be, the mail and its link, sent once or again."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now as present
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.hashing import digest
from wizard.models import Account, Action, Dossier, Invitation, Member, Role
from wizard.services import household, mail_turns, outbox, pace
from wizard.services.holding import Held
from wizard.services.household import Household
from wizard.services.mail_turns import Purpose, Turn
from wizard.settings import get_settings
from wizard.stores import accounts, invitations, journal, people

LIFETIME = timedelta(days=14)

_LONGEST_NAME = 60


class NotInvitable(Exception):
    """Nobody accepted, with an e-mail address and a child to share, is to be invited."""


@dataclass(frozen=True)
class Invited:
    """Where the invitation of a co-representative stands; `children` are those it would share, or shared."""

    called: str
    open: Invitation | None
    joined_at: datetime | None
    may_be: bool


def standing(db: Database, found: Household) -> dict[int, Invited]:
    """Return where each co-representative of a household stands who may be invited, is, or has joined."""
    sent, now = invitations.of_household(db, found.id), present()
    told = {}
    for person, member in found.facts.items():
        own = [one for one in sent if one.person == person]
        joined = [one for one in own if one.used_at and one.guest]
        waiting = next((one for one in own if one.is_open(now)), None)
        may_be = bool(_left(db, found, person, own))
        if waiting or joined or may_be:
            at = joined[-1].used_at if joined else None
            told[person] = Invited(member.identity.called, waiting, at, may_be)
    return told


def invite(db: Database, account: Account, person: int, networks: Sequence[str]) -> Turn:
    """Invite a co-representative of the account's household, unless the mail's turn is refused.

    The link sent before, if any, no longer serves. Raises NotInvitable, TooSoon.
    """
    with transaction(db):
        found = household.read(db, account.household)
        own = [one for one in invitations.of_household(db, found.id) if one.person == person]
        if not _left(db, found, person, own):
            raise NotInvitable
        pace.of_an_invitation(db, account.id)
        turn = mail_turns.take(db, Purpose.INVITATION, _email(found, person), networks)
        if not turn.refused:
            _send(db, account.id, found, person, turn)
    return turn


def follow(db: Database, dossier: Dossier, held: Held) -> None:
    """Invite, in the transaction of an answer, those whom the family asked to and that it accepts."""
    found, sent = household.read(db, dossier.household), invitations.of_household(db, dossier.household)
    accepted = {one.person: one for one in found.declared if one.accepted_at}
    for person, one in accepted.items():
        own = [invitation for invitation in sent if invitation.person == person]
        done = any(each.created_at >= one.declared_at for each in own)
        if one.declaration.invite and not done and _left(db, found, person, own):
            turn = mail_turns.take(db, Purpose.INVITATION, _email(found, person), (), always=True)
            _send(db, dossier.account, found, person, Turn(max(turn.at, held.until)), held.reply)


def revoke(db: Database, account: Account, person: int) -> None:
    """Let the link sent to someone of the account's household no longer serve; a second time changes nothing."""
    with transaction(db):
        invitations.revoke(db, account.household, person, present())


def children_of(found: Household, person: int) -> tuple[Member, ...]:
    """Return the children of a household to whom a co-representative of it is a parent, or a guardian."""
    adult = found.facts.get(person)
    links = adult.links if adult and adult.role is Role.CO_REPRESENTATIVE else {}
    return tuple(found.facts[child] for child, link in links.items() if link.is_parental)


def signature(found: Household) -> str:
    """Return the name of a household's parent, for another to read, unless a message was typed in its place."""
    name = found.parent.identity.name
    return name if len(name) <= _LONGEST_NAME and not set("./@").intersection(name) else _("Un parent")


def _left(db: Database, found: Household, person: int, own: Iterable[Invitation]) -> tuple[Member, ...]:
    """Return the children that someone, who can be written to, would find and has not yet."""
    if person not in found.facts or not _email(found, person):
        return ()
    guests = [accounts.by_id(db, one.guest) for one in own if one.used_at and one.guest]
    homes = {guest.household for guest in guests if guest}
    return tuple(child for child in children_of(found, person) if not homes & people.homes(db, child.person))


def _email(found: Household, person: int) -> str:
    return found.facts[person].identity.email or ""


def _send(db: Database, account: int, found: Household, person: int, turn: Turn, reply: int | None = None) -> None:
    token, at, email = secrets.token_urlsafe(32), present(), _email(found, person)
    invitations.revoke(db, found.id, person, at)
    invitations.add(
        db,
        household=found.id,
        person=person,
        email=email,
        digest=digest(token),
        account=account,
        now=at,
        expires_at=at + LIFETIME,
    )
    link = f"{get_settings().public_url}/invitation/{token}"
    details = {"sender": signature(found), "link": link, "last_day": at + LIFETIME}
    outbox.enqueue(db, "invitation", email, due_at=turn.at, reply=reply, whom=(found.id, person), **details)
    note(db, found, person, Action.INVITED, at)


def note(db: Database, found: Household, person: int, action: Action, at: datetime) -> None:
    """Write in the dossier that declared someone last what came of their invitation."""
    journal.add(db, found.last[person].dossier, action, at)
