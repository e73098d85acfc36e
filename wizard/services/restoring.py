"""What a restored copy must not bring back: what was open when it was made, what was taken back since."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Permission
from wizard.services import consumers, household, passwords, retention, withdrawing
from wizard.stores import accounts, agents, authorisations, documents, family_changes, ledger, one_day, seals


@dataclass(frozen=True)
class TakenBack:
    """How many accounts were deleted again; of how many, and of how many agents, the password opens nothing.

    `rights` are those that were withdrawn or declined: they are again, and the town hall is told again. `tokens` are
    those of the API revoked again.
    """

    deleted: int
    changed: int
    agents: int
    rights: int = 0
    tokens: int = 0


def settle(db: Database, written_down: Path) -> TakenBack:
    """End all that was open in a copy, and apply to it what the ledger of the database it replaces tells."""
    broken = ledger.moments(written_down)
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
        family_changes.start_over(db)
        tokens = consumers.revoke_again(db, broken, now())
        documents.delete(db, seals.removed_documents(db, broken))
        rights = sum(_take_again(db, *taken) for taken in seals.withdrawn_rights(db, broken))
        rights += sum(one_day.withdraw(db, one.id, at) for one, at in seals.withdrawn_one_days(db, broken))
        rights += sum(authorisations.withdraw(db, one, at) for one, at in seals.withdrawn_authorisations(db, broken))
    return TakenBack(len(deleted), len(changed), len(shut), rights, tokens)


def _take_again(
    db: Database, number: int, contact: int, child: int, what: Permission, at: datetime, declined: bool
) -> bool:
    """Take back a right that a contact has, or waits for, in the copy; say whether they did."""
    held = (child, what) in household.read(db, number).rights_of(contact)
    if held:
        withdrawing.take_again(db, number, contact, [(child, what)], at, declined=declined)
    return held
