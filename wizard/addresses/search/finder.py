"""Asks the index for the streets of one area, and keeps the best of what it gets."""

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from time import thread_time
from typing import Any

from wizard.addresses.schema import COMMUNE_WORD, town_word
from wizard.addresses.search.database import Opened
from wizard.addresses.search.query import Reading
from wizard.addresses.search.ranking import NAMED_IN_FULL, Scorer, rank
from wizard.addresses.search.records import Area, Ranked
from wizard.addresses.search.terms import Term

IN_TOWN, WITH_DOOR, ANYWHERE = 120, 300, 120  # rows looked at; they come in order of preference
WITH_SOME = 60  # rows looked at when a word is left out
PATIENCE = 0.03  # seconds of work after the first attempt; then what was found must do
ENOUGH = 20  # in the town, for a word of which only one or two letters are there
FOR_THE_TOWN = 2  # of the best, when they are all of other towns that were not named
NAMED_BUT_KIND = 0.7

ROWS = """
SELECT streets.id, key, type, name, streets.words, hamlets, place, source, lat, lon, doors
FROM search JOIN streets ON streets.id = search.rowid {doors} WHERE search MATCH ? {known} LIMIT ?
"""
ANY_ROWS = ROWS.format(doors="", known="")
ROWS_WITH_DOOR = ROWS.format(doors="JOIN doors ON street = streets.id", known="AND instr(numbers, ?)")

Rows = dict[int, tuple[Any, ...]]


class TooLate(Exception):
    """What was found so far must do."""


