"""What a family asks, takes back or changes, and what becomes of it, in frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from wizard.models.codes import Decision, Link, NoteKind, Permission, Residence, Role, Source, Status
from wizard.models.records import Address, Identity, Right


@dataclass(frozen=True)
class Declaration:
    """What a family says of a person, whole: others are named by their number.

    The `links` of a child are those of each adult to them; of an adult, theirs to each child. Of who shares the
    parent's address, it alone is said; of the parent, `address` is. Who `leaves` is no longer of the household; a
    co-representative to `invite` is, once accepted.
    """

    role: Role
    identity: Identity
    residence: Residence | None = None
    same_address: bool = False
    address: Address | None = None
    links: Mapping[int, Link] = field(default_factory=dict)
    rights: tuple[Right, ...] = ()
    leaves: bool = False
    invite: bool = False


@dataclass(frozen=True)
class Deposited:
    """A declaration as it was deposited: the versions of a person are counted from 1, whichever dossier they are in.

    `accepted_at` is when the answer that accepts it left; None while it waits, or was refused. `by_town`, an agent
    said it, for the family.
    """

    person: int
    version: int
    dossier: int
    declared_at: datetime
    accepted_at: datetime | None
    declaration: Declaration
    by_town: bool = False


@dataclass(frozen=True)
class DecisionLine:
    """One person of a dossier and what was decided.

    `reason` is a code; `reason_name` is how agents know it, `reason_told` what the family reads. `answered_at` is when
    the family was told; `withdrawn_at`, when it took back what it asked about them.
    """

    person: int
    decision: Decision | None
    reason: str | None
    comment: str | None
    role: Role | None = field(default=None, compare=False)
    answered_at: datetime | None = field(default=None, compare=False)
    withdrawn_at: datetime | None = field(default=None, compare=False)
    reason_name: str = field(default="", compare=False)
    reason_told: str = field(default="", compare=False)

    @property
    def is_asked(self) -> bool:
        """Whether the family still asks it."""
        return self.withdrawn_at is None

    @property
    def is_accepted(self) -> bool:
        """Whether it was decided to accept them."""
        return self.decision is Decision.ACCEPTED

    @property
    def waits_for_family(self) -> bool:
        """Whether the family was told to correct it, and has not."""
        return self.is_asked and self.answered_at is not None and self.decision is Decision.TO_CORRECT

    @property
    def waits_for_town(self) -> bool:
        """Whether the family is still to be told what was decided of it."""
        return self.is_asked and self.answered_at is None


@dataclass(frozen=True)
class Dossier:
    """What a family deposited and what the town hall answered.

    `answered_at` is the date of the answer in force; `corrected_at`, when the family sent back what was to correct.
    """

    id: int
    reference: str
    household: int
    account: int
    deposited_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    corrected_at: datetime | None
    lines: tuple[DecisionLine, ...]

    @cached_property
    def asked(self) -> tuple[DecisionLine, ...]:
        """The lines that the family still asks."""
        return tuple(line for line in self.lines if line.is_asked)

    @property
    def status(self) -> Status:
        """Where it stands, from its dates and, once answered, from its decisions."""
        if not self.asked:
            return Status.CANCELLED
        if self.answered_at is None:
            return self._status_of_a_question
        decisions = {line.decision for line in self.asked}
        if Decision.TO_CORRECT in decisions:
            return Status.TO_CORRECT
        if decisions == {Decision.ACCEPTED}:
            return Status.ACCEPTED
        return Status.REFUSED if decisions == {Decision.REFUSED} else Status.PARTLY_ACCEPTED

    @property
    def _status_of_a_question(self) -> Status:
        if self.corrected_at:
            return Status.CORRECTED
        return Status.OPENED if self.opened_at else Status.DEPOSITED

    @property
    def may_be_cancelled(self) -> bool:
        """Whether the family may still change it or take it back by itself: no agent has opened it."""
        return self.status is Status.DEPOSITED

    def waits_since(self, moment: datetime) -> bool:
        """Whether the family waits for an answer to what it sent before that moment."""
        waits = self.status in {Status.DEPOSITED, Status.OPENED, Status.CORRECTED}
        return waits and (self.corrected_at or self.deposited_at) < moment

    @property
    def is_cancelled(self) -> bool:
        """Whether the family took back all of it."""
        return self.status is Status.CANCELLED

    @property
    def is_to_correct(self) -> bool:
        """Whether the family is to send something of it back."""
        return self.status is Status.TO_CORRECT

    @property
    def is_accepted(self) -> bool:
        """Whether something at least is accepted, and nothing more is to come."""
        return self.status in {Status.ACCEPTED, Status.PARTLY_ACCEPTED}

    @property
    def is_closed(self) -> bool:
        """Whether nobody has anything more to do with it: what is asked next is another dossier."""
        return self.status in _CLOSED


_CLOSED = {Status.ACCEPTED, Status.PARTLY_ACCEPTED, Status.REFUSED, Status.CANCELLED}


@dataclass(frozen=True)
class Withdrawal:
    """A right that a parent took back; `seen_by` is the agent who said to have seen it, `reference` leads there.

    What was declared of the contact up to `version` gives it no more. `declined` is one that the contact refused;
    `agreed_at`, when they changed their mind, which gives nothing back.
    """

    id: int
    contact: int
    child: int
    what: Permission
    version: int
    at: datetime
    seen_at: datetime | None
    seen_by: str | None
    contact_name: str
    child_name: str
    reference: str | None
    declined: bool = False
    agreed_at: datetime | None = None


Changes = Mapping[str, tuple[Any, Any]]
"""What was changed: field → what it was, what it is, as it is stored."""


@dataclass(frozen=True)
class Amendment:
    """What a parent changed of their own; `seen_by` is the agent who said to have seen it, `reference` leads there.

    With a `source`, it is this agent who changed it, as the family asked: at the counter, on the phone.
    """

    id: int
    person: int
    at: datetime
    changes: Changes
    seen_at: datetime | None
    seen_by: str | None
    name: str
    reference: str | None
    source: Source | None = None


@dataclass(frozen=True)
class Note:
    """What an agent wrote down about a family, for the other agents: it is never sent to anyone.

    `corrected_at` is when they last put it right; a situation to know ends when an agent says so.
    """

    id: int
    household: int
    kind: NoteKind
    text: str
    at: datetime
    agent: int
    agent_email: str
    corrected_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None

    @property
    def is_to_know(self) -> bool:
        """Whether it stands above the family's page."""
        return self.kind is NoteKind.SITUATION and self.ended_at is None


@dataclass(frozen=True)
class Confirmation:
    """A right that a contact was told of, by a mail to `email`; `agreed_at` is when they said yes."""

    contact: int
    child: int
    what: Permission
    email: str
    told_at: datetime
    agreed_at: datetime | None
