"""Depositing a dossier: the people declared, their ties and the mail, committed at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Draft, Identity, Link, Residence, Right, Role
from wizard.services import outbox, pace, receipt, standing
from wizard.stores import accounts, dossiers, drafts, people

RECEIPT_LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class Declared:
    """Someone declared; children are named by the id they have in the draft."""

    id: str
    role: Role
    identity: Identity
    residence: Residence | None = None
    same_address: bool = False
    links: Mapping[str, Link] = field(default_factory=dict)
    my_link: Link | None = None
    rights: Mapping[str, tuple[bool, bool]] = field(default_factory=dict)


class NotToCorrect(Exception):
    """Someone deposited before was declared again, of whom the town hall asks nothing, or whom the parent withdrew."""

    def __init__(self, identity: Identity) -> None:
        super().__init__()
        self.identity = identity


def deposit(db: Database, draft: Draft, declared: Sequence[Declared], persons: Mapping[str, int]) -> None:
    """Commit a draft's people as a dossier. Done already, change nothing.

    `persons` are those of the household whom the draft may name, by their id in it: declared again, they are
    corrected. Raises NotToCorrect; TooSoon past the dossiers of an account.
    """
    with transaction(db):
        if drafts.exists(db, draft.id):
            pace.of_a_deposit(db, draft.account or 0)
            _deposit(db, draft, declared, persons, now())


def _deposit(
    db: Database, draft: Draft, declared: Sequence[Declared], persons: Mapping[str, int], now: datetime
) -> None:
    account = accounts.by_id(db, draft.account or 0)
    assert account is not None
    ids = dict(persons)
    _refuse_the_accepted(db, account, [one for one in declared if one.id in ids], ids)
    for one in declared:
        ids[one.id] = _correct(db, account, one, ids[one.id]) if one.id in ids else _add(db, account, one, now)
    for one in declared:
        _tie(db, account, one, ids)
    deposited = [ids[one.id] for one in declared]
    if not dossiers.of_household(db, account.household):
        deposited.insert(0, account.person)
    drafts.finish(db, draft, account.id, add_dossier(db, account, deposited, now), now + RECEIPT_LIFETIME)


def add_dossier(db: Database, account: Account, persons: Sequence[int], now: datetime) -> int:
    """Deposit a dossier about people of the account's household, who are as declared, and write so to the parent."""
    reference = dossiers.new_reference(db)
    dossier = dossiers.add(db, reference, account.household, account.id, persons, now)
    outbox.enqueue(db, "deposited", account.email, reference=reference, at=now, lines=receipt.lines(db, dossier))
    return dossier


def _refuse_the_accepted(db: Database, account: Account, again: Sequence[Declared], ids: Mapping[str, int]) -> None:
    """A decision stays tied to what was decided: only whom the town hall asked to correct is written anew."""
    situations = standing.of_household(db, account.household, people.members(db, account.household))
    for one in again:
        if not situations[ids[one.id]].is_to_correct:
            raise NotToCorrect(one.identity)


def _add(db: Database, account: Account, one: Declared, now: datetime) -> int:
    person = people.add_person(db, one.identity, now)
    people.add_member(db, account.household, person, one.role)
    _place(db, account, one, person)
    return person


def _correct(db: Database, account: Account, one: Declared, person: int) -> int:
    """Replace what was declared of someone; their ties are declared anew."""
    people.set_identity(db, person, one.identity)
    people.untie(db, person)
    _place(db, account, one, person)
    return person


def _place(db: Database, account: Account, one: Declared, person: int) -> None:
    if one.residence:
        people.set_residence(db, account.household, person, one.residence)
    address = people.address(db, account.person) if one.same_address else None
    if address:
        people.set_address(db, person, address)


def _tie(db: Database, account: Account, one: Declared, ids: Mapping[str, int]) -> None:
    person = ids[one.id]
    if one.my_link:
        people.link(db, account.person, person, one.my_link)
    for child, link in one.links.items():
        people.link(db, person, ids[child], link)
    for child, (may_collect, emergency) in one.rights.items():
        people.grant(db, person, Right(ids[child], may_collect, emergency))
