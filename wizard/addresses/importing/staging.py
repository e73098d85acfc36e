"""Gathers the doors of each street, in whatever order the files give them, without holding them in memory."""

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from sqlite3 import Connection
from typing import Any

from wizard.addresses.communes import department_of
from wizard.addresses.importing.formats import Row
from wizard.addresses.importing.places import Places
from wizard.addresses.lexicon import ABBREVIATIONS, STREET_TYPES
from wizard.addresses.schema import NO_STEP, SCALE
from wizard.addresses.words import fold, split, written

FARTHEST = 32_767  # a door farther than this from the middle of its street has no position of its own
MANY_STREETS = 15_000

RUNS = "SELECT street, place, source, name, hamlets, locality, doors FROM runs ORDER BY street, rowid"
STAGE = "INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

# What the column source_nom_voie says in the set made up for the demonstration.
INVENTED = "données inventées"


def stage_rows(db: Connection, places: Places, rows: Iterable[Row], *, source: int, invented: int) -> None:
    """Store the rows by runs of one street, as they come; `invented` is the source of made-up ones."""
    for (street, name), run in groupby(rows, key=itemgetter(0, 1)):
        doors = list(run)
        first = doors[0]
        values = (
            street,
            places.id_of(*first[4:9]),
            invented if first.origin == INVENTED else source,
            name,
            "\t".join({row.hamlet: None for row in doors if row.hamlet}),
            any(row.locality for row in doors),
            "\n".join(map(_door, doors)),
        )
        db.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _door(row: Row) -> str:
    if row.lat is None or row.lon is None:
        return f"{row.number}\t{row.suffix}\t\t"
    return f"{row.number}\t{row.suffix}\t{row.lat * SCALE:.0f}\t{row.lon * SCALE:.0f}"


def gather(db: Connection) -> None:
    """Write one row for each street, its doors in order and without repeats."""
    for key, runs in groupby(db.execute(RUNS), key=itemgetter(0)):
        db.execute(STAGE, _gathered(key, list(runs)))
    db.execute("CREATE INDEX temp.staged_names ON staged (place, words)")
    db.execute(
        """DELETE FROM staged WHERE doors = 0 AND EXISTS (
               SELECT 1 FROM staged AS other WHERE other.place = staged.place AND other.words = staged.words
               AND (other.doors > 0 OR other.rowid < staged.rowid))"""
    )


def stage_municipalities(db: Connection, places: Places) -> None:
    """Let communes be found by their names: those of the départements at hand, or all when streets are many.

    All of them weigh ten megabytes, which would be absurd beside the streets of a few communes.
    """
    (streets,) = db.execute("SELECT COUNT(*) FROM staged").fetchone()
    at_hand = {department_of(citycode) for (citycode,) in db.execute("SELECT citycode FROM places")}
    for key, commune, place in places.municipalities(None if streets > MANY_STREETS else at_hand):
        middle = [None if x is None else round(x * SCALE) for x in (commune.lat, commune.lon)]
        described = (key, "municipality", commune.name, written(commune.name), "", place, 0)
        db.execute(STAGE, (*described, *middle, 0, "", b""))


def _gathered(key: str, runs: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    _, place, source, name, *_ = runs[0]
    doors = [tuple(line.split("\t")) for run in runs for line in run[6].split("\n")]
    lat, lon = (_middle(door[axis] for door in doors) for axis in (2, 3))
    numbered = {(int(number), suffix): (y, x) for number, suffix, y, x in reversed(doors) if number}
    hamlets = dict.fromkeys(hamlet for run in runs for hamlet in run[4].split("\t") if hamlet)
    locality = any(run[5] for run in runs)
    street = is_street(name) and (bool(numbered) or not locality)
    numbers = "".join(f" {number}{suffix}" for number, suffix in sorted(numbered))
    steps = array("h", _steps((numbered[door] for door in sorted(numbered)), lat, lon)).tobytes()
    near = " ".join(written(hamlet) for hamlet in hamlets)
    described = (key, "street" if street else "locality", name, written(name), near)
    return (*described, place, source, lat, lon, len(numbered), f"{numbers} ", steps)


def is_street(name: str) -> bool:
    """Whether one of the first two words says so (« Rue … », « Grande Rue »); otherwise it is a lieu-dit."""
    first = split(fold(name))[:2]
    return any(word in STREET_TYPES or STREET_TYPES & {*ABBREVIATIONS.get(word, ())} for word in first)


def _middle(values: Iterable[str]) -> int | None:
    known = [int(value) for value in values if value]
    return sum(known) // len(known) if known else None


def _steps(positions: Iterable[tuple[str, str]], lat: int | None, lon: int | None) -> Iterator[int]:
    for y, x in positions:
        if not y or lat is None or lon is None:
            yield from (NO_STEP, NO_STEP)
            continue
        north, east = int(y) - lat, int(x) - lon
        near = max(abs(north), abs(east)) <= FARTHEST
        yield from (north, east) if near else (NO_STEP, NO_STEP)
