"""What ties the two homes of a child, in frozen records: invitations, objections."""

from dataclasses import dataclass
from datetime import datetime

from wizard.models.codes import Outcome, Permission


@dataclass(frozen=True)
class Invitation:
    """A co-representative whom a parent invites to open their own space.

    `person` is the co-representative as the inviter declared them; `account` sent it, `guest` used it or signs up
    from it.
    """

    id: int
    household: int
    person: int
    email: str
    account: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    guest: int | None

    def is_open(self, now: datetime) -> bool:
        """Whether its link still serves."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


@dataclass(frozen=True)
class Objection:
    """A right, given in the household `against`, to which `household` objects; until it has ended, it is contested.

    `seen_by` and `ended_by` are agents; `reference` leads to the dossier of those who gave the right.
    """

    id: int
    household: int
    against: int
    contact: int
    child: int
    what: Permission
    at: datetime
    seen_at: datetime | None
    seen_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    outcome: Outcome | None
    contact_name: str
    child_name: str
    reference: str | None
