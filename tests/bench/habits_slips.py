"""The slips of a hurried hand: a space not struck, an article cut to a letter, a postcode with a digit wrong."""

import random
import re

from tests.bench.habits_words import Habit, city, number, whole
from wizard.addresses.importing.formats import Row

SMALL_WORD = re.compile(r"(?<= )(?:du|de|des|la|le|les|aux?)(?= )")
DIGITS = "0123456789"


def _placed(row: Row, name: str, where: str) -> str:
    return f"{number(row)} {name} {where}"


def town_glued(row: Row, chance: random.Random) -> str:
    """« 12 Rue VernierParis », after a postcode too."""
    ways = ["{n} {v}{c}", "{n} {v}{c}", "{n} {v} {p}{c}", "{n} {v}{c} {p}", "{n} {v}-{c}", "{n} {v},{c}"]
    return chance.choice(ways).format(n=number(row), v=row.name, p=row.postcode or city(row), c=city(row))


def postcode_glued(row: Row, chance: random.Random) -> str | None:
    """« Rue Vernier75017 Paris »."""
    if not row.postcode:
        return None
    return f"{number(row)} {row.name}{row.postcode}{chance.choice([' ', '', ' ', ', '])}{city(row)}"


def kind_glued(row: Row, _: random.Random) -> str | None:
    """« rueVernier »."""
    first, _space, rest = row.name.partition(" ")
    return whole(row, first + rest) if rest else None


def number_glued(row: Row, chance: random.Random) -> str:
    """« 12rue », « 12bis rue », « 12bisrue »."""
    door = row.number + row.suffix
    return whole(row, f"{door}{row.name}" if not row.suffix or chance.random() < 0.5 else f"{door} {row.name}", "")


def any_space_missing(row: Row, chance: random.Random) -> str:
    text = whole(row)
    at = chance.choice([i for i, c in enumerate(text) if c == " "])
    return text[:at] + text[at + 1 :]


def two_spaces_missing(row: Row, chance: random.Random) -> str | None:
    text = whole(row)
    spaces = [i for i, c in enumerate(text) if c == " " and text[i - 1].isalpha() and text[i + 1].isalpha()]
    if len(spaces) < 2:
        return None
    for at in sorted(chance.sample(spaces, 2), reverse=True):
        text = text[:at] + text[at + 1 :]
    return text


def glued_and_misspelt(row: Row, chance: random.Random) -> str | None:
    """The town glued, and one letter of the name lost."""
    name = row.name
    places = [i for i, c in enumerate(name) if c.isalpha() and name[max(i - 3, 0) : i].isalpha() and i > 2]
    if not places:
        return None
    at = chance.choice(places)
    return _placed(row, f"{name[:at]}{name[at + 1 :]}{city(row)}", "").strip()


def _article(row: Row, chance: random.Random) -> re.Match[str] | None:
    found = [*SMALL_WORD.finditer(row.name)]
    return chance.choice(found) if found else None


def _with_article(row: Row, article: re.Match[str], typed: str, chance: random.Random) -> str:
    name = row.name[: article.start()] + typed + row.name[article.end() :]
    where = chance.choice([f"{row.postcode} {city(row)}", city(row), row.postcode or city(row)])
    return _placed(row, name, where.strip())


def article_of_a_letter(row: Row, chance: random.Random) -> str | None:
    """« Rue u Couédic », « rue d Couédic »."""
    article = _article(row, chance)
    return _with_article(row, article, chance.choice(article[0]), chance) if article else None


def article_misspelt(row: Row, chance: random.Random) -> str | None:
    """A letter lost, doubled, swapped with the next, or that of the next key."""
    article = _article(row, chance)
    if not article:
        return None
    word = article[0]
    at = chance.randrange(len(word))
    ways = [word[:at] + word[at] + word[at:], word[:at] + word[at + 1 :], word[::-1], word[:at] + "s" + word[at:]]
    return _with_article(row, article, chance.choice(ways), chance)


