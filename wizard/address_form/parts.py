"""An address written on one line, in the parts of the form by hand: what is not sure stays in the street."""

import re

from wizard.addresses import communes_of
from wizard.values.dates import MONTHS

_NUMBER = re.compile(
    rf"""(?:n°\ ?)?(?P<house_number>[0-9]{{1,4}}(?:\ ?(?:bis|ter|quater)\b|\ ?[a-z]\b(?!['’.])(?=,|\ \w{{3}}))?)
        (?![0-9])[\s,]+
        (?!(?:{"|".join(MONTHS)})\b)
        (?P<street>\S.*)""",
    re.VERBOSE | re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?P<before>.*\S)[\s,–-]+(?P<postcode>[0-9]{2}\ ?[0-9]{3})(?![0-9])(?P<after>[^0-9]*)")


def parts_of(line: str) -> dict[str, str]:
    """Return the number, the street, the postcode and the commune of « 12 bis rue du Moulin 44521 Oudon »."""
    parts = {"street": line.strip()}
    found = _POSTCODE.fullmatch(parts["street"])
    if found and communes_of(code := found["postcode"].replace(" ", "")):
        only = [commune.name for commune in communes_of(code)]
        city = re.sub(r"\W+france$", "", found["after"].strip(" ,–-"), flags=re.IGNORECASE)
        parts = {"street": found["before"].rstrip(" ,–-"), "postcode": code}
        parts["city"] = city or (only[0] if len(only) == 1 else "")
    if numbered := _NUMBER.fullmatch(parts["street"]):
        parts |= numbered.groupdict()
    return {name: text for name, text in parts.items() if text}
