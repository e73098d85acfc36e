"""The seals of households, accounts, agents and rights: broken when what they stand for is taken back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import product

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.hashing import digest
from wizard.models import Authorisation, OneDay, Permission
from wizard.stores import ledger, one_day


def break_household(db: Database, household: int, now: datetime) -> None:
    """Break the seals of a household about to be deleted, and of those joined with it, which a copy may hold apart."""
    for seal in of_household(db, household):
        ledger.add(db, seal, now)


def break_account(db: Database, account: int, now: datetime) -> None:
    """Break the seal of an account whose password is no longer what it was, and give it another."""
    ledger.add(db, _seal(db, "SELECT seal FROM accounts WHERE id = ?", account), now)
    db.execute("UPDATE accounts SET seal = lower(hex(randomblob(16))) WHERE id = ?", (account,))


def break_agent(db: Database, agent: int, now: datetime) -> None:
    """Break the seal of an agent whose access is no longer what it was, and give it another."""
    ledger.add(db, _seal(db, "SELECT seal FROM agents WHERE id = ?", agent), now)
    db.execute("UPDATE agents SET seal = lower(hex(randomblob(16))) WHERE id = ?", (agent,))


def break_right(
    db: Database, household: int, contact: int, child: int, what: Permission, now: datetime, *, declined: bool
) -> None:
    """Break the seal of a right for a child, which a contact is about to lose or to decline."""
    seals, contacts, children = of_household(db, household), numbers_of(db, contact), numbers_of(db, child)
    for seal, one, other in product(seals, contacts, children):
        ledger.add(db, _of_right(seal, one, other, what, declined=declined), now)


def break_one_day(db: Database, one: OneDay, now: datetime) -> None:
    """Break the seal of a right to collect a child on one day, which someone is about to lose."""
    for seal, child in product(of_household(db, one.household), numbers_of(db, one.child)):
        ledger.add(db, _of_one_day(seal, replace(one, child=child)), now)


def break_authorisation(db: Database, household: int, one: Authorisation, now: datetime) -> None:
    """Break the seal of an authorisation that a parent of a household is about to take back."""
    for seal, child in product(of_household(db, household), numbers_of(db, one.child)):
        ledger.add(db, _of_authorisation(seal, child, one.year, one.purpose, stamp(one.at)), now)


def withdrawn_authorisations(db: Database, broken: Mapping[str, datetime]) -> list[tuple[int, datetime]]:
    """Return the authorisations that were taken back since a copy was made, and when."""
    rows = db.execute("""
    SELECT authorisations.id, households.seal, child, year, purpose, at FROM authorisations
        JOIN accounts ON accounts.id = account JOIN households ON households.id = accounts.household
    WHERE given AND withdrawn_at IS NULL
    """).fetchall()
    return [(number, at) for number, *parts in rows if (at := broken.get(_of_authorisation(*parts)))]


def _of_authorisation(household: str, child: int, year: str, purpose: str, at: str) -> str:
    """Return the seal of an authorisation; what was authorised at another moment is another."""
    return digest(f"{household} {child} {year} {purpose} {at}")


def break_document(db: Database, document: int, now: datetime) -> None:
    """Break the seal of a document that a parent is about to delete: its number, which nobody guesses."""
    ledger.add(db, _of_document(document), now)


def removed_documents(db: Database, broken: Iterable[str]) -> tuple[int, ...]:
    """Return the documents that parents deleted since a copy was made."""
    known = frozenset(broken)
    numbers = [number for (number,) in db.execute("SELECT id FROM documents").fetchall()]
    return tuple(number for number in numbers if _of_document(number) in known)


def _of_document(document: int) -> str:
    return digest(f"document {document}")


def withdrawn_one_days(db: Database, broken: Mapping[str, datetime]) -> list[tuple[OneDay, datetime]]:
    """Return the authorisations of one day that were taken back since a copy was made, and when."""
    query = "SELECT DISTINCT household, seal FROM one_day JOIN households ON households.id = household"
    return [
        (one, at)
        for household, seal in db.execute(query).fetchall()
        for one in one_day.of_household(db, household)
        if one.withdrawn_at is None and (at := broken.get(_of_one_day(seal, one)))
    ]


def _of_one_day(household: str, one: OneDay) -> str:
    """Return the seal of a right given for one day; one given at another moment is another."""
    return digest(f"{household} {one.child} {one.day} {one.name} {stamp(one.given_at)}")


Taken = tuple[int, int, int, Permission, datetime, bool]
"""In which household, from which contact, for which child, what was taken back, when, and whether they declined it."""


def withdrawn_rights(db: Database, broken: Mapping[str, datetime]) -> list[Taken]:
    """Return the rights, granted or asked, taken back at a moment that the database knows nothing of, the last first.

    One that it knows of was asked again since.
    """
    known = frozenset(db.execute("SELECT contact, child, what, at FROM withdrawals").fetchall())
    declared = db.execute("""
    SELECT DISTINCT households.id, households.seal, declarations.person, value ->> 0
    FROM declarations, json_each(data, '$.rights') JOIN dossiers ON dossiers.id = dossier
        JOIN households ON households.id = household
    """).fetchall()
    found = [
        (household, contact, child, what, at, declined)
        for household, seal, contact, child in declared
        for what in Permission
        for declined in (False, True)
        if (at := broken.get(_of_right(seal, contact, child, what, declined=declined)))
        and (contact, child, what, stamp(at)) not in known
    ]
    return sorted(found, key=lambda taken: taken[4], reverse=True)


def _of_right(household: str, contact: int, child: int, what: Permission, *, declined: bool) -> str:
    """Return the seal of a right: of its household's, whatever is declared anew and whichever version made a copy."""
    return digest(f"{household} {contact} {child} {what}{' declined' if declined else ''}")


