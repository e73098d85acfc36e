"""A parent moves, and those of the household who live with them: at once, with the day of the move."""

from collections.abc import Collection
from datetime import date

from sqlite_utils import Database

from wizard.clock import now, today
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Account, Address, Changes, Member
from wizard.services import amending, pace, personal_data
from wizard.services.telling import place
from wizard.stores import amendments, people


def home_of(db: Database, account: Account) -> str:
    """Return where the parent lives, in words; once they moved, since or from when."""
    address, day = people.address(db, account.person), amendments.moves(db, account.household).get(account.person)
    if address is None:
        return ""
    told = [place(address), amending.since(day, today()) if day else ""]
    if day and address.to_check:
        told.append(_("à vérifier par la mairie"))
    return ", ".join(filter(None, told))


def housemates(db: Database, account: Account) -> tuple[Member, ...]:
    """Return those of the account's household who have the very same address as its parent."""
    return living_with(db, account.household, account.person)


def living_with(db: Database, household: int, parent: int) -> tuple[Member, ...]:
    """Return those of a household who have the very same address as its parent."""
    home, members = people.address(db, parent), people.members(db, household)
    return tuple(one for one in members if home and one.address == home and one.person != parent)


def move(db: Database, account: Account, address: Address, day: date, movers: Collection[int]) -> bool:
    """Give the parent an address from that day, and those of their housemates who are among `movers`.

    Say whether the town hall, which asked for it, is sent it. A second time changes nothing. Raises TooSoon past the
    changes of an account.
    """
    with transaction(db):
        changes = settle(db, account.household, account.person, address, day, movers)
        if any(changes.values()):
            pace.of_an_amendment(db, account.id)
        amending.record(db, account.household, changes, now())
        return personal_data.sent_back(db, account)


def settle(
    db: Database, household: int, parent: int, address: Address, day: date, movers: Collection[int]
) -> dict[int, Changes]:
    """Give these people another home, in the open transaction, and return what it changes for each of them."""
    home, known = people.address(db, parent), amendments.moves(db, household)
    moving = [parent, *(one.person for one in living_with(db, household, parent) if one.person in movers)]
    changes = {person: amending.of_address(home, address, known.get(person), day) for person in moving}
    for person in moving:
        people.set_address(db, person, address)
    return changes
