"""What a restored copy must not bring back: what was open when it was made, what was taken back since."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.services import passwords, retention
from wizard.stores import accounts, agents, ledger, seals


@dataclass(frozen=True)
class TakenBack:
    """How many accounts were deleted again; of how many, and of how many agents, the password opens nothing."""

    deleted: int
    changed: int
    agents: int


def settle(db: Database, written_down: Path) -> TakenBack:
    """End all that was open in a copy, and apply to it what the ledger of the database it replaces tells."""
    broken = ledger.read(written_down)
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
    return TakenBack(len(deleted), len(changed), len(shut))
