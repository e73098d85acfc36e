"""The ranks of words in several dictionaries, by their hashes: twelve bytes a word, a tenth of what dicts take."""

from array import array
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping

# A place is the number of a dictionary, times more than any has words, plus a rank in it.
_ROOM = 2**20
_PLACES = 2**32
_SIEVE = 2**20


class Ranks:
    """Where words are in the dictionaries. It holds none of them: two that have one hash of 64 bits are one to it."""

    def __init__(self, dictionaries: Mapping[str, Mapping[str, int]]) -> None:
        self._names = tuple(dictionaries)
        # One number a word: what a pair takes meanwhile, twice as much, leaves holes in the memory of who loads them.
        words = sorted(
            hash(word) * _PLACES + number * _ROOM + rank
            for number, ranks in enumerate(dictionaries.values())
            for word, rank in ranks.items()
        )
        self._hashes = array("q", (word // _PLACES for word in words))
        self._places = array("I", (word % _PLACES for word in words))
        self._sieve = bytearray(_SIEVE)
        for hashed in self._hashes:
            self._sieve[hashed % _SIEVE] = 1

    def parts(self, text: str, others: Container[str]) -> Iterator[tuple[int, int, str]]:
        """Give each part of a text that may be a word, or is one of others, and its first and last letters' places.

        Those of a password are thousands, nearly none a word: they cost a look at a byte.
        """
        sieve, length = self._sieve, len(text)
        return (
            (i, j, part)
            for i in range(length)
            for j in range(i, length)
            if sieve[hash(part := text[i : j + 1]) % _SIEVE] or part in others
        )

    def of(self, word: str) -> Iterator[tuple[str, int]]:
        """Give each dictionary that has a word, and its rank there."""
        hashed = hash(word)
        at = bisect_left(self._hashes, hashed)
        while at < len(self._hashes) and self._hashes[at] == hashed:
            number, rank = divmod(self._places[at], _ROOM)
            yield self._names[number], rank
            at += 1
