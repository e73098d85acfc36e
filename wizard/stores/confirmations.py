"""The rights that contacts were told of by mail, and what they said: kept as long as they have them."""

from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Confirmation, Permission


def add(db: Database, household: int, contact: int, child: int, what: Permission, email: str, at: datetime) -> None:
    """Write that a contact is told of a right, which they have not confirmed."""
    db.execute(
        """INSERT OR REPLACE INTO confirmations (household, contact, child, what, email, told_at)
        VALUES (?, ?, ?, ?, ?, ?)""",
        (household, contact, child, what, email, stamp(at)),
    )


def agree(db: Database, contact: int, at: datetime) -> None:
    """Write that a contact agrees to all that they were told of; with no right left, to what they had declined."""
    db.execute(
        "UPDATE confirmations SET agreed_at = ? WHERE contact = ? AND agreed_at IS NULL",
        (stamp(at), contact),
    )
    db.execute(
        """UPDATE withdrawals SET agreed_at = :at WHERE contact = :contact AND declined AND agreed_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM confirmations WHERE contact = :contact)""",
        {"at": stamp(at), "contact": contact},
    )


def forget(db: Database, contact: int) -> None:
    """Forget what a contact, whose address is known no more, was told."""
    db.execute("DELETE FROM confirmations WHERE contact = ?", (contact,))


def prune(db: Database, household: int) -> None:
    """Forget what was told of rights that contacts of a household no longer have."""
    db.execute(
        """DELETE FROM confirmations WHERE household = ? AND NOT EXISTS (
            SELECT 1 FROM contact_rights WHERE contact_rights.contact = confirmations.contact
                AND contact_rights.child = confirmations.child
                AND CASE what WHEN 'collect' THEN may_collect ELSE emergency END)""",
        (household,),
    )


def of_household(db: Database, household: int) -> tuple[Confirmation, ...]:
    """Return what the contacts of a household were told of, and said."""
    query = """SELECT contact, child, what, email, told_at, agreed_at FROM confirmations
        WHERE household = ? ORDER BY contact, what, child"""
    return tuple(
        Confirmation(contact, child, Permission(what), email, moment(told), moment(agreed) if agreed else None)
        for contact, child, what, email, told, agreed in db.execute(query, (household,))
    )
