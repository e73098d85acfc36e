"""Two records made one: every declaration stays, what both had accepted holds, what was withdrawn of either is gone.

No right comes of it that was not accepted of one of the two for one of the two children, if they are children: what was
accepted of both is said of one, in their names. A right that a family or a contact took back of either is not given by
what the other had, be it accepted or still asked: it is to be asked again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from wizard.clock import now, stamp
from wizard.models import Declaration, Deposited, Permission, Right, Role
from wizard.services import facts, household
from wizard.services.documents import vault
from wizard.services.household import Household, each_of
from wizard.stores import declarations, dossiers, joining, likenesses, people
from wizard.stores.joining import Kept

Held = tuple[int, int, Permission]
"""Who may do what for which child."""


@dataclass(frozen=True)
class _Withdrawn:
    """Rights of a household that no longer are: for good, or until what is asked again is answered."""

    household: int
    for_good: frozenset[Held]
    until_answered: frozenset[Held]


def fold(db: Database, kept: int, gone: int) -> None:
    """Let all that is said of `gone` be said of `kept`, in the open transaction, and let `gone` be nobody."""
    homes = likenesses.homes(db, kept) | likenesses.homes(db, gone)
    found = [household.read(db, home) for home in sorted(homes)]
    withdrawn = [_withdrawn(one, kept, gone) for one in found]
    united = [row for one in found for row in _united(one, kept, gone)]
    for row in joining.naming(db, gone):
        if _renamed(row[5], kept, gone):
            joining.rewrite(db, row)
    rows = _in_order(db, found, kept, gone, united)
    joining.set_versions(db, kept, joining.renumber(db, kept, gone, rows))
    _join_lines(db, kept, gone)
    joining.person(db, kept, gone, now())
    vault.hand_over(kept, gone)
    for row in united:
        if row[4] is None:
            dossiers.ask(db, row[2], kept, Role(row[5]["role"]))
    for each in withdrawn:
        _forbid(db, each)
    _settle(db, homes, kept)


def _united(found: Household, kept: int, gone: int) -> list[Kept]:
    """Return what is to be said of one, in a household that said something of both: accepted, then asked."""
    accepted = [_staying(found.accepted, one) for one in (kept, gone)]
    current = [_staying(found.pending, one) or _staying(found.accepted, one) for one in (kept, gone)]
    asked = [found.pending[one] for one in (kept, gone) if one in found.pending]
    rows = []
    if accepted[0] and accepted[1]:
        rows.append(_row(max(accepted, key=lambda one: one.accepted_at), accepted[0], accepted[1]))  # type: ignore[union-attr, arg-type, return-value]
    if asked and current[0] and current[1]:
        base, other = (current[0], current[1]) if asked[0] is current[0] else (current[1], current[0])
        rows.append(_row(asked[-1], base, other, accepted=False))
    return [row for row in rows if row[5]["role"] != Role.REPRESENTATIVE]


def _staying(said: Mapping[int, Deposited], person: int) -> Deposited | None:
    one = said.get(person)
    return None if one is None or one.declaration.leaves else one


def _row(where: Deposited, base: Deposited, other: Deposited, *, accepted: bool = True) -> Kept:
    at = stamp(where.accepted_at) if accepted and where.accepted_at else None
    said = json.loads(declarations.written(_both(base.declaration, other.declaration)))
    return (0, 0, where.dossier, stamp(where.declared_at), at, said, 0)


def _both(base: Declaration, other: Declaration) -> Declaration:
    return replace(
        base,
        residence=base.residence or other.residence,
        links={**other.links, **base.links},
        rights=_joined((*base.rights, *other.rights)),
    )


def _joined(rights: Iterable[Right]) -> tuple[Right, ...]:
    """Return one right for each child."""
    found: dict[int, Right] = {}
    for right in rights:
        known = found.get(right.child, Right(right.child, may_collect=False, emergency=False))
        found[right.child] = Right(
            right.child, known.may_collect or right.may_collect, known.emergency or right.emergency
        )
    return tuple(found.values())


def _renamed(said: dict[str, Any], kept: int, gone: int) -> bool:
    """Let what is said of someone else name `kept` in the place of `gone`; False when it names neither."""
    links, rights = said.get("links", {}), said.get("rights", [])
    named = str(gone) in links or any(right[0] == gone for right in rights)
    if str(gone) in links:
        link = links.pop(str(gone))
        links.setdefault(str(kept), link)
    if any(right[0] == gone for right in rights):
        one = _joined(Right(kept if child == gone else child, bool(a), bool(b)) for child, a, b in rights)
        said["rights"] = [(right.child, right.may_collect, right.emergency) for right in one]
    return named


def _in_order(db: Database, found: Iterable[Household], kept: int, gone: int, united: list[Kept]) -> list[Kept]:
    """Return all that was declared of both as it is to be counted: what still waits is the last word."""
    waiting = {(one.person, one.version) for home in found for one in home.pending.values()}
    rows = joining.declared(db, (kept, gone))
    done = [row for row in rows if (row[0], row[1]) not in waiting]
    asked = [row for row in rows if (row[0], row[1]) in waiting]
    return [*done, *(row for row in united if row[4]), *asked, *(row for row in united if not row[4])]


def _join_lines(db: Database, kept: int, gone: int) -> None:
    """Leave one line in each dossier that is about both: the one that is asked, of two the one that waits."""
    for number in joining.both_in(db, kept, gone):
        dossier = dossiers.by_id(db, number)
        assert dossier
        mine, theirs = (next(line for line in dossier.lines if line.person == one) for one in (kept, gone))
        better = (theirs.is_asked, theirs.waits_for_town) > (mine.is_asked, mine.waits_for_town)
        joining.drop_line(db, number, kept if better else gone)


def _withdrawn(found: Household, kept: int, gone: int) -> _Withdrawn:
    accepted = _rights(found.accepted)
    pending = _rights(found.pending)
    taken = {(one.contact, one.child, one.what) for one in found.withdrawals} - accepted
    concerned = {held for held in taken if {kept, gone} & set(held[:2])}

    def renamed(rights: Iterable[Held]) -> frozenset[Held]:
        return frozenset(
            (kept if contact == gone else contact, kept if child == gone else child, what)
            for contact, child, what in rights
        )

    return _Withdrawn(found.id, renamed(concerned - pending), renamed(concerned & pending))


def _rights(said: Mapping[int, Deposited]) -> set[Held]:
    return {(person, *right) for person, one in said.items() for right in each_of(one.declaration.rights)}


def _forbid(db: Database, withdrawn: _Withdrawn) -> None:
    for contact, child, what in withdrawn.for_good:
        latest = declarations.latest_version(db, contact)
        joining.forbid(db, withdrawn.household, contact, child, what, latest)
    for contact, child, what in withdrawn.until_answered:
        given = declarations.accepted(db, withdrawn.household, contact)
        joining.forbid(db, withdrawn.household, contact, child, what, given.version if given else 0)


def _settle(db: Database, homes: Iterable[int], kept: int) -> None:
    """Make true what follows, of the person kept and of everyone whose declaration names them."""
    for home in sorted(homes):
        accepted = {one.person for one in declarations.of_household(db, home) if one.accepted_at}
        for person in sorted(accepted | {kept}):
            if person != kept or home in likenesses.homes(db, kept):
                facts.settle(db, home, person)
    if not declarations.is_fact(db, kept):
        last = max((one for home in homes for one in declarations.of_household(db, home) if one.person == kept),
            key=lambda one: one.version)  # fmt: skip
        if last.declaration.role is not Role.REPRESENTATIVE:
            people.set_identity(db, kept, last.declaration.identity)
