"""What a dossier asks: declared, declared anew, taken back; and whose turn it then is."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import now as present
from wizard.db import transaction
from wizard.models import Account, Action, Declaration, Dossier, Role
from wizard.services import figures, household, outbox, receipt
from wizard.services.household import declaration_of
from wizard.stores import declarations, dossiers, journal, people


class TooLate(Exception):
    """An agent has opened the dossier: it is theirs to answer."""


def ask(db: Database, account: Account, changes: Mapping[int, Declaration], now: datetime) -> int:
    """Ask the town hall for these, in the open transaction; write to the parent, and return the dossier.

    The first that a household deposits is about its representative too.
    """
    found = household.read(db, account.household)
    line = found.lines.get(account.person)
    if line is None or not line.is_asked:
        changes = {account.person: declaration_of(found.parent, found.parent)} | dict(changes)
    if found.open_dossier:
        dossier, reference = found.open_dossier.id, found.open_dossier.reference
    else:
        reference = dossiers.new_reference(db)
        dossier = dossiers.add(db, reference, account.household, account.id, now)
    for person, declaration in changes.items():
        declare(db, dossier, person, declaration, now, again=found.open_dossier is not None)
    pass_on(db, dossier, now)
    lines, measured = receipt.lines(db, dossier), figures.measured(db)
    outbox.enqueue(db, "deposited", account.email, reference=reference, at=now, lines=lines, measured=measured)
    return dossier


def declare(db: Database, dossier: int, person: int, declaration: Declaration, now: datetime, *, again: bool) -> None:
    """Keep what a dossier asks of someone, to be decided; `again`, whoever reads the dossier is told that it changed.

    Until they are accepted, a person is called as they were declared last.
    """
    declarations.add(db, dossier, person, declaration, now)
    dossiers.ask(db, dossier, person, declaration.role)
    if declaration.role is not Role.REPRESENTATIVE and not declarations.is_fact(db, person):
        people.set_identity(db, person, declaration.identity)
    if again:
        version = declarations.latest_version(db, person)
        journal.add_of_family(db, dossier, Action.DECLARED, now, person, version)


def pass_on(db: Database, dossier: int, now: datetime) -> None:
    """Give a dossier back to the town hall once nothing is left for the family to correct.

    With nothing left for the town hall to answer, the answer before, if any, is the last one again.
    """
    left = dossiers.by_id(db, dossier)
    if left is None or not left.asked:
        return
    if not any(line.waits_for_town for line in left.asked):
        dossiers.restore_answer(db, dossier)
    elif left.answered_at and not any(line.waits_for_family for line in left.asked):
        dossiers.set_corrected(db, dossier, now)


def take_back(db: Database, dossier: int, person: int, now: datetime, why: Action = Action.WITHDRAWN) -> None:
    """Ask nothing more about someone in a dossier, in the open transaction; `why` says who wants it so."""
    dossiers.withdraw(db, dossier, person, now)
    note_taken_back(db, dossier, person, now, why)
    pass_on(db, dossier, now)


def ask_no_more(db: Database, own: Iterable[Dossier], person: int, now: datetime) -> None:
    """Take back, in the open transaction, all that waits about someone in the dossiers of a family, its `own`."""
    for dossier in own:
        if any(line.person == person and (line.waits_for_town or line.waits_for_family) for line in dossier.lines):
            take_back(db, dossier.id, person, now)


def note_taken_back(db: Database, dossier: int, person: int, now: datetime, why: Action = Action.WITHDRAWN) -> None:
    """Tell whoever reads a dossier that all or part of what it asks about someone is asked no more."""
    version = declarations.latest_version(db, person)
    journal.add_of_family(db, dossier, why, now, person, version)


def cancel(db: Database, account: Account, reference: str) -> bool:
    """Take back a dossier that no agent has opened; a second time changes nothing.

    False when the account has no such dossier. Raises TooLate.
    """
    with transaction(db):
        typed = dossiers.typed_reference(reference)
        own = dossiers.of_household(db, account.household)
        dossier = next((one for one in own if one.reference == typed), None)
        if dossier is None:
            return False
        if not (dossier.may_be_cancelled or dossier.is_cancelled):
            raise TooLate
        for line in dossier.asked:
            take_back(db, dossier.id, line.person, present())
    return True
