"""What the API tells of the families, page after page: facts, as JSON."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from wizard.clock import now as present
from wizard.clock import stamp
from wizard.db import snapshot, transaction
from wizard.models import Address, Identity, Member, Permission
from wizard.services.handover import families
from wizard.services.handover.families import Family, Surroundings
from wizard.stores import family_changes, people

Record = dict[str, Any]
_NAMES = ("birth_name", "usage_name", "given_name")
_REACHED = ("title", *_NAMES, "institution", "mobile", "phone", "email", "preferred_contact", "sms_ok")
_PLACE = ("label", "house_number", "suffix", "street", "apartment", "building", "floor", "postcode", "city", "citycode",
    "country", "to_check")  # fmt: skip


@dataclass(frozen=True)
class Page:
    """Some records, as they were at `read_at`; `next_cursor` is None on the last page."""

    read_at: str
    items: tuple[Record, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class Asked:
    """What is asked: who changed from a moment on, after which number, how many at most."""

    since: datetime | None
    after: int
    limit: int


Find = Callable[[Database, datetime | None, int, int, datetime], list[family_changes.Change]]
Reader = Callable[[int], Family | None]
Tell = Callable[[Database, Reader, int], Record]


def page(db: Database, resource: str, asked: Asked) -> Page:
    """Return a page of a resource, all of it of one moment."""
    find, tell = RESOURCES[resource]
    at = present()
    if family_changes.waits(db):
        with transaction(db):
            family_changes.date(db, at)
    with snapshot(db):
        around = Surroundings.read(db)
        reader = lru_cache(maxsize=None)(lambda number: families.one(db, number, around))
        found = find(db, asked.since, asked.after, asked.limit + 1, at)
        told = found[: asked.limit]
        items = tuple(tell(db, reader, number) | {"changed_at": stamp(changed)} for number, changed in told)
    return Page(stamp(at), items, str(told[-1][0]) if len(found) > len(told) else None)


def _family(_db: Database, reader: Reader, number: int) -> Record:
    found = reader(number)
    if found is None:
        return {"id": number, "departed": True}
    where = found.parent.address
    return {
        "id": number,
        "departed": False,
        "key": found.key,
        "address": _place(where) if where else None,
        "adults": [_adult(one, where) for one in (found.parent, *found.others)],
        "children": [one.person for one in found.children],
        "contacts": [one.person for one in found.contacts],
    }


def _adult(member: Member, where: Address | None) -> Record:
    same = member.address is not None and member.address == where
    known = {"id": member.person, "role": member.role, **_said(member.identity, _REACHED)}
    return known | {"same_address": same, "links": _links(member)}


def _child(db: Database, reader: Reader, number: int) -> Record:
    homes = [home for household in sorted(people.homes(db, number)) if (home := reader(household))]
    members = {home.number: one for home in homes for one in home.children if one.person == number}
    identity = next(iter(members.values())).identity
    birthdate = identity.birthdate.isoformat() if identity.birthdate else None
    return {"id": number, **_said(identity, _NAMES), "birthdate": birthdate, "sex": identity.sex} | {
        "homes": [
            {
                "family": home.number,
                "residence": members[home.number].residence,
                "main": home.home(number) == home.number,
            }
            for home in homes
        ]
    }


def _contact(db: Database, reader: Reader, number: int) -> Record:
    homes = filter(None, map(reader, sorted(people.homes(db, number))))
    family, member = next((home, one) for home in homes for one in home.contacts if one.person == number)
    return {"id": number, "family": family.number, **_said(member.identity, _REACHED), "links": _links(member)} | {
        "rights": [
            {
                "child": right.child,
                "may_collect": right.may_collect,
                "emergency": right.emergency,
                "contested": [what for what in Permission if family.is_contested(number, right.child, what)],
            }
            for right in member.rights
        ]
    }


def _said(identity: Identity, names: tuple[str, ...]) -> Record:
    return {name: getattr(identity, name) for name in names}


def _place(address: Address) -> Record:
    return {name: value for name, value in asdict(address).items() if name in _PLACE}


def _links(member: Member) -> list[Record]:
    return [{"child": child, "link": link} for child, link in member.links.items()]


RESOURCES: dict[str, tuple[Find, Tell]] = {
    "families": (family_changes.families, _family),
    "children": (family_changes.children, _child),
    "contacts": (family_changes.contacts, _contact),
}
