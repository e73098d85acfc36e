"""A contact is told by mail that they were named, and by whom; they say yes, or no, and then have no right left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now as present
from wizard.db import transaction
from wizard.french import elided, ngettext
from wizard.french import gettext as _
from wizard.models import Account, Member, Permission, Role, TokenPurpose
from wizard.services import household, limits, mail_turns, outbox, tokens, withdrawing
from wizard.services.holding import Held
from wizard.services.household import Household, each_of
from wizard.services.mail_turns import Purpose, Turn
from wizard.settings import get_settings
from wizard.stores import accounts, confirmations, dossiers

# Whoever is named may say no for a school year without asking anybody; a mailbox may then be another's.
LIFETIME = timedelta(days=365)
# Of one contact: a mail that was lost, then a slip in another.
_REMINDERS_A_DAY = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Named:
    """What a contact is named for, `by` whom, as they are told; `agreed_at`, `declined_at`, what they said last.

    Once they declined, there is no more to be named for.
    """

    by: str
    words: tuple[str, ...]
    agreed_at: datetime | None
    declined_at: datetime | None


def tell(db: Database, number: int, now: datetime, held: Held | None = None) -> None:
    """Write to the contacts of a household who have rights that they were not told of, in an answer being written."""
    found = household.read(db, number)
    told = {(one.contact, one.child, one.what, one.email) for one in found.confirmations}
    for contact in (one for one in found.members if one.role is Role.CONTACT):
        email = contact.identity.email
        if email is None:
            confirmations.forget(db, contact.person)
        elif new := [right for right in each_of(contact.rights) if (contact.person, *right, email) not in told]:
            for child, what in new:
                confirmations.add(db, number, contact.person, child, what, email, now)
            _write(db, found, contact, email, held.until if held else now, held.reply if held else None)


def waiting(found: Household) -> dict[int, str]:
    """Return the addresses of the contacts of a household who have not confirmed all that they may do."""
    return {one.contact: one.email for one in found.confirmations if one.agreed_at is None}


def tell_again(db: Database, account: Account, contact: int, networks: Sequence[str]) -> tuple[str, Turn] | None:
    """Write again to a contact who has not confirmed, unless the mail's turn is refused; return where, and when.

    None when the account has no such contact. Raises TooSoon.
    """
    with transaction(db):
        found = household.read(db, account.household)
        email = waiting(found).get(contact)
        if email is None:
            return None
        limits.spend(db, (f"reminders {contact}", _REMINDERS_A_DAY, _DAY))
        turn = mail_turns.take(db, Purpose.CONTACT, email, networks)
        if not turn.refused:
            _write(db, found, found.facts[contact], email, turn.at)
    return email, turn


def read(db: Database, token: str) -> Named | None:
    """Return what a link tells; None when it no longer serves: expired, or sent to an address since changed."""
    named = _named(db, token)
    return _told(*named) if named else None


def agree(db: Database, token: str) -> bool:
    """Write that the contact of a link agrees, once; False when the link no longer serves."""
    with transaction(db):
        named = _named(db, token)
        if named:
            confirmations.agree(db, named[1].person, present())
    return named is not None


def decline(db: Database, token: str) -> bool:
    """Take all their rights from the contact of a link, at once, and tell the parent; a second time changes nothing.

    False when the link no longer serves.
    """
    with transaction(db):
        named = _named(db, token)
        if named is None:
            return False
        found, contact = named
        words = withdrawing.drop(db, found.id, contact.person, None, present(), declined=True)
        account = accounts.by_id(db, found.dossiers[0].account)
        if words and account:
            outbox.enqueue(db, "declined", account.email, lines=words, link=get_settings().public_url + "/espace")
    return True


def _named(db: Database, token: str) -> tuple[Household, Member] | None:
    """Return the contact of a link, as they are now, and their household."""
    link = tokens.peek(db, TokenPurpose.CONTACT, token)
    number = dossiers.household_of(db, link.contact) if link and link.contact else None
    if link is None or link.contact is None or number is None:
        return None
    found = household.read(db, number)
    contact = found.facts.get(link.contact)
    return (found, contact) if contact and contact.identity.email == link.email else None


def _told(found: Household, contact: Member) -> Named:
    words = _words(found, contact)
    answers = [one.agreed_at for one in found.confirmations if one.contact == contact.person]
    if words:
        agreed = [at for at in answers if at]
        return Named(_by(found), words, max(agreed) if answers and agreed == answers else None, None)
    taken = [one for one in found.withdrawals if one.contact == contact.person]
    last = taken[-1] if taken and taken[-1].declined else None
    return Named(_by(found), (), last.agreed_at if last else None, last.at if last else None)


def _by(found: Household) -> str:
    """Return who named them; nobody by name when it may be a message, typed for a stranger to read."""
    return outbox.harmless(found.parent.identity.name, 60) or _("un parent")


def _words(found: Household, contact: Member) -> tuple[str, ...]:
    """Return what a contact may do; for how many children, not for which: their names are for the parent to tell."""
    rights, of = each_of(contact.rights), elided(_by(found))
    collects, called = (sum(one is what for _child, one in rights) for what in Permission)
    told = (
        ngettext(
            "Vous pouvez venir chercher un enfant %(of_name)s.",
            "Vous pouvez venir chercher %(num)d enfants %(of_name)s.",
            collects,
            of_name=of,
        ),
        ngettext(
            "On peut vous appeler en cas d'urgence pour un enfant %(of_name)s.",
            "On peut vous appeler en cas d'urgence pour %(num)d enfants %(of_name)s.",
            called,
            of_name=of,
        ),
    )
    return tuple(sentence for sentence, many in zip(told, (collects, called), strict=True) if many)


def _write(db: Database, found: Household, contact: Member, email: str, at: datetime, reply: int | None = None) -> None:
    """Write to a contact; the links of earlier mails to the same address go on: each of them may say no."""
    issued = tokens.issue(
        db, TokenPurpose.CONTACT, contact=contact.person, email=email, lifetime=LIFETIME, replacing=False
    )
    outbox.enqueue(
        db,
        "named",
        email,
        due_at=at,
        reply=reply,
        whom=(found.id, contact.person),
        given_name=contact.identity.given_name,
        by=_by(found),
        lines=_words(found, contact),
        until=present() + LIFETIME,
        link=f"{get_settings().public_url}/contact/{issued.token}",
    )