class Finder:
    """Keeps each street it finds once, under the reading that suits it best."""

    def __init__(self, data: Opened, area: Area) -> None:
        self.data, self.area = data, area
        self.deadline = inf
        self.found: dict[tuple[int, str], Ranked] = {}
        self.near_only = False  # whether streets farther than the neighbours are left alone

    def best(self, limit: int) -> list[Ranked]:
        """Return at most `limit` of the streets found, the likeliest first, no two of them alike."""
        ranked = sorted(self.found.values(), key=lambda r: (-r.score, r.street.id))
        best = list(_distinct(ranked, limit))
        if len(best) > FOR_THE_TOWN and not any(one.placed for one in best):
            nearest = list(_distinct([one for one in ranked if one.placed], FOR_THE_TOWN))
            best[len(best) - len(nearest) :] = nearest
        return best

    def count_time(self) -> None:
        """Begin to be in a hurry, if it has not begun."""
        self.deadline = min(self.deadline, thread_time() + PATIENCE)

    def hurry(self) -> None:
        """Raise TooLate once what was found must do."""
        if thread_time() > self.deadline:
            raise TooLate

    @property
    def is_late(self) -> bool:
        """Whether only quick attempts may still be made."""
        return thread_time() > self.deadline - PATIENCE / 2

    @property
    def placed(self) -> int:
        """How many are of the town, or of one that was typed."""
        return sum(one.placed for one in self.found.values())

    @property
    def has_door(self) -> bool:
        """Whether the number typed is known in one of the streets."""
        return any(one.number_known for one in self.found.values())

    @property
    def has_all_typed(self) -> bool:
        """Whether a street has all that was typed, and its town or its name in full."""
        return any(one.whole and (one.placed or one.named > NAMED_IN_FULL) for one in self.found.values())

    @property
    def has_whole_address(self) -> bool:
        """Whether a door of the town, or of one that was typed, has all that was typed and its name in full."""
        doors = [one for one in self.found.values() if one.number_known and (one.placed or not self.area.town)]
        return any(door.whole and door.named > NAMED_IN_FULL for door in doors)

    def is_named(self, *, with_door: bool = False) -> bool:
        """Whether an address has its name in full, kind apart, and its town."""
        found = self.found.values()
        return any(r.placed and r.named > NAMED_BUT_KIND and (r.number_known or not with_door) for r in found)

    def with_all(self, reading: Reading, terms: Sequence[Term]) -> None:
        """Keep the streets that have all the terms."""
        needed = [term for term in terms if not term.optional]
        likely = [term for term in terms if not term.optional or (term.match and term.slot.finished)]
        if needed and len(needed) < len(likely):
            self._with_each(reading, likely)
        self._with_each(reading, needed or terms)

    def _with_each(self, reading: Reading, terms: Sequence[Term]) -> None:
        matches = [term.match for term in terms]
        if not all(matches):
            return
        rows = self._near(matches, reading) if terms[-1].is_short or self.near_only else {}
        if len(rows) <= ENOUGH:
            rows |= self._anywhere(matches, reading, ANYWHERE)
        if len(rows) >= ANYWHERE and not terms[-1].is_short:
            rows |= self._preferred(terms, matches, reading)
        if terms[-1].begins_article:
            rows |= self._near(matches[:-1], reading)
        self._keep(rows, Scorer(reading, terms, self.area))

    def with_some(self, matches: Sequence[str], reading: Reading, scorer: Scorer) -> None:
        """Keep the streets that match these of the terms."""
        if matches and all(matches):
            self._keep(self._near(matches, reading) | self._anywhere(matches, reading, WITH_SOME), scorer)

    def _preferred(self, terms: Sequence[Term], matches: Sequence[str], reading: Reading) -> Rows:
        """Return, of too many rows, those near by and those that have one of the words in their name.

        « rue de la Vendée » in Montaigu-Vendée.
        """
        rows = self._near(matches, reading)
        rows |= self._with_door(matches, reading) if not self.near_only else {}
        for i, term in enumerate(terms):
            if not term.slot.is_light:
                rows |= self._anywhere([*matches[:i], term.match_name, *matches[i + 1 :]], reading, ANYWHERE)
        return rows

    def _near(self, matches: Sequence[str], reading: Reading) -> Rows:
        """Return the streets of the town and of its neighbours that match; all of them when nothing is asked."""
        rows: Rows = {}
        if self.area.town:
            in_town = [f'"{town_word(self.area.town)}"', *matches]
            rows |= self._rows(in_town, reading, IN_TOWN)
            if len(rows) >= IN_TOWN:
                rows |= self._with_door(in_town, reading)
        if self.area.neighbours:
            towns = " OR ".join(f'"{town_word(code)}"' for code in sorted(self.area.neighbours))
            rows |= self._rows([f"({towns})", *matches], reading, ANYWHERE)
        return rows

    def _anywhere(self, matches: Sequence[str], reading: Reading, most: int) -> Rows:
        return self._rows(matches, reading, most) if matches and not self.near_only else {}

    def _rows(self, matches: Sequence[str], reading: Reading, most: int) -> Rows:
        self.hurry()
        return _by_id(self.data.db.execute(ANY_ROWS, (_question(matches, reading), most)))

    def _with_door(self, matches: Sequence[str], reading: Reading) -> Rows:
        """Return the streets where the number typed is known, whichever its suffix among those it may mean."""
        rows: Rows = {}
        for suffix in reading.suffixes if reading.number else ():
            asked = (_question(matches, reading), f" {reading.number}{suffix} ", WITH_DOOR)
            rows |= _by_id(self.data.db.execute(ROWS_WITH_DOOR, asked))
        return rows

    def _keep(self, rows: Rows, scorer: Scorer) -> None:
        for ranked in rank(self.data.db, rows.values(), scorer, self.data.places) if rows else ():
            key = ranked.street.id, ranked.number
            if key not in self.found or ranked.score > self.found[key].score:
                self.found[key] = ranked


def _by_id(rows: Iterable[tuple[Any, ...]]) -> Rows:
    return {row[0]: row for row in rows}


def _question(matches: Sequence[str], reading: Reading) -> str:
    """Return what the full-text index is asked; a number excludes communes."""
    return f"({' AND '.join(matches)})" + (f' NOT "{COMMUNE_WORD}"' if reading.number else "")


def _distinct(ranked: Sequence[Ranked], limit: int) -> Iterator[Ranked]:
    """Yield one of those addresses that read alike: the first, which has the door if any has it."""
    seen: set[tuple[str, ...]] = set()
    for one in ranked:
        read_as = (one.street.name, one.number + one.suffix, one.place.postcode, one.place.city, one.place.oldcity)
        if read_as not in seen:
            seen.add(read_as)
            yield one
        if len(seen) >= limit:
            return