def article_glued(row: Row, chance: random.Random) -> str | None:
    """« rue duCouédic », « ruedu Couédic », « de laPaix »."""
    article = _article(row, chance)
    return _with_article(row, article, article[0] + "\b", chance).replace("\b ", "") if article else None


def apostrophe_missing(row: Row, chance: random.Random) -> str | None:
    """« rue de lOuest », « rue d Ouest », « rue de l;Ouest »."""
    if "'" not in row.name:
        return None
    return whole(row, row.name.replace("'", chance.choice(["", " ", ";", "4", '"', ",", "''", "-"])))


def letter_alone(row: Row, chance: random.Random) -> str:
    """A letter struck between two words, or cut from the one that it begins."""
    words = row.name.split()
    at = chance.randrange(1, len(words)) if len(words) > 1 else 0
    long = len(words[at]) > 3 and chance.random() < 0.5
    words[at : at + 1] = [words[at][0], words[at][1:]] if long else [chance.choice("abcdefhijklmnopqsu"), words[at]]
    return whole(row, " ".join(words))


def _coded(row: Row, chance: random.Random, code: str) -> str:
    return chance.choice(["{n} {v} {p} {c}", "{n} {v} {p} {c}", "{n} {v}, {p} {c}", "{p} {c} {n} {v}"]).format(
        n=number(row), v=row.name, p=code, c=city(row)
    )


def postcode_short(row: Row, chance: random.Random) -> str | None:
    at = chance.randrange(5)
    return _coded(row, chance, row.postcode[:at] + row.postcode[at + 1 :]) if row.postcode else None


def postcode_short_alone(row: Row, chance: random.Random) -> str | None:
    """Without the town."""
    at = chance.randrange(5)
    return _placed(row, row.name, row.postcode[:at] + row.postcode[at + 1 :]) if row.postcode else None


def postcode_long(row: Row, chance: random.Random) -> str | None:
    at = chance.randrange(6)
    return _coded(row, chance, row.postcode[:at] + chance.choice(DIGITS) + row.postcode[at:]) if row.postcode else None


def postcode_swapped(row: Row, chance: random.Random) -> str | None:
    at = chance.randrange(4)
    code = row.postcode
    return _coded(row, chance, code[:at] + code[at : at + 2][::-1] + code[at + 2 :]) if code else None


def postcode_mistyped(row: Row, chance: random.Random) -> str | None:
    at = chance.randrange(5)
    code = row.postcode
    return _coded(row, chance, code[:at] + chance.choice(DIGITS) + code[at + 1 :]) if code else None


def postcode_begun(row: Row, chance: random.Random) -> str | None:
    """« 75 », « 750 », « 7501 »: the département, or a code cut short."""
    return _coded(row, chance, row.postcode[: chance.choice([2, 2, 3, 4])]) if row.postcode else None


def postcode_spaced(row: Row, chance: random.Random) -> str | None:
    """« 75 017 », « 750 17 », « F-75017 »."""
    code = row.postcode
    ways = [f"{code[:2]} {code[2:]}", f"{code[:3]} {code[3:]}", f"F-{code}", f"F {code}", f"{code[:2]}.{code[2:]}"]
    return _coded(row, chance, chance.choice(ways)) if code else None


SLIPS: dict[str, Habit] = {
    "commune collée": town_glued,
    "code postal collé": postcode_glued,
    "type de voie collé": kind_glued,
    "numéro et suffixe collés": number_glued,
    "une espace en moins": any_space_missing,
    "deux espaces en moins": two_spaces_missing,
    "commune collée, une lettre en moins": glued_and_misspelt,
    "article d'une lettre": article_of_a_letter,
    "article mal tapé": article_misspelt,
    "article collé": article_glued,
    "apostrophe en moins": apostrophe_missing,
    "lettre seule": letter_alone,
    "code postal court": postcode_short,
    "code postal court, sans commune": postcode_short_alone,
    "code postal long": postcode_long,
    "code postal, chiffres échangés": postcode_swapped,
    "code postal, un chiffre faux": postcode_mistyped,
    "code postal commencé": postcode_begun,
    "code postal espacé": postcode_spaced,
}
