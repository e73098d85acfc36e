"""How likely two records are of one person: what agrees and what does not, each with its weight, and in which words."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from wizard.models import Profile, Role
from wizard.services.duplicates import folding
from wizard.services.duplicates.folding import Match

SHOWN_FROM = 50
"""The least score that an agent is shown."""


class Pair(StrEnum):
    """Which records are compared: other things agree by themselves within one household."""

    CHILDREN = "children"
    PARENTS = "parents"
    SIBLINGS = "siblings"
    HOUSEMATES = "housemates"


class Reason(NamedTuple):
    """One thing compared, how it agrees, and what is to be told of it."""

    what: str
    match: Match
    mine: str = ""
    theirs: str = ""


# For and against, in halves of a bit. Where they come from: twice log2(m / u), m being how often it is so of one person
# declared twice, u of two people who have a key in common, as `python -m tests.bench.duplicates --weights` counts them
# on the half of the made-up families that measures nothing; then evened by hand where the made-up families are too
# simple: a given name wholly other outweighs all that twins share, what follows from one household counts less than its
# parts would, what was hardly ever seen stays small, and the same is never worth less than nearly the same.
WEIGHTS: dict[Pair, Mapping[str, Mapping[Match, int]]] = {
    Pair.CHILDREN: {
        "given_name": {Match.SAME: 8, Match.PART: 7, Match.NEAR: 7, Match.OTHER: -30},
        "surname": {Match.SAME: 4, Match.PART: 3, Match.NEAR: 4, Match.OTHER: -8},
        "birthdate": {Match.SAME: 10, Match.PART: 7, Match.NEAR: 8, Match.OTHER: -12},
        "sex": {Match.SAME: 1, Match.OTHER: -10},
        "phone": {Match.SAME: 5, Match.OTHER: -2},
        "email": {Match.SAME: 3},
        "address": {Match.SAME: 4, Match.OTHER: -1},
        "parent": {Match.SAME: 6, Match.OTHER: -4},
        "key": {Match.SAME: 4, Match.OTHER: -2},
    },
    Pair.PARENTS: {
        "given_name": {Match.SAME: 6, Match.PART: 5, Match.NEAR: 5, Match.OTHER: -30},
        "surname": {Match.SAME: 5, Match.PART: 4, Match.NEAR: 4, Match.OTHER: -10},
        "phone": {Match.SAME: 12, Match.OTHER: -4},
        "email": {Match.SAME: 6},
        "address": {Match.SAME: 3, Match.OTHER: -1},
        "child": {Match.SAME: 10, Match.OTHER: -6},
        "key": {Match.SAME: 6, Match.OTHER: -2},
    },
    Pair.SIBLINGS: {
        "given_name": {Match.SAME: 20, Match.PART: 10, Match.NEAR: 10, Match.OTHER: -30},
        "surname": {Match.SAME: 1, Match.PART: 1, Match.NEAR: 1, Match.OTHER: -4},
        "birthdate": {Match.SAME: 6, Match.PART: 3, Match.NEAR: 4, Match.OTHER: -6},
        "sex": {Match.SAME: 1, Match.OTHER: -12},
    },
    Pair.HOUSEMATES: {
        "given_name": {Match.SAME: 10, Match.PART: 8, Match.NEAR: 8, Match.OTHER: -30},
        "surname": {Match.SAME: 6, Match.PART: 5, Match.NEAR: 5, Match.OTHER: -10},
        "phone": {Match.SAME: 10, Match.OTHER: -2},
        "email": {Match.SAME: 6},
    },
}
# What one starts from, in the same unit: how rarely two people who have a key in common, or a household, are one.
PRIOR = {Pair.CHILDREN: -12, Pair.PARENTS: -12, Pair.SIBLINGS: -14, Pair.HOUSEMATES: -14}


def pair_of(one: Profile, other: Profile) -> Pair | None:
    """Return how two people are compared, None when nothing would be done about them.

    A contact, or the other parent, may well be declared by several households: only those who are declared for
    themselves are looked for elsewhere, the children and whose account it is.
    """
    children = {one.role is Role.CHILD, other.role is Role.CHILD}
    if len(children) == 2 or one.person == other.person:
        return None
    if one.households & other.households:
        return Pair.SIBLINGS if True in children else Pair.HOUSEMATES
    if True in children:
        return Pair.CHILDREN
    return Pair.PARENTS if {one.role, other.role} == {Role.REPRESENTATIVE} else None


def compare(one: Profile, other: Profile) -> tuple[int, tuple[Reason, ...]]:
    """Return how likely it is, out of a hundred, that two records are of one person, and why."""
    pair = pair_of(one, other)
    if pair is None:
        return 0, ()
    found = tuple(reasons(pair, one, other))
    points = PRIOR[pair] + sum(WEIGHTS[pair].get(one.what, {}).get(one.match, 0) for one in found)
    return round(100 / (1 + 2.0 ** (-points / 2))), found


def reasons(pair: Pair, one: Profile, other: Profile) -> Iterator[Reason]:
    """Give each thing that tells something, whichever way."""
    yield Reason("given_name", folding.given(one.given_name, other.given_name), one.given_name, other.given_name)
    names = " ".join(dict.fromkeys(one.surnames)), " ".join(dict.fromkeys(other.surnames))
    yield Reason("surname", folding.surnames(one.surnames, other.surnames), *names)
    if one.birthdate and other.birthdate:
        yield Reason("birthdate", folding.dates(one.birthdate, other.birthdate), one.birthdate, other.birthdate)
    if one.sex and other.sex:
        yield Reason("sex", Match.SAME if one.sex == other.sex else Match.OTHER, one.sex, other.sex)
    if pair is not Pair.SIBLINGS:
        yield from _reached(one, other)
    if pair in {Pair.CHILDREN, Pair.PARENTS}:
        yield from _around(pair, one, other)


def _reached(one: Profile, other: Profile) -> Iterator[Reason]:
    if one.phones and other.phones:
        yield Reason("phone", _shared(one.phones, other.phones))
    if one.emails and other.emails:
        yield Reason("email", _shared(one.emails, other.emails))


def _around(pair: Pair, one: Profile, other: Profile) -> Iterator[Reason]:
    """Give what the households of two people have in common."""
    mine, theirs = ({folding.place(*where) for where in each.places} for each in (one, other))
    if mine and theirs:
        yield Reason("address", _shared(mine, theirs))
    if one.keys and other.keys:
        yield Reason("key", _shared(one.keys, other.keys))
    if pair is Pair.PARENTS and one.children and other.children:
        yield Reason("child", _same_child(one, other))
    if pair is Pair.CHILDREN and one.parents and other.parents:
        yield Reason("parent", _same_parent(one, other))


def _shared(one: frozenset[str] | set[str], other: frozenset[str] | set[str]) -> Match:
    return Match.SAME if one & other else Match.OTHER


def _same_child(one: Profile, other: Profile) -> Match:
    close = {Match.SAME, Match.PART, Match.NEAR}
    found = any(
        folding.given(mine, theirs) in close and folding.dates(born, also) in close
        for mine, born in one.children
        for theirs, also in other.children
    )
    return Match.SAME if found else Match.OTHER


def _same_parent(one: Profile, other: Profile) -> Match:
    close = {Match.SAME, Match.PART, Match.NEAR}
    found = any(
        folding.given(mine, theirs) in close and folding.surnames((name,), (also,)) in close
        for mine, name in one.parents
        for theirs, also in other.parents
    )
    return Match.SAME if found else Match.OTHER
