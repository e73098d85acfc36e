"""Bad weather: seeded faults, spread so that each step meets each kind at each range of the bytes."""

from itertools import product
from random import Random

from tests.net.strikes import Fault, Kind, Place

_STRIKES = (
    (Kind.CUT, True),
    (Kind.CUT, False),
    (Kind.STALL, True),
    (Kind.STALL, False),
    (Kind.LATE, True),
    (Kind.DUPLICATE, True),
    (Kind.DUPLICATE, False),
)
# Nothing, part of the head, all of it but its last byte; the head alone, part of the body, all but its last byte.
_RANGES = (("head", 0), ("head", None), ("head", 1), ("body", 0), ("body", None), ("body", 1))
_ALL = tuple(product(_STRIKES, _RANGES))
_AGAIN = 0.2  # of those whose first try is lost are struck a second time


def faults(walk: int, step: str) -> list[Fault]:
    """Return what strikes a step of a walk: 42 walks in a row bring each step all there is."""
    order = Random(step).sample(_ALL, len(_ALL))
    rng = Random(f"{walk} {step}")
    struck = [_fault(rng, order[walk % len(_ALL)])]
    if struck[0].kind is not Kind.DUPLICATE and rng.random() < _AGAIN:
        struck.append(_fault(rng, rng.choice(_ALL)))
    return struck


def _fault(rng: Random, drawn: tuple[tuple[Kind, bool], tuple[str, int | None]]) -> Fault:
    (kind, upward), (part, share) = drawn
    place = Place("head" if part == "head" else "body", rng.random() if share is None else share)
    return Fault(kind, place, upward)
