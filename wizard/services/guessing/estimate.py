"""The number of guesses a password resists, and what makes it weak; loads 80,000 words when imported."""

import gzip
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zxcvbn import matching, scoring

from wizard.services.guessing.azerty import neighbours
from wizard.services.guessing.folding import unaccented

FRENCH = Path(__file__).parent / "french.txt.gz"
# zxcvbn's cost grows with the square of the length; nothing is learnt further.
READ = 72
SHORTEST_PERSONAL_WORD = 3
# « Durand-Oudon-2019 »: zxcvbn counts dashes as unguessable, whoever knows the person does not.
OWN_ADDITION = 6
OWN_WORDS_ONLY = 8.0


@dataclass(frozen=True)
class Estimate:
    log10: float
    weakness: str
    personal: bool


def _french() -> dict[str, int]:
    """Line n of the file holds the words of rank n."""
    lines = gzip.decompress(FRENCH.read_bytes()).decode().split("\n")
    return {word: rank for rank, line in enumerate(lines, 1) for word in line.split()}


matching.RANKED_DICTIONARIES["french"] = _french()
matching.GRAPHS["azerty"] = neighbours()

# zxcvbn tries every combination of substitutes: its own table makes 576 of them, and one chosen
# password half a second of work. These are the ones people use; at most 16 combinations.
matching.L33T_TABLE.clear()
matching.L33T_TABLE.update(
    {"a": ["4", "@"], "e": ["3"], "i": ["1", "!"], "l": ["1"], "o": ["0"], "s": ["$", "5"], "t": ["7"]}
)


def estimate(password: str, personal: Iterable[str]) -> Estimate:
    # Not zxcvbn(): it keeps the person's words in a global that other threads would read.
    own = {word: rank for rank, word in enumerate(personal_words(personal), 1)}
    read = (unaccented(password) or password)[:READ]
    matches = matching.omnimatch(read, {**matching.RANKED_DICTIONARIES, "user_inputs": own})
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
    """True when the person's words are there and hardly anything else is."""
    rest = password.lower()
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != password.lower() and sum(mark.isalnum() for mark in rest) < OWN_ADDITION


def personal_words(values: Iterable[str]) -> tuple[str, ...]:
    """« Jean-Loïc » gives jean, loic and jeanloic."""
    words: list[str] = []
    for value in values:
        parts = re.findall(r"[^\W_]+", unaccented(value).lower())
        words += [*parts, "".join(parts)]
    return tuple(dict.fromkeys(word for word in words if len(word) >= SHORTEST_PERSONAL_WORD))
