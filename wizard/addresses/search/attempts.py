"""When nothing has all that was typed: words misspelt, words often wrong, words that are not of the address."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from wizard.addresses.search.parting import before_place
from wizard.addresses.search.query import Reading, partial_readings
from wizard.addresses.search.ranking import Scorer
from wizard.addresses.search.terms import Term, loosen, terms_of

if TYPE_CHECKING:
    from wizard.addresses.search.finder import Search

ROWS = 60  # looked at when a word is left out
MOST_CERTAIN = 6  # words; of a longer text, some are not of the address
MOST_FUZZY = 8  # words looked at once some are misspelt
NAMED_BUT_KIND = 0.7


def relax(search: Search, text: str, reading: Reading) -> None:
    """Try the likeliest slips first; each attempt is made only when those before it found nothing better."""
    if _place_apart(search, reading):
        return
    terms = _terms(search, reading)
    if strays := [term for term in terms if term.is_stray]:
        _correct(search, reading, terms, strays, 1)  # an initial
        if not _is_named(search, with_door=True):
            _without(search, reading, terms, strays)
        if _is_named(search, with_door=True):
            return
    if _correct(search, reading, terms, [term for term in terms if not term.uses and not term.prefix], 1):
        return
    shorter = () if search.found else partial_readings(text)
    for part in shorter:
        search.all(part, terms_of(search.data.vocabulary, part.slots, part.fillers))
    if not _is_named(search):
        for part in (reading, *shorter[:1]):
            leave_aside(search, part)
        if _is_named(search):
            return
        if shorter and len(reading.slots) > MOST_CERTAIN:
            reading = shorter[0]
            terms = _terms(search, reading)
    if _correct(search, reading, terms, terms, 1):
        return
    if search.is_late or not _correct(search, reading, terms, terms, 2):
        _leave_out(search, reading, terms)


def _place_apart(search: Search, reading: Reading) -> bool:
    """Look with the town a word of its own, where it was typed at the end of another; returns whether that is it."""
    vocabulary = search.data.vocabulary
    for slot in reading.slots[:MOST_FUZZY]:
        if not vocabulary.uses(slot.word) and (halves := before_place(vocabulary, slot.word)):
            parted = reading.parted(slot.word, *halves)
            terms = _terms(search, parted)
            search.all(parted, terms)
            if not _is_named(search):
                _correct(search, parted, terms, terms, 1)
            return _is_named(search)
    return False


def relax_near(search: Search, reading: Reading) -> None:
    """What is only far from here may be of the town, misspelt or of another kind."""
    leave_aside(search, reading)
    terms = _terms(search, reading)
    _correct(search, reading, terms, terms, 1)


def correct_last(search: Search, reading: Reading) -> None:
    """What begins few names may be a whole word misspelt."""
    last, vocabulary = reading.slots[:MOST_FUZZY][-1], search.data.vocabulary
    vocabulary.learn([last.word])
    if last.finished or len(last.word) < 4 or vocabulary.uses(last.word):
        return
    terms = _terms(search, reading)
    loosen(terms[-1], farthest=1)
    terms[-1].prefix = ""  # what begins so is already found
    search.all(reading, terms)


def leave_aside(search: Search, reading: Reading) -> None:
    """Look without what people often get wrong: the smallest words, the kind of street, the postcode."""
    terms = terms_of(search.data.vocabulary, reading.slots, reading.fillers)
    kinds = [term for term in terms if term.slot.is_light]
    codes = [term for term in terms if term.is_code]
    strays = [term for term in terms if term.is_stray]
    for dropped in filter(None, (strays, kinds, codes, kinds and codes and kinds + codes)):
        if not _is_named(search, with_door=True):
            _without(search, reading, terms, dropped)


def _without(search: Search, reading: Reading, terms: Sequence[Term], dropped: Sequence[Term]) -> None:
    matches = [term.match for term in terms if term not in dropped]
    _keep(search, matches, reading, Scorer(reading, terms, search.area))


def _terms(search: Search, reading: Reading) -> list[Term]:
    return terms_of(search.data.vocabulary, reading.slots[:MOST_FUZZY], reading.fillers)


def _correct(search: Search, reading: Reading, terms: Sequence[Term], some: Sequence[Term], farthest: int) -> bool:
    """Let some of the terms stand for the nearest words; returns whether that found more."""
    before = len(search.found)
    for term in some:
        search.hurry()
        loosen(term, farthest=farthest)
    if some:
        search.all(reading, terms)
    return len(search.found) > before


def _leave_out(search: Search, reading: Reading, terms: Sequence[Term]) -> None:
    """All but one or two of the terms."""
    scorer = Scorer(reading, terms, search.area)
    matches = [term.match for term in terms if not term.optional]
    for left_out in (1, 2):
        for others in combinations(matches, max(len(matches) - left_out, 1)):
            _keep(search, others, reading, scorer)
        if search.found or len(matches) < 4:
            return


def _keep(search: Search, matches: Sequence[str], reading: Reading, scorer: Scorer) -> None:
    if matches and all(matches):
        search.keep(search.near(matches, reading) | search.anywhere(matches, reading, ROWS), scorer)


def _is_named(search: Search, *, with_door: bool = False) -> bool:
    """Whether an address has its name in full, kind apart, and its town."""
    found = search.found.values()
    return any(r.placed and r.named > NAMED_BUT_KIND and (r.number_known or not with_door) for r in found)
