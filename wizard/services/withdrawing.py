"""A right that a parent takes back from a contact, or that the contact declines: at once, and the town hall is told."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlite_utils import Database

from wizard.choices import PERMISSIONS
from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Account, Action, Permission, Withdrawal
from wizard.services import facts, household, outbox
from wizard.services.asking import note_taken_back, take_back
from wizard.services.household import Household, each_of, in_force
from wizard.services.standing import Names, sentences, withdrawn
from wizard.settings import get_settings
from wizard.stores import seals, withdrawals

Taken = TypeVar("Taken")
Right = tuple[int, Permission]
"""Which child, and what a contact may do for them."""
ALL = "tout"
"""What a form calls all of a contact's rights."""


def taken_from(found: Household, contact: int) -> tuple[Right, ...]:
    """Return the rights that a contact lost; they may have been given some again since."""
    return tuple((one.child, one.what) for one in found.withdrawals if one.contact == contact)


def code_of(right: Right) -> str:
    """Return what a form calls a right."""
    child, what = right
    return f"{what}-{child}"


def options(rights: Mapping[str, Right], called: Names) -> dict[str, str]:
    """Return what may be withdrawn, by what a form calls it: each right, then all of them."""
    each = {code: str(PERMISSIONS[what]) % {"name": called[child]} for code, (child, what) in rights.items()}
    return each | ({ALL: _("Tous ses droits")} if each else {})


def withdraw(db: Database, account: Account, contact: int, chosen: Collection[Right] | None) -> None:
    """Take back these rights from a contact of the account's household, or all of them: None.

    Whatever a dossier asks or an agent decides then, there is no right left to grant. A second time changes nothing.
    """
    with transaction(db):
        take(db, account, contact, chosen, now())


def take(db: Database, account: Account, contact: int, chosen: Collection[Right] | None, now: datetime) -> None:
    """Do what `withdraw` does, in the open transaction."""
    if words := drop(db, account.household, contact, chosen, now):
        write(db, account, words)


def write(db: Database, account: Account, words: tuple[str, ...], *, by_town: bool = False) -> None:
    """Tell a parent which rights were taken back: by themselves or, as they asked, by the town hall."""
    link = get_settings().public_url + "/espace"
    outbox.enqueue(db, "withdrawn", account.email, lines=words, link=link, by_town=by_town)


def drop(
    db: Database,
    number: int,
    contact: int,
    chosen: Collection[Right] | None,
    now: datetime,
    *,
    declined: bool = False,
) -> tuple[str, ...]:
    """Take these rights from a contact of a household, or all of them: None, in the open transaction.

    Return what was taken, in words; `declined`, it is the contact who wants it no more.
    """
    found = household.read(db, number)
    held = found.rights_of(contact)
    taken = _ever_asked(found, contact) if chosen is None else [right for right in held if right in chosen]
    if not held or not taken:
        return ()
    for child, what in taken:
        forbid(db, number, contact, child, what, now, declined=declined)
    return latest(_settle(db, number, contact, taken, now, declined=declined), contact)


def _ever_asked(found: Household, contact: int) -> list[Right]:
    """Return the rights that a contact has, waits for, or would be given by a dossier that is reopened."""
    said = (in_force(one, found.withdrawals).declaration.rights for one in found.declared if one.person == contact)
    return list(dict.fromkeys(right for rights in said for right in each_of(rights)))


def forbid(
    db: Database, household: int, contact: int, child: int, what: Permission, at: datetime, *, declined: bool = False
) -> None:
    """Write that nothing declared until now gives a contact this right, in this database and in any copy of it."""
    seals.break_right(db, household, contact, child, what, at, declined=declined)
    withdrawals.add(db, household, contact, child, what, at, declined=declined)


def impose(db: Database, number: int, contact: int, right: Right, at: datetime) -> None:
    """Take back a right as the town hall decides, in the open transaction, which tells the family."""
    forbid(db, number, contact, *right, at)
    _settle(db, number, contact, [right], at, declined=False)


def take_again(
    db: Database, number: int, contact: int, taken: Collection[Right], at: datetime, *, declined: bool
) -> None:
    """Take back again, in a restored copy, rights withdrawn since it was made, in the open transaction."""
    for child, what in taken:
        withdrawals.add(db, number, contact, child, what, at, declined=declined)
    _settle(db, number, contact, taken, at, declined=declined)


def seen(db: Database, agent: int, at: datetime, take: Callable[[], Taken]) -> Taken:
    """Let an agent `take` rights, in the open transaction: they have seen it, and no other is told."""
    before = {each.id for each in withdrawals.unseen(db)}
    taken = take()
    withdrawals.mark_seen(db, [each.id for each in withdrawals.unseen(db) if each.id not in before], agent, at)
    return taken


def _settle(
    db: Database, number: int, contact: int, taken: Collection[Right], now: datetime, *, declined: bool
) -> Household:
    """Make what is true and what is asked of a contact follow from what was withdrawn."""
    facts.settle(db, number, contact)
    found = household.read(db, number)
    line = found.lines.get(contact)
    if line and (line.waits_for_town or line.waits_for_family):
        last, why = found.last[contact], Action.DECLINED if declined else Action.WITHDRAWN
        (note_taken_back if last.declaration.rights else take_back)(db, last.dossier, contact, now, why)
    withdrawals.untick(db, number, contact, taken, {child for child, _what in found.rights_of(contact)})
    return found


def latest(found: Household, contact: int) -> tuple[str, ...]:
    """Return what a contact lost or declined last, in words; nothing when nothing was."""
    taken = [one for one in found.withdrawals if one.contact == contact]
    names = {member.person: member.identity.called for member in found.everyone}
    last = [one for one in taken if one.at == taken[-1].at and one.child in names]
    return words(names[contact], last, names) if last else ()


def words(name: str, taken: Sequence[Withdrawal], names: Names) -> tuple[str, ...]:
    """Return « Jeanne ne peut plus venir chercher Inès depuis le 24 novembre 2026 à 10 h 05. »."""
    return tuple(
        _("%(name)s %(what)s", name=name, what=one[0].lower() + one[1:]) for one in sentences(withdrawn(taken), names)
    )
