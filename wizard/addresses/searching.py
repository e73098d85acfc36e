"""One search: what is written as typed first, then misspelt words, then words too many."""

from collections.abc import Iterator, Sequence
from sqlite3 import Connection, OperationalError
from time import monotonic
from typing import Any

from wizard.addresses.places import town_word
from wizard.addresses.query import Reading, readings
from wizard.addresses.ranking import Area, Place, Ranked, Scorer, rank
from wizard.addresses.schema import COMMUNE_WORD
from wizard.addresses.terms import Term, corrections, terms_of

IN_TOWN, ANYWHERE = 300, 120  # rows looked at; they come in order of preference
PATIENCE = 0.05  # seconds after which what was found must do
MOST_FUZZY = 8  # words looked at once some are misspelt

ROWS = """
SELECT streets.id, key, type, name, streets.words, hamlets, place, source, lat, lon, doors
FROM search JOIN streets ON streets.id = search.rowid WHERE search MATCH ? LIMIT ?
"""


class Search:
    """Finds the streets that answer to a text, in one area."""

    def __init__(self, db: Connection, area: Area, places: dict[int, Place]) -> None:
        self.db, self.area, self.places = db, area, places
        self.deadline = monotonic() + PATIENCE
        self.found: dict[tuple[int, str], Ranked] = {}

    def run(self, text: str, limit: int) -> list[Ranked]:
        """The best answers first, at most `limit`, no two of them alike."""
        self.db.set_progress_handler(lambda: monotonic() > self.deadline, 10_000)
        try:
            self._look(readings(text), limit)
        except OperationalError as error:
            if "interrupted" not in str(error):
                raise
        finally:
            self.db.set_progress_handler(None, 0)
        return list(_distinct(sorted(self.found.values(), key=lambda r: (-r.score, r.street.id)), limit))

    def _look(self, understood: Sequence[Reading], limit: int) -> None:
        for position, reading in enumerate(understood):
            trailing = position and reading.number
            if trailing and self.found:
                break
            terms = terms_of(self.db, reading.slots, reading.fillers)
            self._exact(reading, terms)
        if understood and not self._satisfied(limit):
            self._misspelt(understood[1] if len(understood) > 1 and understood[1].number else understood[0])

    def _satisfied(self, limit: int) -> bool:
        if any(ranked.whole and ranked.placed for ranked in self.found.values()):
            return True
        return len(self.found) >= limit and (not self.area.town or any(r.placed for r in self.found.values()))

    def _exact(self, reading: Reading, terms: Sequence[Term]) -> None:
        scorer = Scorer(reading, terms, self.area)
        match = " AND ".join(term.match for term in terms)
        rows = self._rows(match, reading)
        if len(rows) >= ANYWHERE:
            rows |= self._rows(" AND ".join(term.match_name for term in terms), reading, near=False)
        self._keep(rows, scorer)

    def _misspelt(self, reading: Reading) -> None:
        """Words nearest to those typed; then all but one of them; then any in the place typed."""
        slots = reading.slots[:MOST_FUZZY]
        terms = terms_of(self.db, slots, reading.fillers)
        for term in terms:
            for word, likeness in corrections(self.db, term.slot, farthest=2).items():
                term.options.setdefault(word, likeness)
        scorer = Scorer(reading, terms, self.area)
        matches = [term.match for term in terms]
        self._keep(self._rows(" AND ".join(matches), reading), scorer)
        if self.found:
            return
        for left_out in range(len(matches)):
            others = matches[:left_out] + matches[left_out + 1 :]
            if others:
                self._keep(self._rows(" AND ".join(others), reading), scorer)

    def _rows(self, match: str, reading: Reading, *, near: bool = True) -> dict[int, tuple[Any, ...]]:
        """The streets of the town, of its neighbours, of anywhere that match."""
        without = f' NOT "{COMMUNE_WORD}"' if reading.number else ""
        asked = [(f"({match}){without}", ANYWHERE)]
        if near and self.area.town:
            asked.append((f'"{town_word(self.area.town)}" AND ({match}){without}', IN_TOWN))
        if near and self.area.neighbours:
            towns = " OR ".join(f'"{town_word(code)}"' for code in sorted(self.area.neighbours))
            asked.append((f"({towns}) AND ({match}){without}", ANYWHERE))
        return {row[0]: row for question in asked for row in self.db.execute(ROWS, question)}

    def _keep(self, rows: dict[int, tuple[Any, ...]], scorer: Scorer) -> None:
        for ranked in rank(self.db, rows.values(), scorer, self.places):
            key = ranked.street.id, ranked.number
            if key not in self.found or ranked.score > self.found[key].score:
                self.found[key] = ranked


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
