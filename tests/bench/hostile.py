"""Texts made to take long: the words of the data in numbers, repeats, initials, digits, signs of all alphabets."""

import gc
import random
import sqlite3
import string
import time
from pathlib import Path

from wizard.addresses import Index

REPEATED = [
    "a",
    "e",
    "l",
    "1",
    "ab",
    "le",
    "de ",
    "ruedela",
    "saintmartin",
    "l'd'",
    "rue,",
    "rue 1, ",
    "12, ",
    "12 rue ",
    "(",
]
REPEATED += [
    "1 a 2 b 3 c ",
    "1a2b3c4d5e6f",
    "12bis12ter",
    "75018",
    "12 rue de la paix, ",
    "rue de la rue de la ",
    "la le les ",
]
REPEATED += [
    "\x00",
    "\ud800",
    "é",
    "ﷺ",
    "ﬀ",
    "½",
    "①",
    "٣",
    "İ",
    "ẞ",
    "\u0301",
    "\u200b",
    "😀",
    "\n",
    "\t",
    " ",
    "\\",
    "'",
    '"',
    "%",
]
SYNTAX = [
    '" OR "',
    "NEAR(a b)",
    "a* b* c*",
    "rue NOT paris",
    "rue:paris",
    "^rue",
    "{words} : a",
    "'; DROP TABLE streets",
    "-rue",
]
BEGUN = ["la", "le la", "d", "rue de la", "saint", "saint j", "12 la", "imp", "75", "850", "1 rue de la 7", "rue 7"]


def hostile(words: list[str], chance: random.Random) -> list[str]:
    """`words` are those of the data, the commonest first."""
    common, short = words[:400], [word for word in words if len(word) < 4]
    texts = [*SYNTAX, *BEGUN, *string.ascii_lowercase, *(f"1 {letter}" for letter in string.ascii_lowercase)]
    texts += [(some * 200)[:length] for some in REPEATED for length in (20, 200, 5000)]
    for count in (2, 3, 5, 8, 12, 16, 60):
        for _ in range(8):
            chosen = chance.choices(common, k=count)
            texts += [" ".join(chosen), ", ".join(chosen), " ".join(map(_spoilt, chosen, [chance] * count))]
            texts += [" ".join(chance.choices(short, k=count)), "".join(chance.choices(words, k=count))]
            texts.append(" ".join(str(chance.randrange(10 ** chance.randint(1, 5))) for _ in range(count)))
    return texts


def _spoilt(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(string.ascii_lowercase) + word[at + 1 :]


def words_of(database: Path) -> list[str]:
    """The words of an address database, the commonest first."""
    db = sqlite3.connect(database)
    words = [word for (word,) in db.execute("SELECT word FROM vocabulary ORDER BY named + placed DESC, word")]
    db.close()
    return words


def slowest(index: Index, texts: list[str]) -> tuple[float, str]:
    """The longest time of the processor that a text took to be searched or resolved, in ms, and the text.

    Without the garbage collector, which would walk all that the tests, or the benchmark, have in memory.
    """
    times = []
    gc.disable()
    for text in texts:
        for ask in (index.search, index.resolve):
            start = time.thread_time()
            ask(text)
            times.append((1000 * (time.thread_time() - start), text))
    gc.enable()
    return max(times)
