"""A line of the queue: whose dossier it is, what children, where they live, what else agents are told of the family."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from json import dumps
from typing import Any

from sqlite_utils import Database

from wizard.clock import in_town
from wizard.models import Dossier
from wizard.stores import dossiers
from wizard.stores.likenesses import OPEN_IN
from wizard.stores.people_search import NAME
from wizard.stores.queue_filters import CHILDREN
from wizard.values.dates import BirthDate, age, stored_date


class News(StrEnum):
    """What agents are told of a family beside what it asks."""

    WITHDRAWN = "withdrawn"
    AMENDED = "amended"
    CONTESTED = "contested"
    TO_KNOW = "to_know"
    FAILING = "failing"
    ALIKE = "alike"
    SAME_KEY = "same_key"


_NEWS = tuple(News)


@dataclass(frozen=True)
class Child:
    """A child of the family, and what to call them; of whose birth nothing is known, no age."""

    name: str
    called: str
    age: int | None


@dataclass(frozen=True)
class QueuedDossier:
    """A dossier of the queue: the names of all those it asks about; its parent, their commune, the family's children.

    `citycode` and `country` are None of a parent without an address. `one_day` is the last day on which someone may
    collect a child for that one alone, unseen by agents; it may be past.
    """

    dossier: Dossier
    names: tuple[str, ...]
    parent: str
    children: tuple[Child, ...]
    city: str | None
    citycode: str | None
    country: str | None
    to_check: bool
    one_day: date | None
    news: frozenset[News]

    @cached_property
    def day(self) -> date:
        """The day it was deposited, in the town."""
        return in_town(self.dossier.deposited_at).date()

    @cached_property
    def since(self) -> date:
        """The day since which it waits for an answer: it was deposited, or came back corrected."""
        return in_town(self.dossier.corrected_at or self.dossier.deposited_at).date()

    @property
    def others(self) -> tuple[str, ...]:
        """Those it asks about beside the parent and the children."""
        shown = {self.parent, *(child.name for child in self.children)}
        return tuple(name for name in self.names if name not in shown)

    def is_outside(self, citycode: str) -> bool:
        """Whether the parent lives out of the commune of an INSEE code."""
        abroad = self.country not in {None, "FR"}
        return abroad or (self.citycode is not None and self.citycode != citycode)


_NAMES = f"""
SELECT dossier_people.dossier, {NAME}
FROM dossier_people JOIN people ON people.id = dossier_people.person
WHERE dossier_people.dossier IN (SELECT value FROM json_each(?)) AND dossier_people.withdrawn_at IS NULL
ORDER BY people.id
"""
_CHILDREN = f"""
SELECT dossiers.id, {NAME}, people.given_name, people.birthdate FROM dossiers CROSS JOIN people
WHERE dossiers.id IN (SELECT value FROM json_each(?)) AND people.id IN ({CHILDREN})
ORDER BY dossiers.id, people.birthdate, people.id
"""
_PARENTS = f"""
SELECT dossiers.id, {NAME}, addresses.city, addresses.citycode, addresses.country, coalesce(addresses.to_check, 0),
    (SELECT max(day) FROM one_day WHERE household = dossiers.household AND seen_at IS NULL),
    EXISTS (SELECT 1 FROM withdrawals WHERE household = dossiers.household AND seen_at IS NULL),
    EXISTS (SELECT 1 FROM amendments WHERE household = dossiers.household AND seen_at IS NULL),
    EXISTS (SELECT 1 FROM objections WHERE against = dossiers.household AND ended_at IS NULL),
    EXISTS (SELECT 1 FROM notes WHERE household = dossiers.household AND kind = 'situation' AND ended_at IS NULL),
    EXISTS (SELECT 1 FROM bounces WHERE household = dossiers.household),
    dossiers.id IN ({OPEN_IN}),
    EXISTS (SELECT 1 FROM households AS here JOIN households AS other
        ON other.enfance_key = here.enfance_key AND other.id <> here.id
        WHERE here.id = dossiers.household
            AND EXISTS (SELECT 1 FROM accounts WHERE household = other.id AND activated_at IS NOT NULL))
FROM dossiers CROSS JOIN accounts ON accounts.id = dossiers.account CROSS JOIN people ON people.id = accounts.person
    LEFT JOIN addresses ON addresses.person = accounts.person
WHERE dossiers.id IN (SELECT value FROM json_each(?))
"""


def read(db: Database, found: list[int]) -> tuple[QueuedDossier, ...]:
    """Return the lines of these dossiers, in their order."""
    names: dict[int, list[str]] = defaultdict(list)
    children: dict[int, list[Child]] = defaultdict(list)
    which = dumps(found)
    for dossier, name in db.execute(_NAMES, (which,)):
        names[dossier].append(name)
    for dossier, name, called, birthdate in db.execute(_CHILDREN, (which,)):
        born: BirthDate | None = stored_date(birthdate) if birthdate else None
        children[dossier].append(Child(name, called or name, age(born) if born else None))
    parents = {row[0]: row[1:] for row in db.execute(_PARENTS, (which,)).fetchall()}
    return tuple(
        QueuedDossier(dossier, tuple(names[dossier.id]), *_parent(parents[dossier.id], tuple(children[dossier.id])))
        for dossier in dossiers.by_ids(db, found)
    )


def _parent(row: tuple[Any, ...], children: tuple[Child, ...]) -> tuple[Any, ...]:
    name, city, citycode, country, to_check, day, *news = row
    told = frozenset(what for what, is_new in zip(_NEWS, news, strict=True) if is_new)
    return name, children, city, citycode, country, bool(to_check), date.fromisoformat(day) if day else None, told
