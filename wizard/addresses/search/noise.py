"""What people write around an address and in it, for the postman or the visitor."""

import re
from collections.abc import Iterator
from itertools import combinations

from wizard.addresses.lexicon import ABBREVIATIONS, LIGHT_WORDS, is_kind
from wizard.addresses.words import fold, split

LONGEST = 200  # characters read; the rest of a longer text is ignored
MOST_PARTS = 5

NOISE = re.compile(
    r"""^\W*(?:mon\ |notre\ )?(?:adresse|domicile)\b(?:\ (?:postale|est|actuelle))*\W*
      | ^\W*(?:j\W?habite|nous\ habitons|je\ (?:suis|vis|reside)|domiciliee?)\W+(?:(?:au|a|aux|en|dans)\b)?
      | \bcedex\b(?:\ *[0-9]{1,2}\b)? | \b(?:bp|cs|tsa|b\.p\.|c\.s\.|boite\ postale)\W*[0-9]{1,6}\b
      | \b(?:appt?|apt|appart|appartement|logt|logement|bat|batiment|bt|etg|etage|esc|escalier|hall|porte|lgt)
        \b[ .:°n]*(?:[0-9]+[a-z]?|[a-z][0-9]*)\b(?!')
      | \b[0-9]+\ *(?:er|e|eme|ieme|nd)\ +(?:etage|etg|droite|gauche)\b | \b(?:rdc|rez\W+de\W+chaussee)\b
      | \b(?:lieu\W?dit|ld)\b | \bf\W?(?=[0-9]{5}\b) | (?<!\bde\ )\bfrance\W*$ | (?:\bc/o\b|\bchez\b)[^,;\n]*[,;\n]""",
    re.VERBOSE,
)
UPON = re.compile(r"\bs/\s*")
INITIALS = re.compile(r"\b[a-z](?:[.-]{1,2} ?[a-z])+\b\.?")
GLUED = re.compile(r"\b([0-9]{1,4})(?=[a-z]{3})(?!(?:bis|ter|quater|quinquies|i?eme|ere|nde)\b)")
GLUED_TO_KIND = re.compile(
    rf"\b([0-9]{{1,4}}(?: ?(?:bis|ter|quater|quinquies)|[a-z][0-9]{{0,2}}))(?=(?:{'|'.join(sorted(LIGHT_WORDS))})\b)"
)
SPACED_POSTCODE = re.compile(r"\b([0-9]{2})[ .]([0-9]{3})\b|\b([0-9]{3}) ([0-9]{2})\b")
SMALL = "[a-zà-öø-ÿ\u0300-\u036f]"
CAPITAL_INSIDE = re.compile(rf"(?:(?<={SMALL}{{2}})|(?<=[0-9][a-z])|(?<=[0-9] [a-z]))(?=[A-ZÀ-ÖØ-Þ]{SMALL})")
CAPITAL_ARTICLE = re.compile(rf"(?<={SMALL}{{2}})([DL])(?=[A-ZÀ-ÖØ-Þ]{SMALL})")  # « VilleDOr »
UNSHIFTED_APOSTROPHE = re.compile(r"(?<=\b[dl])4(?=[a-z])")  # they share a key
AFTER_NUMBER = re.compile(r"(\b[0-9]{1,4}(?:\s?(?:bis|ter|quater|[a-z]))?)\s*,")
POSTCODE = re.compile(r"\b[0-9]{5}\b")
BETWEEN_PARTS = re.compile(r"\s*[,;\n()\[\]|]\s*|\s+[-–—]\s+")


def clean(text: str) -> tuple[str, bool]:
    """Return the text without accents, capitals or noise, and whether its last word is finished."""
    parted = CAPITAL_INSIDE.sub(" ", CAPITAL_ARTICLE.sub(r" \1 ", text[:LONGEST]))
    folded = fold(parted).replace("’", "'")[: 2 * LONGEST]
    finished = not folded[-1:].isalnum()
    folded = NOISE.sub(" ", UPON.sub("sur ", INITIALS.sub(_joined, folded)))
    return re.sub(r"[^\S\n]+", " ", _spaced(folded)).strip(), finished


def _spaced(folded: str) -> str:
    """Return « 12b rue », « 75017 » and « l'orme » for « 12brue », « 75 017 » and « l4orme »."""
    folded = UNSHIFTED_APOSTROPHE.sub("'", folded)
    folded = SPACED_POSTCODE.sub(lambda digits: "".join(filter(None, digits.groups())), folded)
    return GLUED.sub(r"\1 ", GLUED_TO_KIND.sub(r"\1 ", folded))


def _joined(initials: re.Match[str]) -> str:
    """Return « nd » for « n.-d. »."""
    letters = "".join(split(initials[0]))
    return letters if letters in ABBREVIATIONS else initials[0]


def without_some_parts(folded: str) -> Iterator[str]:
    """Yield the text less some of its parts, such as a name, a residence; those with door and postcode stay."""
    parts = _parts(folded)[:MOST_PARTS]
    door = next(filter(_names_a_door, parts), None) or next((part for part in parts if part[0].isdigit()), None)
    others = [part for part in parts if part != door and not POSTCODE.search(part)]
    for dropped in range(1, len(others) + 1):
        for left_out in combinations(others, dropped):
            left = [part for part in parts if part not in left_out]
            if len(left) > (door is None):
                yield ", ".join(left)


def _parts(folded: str) -> list[str]:
    """Return the parts of a text: commas, lines or brackets divide them, and the number of a door begins another."""
    found: list[str] = []
    for part in BETWEEN_PARTS.split(AFTER_NUMBER.sub(r"\1 ", folded)):
        starts = (match.start() for match in re.finditer(r"\b[0-9]{1,4}\b", part))
        cut = next((start for start in starts if _names_a_door(part[start:])), 0)
        found += filter(None, (part[:cut], part[cut:]))
    return found


def _names_a_door(part: str) -> bool:
    words = split(part)[:3]
    return len(words) > 1 and words[0].isdigit() and any(is_kind(word) for word in words[1:])
