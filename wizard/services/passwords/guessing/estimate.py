"""The number of guesses a password resists, and what makes it weak; loads 170,000 words when imported."""

import gzip
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from zxcvbn import matching, scoring

from wizard.services.passwords.guessing.azerty import neighbours
from wizard.services.passwords.guessing.ranks import Ranks
from wizard.values.text import unaccented

FRENCH = Path(__file__).parent / "french.txt.gz"
# zxcvbn's cost grows with the square of the length; nothing is learnt further.
READ = 28
SHORTEST_PERSONAL_WORD, LONGEST_PERSONAL_WORD = 3, READ
# More than a person's names, addresses and town have; each of them is looked for in the password.
MOST_PERSONAL_WORDS = 60
_READ_OF_A_VALUE = 254
# « Durand-Oudon-2019 »: zxcvbn counts dashes as unguessable, whoever knows the person does not.
OWN_ADDITION = 6
OWN_WORDS_ONLY = 8.0


@dataclass(frozen=True)
class Estimate:
    log10: float
    weakness: str
    personal: bool


def _french() -> dict[str, int]:
    """Return the rank of each French word: line n of the file holds the words of rank n."""
    lines = gzip.decompress(FRENCH.read_bytes()).decode().split("\n")
    return {word: rank for rank, line in enumerate(lines, 1) for word in line.split()}


def _take_words() -> Ranks:
    """Take zxcvbn's words out of it, to keep them in a tenth of the memory."""
    ranks = Ranks({**matching.RANKED_DICTIONARIES, "french": _french()})
    matching.RANKED_DICTIONARIES.clear()
    matching.FREQUENCY_LISTS.clear()
    return ranks


_ranks = _take_words()
matching.GRAPHS["azerty"] = neighbours()


def _dictionary_match(password: str, _ranked_dictionaries: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Find the words in a password, as zxcvbn does, the person's own among them."""
    own = _ranked_dictionaries.get("user_inputs", {})
    return [
        {
            "pattern": "dictionary",
            "i": i,
            "j": j,
            "token": password[i : j + 1],
            "matched_word": word,
            "rank": rank,
            "dictionary_name": name,
            "reversed": False,
            "l33t": False,
        }
        for i, j, word in _ranks.parts(password.lower(), own)
        for name, rank in (*_ranks.of(word), *((("user_inputs", own[word]),) if word in own else ()))
    ]


matching.dictionary_match = _dictionary_match

# zxcvbn tries every combination of substitutes: its own table makes 576 of them, and one chosen
# password half a second of work. These are the ones people use, who hardly ever write a letter in two ways.
COMBINATIONS = 4
matching.L33T_TABLE.clear()
matching.L33T_TABLE.update(
    {"a": ["4", "@"], "e": ["3"], "i": ["1", "!"], "l": ["1"], "o": ["0"], "s": ["$", "5"], "t": ["7"]}
)
_enumerated = matching.enumerate_l33t_subs
matching.enumerate_l33t_subs = lambda table: _enumerated(table)[:COMBINATIONS]


def estimate(password: str, personal: Iterable[str]) -> Estimate:
    # Not zxcvbn(): it keeps the person's words in a global that other threads would read.
    own = {word: rank for rank, word in enumerate(personal_words(personal), 1)}
    read = (unaccented(password.replace("’", "'")) or password)[:READ]
    all_matches = matching.omnimatch(read, {"user_inputs": own})
    # Two signs that are a word are hardly sooner guessed than any two; they are most of the matches.
    matches = [match for match in all_matches if len(match["token"]) > 2]
    found: dict[str, Any] = scoring.most_guessable_match_sequence(read, matches)
    sequence = found["sequence"]
    longest = max(sequence, key=lambda match: len(match["token"]))
    log10 = math.log10(found["guesses"])
    return Estimate(
        log10=min(log10, OWN_WORDS_ONLY) if _adds_little(read, own) else log10,
        weakness=longest["pattern"],
        personal=any(match.get("dictionary_name") == "user_inputs" for match in sequence),
    )


def _adds_little(password: str, own: Iterable[str]) -> bool:
    """Whether the person's words are there and hardly anything else is."""
    rest = password.lower()
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != password.lower() and sum(mark.isalnum() for mark in rest) < OWN_ADDITION


def personal_words(values: Iterable[str]) -> tuple[str, ...]:
    """Return jean, loic and jeanloic of « Jean-Loïc »; few words, none longer than what is read of a password."""
    words: dict[str, None] = {}
    for value in islice(values, MOST_PERSONAL_WORDS):
        parts = re.findall(r"[^\W_]+", unaccented(value[:_READ_OF_A_VALUE]).lower())
        found = (word[:LONGEST_PERSONAL_WORD] for word in (*parts, "".join(parts)))
        words |= dict.fromkeys(word for word in found if len(word) >= SHORTEST_PERSONAL_WORD)
    return tuple(words)[:MOST_PERSONAL_WORDS]
