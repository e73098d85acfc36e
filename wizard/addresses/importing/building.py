"""Writes the address database: streets in order of preference, full text, vocabulary and its spellings."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from sqlite3 import Connection

from wizard.addresses.communes import department_of
from wizard.addresses.importing.places import place_words
from wizard.addresses.schema import COMMUNE_WORD, PLACE_MARK
from wizard.addresses.spelling import is_correctable, keys, sound_key
from wizard.addresses.words import searched

# Most populous communes first; in each, the commune itself, then the streets with most doors: a search that
# stops after the first rows has the likeliest ones.
ORDERED = """
SELECT staged.key, type, name, words, hamlets, place, source, lat, lon, doors, numbers, steps,
       citycode, city_words, other_words
FROM staged JOIN places ON places.id = place
ORDER BY population DESC, citycode, type = 'municipality' DESC, doors DESC, staged.rowid
"""
DEPARTMENTS = "SELECT DISTINCT citycode FROM places JOIN staged ON place = places.id WHERE type <> 'municipality'"


class Counts:
    """How often each word is used, and whether only communes far from the imported streets use it."""

    def __init__(self) -> None:
        self.named: Counter[str] = Counter()
        self.placed: Counter[str] = Counter()
        self.near: set[str] = set()

    def add(self, named: set[str], placed: set[str], *, near: bool) -> None:
        self.named.update(named)
        self.placed.update(placed)
        if near:
            self.near |= named | placed


def build(db: Connection, tick: Callable[[], None]) -> int:
    """Fill the tables from what was staged; returns how many streets and lieux-dits there are."""
    counts = Counts()
    departments = {department_of(citycode) for (citycode,) in db.execute(DEPARTMENTS)}
    of_place = lru_cache(maxsize=64)(place_words)
    streets = 0
    for identifier, staged in enumerate(db.execute(ORDERED), start=1):
        *street, numbers, steps, citycode, city_words, other_words = staged
        streets += street[1] != "municipality"
        db.execute("INSERT INTO streets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (identifier, *street))
        if street[9]:
            db.execute("INSERT INTO doors VALUES (?, ?, ?)", (identifier, numbers, steps))
        named, placed = searched(street[3]), of_place(citycode, city_words, other_words)
        placed = placed | {PLACE_MARK + word for word in searched(street[4])}
        if street[1] == "municipality":
            placed = placed | {COMMUNE_WORD}
        db.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (identifier, " ".join(named | placed)))
        near = department_of(citycode) in departments
        counts.add(named, {w[1:] for w in placed if not w.startswith(PLACE_MARK * 2)}, near=near)
        tick()
    db.execute("INSERT INTO search (search) VALUES ('optimize')")
    _store(db, counts)
    return streets


def _store(db: Connection, counts: Counts) -> None:
    words = sorted(counts.named | counts.placed)
    rows = ((i, word, counts.named[word], counts.placed[word]) for i, word in enumerate(words))
    db.executemany("INSERT INTO vocabulary VALUES (?, ?, ?, ?)", rows)
    pairs = array("Q", _pairs(words, counts.near))
    grouped = groupby(sorted(pairs), key=lambda pair: pair >> 32)
    db.executemany(
        "INSERT INTO spellings VALUES (?, ?)",
        ((key, array("I", (pair & 0xFFFFFFFF for pair in same)).tobytes()) for key, same in grouped),
    )


def _pairs(words: list[str], near: set[str]) -> Iterator[int]:
    """Yield each key of each word, with the word's number, as one number."""
    for identifier, word in enumerate(words):
        if is_correctable(word):
            reach = 2 if word in near and len(word) > 3 and word.isalpha() else 1
            for key in keys(word, reach) | {sound_key(word)}:
                yield key << 32 | identifier
