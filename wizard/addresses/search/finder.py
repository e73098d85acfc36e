"""One search: the streets that have all that was typed, and failing them those that relaxing.py thinks of."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import inf
from time import thread_time
from typing import Any

from wizard.addresses.schema import COMMUNE_WORD, town_word
from wizard.addresses.search.attempts import correct_last, leave_aside, relax, relax_near
from wizard.addresses.search.database import Opened
from wizard.addresses.search.query import Reading, readings
from wizard.addresses.search.ranking import NAMED_IN_FULL, Scorer, rank
from wizard.addresses.search.records import Area, Ranked
from wizard.addresses.search.terms import Term, terms_of

IN_TOWN, WITH_DOOR, ANYWHERE = 120, 300, 120  # rows looked at; they come in order of preference
PATIENCE = 0.03  # seconds of work after the first attempt; then what was found must do
PROPOSED = 5  # with so many answers, none is looked for among misspelt words
ENOUGH = 20  # in the town, for a word of which only one or two letters are there
FOR_THE_TOWN = 2  # of the answers, when the best are all of other towns that were not named

ROWS = """
SELECT streets.id, key, type, name, streets.words, hamlets, place, source, lat, lon, doors
FROM search JOIN streets ON streets.id = search.rowid {doors} WHERE search MATCH ? {known} LIMIT ?
"""
ANY_ROWS = ROWS.format(doors="", known="")
ROWS_WITH_DOOR = ROWS.format(doors="JOIN doors ON street = streets.id", known="AND instr(numbers, ?)")

Rows = dict[int, tuple[Any, ...]]


class TooLate(Exception):
    """What was found so far must do."""


class Search:
    """Finds the streets that answer to a text, in one area."""

    def __init__(self, data: Opened, area: Area) -> None:
        self.data, self.area = data, area
        self.deadline = inf
        self.found: dict[tuple[int, str], Ranked] = {}
        self.near_only = False  # whether streets farther than the neighbours are left alone

    def run(self, text: str, limit: int) -> list[Ranked]:
        """The best answers first, at most `limit`, no two of them alike."""
        with suppress(TooLate):
            self._look(text, min(limit, PROPOSED))
        ranked = sorted(self.found.values(), key=lambda r: (-r.score, r.street.id))
        best = list(_distinct(ranked, limit))
        if len(best) > FOR_THE_TOWN and not any(one.placed for one in best):
            nearest = list(_distinct([one for one in ranked if one.placed], FOR_THE_TOWN))
            best[len(best) - len(nearest) :] = nearest
        return best

    def hurry(self) -> None:
        """Raise TooLate once what was found must do."""
        if thread_time() > self.deadline:
            raise TooLate

    @property
    def is_late(self) -> bool:
        """Whether only quick attempts may still be made."""
        return thread_time() > self.deadline - PATIENCE / 2

    def _look(self, text: str, limit: int) -> None:
        understood = readings(text)
        for position, reading in enumerate(understood):
            if position and self.found and not understood[0].number:
                break  # a number further on is the door's only when all the words together are nowhere
            self.all(reading, terms_of(self.data.vocabulary, reading.slots, reading.fillers))
            self.deadline = min(self.deadline, thread_time() + PATIENCE)  # the likeliest reading has all its time
        if not understood:
            return
        meant = understood[1] if understood[1:] and not understood[0].number else understood[0]
        if not self._satisfied(limit):
            relax(self, text, meant)
        elif self.area.town and not any(one.placed for one in self.found.values()):
            self.near_only = True
            relax_near(self, meant)
        elif meant.number and not any(one.number_known for one in self.found.values()):
            leave_aside(self, meant)
        elif sum(one.placed for one in self.found.values()) < limit and not self._is_answered():
            self.near_only = len(self.found) >= limit
            if self.area.town or not self.near_only:
                correct_last(self, meant)

    def _satisfied(self, limit: int) -> bool:
        """Whether misspelling need not be thought of."""
        if any(one.whole and (one.placed or one.named > NAMED_IN_FULL) for one in self.found.values()):
            return True
        return len(self.found) >= limit and (not self.area.town or any(r.placed for r in self.found.values()))

    def _is_answered(self) -> bool:
        """Whether a door of the town, or of one that was typed, has all that was typed and its name in full."""
        doors = [one for one in self.found.values() if one.number_known and (one.placed or not self.area.town)]
        return any(door.whole and door.named > NAMED_IN_FULL for door in doors)

    def all(self, reading: Reading, terms: Sequence[Term]) -> None:
        """Keep the streets that have all the terms."""
        terms = [term for term in terms if not term.optional] or list(terms)
        matches = [term.match for term in terms]
        if not all(matches):
            return
        rows = self.near(matches, reading) if terms[-1].is_short or self.near_only else {}
        if len(rows) <= ENOUGH:
            rows |= self.anywhere(matches, reading, ANYWHERE)
        if len(rows) >= ANYWHERE and not terms[-1].is_short:
            # Too many: those near by, and those that have one of the words in their name,
            # « rue de la Vendée » in Montaigu-Vendée.
            rows |= self.near(matches, reading)
            for i, term in enumerate(terms):
                if not term.slot.is_light:
                    named = [*matches[:i], term.match_name, *matches[i + 1 :]]
                    rows |= self.anywhere(named, reading, ANYWHERE)
        if terms[-1].begins_article:
            rows |= self.near(matches[:-1], reading)
        self.keep(rows, Scorer(reading, terms, self.area))

    def near(self, matches: Sequence[str], reading: Reading) -> Rows:
        """The streets of the town and of its neighbours that match; all of them when nothing is asked."""
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

    def anywhere(self, matches: Sequence[str], reading: Reading, most: int) -> Rows:
        return self._rows(matches, reading, most) if matches and not self.near_only else {}

    def _rows(self, matches: Sequence[str], reading: Reading, most: int) -> Rows:
        self.hurry()
        return {row[0]: row for row in self.data.db.execute(ANY_ROWS, (_question(matches, reading), most))}

    def _with_door(self, matches: Sequence[str], reading: Reading) -> Rows:
        """The streets where the number typed is known, whichever its suffix among those it may mean."""
        rows: Rows = {}
        for suffix in reading.suffixes if reading.number else ():
            asked = (_question(matches, reading), f" {reading.number}{suffix} ", WITH_DOOR)
            rows |= {row[0]: row for row in self.data.db.execute(ROWS_WITH_DOOR, asked)}
        return rows

    def keep(self, rows: Rows, scorer: Scorer) -> None:
        if not rows:
            return
        for ranked in rank(self.data.db, rows.values(), scorer, self.data.places):
            key = ranked.street.id, ranked.number
            if key not in self.found or ranked.score > self.found[key].score:
                self.found[key] = ranked


def _question(matches: Sequence[str], reading: Reading) -> str:
    """As the full-text index is asked; a number excludes communes."""
    return f"({' AND '.join(matches)})" + (f' NOT "{COMMUNE_WORD}"' if reading.number else "")


def _distinct(ranked: Sequence[Ranked], limit: int) -> Iterator[Ranked]:
    """Answers that read alike are one: the first, which has the door if any has it."""
    seen: set[tuple[str, ...]] = set()
    for one in ranked:
        read_as = (one.street.name, one.number + one.suffix, one.place.postcode, one.place.city, one.place.oldcity)
        if read_as not in seen:
            seen.add(read_as)
            yield one
        if len(seen) >= limit:
            return
