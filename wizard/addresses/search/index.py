"""The address database as the portal uses it: search, find by id, check of what a form sends back."""

import re
import threading
from collections.abc import Iterable
from pathlib import Path
from sqlite3 import DatabaseError

from wizard.addresses.search.attempts import search
from wizard.addresses.search.database import Opened, OtherVersion, is_known, opened, street_of
from wizard.addresses.search.proposing import asked_for, proposed
from wizard.addresses.search.records import Area, Ranked
from wizard.addresses.suggestion import Check, Resolution, Suggestion
from wizard.addresses.words import fold, split

PLACES_KEPT, WORDS_KEPT = 4096, 8192
NUMBERED = re.compile(r"(?P<street>.+)_(?P<number>[0-9]{5})(?:_(?P<suffix>[0-9a-z]+))?")
IN_FULL = 0.9  # how much of the name must be typed for an address that was not chosen in the list
CONSIDERED, PROPOSED = 20, 5


class Index:
    """The addresses around one town; may be shared by threads, follows the file when it is replaced.

    Before the first import there is no file: `ready` is False and nothing is found.
    """

    def __init__(self, path: Path, *, citycode: str = "", neighbours: Iterable[str] = ()) -> None:
        self.path = path
        self.area = Area(citycode, frozenset(neighbours) - {citycode})
        self._of_thread = threading.local()

    @property
    def ready(self) -> bool:
        """Whether addresses were imported, by this version of the program."""
        return self._data() is not None

    @property
    def has_town(self) -> bool:
        """Whether those of the town are among them."""
        data = self._data()
        return data is not None and is_known(data, self.area.town)

    def search(self, text: str, limit: int = 5) -> tuple[Suggestion, ...]:
        """Return the addresses that a text may mean, the likeliest first; the last word may be unfinished."""
        data = self._data()
        if data is None:
            return ()
        return tuple(proposed(data, ranked) for ranked in search(data, self.area, text, limit))

    def find(self, address_id: str) -> Suggestion | None:
        """Return the address with this id; its number may be one that the data does not know."""
        data = self._data()
        if data is None or not address_id.isprintable() or len(address_id) > 120:
            return None
        if street := street_of(data, address_id):
            return proposed(data, asked_for(data, street, "", ""))
        numbered = NUMBERED.fullmatch(address_id)
        street = street_of(data, numbered["street"]) if numbered else None
        if numbered is None or street is None or street.type == "municipality":
            return None
        return proposed(data, asked_for(data, street, numbered["number"].lstrip("0"), numbered["suffix"] or ""))

    def resolve(self, text: str, address_id: str | None = None) -> Resolution:
        """Return what a form meant by this text and the suggestion chosen, if any.

        The choice holds while the text is still its label, or proposes it among others (without JavaScript,
        one chooses beside the text). Without it, a text that only one address fits, word for word,
        is that address; the number typed is never replaced by another.
        """
        chosen = self.find(address_id) if address_id else None
        if chosen and split(fold(chosen.label)) == split(fold(text)):
            return Resolution(chosen.check, chosen)
        data = self._data()
        ranked = search(data, self.area, f"{text} ", CONSIDERED) if data else []
        meant = _meant(ranked)
        if data and len(meant) == 1:
            suggestion = proposed(data, meant[0])
            return Resolution(suggestion.check, suggestion)
        alternatives = tuple(proposed(data, one) for one in ranked[:PROPOSED]) if data else ()
        if chosen and any(one.id == chosen.id for one in alternatives):
            return Resolution(chosen.check, chosen)
        return Resolution(Check.AMBIGUOUS if meant else Check.UNKNOWN, None, alternatives)

    def _data(self) -> Opened | None:
        """Return this thread's connection, made anew when the file was replaced."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        version = (status.st_mtime_ns, status.st_ino)
        if getattr(self._of_thread, "version", None) != version:
            try:
                self._of_thread.data = opened(self.path)
            except (OtherVersion, DatabaseError):  # an older program's, or no address database at all
                self._of_thread.data = None
            self._of_thread.version = version
        data: Opened | None = self._of_thread.data
        if data and len(data.places) > PLACES_KEPT:
            data.places.clear()
        if data and len(data.vocabulary.read) > WORDS_KEPT:
            data.vocabulary.read.clear()
        return data


def _meant(ranked: list[Ranked]) -> list[Ranked]:
    """Return the addresses that the text names in full; those that have the door it asks, when some have it."""
    full = [one for one in ranked if one.whole and one.named >= IN_FULL]
    return [one for one in full if one.number_known] or full
