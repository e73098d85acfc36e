"""What a file would hold, before it leaves: counts, what does not pass, what the other software must take out."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.choices import PERMISSIONS
from wizard.db import snapshot
from wizard.french import gettext as _
from wizard.hashing import keyed_hash
from wizard.models import Permission
from wizard.services.handover import families
from wizard.services.handover.families import Family
from wizard.services.handover.profile import Finding, Handed, Profile
from wizard.stores import exports
from wizard.stores.exports import Export, HandedOver, Held


@dataclass(frozen=True)
class Told:
    """What is found of one family; `reference` leads to its dossier."""

    number: int
    name: str
    reference: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Departure:
    """What the other software holds of a family and must take out: it was true when it left, and is no more."""

    number: int
    name: str
    reference: str
    at: datetime
    words: tuple[str, ...]
    gone: Held

    @property
    def marks(self) -> tuple[str, ...]:
        """What is gone, as the form that says it was taken out sends it back: numbers."""
        rights = ("-".join(map(str, right)) for right in sorted(self.gone.rights))
        return (*map(str, sorted(self.gone.people)), *rights)


@dataclass(frozen=True)
class Preview:
    """What a file would hold of all the families, and of those that are new or changed since it last left."""

    last: Export | None
    families: int
    people: int
    rights: int
    sheets: Mapping[str, int]
    new: int
    changed: int
    childless: int
    told: tuple[Told, ...]
    departures: tuple[Departure, ...]

    @property
    def stopped(self) -> int:
        """How many people are left out of the file."""
        return len(
            {one for told in self.told for finding in told.findings if finding.stopped for one in finding.people}
        )


def digest(handed: Handed) -> str:
    """Return what tells whether the lines of a family have changed, which says nothing of them without the key."""
    return keyed_hash(json.dumps(handed.rows, ensure_ascii=False))


def lines(db: Database, profile: Profile) -> Iterator[tuple[Family, Handed]]:
    """Give what the file of a profile holds of each family, of a database that does not change meanwhile."""
    tell = profile.start(families.every(db))
    for family in families.every(db):
        yield family, tell(family)


def preview(db: Database, profile: Profile) -> Preview:
    """Read all the families as one moment has them."""
    with snapshot(db):
        before = exports.handed_over(db, profile.slug)
        counts: Counter[str] = Counter()
        sheets = Counter({sheet.name: 0 for sheet in profile.sheets})
        told, facts = [], {}
        for family, handed in lines(db, profile):
            known = before.get(family.number)
            counts["families"] += bool(handed.rows)
            counts["people"] += len(handed.held.people)
            counts["rights"] += len(handed.held.rights)
            counts["new"] += bool(handed.rows) and known is None
            counts["changed"] += bool(handed.rows) and known is not None and known.digest != digest(handed)
            sheets.update(name for name, _row in handed.rows)
            if handed.findings:
                told.append(Told(family.number, family.name, family.reference, handed.findings))
            if known:
                facts[family.number] = (family.name, family.facts)
        return Preview(
            last=exports.last(db, profile.slug),
            families=counts["families"],
            people=counts["people"],
            rights=counts["rights"],
            sheets=sheets,
            new=counts["new"],
            changed=counts["changed"],
            childless=exports.childless(db),
            told=tuple(told),
            departures=tuple(_departures(db, before.values(), facts)),
        )


def _departures(
    db: Database, before: Iterable[HandedOver], facts: Mapping[int, tuple[str, Held]]
) -> Iterator[Departure]:
    for one in before:
        name, true = facts.get(one.household, ("", Held()))
        gone = one.held - true
        if gone:
            yield Departure(one.household, name, one.reference, one.at, tuple(_words(db, gone)), gone)


def _words(db: Database, gone: Held) -> Iterator[str]:
    """Tell each right first: who may not come any more is what matters most."""
    numbers = gone.people | {number for contact, child, _what in gone.rights for number in (contact, child)}
    names = exports.names(db, numbers)

    def called(number: int) -> str:
        return names.get(number) or _("personne n° %(number)s", number=number)

    for contact, child, what in sorted(gone.rights, key=lambda one: (one[2] is not Permission.COLLECT, one)):
        right = str(PERMISSIONS[what]) % {"name": called(child)}
        yield _("N'a plus le droit : %(name)s – %(right)s.", name=called(contact), right=right)
    for number in sorted(gone.people):
        yield _("N'est plus de la famille : %(name)s.", name=called(number))
