"""What leaves for the town's software: the families, read by number; what each profile was given, and holds."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Permission, Residence
from wizard.stores.people_search import NAME


@dataclass(frozen=True)
class Held:
    """What the software of a profile holds of a household, by number: people, and rights (contact, child, what)."""

    people: frozenset[int] = frozenset()
    rights: frozenset[tuple[int, int, Permission]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.people or self.rights)

    def __or__(self, other: "Held") -> "Held":
        return Held(self.people | other.people, self.rights | other.rights)

    def __and__(self, other: "Held") -> "Held":
        return Held(self.people & other.people, self.rights & other.rights)

    def __sub__(self, other: "Held") -> "Held":
        return Held(self.people - other.people, self.rights - other.rights)


@dataclass(frozen=True)
class HandedOver:
    """What was handed over of a household, last at `at`; `reference` is that of its last dossier then."""

    household: int
    at: datetime
    digest: str
    reference: str
    held: Held


@dataclass(frozen=True)
class Export:
    """One file that left, for which profile, made by which agent."""

    at: datetime
    agent: str
    changes_only: bool
    families: int
    people: int


# A family is of those exported once a child of it was accepted.
_WITH_A_CHILD = "SELECT 1 FROM household_members WHERE household = households.id AND role = 'child'"


def households(db: Database) -> Iterator[tuple[int, str | None, str]]:
    """Give each household with a child: its number, its key unless only announced, its last dossier's reference."""
    query = f"""
    SELECT id, iif(key_origin = 'link', NULL, enfance_key), coalesce((SELECT reference FROM dossiers
        WHERE household = households.id ORDER BY deposited_at DESC, id DESC LIMIT 1), '')
    FROM households WHERE EXISTS ({_WITH_A_CHILD}) ORDER BY id
    """
    yield from db.execute(query).fetchall()


def household(db: Database, number: int) -> tuple[str | None, str] | None:
    """Return the key and the last reference of a household, if a child of it was accepted."""
    query = f"""
    SELECT iif(key_origin = 'link', NULL, enfance_key), coalesce((SELECT reference FROM dossiers
        WHERE household = households.id ORDER BY deposited_at DESC, id DESC LIMIT 1), '')
    FROM households WHERE id = ? AND EXISTS ({_WITH_A_CHILD})
    """
    found: tuple[str | None, str] | None = db.execute(query, (number,)).fetchone()
    return found


def childless(db: Database) -> int:
    """Count the households in which someone else than their parent was accepted, but no child."""
    query = f"""
    SELECT count(*) FROM households WHERE NOT EXISTS ({_WITH_A_CHILD}) AND EXISTS (
        SELECT 1 FROM household_members WHERE household = households.id AND role <> 'representative')
    """
    return int(db.execute(query).fetchone()[0])


def shared_children(db: Database) -> Mapping[int, tuple[tuple[int, Residence | None], ...]]:
    """Return the children of several households: those, each with where it says that the child lives."""
    query = """
    SELECT members.person, members.household, residence FROM household_members AS members
        LEFT JOIN residences ON residences.household = members.household AND residences.child = members.person
    WHERE members.person IN (SELECT person FROM household_members WHERE role = 'child' GROUP BY person
        HAVING count(*) > 1)
    ORDER BY members.person, members.household
    """
    found: dict[int, list[tuple[int, Residence | None]]] = defaultdict(list)
    for child, number, residence in db.execute(query).fetchall():
        found[child].append((number, Residence(residence) if residence else None))
    return {child: tuple(homes) for child, homes in found.items()}


def contested(db: Database) -> frozenset[tuple[int, int, Permission]]:
    """Return the rights that another home of the child objects to, undecided: contact, child, what."""
    rows = db.execute("SELECT contact, child, what FROM objections WHERE ended_at IS NULL").fetchall()
    return frozenset((contact, child, Permission(what)) for contact, child, what in rows)


def names(db: Database, numbers: Iterable[int]) -> Mapping[int, str]:
    """Return the names of those people who were not deleted."""
    query = f"SELECT id, {NAME} FROM people WHERE id IN (SELECT value FROM json_each(?))"
    return dict(db.execute(query, (json.dumps(list(numbers)),)).fetchall())


def handed_over(db: Database, profile: str) -> Mapping[int, HandedOver]:
    """Return what was handed over for a profile, by household."""
    query = "SELECT household, at, digest, reference, held FROM handed_over WHERE profile = ?"
    return {
        number: HandedOver(number, moment(at), digest, reference, _held(held))
        for number, at, digest, reference, held in db.execute(query, (profile,)).fetchall()
    }


def hand_over(db: Database, profile: str, one: HandedOver) -> None:
    """Keep what was handed over of a household."""
    held = {"people": sorted(one.held.people), "rights": sorted(one.held.rights)}
    db.execute(
        """INSERT OR REPLACE INTO handed_over (profile, household, at, digest, reference, held)
        VALUES (?, ?, ?, ?, ?, ?)""",
        (profile, one.household, stamp(one.at), one.digest, one.reference, json.dumps(held)),
    )


_GONE = """
EXISTS (SELECT 1 FROM json_each(held, '$.people') AS one WHERE NOT EXISTS (SELECT 1 FROM household_members
    WHERE household = handed_over.household AND person = one.value))
OR EXISTS (SELECT 1 FROM json_each(held, '$.rights') AS one WHERE NOT EXISTS (SELECT 1 FROM contact_rights
    WHERE contact = one.value ->> 0 AND child = one.value ->> 1
        AND iif(one.value ->> 2 = 'collect', may_collect, emergency)))
"""


def behind(db: Database, profile: str) -> int:
    """Count the families of whom the software of a profile holds what is no longer true."""
    row = db.execute(f"SELECT count(*) FROM handed_over WHERE profile = ? AND ({_GONE})", (profile,)).fetchone()
    return int(row[0])


def forget(db: Database, profile: str, household: int) -> None:
    """Note that the software of a profile holds nothing of a household any more."""
    db.execute("DELETE FROM handed_over WHERE profile = ? AND household = ?", (profile, household))


def transmissions(db: Database, household: int) -> tuple[tuple[str, datetime], ...]:
    """Return to which profiles a household was handed over, and when last."""
    query = "SELECT profile, at FROM handed_over WHERE household = ? ORDER BY at, profile"
    return tuple((profile, moment(at)) for profile, at in db.execute(query, (household,)).fetchall())


def add(db: Database, profile: str, export: Export, agent: int) -> None:
    """Write that a file left."""
    db.execute(
        "INSERT INTO exports (profile, at, agent, changes_only, families, people) VALUES (?, ?, ?, ?, ?, ?)",
        (profile, stamp(export.at), agent, export.changes_only, export.families, export.people),
    )


def last(db: Database, profile: str) -> Export | None:
    """Return the last file that left for a profile."""
    query = """
    SELECT at, email, changes_only, families, people FROM exports JOIN agents ON agents.id = exports.agent
    WHERE profile = ? ORDER BY at DESC, exports.id DESC LIMIT 1
    """
    row = db.execute(query, (profile,)).fetchone()
    return Export(moment(row[0]), row[1], bool(row[2]), row[3], row[4]) if row else None


def _held(kept: str) -> Held:
    read = json.loads(kept)
    rights = ((contact, child, Permission(what)) for contact, child, what in read["rights"])
    return Held(frozenset(read["people"]), frozenset(rights))
