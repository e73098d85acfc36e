"""The ways in which people write what is beside the name: number, place, order, what an address is not made of."""

import random
import re

from tests.bench.habits_words import LATER, LISTS, city, number, whole
from wizard.addresses.importing.formats import Row
from wizard.addresses.words import fold

ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI"]
ROMAN += ["XVII", "XVIII", "XIX", "XX"]
FULL = {"b": "bis", "t": "ter", "q": "quater", "bis": "b", "ter": "t"}


def apostrophes(row: Row, chance: random.Random) -> str | None:
    if "'" not in row.name + city(row):
        return None
    return re.sub("'", chance.choice(["’", "", " ", "' ", " '", "`", "´", "ʼ"]), whole(row))


def hyphens(row: Row, chance: random.Random) -> str | None:
    text = whole(row)
    if "-" in text and chance.random() < 0.7:
        return text.replace("-", chance.choice([" ", "", " - ", "‑", "–"]))
    return re.sub(r"(?<=[a-z]{3}) (?=[A-Z])", "-", text)


def accents_capitals(row: Row, chance: random.Random) -> str | None:
    text = chance.choice([str.upper, str.lower, fold, str.swapcase, str.title])(whole(row))
    return text.replace("œ", "oe") if "œ" in text else text.replace("oe", "œ")


def parts_moved(row: Row, chance: random.Random) -> str:
    return chance.choice(LISTS["orders"]).format(n=number(row), v=row.name, p=row.postcode, c=city(row))


def districts(row: Row, chance: random.Random) -> str | None:
    if not row.citycode.startswith("751"):
        return None
    which = int(row.citycode[3:])
    e = "er" if which == 1 else chance.choice(["e", "ème", "eme", "ième", "è"])
    where = chance.choice(LISTS["districts"]).format(d=which, e=e, r=ROMAN[which - 1], p=row.postcode)
    return f"{number(row)} {row.name} {where}"


def around(row: Row, chance: random.Random) -> str:
    return chance.choice([*LISTS["before"], *LISTS["after"]]).format(whole(row))


def around_both(row: Row, chance: random.Random) -> str:
    return chance.choice(LISTS["before"]).format(chance.choice(LISTS["after"]).format(whole(row)))


def numbered_otherwise(row: Row, chance: random.Random) -> str:
    n, s = row.number, row.suffix
    ways = LISTS["suffixed" if s else "numbers"]
    return whole(row, door=chance.choice(ways).format(n=n, s=s, S=s.upper(), f=FULL.get(s, s), o=int(n) + 2))


def glued_number(row: Row, chance: random.Random) -> str | None:
    glued = chance.choice(["{}{}", "{},{}", "{}-{}", "{};{}"]).format(row.number, row.name)
    return None if row.suffix else whole(row, glued, "")


def towns(row: Row, chance: random.Random) -> str | None:
    name = row.city
    ways = [name.replace("-sur-", chance.choice(["/", " s/ ", " s ", " sur "])), LATER.sub("", name.replace("-", " "))]
    ways += [re.sub(r"\bSaint(e?)\b", r"St\1", name), re.sub(r"\bSaint(e?)\b", r"st\1.", name).lower()]
    ways += [re.sub(r"^(?:La|Le|Les|L') ?", "", name), row.oldcity, name.split("-")[0] + " " + row.postcode]
    ways = [way for way in ways if way and way != name]
    return f"{number(row)} {row.name} {chance.choice(ways)}" if ways and not row.citycode.startswith("751") else None


def space_missing_or_added(row: Row, chance: random.Random) -> str | None:
    text = whole(row)
    spaces = [i for i, c in enumerate(text) if c == " " and text[i - 1].isalpha()]
    at = chance.choice(spaces)
    return text[:at] + chance.choice(["", "  ", " , ", "\t", "\u00a0", "\u202f"]) + text[at + 1 :]


def wrong_postcode(row: Row, chance: random.Random) -> str | None:
    """That of the chief town, or a digit wrong; the town is right."""
    at = chance.randrange(2, 5)
    spoilt = row.postcode[:at] + chance.choice("0123456789") + row.postcode[at + 1 :]
    wrong = chance.choice([row.postcode[:2] + "000", spoilt, row.postcode[:2]])
    return None if row.citycode.startswith("751") else f"{number(row)} {row.name} {wrong} {row.city}"


def lieu_dit(row: Row, chance: random.Random) -> str:
    where = chance.choice([city(row), f"{row.postcode} {city(row)}", row.postcode])
    bare = re.sub(r"^(?:La|Le|Les|L'|L) ", "", row.name)
    return f"{chance.choice(LISTS['places']).format(v=row.name, b=bare)} {where}"


def numbered_lieu_dit(row: Row, chance: random.Random) -> str:
    ways = ["{n} {v} {c}", "{n}, {v} {p} {c}", "{n} lieu-dit {v} {p}", "{v} {n} {c}"]
    return chance.choice(ways).format(n=number(row), v=row.name, c=city(row), p=row.postcode)