def of_household(db: Database, household: int) -> tuple[str, ...]:
    """Return the seals under which copies may hold a household."""
    own = _seal(db, "SELECT seal FROM households WHERE id = ?", household)
    joined = db.execute("SELECT was FROM former_numbers WHERE household = ?", (household,)).fetchall()
    return (own, *(seal for (seal,) in joined))


def numbers_of(db: Database, person: int) -> tuple[int, ...]:
    """Return the numbers under which copies may hold someone."""
    joined = db.execute("SELECT was FROM former_numbers WHERE person = ?", (person,)).fetchall()
    return (person, *(int(number) for (number,) in joined))


def forget_former(db: Database, before: datetime) -> int:
    """Forget the numbers that copies made before that moment alone hold."""
    return db.execute("DELETE FROM former_numbers WHERE at < ?", (stamp(before),)).rowcount


def _seal(db: Database, query: str, number: int) -> str:
    return str(db.execute(query, (number,)).fetchone()[0])


def deleted_accounts(db: Database, broken: Iterable[str]) -> tuple[int, ...]:
    """Return the accounts of the households whose seal is broken."""
    query = """
    SELECT accounts.id FROM accounts JOIN households ON households.id = accounts.household
    WHERE households.seal IN (SELECT value FROM json_each(?))
    """
    return tuple(account for (account,) in db.execute(query, (_array(broken),)).fetchall())


def changed_accounts(db: Database, broken: Iterable[str]) -> tuple[int, ...]:
    """Return the accounts whose seal is broken."""
    query = "SELECT id FROM accounts WHERE seal IN (SELECT value FROM json_each(?))"
    return tuple(account for (account,) in db.execute(query, (_array(broken),)).fetchall())


def changed_agents(db: Database, broken: Iterable[str]) -> tuple[int, ...]:
    """Return the agents whose seal is broken."""
    query = "SELECT id FROM agents WHERE seal IN (SELECT value FROM json_each(?))"
    return tuple(agent for (agent,) in db.execute(query, (_array(broken),)).fetchall())


def delete_spent_codes(db: Database, broken: Iterable[str]) -> None:
    """Delete the recovery codes that were spent: the digest of a code is its seal."""
    db.execute("DELETE FROM recovery_codes WHERE code_sha256 IN (SELECT value FROM json_each(?))", (_array(broken),))


def end_all_that_is_open(db: Database, now: datetime) -> None:
    """End sessions, tokens, invitations, receipts, forms held; a new epoch ends what only cookies hold."""
    for statement in (
        "DELETE FROM sessions",
        "DELETE FROM held_forms",
        "DELETE FROM draft_tokens",
        "DELETE FROM receipts",
        "DELETE FROM tokens",
        "DELETE FROM invitations WHERE used_at IS NULL",
        "UPDATE agents SET invitation_sha256 = NULL, invited_until = created_at WHERE invited_until IS NOT NULL",
    ):
        db.execute(statement)
    at = int(now.timestamp())
    db.execute("UPDATE accounts SET epoch = max(epoch + 1, ?)", (at,))
    db.execute("UPDATE agents SET epoch = max(epoch + 1, ?)", (at,))


def _array(seals: Iterable[str]) -> str:
    return json.dumps(list(seals))
