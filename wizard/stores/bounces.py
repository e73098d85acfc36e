"""The addresses whose mail server refuses our mails: the last refusal of each person's, as long as it is theirs.

Kept out of the family's copy of its data: it tells of a mail server, and goes once a mail arrives.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp

_ADDRESS = """coalesce((SELECT email FROM accounts WHERE accounts.person = people.id
    ORDER BY activated_at IS NULL, accounts.id DESC LIMIT 1), people.email)"""
"""Where someone is written to now: an account's address first."""


@dataclass(frozen=True)
class Failing:
    """Someone whose mails come back: for good or for now, since when, and the `status` that the server gave."""

    household: int
    person: int
    email: str
    at: datetime
    status: str
    permanent: bool


@dataclass(frozen=True)
class Written:
    """Whom a mail was written to, under which address, hashed; and what theirs is now."""

    household: int
    person: int
    address_hmac: str
    email: str | None


def written(db: Database, message_id: str) -> Written | None:
    """Return whom the mail of this Message-ID was for, as long as its row is kept."""
    row = db.execute(
        f"""SELECT outbox.household, outbox.person, outbox.address_hmac, {_ADDRESS}
        FROM outbox JOIN people ON people.id = outbox.person
        WHERE message_id = ? AND outbox.household IS NOT NULL AND outbox.address_hmac IS NOT NULL""",
        (message_id,),
    ).fetchone()
    return Written(*row) if row else None


def note(db: Database, household: int, person: int, email: str, at: datetime, status: str, *, permanent: bool) -> None:
    """Write that someone's mails come back; what is so for now does not hide what is so for good."""
    db.execute(
        """INSERT INTO bounces (person, household, email, at, status, permanent) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (person) DO UPDATE SET household = excluded.household, email = excluded.email, at = excluded.at,
            status = excluded.status, permanent = excluded.permanent
        WHERE excluded.permanent OR NOT bounces.permanent OR bounces.email <> excluded.email""",
        (person, household, email, stamp(at), status, permanent),
    )


def clear(db: Database, person: int) -> None:
    """Forget it: a mail arrived."""
    db.execute("DELETE FROM bounces WHERE person = ?", (person,))


_FAILING = f"""SELECT bounces.household, bounces.person, bounces.email, bounces.at, bounces.status, bounces.permanent
FROM bounces JOIN people ON people.id = bounces.person WHERE bounces.email = {_ADDRESS}"""


def failing(db: Database) -> tuple[Failing, ...]:
    """Return everyone whose mails come back, the latest first; an address changed since is not failing."""
    return tuple(_failing(*row) for row in db.execute(_FAILING + " ORDER BY bounces.at DESC, bounces.person"))


def of_household(db: Database, household: int) -> dict[int, Failing]:
    """Return, by person, those of a household whose mails come back."""
    rows = db.execute(_FAILING + " AND bounces.household = ?", (household,)).fetchall()
    return {one.person: one for one in (_failing(*row) for row in rows)}


def purge(db: Database, arrived_before: datetime, temporary_before: datetime) -> int:
    """Forget those to whom a later mail left before `arrived_before` and did not come back, and old hindrances."""
    return db.execute(
        """DELETE FROM bounces WHERE (NOT permanent AND at < :temporary) OR EXISTS (SELECT 1 FROM outbox
            WHERE outbox.person = bounces.person AND created_at > bounces.at AND sent_at < :arrived)""",
        {"arrived": stamp(arrived_before), "temporary": stamp(temporary_before)},
    ).rowcount


def _failing(household: int, person: int, email: str, at: str, status: str, permanent: int) -> Failing:
    return Failing(household, person, email, moment(at), status, bool(permanent))
