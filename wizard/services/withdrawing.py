"""A right that a parent takes back from a contact: at once, without a decision, and the town hall is told."""

from collections.abc import Collection, Sequence

from flask_babel import gettext
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Member, Permission, Role, Withdrawal
from wizard.services import outbox
from wizard.services.standing import Names, sentences, withdrawn
from wizard.settings import get_settings
from wizard.stores import people, seals, withdrawals

Right = tuple[int, Permission]
"""Which child, and what a contact may do for them."""


def rights_of(member: Member) -> tuple[Right, ...]:
    """Return the rights that a contact has or waits for, and may lose."""
    held = [(right.child, Permission.COLLECT) for right in member.rights if right.may_collect]
    return (*held, *((right.child, Permission.EMERGENCY) for right in member.rights if right.emergency))


def taken_from(db: Database, household: int, contact: int) -> tuple[Right, ...]:
    """Return the rights that a contact lost; they may have been given some again since."""
    return tuple((one.child, one.what) for one in withdrawals.of_household(db, household) if one.contact == contact)


def withdraw(db: Database, account: Account, contact: int, chosen: Collection[Right] | None) -> None:
    """Take back these rights from a contact of the account's household, or all of them: None.

    Whatever a dossier asks or an agent decides then, there is no right left to grant. Done twice, it changes nothing.
    """
    with transaction(db):
        members = people.members(db, account.household)
        member = next((one for one in members if one.person == contact and one.role is Role.CONTACT), None)
        at = now()
        taken = [right for right in rights_of(member) if chosen is None or right in chosen] if member else []
        for child, what in taken:
            seals.break_right(db, contact, child, what, at)
            people.withdraw(db, contact, child, what)
            withdrawals.add(db, contact, child, what, at)
        if member and taken:
            withdrawals.untick(db, contact, taken)
            told = latest(db, account.household, member, {one.person: one.identity.called for one in members})
            link = get_settings().public_url + "/espace"
            outbox.enqueue(db, "withdrawn", account.email, lines=told, link=link)


def latest(db: Database, household: int, member: Member, names: Names) -> tuple[str, ...]:
    """Return what was taken back last from a contact, in words; nothing when nothing was."""
    taken = [one for one in withdrawals.of_household(db, household) if one.contact == member.person]
    last = [one for one in taken if one.at == taken[-1].at and one.child in names]
    return words(member.identity.called, last, names)


def words(name: str, taken: Sequence[Withdrawal], names: Names) -> tuple[str, ...]:
    """Return « Jeanne ne peut plus venir chercher Inès depuis le 24 novembre 2026 à 10 h 05. »."""
    return tuple(
        gettext("%(name)s %(what)s", name=name, what=one[0].lower() + one[1:])
        for one in sentences(withdrawn(taken), names)
    )
