"""Who may collect which child and who is called, as it is true of all homes at once: read for a list of children."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.models import Link, Role
from wizard.stores.people_search import NAME
from wizard.values.dates import BirthDate, stored_date


@dataclass(frozen=True)
class ListedChild:
    """A child that the town hall accepted, in one home or two."""

    person: int
    surname: str
    given_name: str
    birthdate: BirthDate | None


@dataclass(frozen=True)
class Adult:
    """Who answers for a child in one of their homes, or has a right for them; of those, which are contested."""

    child: int
    role: Role
    name: str
    link: Link | None
    phone: str | None
    may_collect: bool = True
    emergency: bool = False
    contested: bool = False
    call_contested: bool = False


_CHILDREN = """
SELECT DISTINCT people.id, coalesce(people.usage_name, people.birth_name), people.given_name, people.birthdate
FROM household_members JOIN people ON people.id = household_members.person
WHERE household_members.role = 'child'
"""


def children(db: Database) -> tuple[ListedChild, ...]:
    """Return all the children."""
    return tuple(
        ListedChild(person, surname, given, stored_date(born) if born else None)
        for person, surname, given, born in db.execute(_CHILDREN).fetchall()
    )


_HERE = """
FROM json_each(:children) JOIN household_members AS here ON here.person = value AND here.role = 'child'
    JOIN household_members AS members ON members.household = here.household
    JOIN people ON people.id = members.person
    LEFT JOIN family_links ON family_links.adult = members.person AND family_links.child = here.person
"""
_PHONE = "coalesce(people.mobile, people.phone)"
_PARENTS = f"""
SELECT here.person, members.role, {NAME}, family_links.link, {_PHONE} {_HERE}
WHERE members.role IN ('representative', 'co_representative')
ORDER BY here.household, members.role DESC, members.person
"""
_OBJECTED = """EXISTS (SELECT 1 FROM objections WHERE objections.contact = members.person
    AND objections.child = here.person AND objections.what = '{}' AND objections.ended_at IS NULL)"""
_CONTACTS = f"""
SELECT here.person, members.role, {NAME}, family_links.link, {_PHONE}, rights.may_collect, rights.emergency,
    {_OBJECTED.format("collect")}, {_OBJECTED.format("emergency")} {_HERE}
    JOIN contact_rights AS rights ON rights.contact = members.person AND rights.child = here.person
WHERE members.role = 'contact'
ORDER BY here.household, members.person
"""


def adults(db: Database, children: Collection[int]) -> tuple[Adult, ...]:
    """Return the parents of these children, in each of their homes, then their contacts who have a right."""
    values = {"children": json.dumps(list(children))}
    rows = [*db.execute(_PARENTS, values).fetchall(), *db.execute(_CONTACTS, values).fetchall()]
    return tuple(
        Adult(child, Role(role), name, Link(link) if link else None, phone, *map(bool, rights))
        for child, role, name, link, phone, *rights in rows
    )
