"""The words of the database: how often each is used, in names of streets and of places, and those spelt nearly so."""

from array import array
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from wizard.addresses.lexicon import STOP_WORDS
from wizard.addresses.schema import PLACE_MARK

AFTER_Z = "{"  # comes after all that words are made of
AT_ONCE = 400  # words looked up for one text, at most


class Uses(NamedTuple):
    """Of how many streets a word is in the name, and in the name of the place."""

    named: int
    placed: int


NEVER, ALWAYS = Uses(0, 0), Uses(500_000, 500_000)


class Vocabulary:
    """Reads words when they are first asked for, many at once, and keeps them. Empty words are always used."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.read: dict[str, Uses] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Read these words; one that was not counts as never used."""
        asked = [word for word in dict.fromkeys(words) if word not in self.read][:AT_ONCE]
        marks = ",".join("?" * len(asked))
        self.read |= {word: ALWAYS if word in STOP_WORDS else NEVER for word in asked}
        self._read(f"SELECT word, named, placed FROM vocabulary WHERE word IN ({marks})", asked)

    def uses(self, word: str) -> int:
        """Return how many times a word is used."""
        return sum(self.read.get(word, NEVER))

    def places(self, word: str) -> int:
        """Return of how many streets a word names the place."""
        return 0 if word in STOP_WORDS else self.read.get(word, NEVER).placed

    def begins(self, letters: str) -> bool:
        """Whether some word begins so."""
        query = "SELECT 1 FROM vocabulary WHERE word >= ? AND word < ? LIMIT 1"
        return self.db.execute(query, (letters, letters + AFTER_Z)).fetchone() is not None

    def spelt_as(self, keys: Sequence[int]) -> list[str]:
        """Read the words that have one of these keys, and return them."""
        marks = ",".join("?" * len(keys))
        found = self.db.execute(f"SELECT words FROM spellings WHERE key IN ({marks})", keys)
        identifiers = {identifier for (packed,) in found for identifier in array("I", packed)}
        marks = ",".join("?" * len(identifiers))
        return self._read(f"SELECT word, named, placed FROM vocabulary WHERE id IN ({marks})", [*identifiers])

    def _read(self, query: str, asked: Sequence[str | int]) -> list[str]:
        rows = self.db.execute(query, asked) if asked else ()
        found = {word: ALWAYS if word in STOP_WORDS else Uses(named, placed) for word, named, placed in rows}
        self.read |= found
        return [*found]

    def asked(self, word: str) -> str:
        """Return how the full-text index is asked for a word, wherever it is used."""
        named, placed = self.read[word]
        return " OR ".join([f'"{word}"'] * (named > 0) + [f'"{PLACE_MARK}{word}"'] * (placed > 0))
