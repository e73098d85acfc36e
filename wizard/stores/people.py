"""People, the households they belong to, and their ties: links, residence, rights."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import stamp
from wizard.models import (
    FACTS,
    PLACE,
    Address,
    Identity,
    KeyOrigin,
    Link,
    Member,
    PreferredContact,
    Residence,
    Right,
    Role,
    Sex,
    Title,
)
from wizard.values.dates import BirthDate, stored_date


def add_household(db: Database, enfance_key: str, key_origin: KeyOrigin, now: datetime) -> int:
    """Open a household under its Clé Enfance; `key_origin` says where the key comes from.

    It never has the number of one that was deleted: what was done in that one was not done in it.
    """
    number = _next_number(
        db, "SELECT max(id) FROM households UNION SELECT number FROM last_numbers WHERE of = 'households'"
    )
    db.execute(
        "INSERT INTO households (id, enfance_key, key_origin, created_at) VALUES (?, ?, ?, ?)",
        (number, enfance_key, key_origin, stamp(now)),
    )
    return number


def _next_number(db: Database, known: str) -> int:
    """Return a number that nobody ever had: other software knows those of people since deleted."""
    return 1 + max(number or 0 for (number,) in db.execute(known).fetchall())


def enfance_key(db: Database, household: int) -> str:
    """Return a household's Clé Enfance."""
    row = db.execute("SELECT enfance_key FROM households WHERE id = ?", (household,)).fetchone()
    return str(row[0])


def representative(db: Database, household: int) -> int:
    """Return the person whose account a household is."""
    query = "SELECT person FROM household_members WHERE household = ? AND role = 'representative'"
    return int(db.execute(query, (household,)).fetchone()[0])


# The columns are named as what the records hold: one more there is one more here.
_FACTS, _FACT_VALUES = ", ".join(FACTS), "?" + ", ?" * (len(FACTS) - 1)
_PLACE, _PLACE_VALUES = ", ".join(PLACE), "?" + ", ?" * (len(PLACE) - 1)


def add_person(db: Database, identity: Identity, now: datetime) -> int:
    """Add a person, tied to nothing yet."""
    number = _next_number(db, "SELECT max(id) FROM people UNION SELECT number FROM last_numbers WHERE of = 'people'")
    db.execute(
        f"INSERT INTO people (id, {_FACTS}, created_at) VALUES (?, {_FACT_VALUES}, ?)",
        (number, *written_identity(identity).values(), stamp(now)),
    )
    return number


def called(db: Database, person: int) -> str:
    """Return what to call someone in a sentence."""
    query = "SELECT coalesce(nullif(given_name, ''), birth_name) FROM people WHERE id = ?"
    return str(db.execute(query, (person,)).fetchone()[0])


def set_identity(db: Database, person: int, identity: Identity) -> None:
    """Correct what is known of a person."""
    db.execute(
        f"UPDATE people SET ({_FACTS}) = ({_FACT_VALUES}) WHERE id = ?", (*written_identity(identity).values(), person)
    )


def written_identity(identity: Identity) -> dict[str, Any]:
    """Return what is kept of an identity, by column; a date is stored as `stored_date` reads it."""
    known = ((name, getattr(identity, name)) for name in FACTS)
    return {name: value.isoformat() if isinstance(value, BirthDate) else value for name, value in known}


def read_identity(kept: Mapping[str, Any]) -> Identity:
    """Return the identity that `written_identity` wrote."""
    return Identity(**{name: _read(name, value) for name, value in kept.items()})


def add_member(db: Database, household: int, person: int, role: Role) -> None:
    """Make a person a member of a household, if they are not."""
    db.execute(
        "INSERT OR IGNORE INTO household_members (household, person, role) VALUES (?, ?, ?)", (household, person, role)
    )


def leave(db: Database, household: int, person: int) -> None:
    """Make someone no member of a household, with the ties they have there."""
    untie(db, person)
    own = "(SELECT person FROM household_members WHERE household = ?)"
    db.execute(f"DELETE FROM family_links WHERE child = ? AND adult IN {own}", (person, household))
    db.execute("DELETE FROM residences WHERE child = ? AND household = ?", (person, household))
    db.execute("DELETE FROM household_members WHERE household = ? AND person = ?", (household, person))


def untie(db: Database, adult: int) -> None:
    """Forget an adult's address, links and rights, about to be said anew."""
    db.execute("DELETE FROM addresses WHERE person = ?", (adult,))
    db.execute("DELETE FROM family_links WHERE adult = ?", (adult,))
    db.execute("DELETE FROM contact_rights WHERE contact = ?", (adult,))


def set_address(db: Database, person: int, address: Address) -> None:
    """Give a person an address, in place of the former one."""
    db.execute(
        f"INSERT OR REPLACE INTO addresses (person, {_PLACE}) VALUES (?, {_PLACE_VALUES})",
        (person, *(getattr(address, name) for name in PLACE)),
    )


def address(db: Database, person: int) -> Address | None:
    """Return a person's address."""
    row = next(db.query("SELECT * FROM addresses WHERE person = ?", (person,)), None)
    return _address(row) if row else None


