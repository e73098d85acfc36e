"""What is true of a person: what was accepted last of them, without what was withdrawn since."""

from datetime import datetime

from sqlite_utils import Database

from wizard.models import Decision, Declaration, Dossier, Link, Role
from wizard.services import losing
from wizard.services.household import in_force
from wizard.stores import confirmations, declarations, dossiers, people, withdrawals


def follow(db: Database, dossier: Dossier, now: datetime) -> None:
    """Answer a dossier, all of it decided, in the open transaction: what it accepts is true, the rest is as it was."""
    with losing.sealed(db, dossier.household, now):
        for line in dossier.asked:
            if not line.waits_for_town:
                continue
            if line.decision is Decision.ACCEPTED:
                declarations.accept(db, line.person, declarations.latest_in(db, dossier.id, line.person), now)
            else:
                declarations.revoke(db, dossier.id, line.person)
            settle(db, dossier.household, line.person)
    dossiers.set_answered(db, dossier.id, now)


def settle(db: Database, household: int, person: int) -> None:
    """Make the facts of a person what was accepted last in their household, in the open transaction.

    With nothing accepted, or once accepted that they leave, they are not of it. A representative is by their own
    account: whatever is decided, what they say of themselves is so.
    """
    if person == people.representative(db, household):
        return
    found = declarations.accepted(db, household, person)
    if found is None or found.declaration.leaves:
        people.leave(db, household, person)
    else:
        _set(db, household, person, in_force(found, withdrawals.of_household(db, household)).declaration)
    confirmations.prune(db, household)


def _set(db: Database, household: int, person: int, said: Declaration) -> None:
    latest = declarations.latest_accepted(db, person)  # a child of two homes has one name
    people.set_identity(db, person, latest.declaration.identity if latest else said.identity)
    people.add_member(db, household, person, said.role)
    if said.role is Role.CHILD:
        for adult, link in (dict(said.links) | _links_said_by_adults(db, household, person)).items():
            people.link(db, adult, person, link)
    else:
        _tie(db, household, person, said)
    if said.residence:
        people.set_residence(db, household, person, said.residence)


def _tie(db: Database, household: int, adult: int, said: Declaration) -> None:
    home = people.address(db, adult) or people.address(db, people.representative(db, household))
    people.untie(db, adult)
    if said.same_address and home:  # the parent's when it was said; they may not have moved together since
        people.set_address(db, adult, home)
    for child, link in (_links_said_of_children(db, household, adult) | dict(said.links)).items():
        people.link(db, adult, child, link)
    for right in said.rights:
        people.grant(db, adult, right)


def _links_said_of_children(db: Database, household: int, adult: int) -> dict[int, Link]:
    """Return who an adult was said to be to children declared after them."""
    said = _accepted(db, household).items()
    return {child: one.links[adult] for child, one in said if one.role is Role.CHILD and adult in one.links}


def _links_said_by_adults(db: Database, household: int, child: int) -> dict[int, Link]:
    """Return who adults say that they are to a child: whatever is said of the child, their own word holds."""
    said = _accepted(db, household).items()
    return {adult: one.links[child] for adult, one in said if one.role is not Role.CHILD and child in one.links}


def _accepted(db: Database, household: int) -> dict[int, Declaration]:
    """Return what was accepted last of each person of a household who does not leave it."""
    latest = {one.person: one.declaration for one in declarations.of_household(db, household) if one.accepted_at}
    return {person: said for person, said in latest.items() if not said.leaves}
