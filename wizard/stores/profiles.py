"""People as they are compared: their names, and what their households are reached by, read for many at once."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from wizard.models import Profile, Role

_PARENTS = {Role.REPRESENTATIVE, Role.CO_REPRESENTATIVE}

# In which household someone is, as what; asked and neither taken back nor refused, or accepted.
_PLACES = """
SELECT person, household, role FROM household_members WHERE person IN (SELECT value FROM json_each(:people))
UNION
SELECT person, household, role FROM dossier_people JOIN dossiers ON dossiers.id = dossier
WHERE person IN (SELECT value FROM json_each(:people)) AND withdrawn_at IS NULL
    AND NOT (dossier_people.answered_at IS NOT NULL AND decision = 'refused')
"""
_PEOPLE = """
SELECT id, given_name, birth_name, usage_name, birthdate, sex, mobile, phone, email, institution
FROM people WHERE id IN (SELECT value FROM json_each(?))
"""
_OF_HOUSEHOLDS = """
SELECT household, person, role FROM household_members WHERE household IN (SELECT value FROM json_each(:households))
UNION
SELECT household, person, role FROM dossiers JOIN dossier_people ON dossier = dossiers.id
WHERE household IN (SELECT value FROM json_each(:households)) AND withdrawn_at IS NULL
"""
_ACCOUNTS = """
SELECT household, accounts.email, enfance_key, key_origin FROM accounts JOIN households ON households.id = household
WHERE household IN (SELECT value FROM json_each(?)) AND activated_at IS NOT NULL
"""
_ADDRESSES = """
SELECT person, house_number, street, postcode FROM addresses WHERE person IN (SELECT value FROM json_each(?))
"""


def of_people(db: Database, people: Collection[int]) -> dict[int, Profile]:
    """Return how each of these is compared; not who is asked no more, nor whose account proved no address."""
    homes: dict[int, dict[int, Role]] = defaultdict(dict)
    for person, household, role in db.execute(_PLACES, {"people": _array(people)}):
        homes[person][household] = Role(role)
    around = _Around(db, {household for places in homes.values() for household in places})
    found = {}
    for person, places in homes.items():
        open_homes = {household: role for household, role in places.items() if household in around.accounts}
        if open_homes:
            found[person] = around.profile(person, open_homes)
    return found


class _Around:
    """All that is known of some households, read at once."""

    def __init__(self, db: Database, households: Collection[int]) -> None:
        self.accounts: dict[int, list[Any]] = defaultdict(list)
        for household, *known in db.execute(_ACCOUNTS, (_array(households),)):
            self.accounts[household].append(known)
        self.members: dict[int, dict[int, Role]] = defaultdict(dict)
        for household, person, role in db.execute(_OF_HOUSEHOLDS, {"households": _array(households)}):
            self.members[household][person] = Role(role)
        everyone = _array({person for members in self.members.values() for person in members})
        self.people = {row["id"]: row for row in db.query(_PEOPLE, (everyone,))}
        self.addresses = {person: tuple(where) for person, *where in db.execute(_ADDRESSES, (everyone,))}

    def profile(self, person: int, homes: Mapping[int, Role]) -> Profile:
        """Return someone with what these households of theirs are reached by."""
        row, role = self.people[person], min(homes.values(), key=list(Role).index)
        own = [person] if role is not Role.CHILD else self._those(homes, _PARENTS)
        children = self._those(homes, {Role.CHILD}) if role is Role.REPRESENTATIVE else []
        accounts = [known for home in homes for known in self.accounts[home]]
        emails = {self.people[one]["email"] for one in own}
        if role in {Role.CHILD, Role.REPRESENTATIVE}:
            emails |= {email for email, _key, _origin in accounts}
        return Profile(
            person,
            role,
            row["given_name"] or row["institution"] or "",
            _surnames(row),
            row["birthdate"],
            row["sex"],
            frozenset(homes),
            frozenset(self.people[one][kind] for one in own for kind in ("mobile", "phone")) - {None},
            frozenset(emails) - {None},
            frozenset(self.addresses[one] for one in own if one in self.addresses),
            frozenset(key for _email, key, origin in accounts if origin != "generated"),
            self._parents(own) if role is Role.CHILD else frozenset(),
            frozenset((self.people[one]["given_name"], self.people[one]["birthdate"] or "") for one in children),
        )

    def _those(self, homes: Iterable[int], roles: Collection[Role]) -> list[int]:
        return [person for home in homes for person, role in self.members[home].items() if role in roles]

    def _parents(self, people: Iterable[int]) -> frozenset[tuple[str, str]]:
        return frozenset(
            (self.people[one]["given_name"], name) for one in people for name in _surnames(self.people[one])
        )


def _surnames(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (row["birth_name"], row["usage_name"]) if name))


def housemates(db: Database, households: Collection[int]) -> frozenset[int]:
    """Return everyone whom these households declared and still ask."""
    rows = db.execute(_OF_HOUSEHOLDS, {"households": _array(households)})
    return frozenset(person for _household, person, _role in rows)


def _array(values: Iterable[int]) -> str:
    return json.dumps(list(values))
