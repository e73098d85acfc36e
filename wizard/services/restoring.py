"""What a restored copy must not bring back: what was open when it was made, what was taken back since."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from wizard.clock import moment, now
from wizard.db import transaction
from wizard.models import OneDay, Permission
from wizard.services import asking, consumers, facts, household, passwords, retention, withdrawing
from wizard.stores import (
    accounts,
    agents,
    authorisations,
    database_file,
    declarations,
    documents,
    family_changes,
    ledger,
    losses,
    merges,
    objections,
    one_day,
    people,
    seals,
)
from wizard.stores.losses import Held


@dataclass(frozen=True)
class TakenBack:
    """How many accounts were deleted again; of how many, and of how many agents, the password opens nothing.

    `rights` are those that were withdrawn, declined, refused or lost otherwise: they are again, and the town hall is
    told again; `contested`, those that another home of a child objects to. `tokens` are those of the API revoked again.
    """

    deleted: int
    changed: int
    agents: int
    rights: int = 0
    tokens: int = 0
    contested: int = 0


def settle(db: Database, written_down: Path) -> TakenBack:
    """End all that was open in a copy, and apply to it what the ledger of the database it replaces tells."""
    broken, latest = ledger.moments(written_down), database_file.last_moment(db)
    copied = moment(latest) if latest else None
    nobody_s = passwords.hash_password(secrets.token_urlsafe(32))
    with transaction(db):
        seals.end_all_that_is_open(db, now())
        seals.delete_spent_codes(db, broken)
        deleted = [account for number in seals.deleted_accounts(db, broken) if (account := accounts.by_id(db, number))]
        for account in deleted:
            retention.forget(db, account, now())
        changed = seals.changed_accounts(db, broken)
        for number in changed:
            accounts.set_password(db, number, nobody_s)
        shut = seals.changed_agents(db, broken)
        for agent in shut:
            agents.dismiss(db, agent, nobody_s, now())
        for merge in merges.every(db):
            if merges.seal_of(merge) in broken:
                merges.put_back(db, merge)
        family_changes.start_over(db)
        tokens = consumers.revoke_again(db, broken, now())
        documents.delete(db, seals.removed_documents(db, broken))
        rights = sum(_take_again(db, *taken) for taken in seals.withdrawn_rights(db, broken))
        rights += sum(_lose_again(db, *lost) for lost in list(losses.since(db, broken, copied)))
        rights += sum(one_day.withdraw(db, one.id, at) for one, at in seals.withdrawn_one_days(db, broken))
        rights += sum(authorisations.withdraw(db, one, at) for one, at in seals.withdrawn_authorisations(db, broken))
        contested = sum(_contest_again(db, *one) for one in list(losses.contested_since(db, broken, copied)))
        contested += sum(_contest_day_again(db, *one) for one in list(losses.days_contested_since(db, broken, copied)))
    return TakenBack(len(deleted), len(changed), len(shut), rights, tokens, contested)


def _take_again(
    db: Database, number: int, contact: int, child: int, what: Permission, at: datetime, declined: bool
) -> bool:
    """Take back a right that a contact has, or waits for, in the copy; say whether they did."""
    held = (child, what) in household.read(db, number).rights_of(contact)
    if held:
        withdrawing.take_again(db, number, contact, [(child, what)], at, declined=declined)
    return held


def _lose_again(db: Database, one: Held, at: datetime) -> bool:
    """Take from someone, in the copy, what they lost since, whatever took it; say whether they had it still."""
    if one not in losses.held(db, one.household):
        return False
    if one.what:
        return _take_again(db, one.household, one.person, one.child, one.what, at, declined=False)
    asking.ask_no_more(db, household.read(db, one.household).dossiers, one.person, at)
    said = declarations.accepted(db, one.household, one.person)
    if said:
        declarations.add(db, said.dossier, one.person, replace(said.declaration, leaves=True), at)
        declarations.accept(db, one.person, declarations.latest_version(db, one.person), at)
    facts.settle(db, one.household, one.person)
    return True


def _contest_again(db: Database, one: Held, at: datetime) -> bool:
    """Let another home of the child contest a right again; with none in the copy, the right is taken: it is asked of
    the town hall anew."""
    if one not in losses.held(db, one.household) or one.what is None:
        return False
    homes = sorted(people.homes(db, one.child) - {one.household})
    for home in homes:
        objections.add(db, home, one.household, one.person, one.child, one.what, at)
    return bool(homes) or _take_again(db, one.household, one.person, one.child, one.what, at, declined=False)


def _contest_day_again(db: Database, one: OneDay, at: datetime) -> bool:
    homes = sorted(people.homes(db, one.child) - {one.household})
    return one_day.contest(db, one.id, homes[0], at) if homes else one_day.withdraw(db, one.id, at)
