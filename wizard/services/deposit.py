"""Depositing what a family asks: the people declared, what is asked of each and the mail, committed at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import FACTS, Account, Declaration, Draft, Identity, Link, Residence, Right, Role
from wizard.services import household, pace, withdrawing
from wizard.services.asking import ask, ask_no_more
from wizard.services.household import Household, declaration_of
from wizard.stores import accounts, drafts, people

RECEIPT_LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class Declared:
    """Someone as a draft declares them; others are named by the id they have in the draft.

    `asked` is what its form asks of their identity: of someone known, the rest stays as it was.
    """

    id: str
    role: Role
    identity: Identity
    residence: Residence | None = None
    same_address: bool = False
    invite: bool = False
    links: Mapping[str, Link] = field(default_factory=dict)
    my_link: Link | None = None
    rights: Mapping[str, tuple[bool, bool]] = field(default_factory=dict)
    asked: Collection[str] = FACTS


@dataclass(frozen=True)
class Asked:
    """What a draft asks: the people it declares, and those of the household whom it takes out.

    `persons` are the people of the household whom it names, by their id in it; `unchanged`, the ids of those left
    as they were when it was opened: of them, only what others say is new.
    """

    declared: Sequence[Declared]
    persons: Mapping[str, int]
    unchanged: Collection[str] = ()
    removed: Collection[str] = ()


class NothingAsked(Exception):
    """The draft says only what is so, or asked, already."""


def deposit(db: Database, draft: Draft, asked: Asked) -> None:
    """Commit what a draft asks: in the household's open dossier, or in a new one.

    A second click changes nothing. Raises NothingAsked; TooSoon past the dossiers of an account.
    """
    with transaction(db):
        if not drafts.exists(db, draft.id):
            return
        account = accounts.of_draft(db, draft)
        pace.of_a_deposit(db, account.id)
        at = now()
        dossier = _deposit(db, account, asked, at)
        drafts.finish(db, draft, account.id, dossier, at + RECEIPT_LIFETIME)


def _deposit(db: Database, account: Account, asked: Asked, now: datetime) -> int:
    found = household.read(db, account.household)
    ids = dict(asked.persons)
    for one in asked.declared:
        if one.id not in ids:
            ids[one.id] = people.add_person(db, one.identity, now)
    changes = _changes(found, asked, ids)
    removed = [asked.persons[one] for one in asked.removed]
    for person in removed:
        if leaving := _take_out(db, account, found, person, now):
            changes[person] = leaving
    if changes:
        return ask(db, account, changes, now)
    if not removed:
        raise NothingAsked
    return found.dossiers[0].id


def _take_out(db: Database, account: Account, found: Household, person: int, now: datetime) -> Declaration | None:
    """Take someone out of a household; return what is then to be asked of the town hall, if anything.

    What is asked of them is taken back. A contact has no right from now on; anyone else leaves once it is accepted.
    """
    ask_no_more(db, found.dossiers, person, now)
    if person not in found.facts:
        return None
    if found.facts[person].role is Role.CONTACT:
        withdrawing.take(db, account, person, None, now)
        return None
    return replace(declaration_of(found.facts[person], found.parent), leaves=True)


def _changes(found: Household, asked: Asked, ids: Mapping[str, int]) -> dict[int, Declaration]:
    """Return what is asked of whom: of each new person, of each whom the family says otherwise or had to correct."""
    changes = {}
    for one in asked.declared:
        person, line = ids[one.id], found.lines.get(ids[one.id])
        before = found.current(person)
        after = _said(found, one, ids) if before is None else _said_again(found, asked, one, ids, before)
        if one.id not in asked.persons:
            after = replace(after, links={**after.links, **_links_to(asked, one, ids)})
        if after != before or (line and line.waits_for_family):
            changes[person] = after
    return changes


def _said(found: Household, one: Declared, ids: Mapping[str, int]) -> Declaration:
    return Declaration(
        role=one.role,
        identity=one.identity,
        residence=one.residence,
        same_address=one.same_address,
        invite=one.invite,
        links={ids[other]: link for other, link in one.links.items()}
        | ({found.parent.person: one.my_link} if one.my_link else {}),
        rights=tuple(Right(ids[child], *given) for child, given in one.rights.items()),
    )


def _links_to(asked: Asked, child: Declared, ids: Mapping[str, int]) -> dict[int, Link]:
    """Return who the adults known are to a new child: it is said of the child, nothing is asked of these adults."""
    known = (one for one in asked.declared if one.role is Role.CO_REPRESENTATIVE and one.id in asked.unchanged)
    return {ids[one.id]: one.links[child.id] for one in known if child.id in one.links}


def _said_again(
    found: Household, asked: Asked, one: Declared, ids: Mapping[str, int], before: Declaration
) -> Declaration:
    """Return what is said of someone known; a contact who is unchanged may be asked for new children."""
    said = _said(found, one, ids)
    kept = {name: getattr(before.identity, name) for name in FACTS if name not in one.asked}
    said = replace(said, identity=replace(said.identity, **kept))
    if one.role is Role.CHILD:
        said = replace(said, links={**before.links, **said.links})
    if one.id not in asked.unchanged:
        return said
    if one.role is not Role.CONTACT:
        return before
    new = {ids[child] for child in (*one.links, *one.rights) if child not in asked.persons}
    return replace(
        before,
        links={**before.links, **{child: link for child, link in said.links.items() if child in new}},
        rights=(*before.rights, *(right for right in said.rights if right.child in new)),
    )