def addresses_to_check(db: Database) -> list[tuple[int, Address]]:
    """Return the addresses of France that no official data recognised, with whose they are."""
    rows = db.query("SELECT * FROM addresses WHERE to_check = 1 AND country = 'FR' ORDER BY person")
    return [(int(row["person"]), _address(row)) for row in rows]


def link(db: Database, adult: int, child: int, link: Link) -> None:
    """Say who an adult is to a child."""
    db.execute("INSERT OR REPLACE INTO family_links (adult, child, link) VALUES (?, ?, ?)", (adult, child, link))


def set_residence(db: Database, household: int, child: int, residence: Residence) -> None:
    """Say where a child lives, seen from a household."""
    db.execute(
        "INSERT OR REPLACE INTO residences (household, child, residence) VALUES (?, ?, ?)",
        (household, child, residence),
    )


def grant(db: Database, contact: int, right: Right) -> None:
    """Say what a contact may do for a child."""
    db.execute(
        "INSERT OR REPLACE INTO contact_rights (contact, child, may_collect, emergency) VALUES (?, ?, ?, ?)",
        (contact, right.child, right.may_collect, right.emergency),
    )


_MEMBERS = f"""
SELECT people.id, household_members.role, residences.residence, {_FACTS}
FROM household_members JOIN people ON people.id = household_members.person
    LEFT JOIN residences ON residences.household = household_members.household AND residences.child = people.id
WHERE household_members.household = ?
ORDER BY people.id
"""

_ADDRESSES = """
SELECT addresses.* FROM addresses JOIN household_members ON household_members.person = addresses.person
WHERE household_members.household = ?
"""


def members(db: Database, household: int) -> tuple[Member, ...]:
    """Return the people of a household, in the order they were declared; nothing of those who are not of it."""
    addresses = {row["person"]: _address(row) for row in db.query(_ADDRESSES, (household,))}
    rows = db.execute(_MEMBERS, (household,)).fetchall()
    people = {row[0] for row in rows}
    links, rights = _links(db, people), _rights(db, people)
    return tuple(
        Member(
            person=row[0],
            role=Role(row[1]),
            identity=read_identity(dict(zip(FACTS, row[3:], strict=True))),
            address=addresses.get(row[0]),
            links={child: link for child, link in links[row[0]].items() if child in people},
            rights=tuple(right for right in rights[row[0]] if right.child in people),
            residence=Residence(row[2]) if row[2] else None,
        )
        for row in rows
    )


def children(db: Database, numbers: Iterable[int] | None = None) -> tuple[Member, ...]:
    """Return the children that the town hall accepted, in one home or two, or some of them: who they are, no more."""
    query = f"""
    SELECT id, {_FACTS} FROM people WHERE id IN (SELECT person FROM household_members WHERE role = 'child')
        AND (:numbers IS NULL OR id IN (SELECT value FROM json_each(:numbers)))
    ORDER BY id
    """
    chosen = None if numbers is None else json.dumps(list(numbers))
    return tuple(
        Member(number, Role.CHILD, read_identity(dict(zip(FACTS, known, strict=True))), None, {}, (), None)
        for number, *known in db.execute(query, {"numbers": chosen}).fetchall()
    )


def shared(db: Database, household: int) -> frozenset[int]:
    """Return the people of a household who also belong to another."""
    rows = db.execute(
        """SELECT here.person FROM household_members AS here JOIN household_members AS elsewhere
            ON elsewhere.person = here.person AND elsewhere.household <> here.household
        WHERE here.household = ?""",
        (household,),
    )
    return frozenset(person for (person,) in rows)


def known(db: Database, numbers: Iterable[int]) -> frozenset[int]:
    """Return those of these numbers that are someone's."""
    query = "SELECT id FROM people WHERE id IN (SELECT value FROM json_each(?))"
    return frozenset(number for (number,) in db.execute(query, (json.dumps(list(numbers)),)).fetchall())


def homes(db: Database, person: int) -> frozenset[int]:
    """Return the households that someone belongs to."""
    rows = db.execute("SELECT household FROM household_members WHERE person = ?", (person,))
    return frozenset(household for (household,) in rows)


_READ: dict[str, Callable[[Any], Any]] = {
    "title": Title,
    "birthdate": stored_date,
    "sex": Sex,
    "preferred_contact": PreferredContact,
    "sms_ok": bool,
}


def _read(name: str, value: Any) -> Any:
    return _READ[name](value) if name in _READ and value is not None else value


def _address(row: dict[str, object]) -> Address:
    values = {name: value for name, value in row.items() if name != "person"}
    return Address(**values | {"to_check": bool(values["to_check"])})  # type: ignore[arg-type]


def _links(db: Database, people: Iterable[int]) -> dict[int, dict[int, Link]]:
    found: dict[int, dict[int, Link]] = defaultdict(dict)
    for person in people:
        for child, name in db.execute("SELECT child, link FROM family_links WHERE adult = ?", (person,)):
            found[person][child] = Link(name)
    return found


def _rights(db: Database, people: Iterable[int]) -> dict[int, list[Right]]:
    found: dict[int, list[Right]] = defaultdict(list)
    for person in people:
        query = "SELECT child, may_collect, emergency FROM contact_rights WHERE contact = ? ORDER BY child"
        for child, may_collect, emergency in db.execute(query, (person,)):
            found[person].append(Right(child, bool(may_collect), bool(emergency)))
    return found
