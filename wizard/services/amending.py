"""What a parent changes of their own: it takes effect at once, old and new are kept, and the town hall is told."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlite_utils import Database

from wizard.choices import LINKS
from wizard.clock import in_town
from wizard.french import gettext as _
from wizard.french import short_day
from wizard.models import FACTS, Address, Amendment, Changes, Identity, linked
from wizard.services.telling import place
from wizard.services.wording import LABELS, shown
from wizard.stores import amendments, people
from wizard.values.dates import stored_date

_NOTHING = _("non indiqué")
_ADDRESS, _TO_CHECK, _MOVED_ON = "address", "to_check", "moved_on"
_CALLED = {
    _ADDRESS: _("Adresse"),
    _TO_CHECK: _("Adresse à vérifier par la mairie"),
    _MOVED_ON: _("Date du déménagement"),
}


def of_identity(before: Identity, after: Identity) -> Changes:
    """Return what differs between two identities of a person."""
    old, new = people.written_identity(before), people.written_identity(after)
    return {name: (old[name], new[name]) for name in FACTS if old[name] != new[name]}


def of_email(before: str, after: str) -> Changes:
    """Return what a proved address replaces."""
    return {"email": (before, after)}


def of_address(before: Address | None, after: Address, known: date | None, day: date) -> Changes:
    """Return what a move changes: the address, and its day when there is one to tell."""
    old, new = (place(before) if before else None), place(after)
    changes: dict[str, tuple[Any, Any]] = {}
    if old != new:
        changes = {_ADDRESS: (old, new), _TO_CHECK: (bool(before and before.to_check), after.to_check)}
    if day != known and (changes or known):
        changes[_MOVED_ON] = (known.isoformat() if known else None, day.isoformat())
    return changes


def record(db: Database, household: int, changes: Mapping[int, Changes], at: datetime) -> None:
    """Write what changed about each person, in the transaction that changes it; nothing about those unchanged."""
    for person, changed in changes.items():
        if changed:
            amendments.add(db, household, person, changed, at)


def since(day: date, now: date) -> str:
    """Return « depuis le 3 mars 2026 » of what began, « à partir du 3 mars 2026 » of what is to come."""
    begun, to_come = _("depuis le %(day)s"), _("à partir du %(day)s")
    return str(to_come if day > now else begun) % {"day": short_day(day)}


def rows(changes: Changes, names: Mapping[int, str] = MappingProxyType({})) -> list[tuple[str, str, str]]:
    """Return what each thing changed is called, what it was and what it is; `names` are those of the family."""
    return [(_called(name, names), _told(name, old), _told(name, new)) for name, (old, new) in changes.items()]


def _called(name: str, names: Mapping[int, str]) -> str:
    if other := linked(name):
        return _("Lien avec %(name)s", name=names.get(int(other), ""))
    return str(_CALLED.get(name) or LABELS[name])


def sentences(amendment: Amendment) -> tuple[str, ...]:
    """Return « Camille Martin a changé d'adresse : 12 rue du Moulin → 3 rue de la Loire (à vérifier) », and others."""
    changes = amendment.changes
    told = [_of_a_move(amendment)] if {_ADDRESS, _MOVED_ON} & changes.keys() else []
    others = rows({name: pair for name, pair in changes.items() if name not in _CALLED})
    sentence = _("%(name)s a changé « %(what)s » : %(before)s → %(after)s")
    return (*told, *(_told_of(amendment, sentence, before, after, what=what) for what, before, after in others))


def _of_a_move(amendment: Amendment) -> str:
    changes = amendment.changes
    before, after = (_told(_MOVED_ON, day) for day in changes.get(_MOVED_ON, (None, None)))
    if _ADDRESS not in changes:
        return _told_of(
            amendment, _("%(name)s a changé la date de son déménagement : %(before)s → %(after)s"), before, after
        )
    told = _told_of(amendment, _("%(name)s a changé d'adresse : %(before)s → %(after)s"), *changes[_ADDRESS])
    if changes[_TO_CHECK][1]:
        told = _("%(told)s (à vérifier)", told=told)
    if _MOVED_ON not in changes:
        return told
    told_on = in_town(amendment.at).date()
    return f"{told}, {since(date.fromisoformat(changes[_MOVED_ON][1]), told_on)}"


def _told_of(amendment: Amendment, sentence: Any, before: str | None, after: str, **words: str) -> str:
    return str(sentence) % {"name": amendment.name, "before": before or _NOTHING, "after": after, **words}


def _told(name: str, value: Any) -> str:
    if value in (None, ""):
        return str(_NOTHING)
    if name == _MOVED_ON:
        return short_day(date.fromisoformat(value))
    if name == "birthdate":
        return short_day(stored_date(value))
    return str(LINKS[value]) if linked(name) else shown(name, value)
