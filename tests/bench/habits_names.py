"""The ways in which people write the name of a street: each the text typed, or None where it cannot be."""

import random
import re

from tests.bench.habits_words import LATER, LISTS, city, number, whole
from wizard.addresses.importing.formats import Row
from wizard.addresses.words import fold

SMALL = re.compile(r"^(?:de la|de l['’]|d['’]|de|du|des|la|les|le|l['’]|aux|au|à|et|en|sur) ?\b", re.IGNORECASE)


def _swapped(row: Row, chance: random.Random, pairs: dict[str, str]) -> str | None:
    name = row.name
    for full, short in pairs.items():
        if re.search(rf"\b{full}\b", name):
            name = re.sub(rf"\b{full}\b", chance.choice(short.split("|")), name, count=1)
    return name if name != row.name else None


def kind_shortened(row: Row, chance: random.Random) -> str | None:
    first, _, rest = row.name.partition(" ")
    ways = LISTS["kinds"].get(first, "").split("|")
    return whole(row, f"{chance.choice(ways)} {rest}") if ways[0] and rest else None


def title_shortened(row: Row, chance: random.Random) -> str | None:
    name = _swapped(row, chance, LISTS["titles"])
    return name and whole(row, name)


def title_in_full(row: Row, _: random.Random) -> str | None:
    """What the data shortens."""
    full = {short.title(): title for title, ways in LISTS["titles"].items() for short in ways.split("|")}
    name = " ".join(full.get(word, word) for word in row.name.split())
    return whole(row, name) if name != row.name else None


def first_name_as_initial(row: Row, chance: random.Random) -> str | None:
    words = row.name.split()
    if len(words) < 3 or not all(word[0].isupper() and word.isalpha() and len(word) > 3 for word in words[-2:]):
        return None
    return whole(row, " ".join([*words[:-2], words[-2][0] + chance.choice(["", "."]), words[-1]]))


def small_words_dropped(row: Row, _: random.Random) -> str | None:
    name = LATER.sub("", row.name)
    return whole(row, name) if name != row.name and name.strip() else None


def small_words_wrong(row: Row, chance: random.Random) -> str | None:
    other = {"du": "de", "de": "du", "des": "de", "la": "le", "les": "le", "le": "la", "aux": "des", "au": "du"}
    words = row.name.split()
    name = " ".join(other.get(word.lower(), word) if i else word for i, word in enumerate(words))
    return whole(row, name) if name != row.name else None


def words_joined(row: Row, chance: random.Random) -> str | None:
    words = row.name.split()
    if len(words) < 2:
        return None
    at = chance.randrange(len(words) - 1)
    return whole(row, " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]]))


def all_joined(row: Row, _: random.Random) -> str | None:
    return whole(row, re.sub(r"\W", "", row.name)) if 1 < row.name.count(" ") < 4 else None


def word_parted(row: Row, chance: random.Random) -> str | None:
    words = row.name.split()
    long = [i for i, word in enumerate(words) if len(word) > 6 and word.isalpha() and i]
    if not long:
        return None
    at = chance.choice(long)
    cut = chance.randint(3, len(words[at]) - 3)
    return whole(row, " ".join([*words[:at], words[at][:cut], words[at][cut:], *words[at + 1 :]]))


def numbers_otherwise(row: Row, _: random.Random) -> str | None:
    for written, other in LISTS["in_words"]:
        if re.search(rf"\b{written}\b", row.name):
            return whole(row, re.sub(rf"\b{written}\b", other, row.name, count=1))
    return None


def spelt_by_ear(row: Row, chance: random.Random) -> str | None:
    name = row.name
    ways = [(sound, heard) for sound, heard in LISTS["heard"] if re.search(sound, name[1:].lower())]
    if not ways:
        return None
    sound, heard = chance.choice(ways)
    return whole(row, re.sub(sound, heard, name.lower(), count=1))


def another_kind(row: Row, chance: random.Random) -> str | None:
    first, _, rest = row.name.partition(" ")
    others = [kind for kind in ("Rue", "Avenue", "Boulevard", "Place", "Impasse", "Chemin") if kind != first]
    return whole(row, f"{chance.choice(others)} {rest}") if first in LISTS["kinds"] and rest else None


def no_kind(row: Row, _: random.Random) -> str | None:
    first, _, rest = row.name.partition(" ")
    return whole(row, SMALL.sub("", rest)) if first in LISTS["kinds"] and rest else None


def hurried(row: Row, chance: random.Random) -> str | None:
    """Several habits at once, as on a phone."""
    name = _swapped(row, chance, LISTS["titles"] | LISTS["kinds"]) or row.name
    name = LATER.sub("", name) if chance.random() < 0.5 else name
    text = f"{number(row)} {name} {chance.choice([row.postcode, city(row), row.postcode + ' ' + city(row)])}"
    if row.citycode.startswith("751") and row.postcode not in text:
        text += f" {int(row.citycode[3:])}"
    text = fold(text) if chance.random() < 0.7 else text
    letters = [i for i, c in enumerate(text) if c.isalpha() and text[max(0, i - 2) : i].isalpha() and i > 1]
    if letters and chance.random() < 0.5:
        at = chance.choice(letters)
        text = text[:at] + text[at + 1 :]
    return text
