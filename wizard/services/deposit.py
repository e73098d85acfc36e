"""Depositing a dossier: the people declared, their ties and the mail, committed at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.models import Account, Draft, Identity, Link, Residence, Right, Role
from wizard.services import outbox
from wizard.stores import accounts, dossiers, drafts, people

RECEIPT_LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class Declared:
    """Someone declared; children are named by the id they have in the draft."""

    id: str
    role: Role
    identity: Identity
    residence: Residence | None
    same_address: bool
    links: Mapping[str, Link]
    my_link: Link | None
    rights: Mapping[str, tuple[bool, bool]]


def deposit(
    db: Database, draft: Draft, declared: Sequence[Declared], known_id: Callable[[int], str], now: datetime
) -> str:
    """Commit a draft's people and return the reference of their dossier.

    `known_id` gives the id that a person of the household, deposited before, has in drafts: such a person
    declared again is corrected. To be called in a transaction.
    """
    account = accounts.by_id(db, draft.account or 0)
    assert account is not None
    ids = {known_id(member.person): member.person for member in people.members(db, account.household)}
    for one in declared:
        ids[one.id] = _correct(db, account, one, ids[one.id]) if one.id in ids else _add(db, account, one, now)
    for one in declared:
        _tie(db, account, one, ids)
    deposited = [ids[one.id] for one in declared]
    if not dossiers.of_household(db, account.household):
        deposited.insert(0, account.person)
    reference = dossiers.new_reference(db)
    dossier = dossiers.add(db, reference, account.household, account.id, deposited)
    drafts.finish(db, draft, account.id, dossier, now + RECEIPT_LIFETIME)
    outbox.enqueue(db, "deposited", account.email, reference=reference)
    return reference


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
