"""One search, attempt after attempt: first the words as typed, then the slips that people make, likeliest first."""

from contextlib import suppress

from wizard.addresses.search.database import Opened
from wizard.addresses.search.finder import Finder, TooLate
from wizard.addresses.search.query import Reading, readings
from wizard.addresses.search.records import Area, Ranked
from wizard.addresses.search.slips import Slips
from wizard.addresses.search.terms import terms_of

PROPOSED = 5  # with so many streets, none is looked for among misspelt words


def search(data: Opened, area: Area, text: str, limit: int) -> list[Ranked]:
    """Return the streets that a text may mean, the best first, at most `limit`, no two of them alike."""
    finder = Finder(data, area)
    with suppress(TooLate):
        _look(finder, text, min(limit, PROPOSED))
    return finder.best(limit)


def _look(finder: Finder, text: str, limit: int) -> None:
    understood = readings(text)
    if not understood:
        return
    _as_typed(finder, understood)
    second = understood[1:] and not understood[0].number
    slips = Slips(finder, text, understood[1] if second else understood[0])
    if slips.ends_with_short_code and len(finder.found) < limit:
        slips.last_word_misspelt()
    if not finder.has_all_typed and not _are_enough(finder, limit):
        slips.try_each()
    elif finder.area.town and not finder.placed:
        # What is only far from here may be of the town, misspelt or of another kind.
        finder.near_only = True
        slips.often_wrong()
        slips.one_mistake()
    elif slips.reading.number and not finder.has_door:
        slips.often_wrong()
        if finder.placed and not finder.has_door:
            slips.name_misspelt()
    elif finder.placed < limit and not finder.has_whole_address:
        _complete(finder, slips, limit)


def _complete(finder: Finder, slips: Slips, limit: int) -> None:
    """Add to few streets of the town those that the last word, or the name, may be misspelt for."""
    finder.near_only = len(finder.found) >= limit
    if finder.area.town or not finder.near_only:
        slips.last_word_misspelt()
    if slips.reading.number and finder.placed and not finder.is_named(with_door=True):
        slips.name_misspelt()


def _as_typed(finder: Finder, understood: tuple[Reading, ...]) -> None:
    for position, reading in enumerate(understood):
        if position and finder.found and not understood[0].number:
            return  # a number further on is the door's only when all the words together are nowhere
        finder.with_all(reading, terms_of(finder.data.vocabulary, reading.slots, reading.fillers))
        finder.count_time()  # the likeliest reading has all its time


def _are_enough(finder: Finder, limit: int) -> bool:
    """Whether misspelling need not be thought of though no street has all that was typed."""
    return len(finder.found) >= limit and (not finder.area.town or finder.placed > 0)
