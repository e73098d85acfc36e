"""Phone numbers: typed as one likes, stored in E.164 (ITU-T), read back as in France."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, ValidationResult

from wizard.values.text import clean

MAINLAND = 33
# The country codes that French prefixes lead to: Réunion and Mayotte share theirs, the north of Saint-Martin and
# Saint-Barthélemy that of Guadeloupe.
_OVERSEAS = {"RE": 262, "YT": 262, "GP": 590, "GF": 594, "MQ": 596, "PM": 508}
_SAINT_PIERRE = _OVERSEAS["PM"]
# 06 39 98, which Arcep keeps for fiction (decision 2018-0881), among those of Mayotte: the demonstration's, nobody's.
_FICTION = "63998"
_TEN_FIGURES = {MAINLAND, 262, 590, 594, 596}
_LENGTH = 10
# Nearly all that is stored, and how it is read: no need of the tables of the whole world, which take a tenth of a
# millisecond.
_BY_TWO = re.compile(r"\+33([1-79])(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)


def e164(text: str | None) -> str | None:
    """Return a phone number as it is stored; None when it is not one that can be called."""
    number = _read(_dialled(text))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def missing_digits(text: str) -> int:
    """Return how many digits a French number lacks; a negative number when there are too many.

    0 when that is not what is wrong.
    """
    dialled = _dialled(text)
    if dialled.startswith("+33"):
        dialled = "0" + dialled.removeprefix("+33").removeprefix("0")
    return _LENGTH - len(dialled) if dialled.isdigit() else 0


def shown(number: str | None) -> str:
    """Return a stored number as it is dialled in France: « 06 12 34 56 78 », « +32 470 12 34 56 »."""
    if not number:
        return ""
    if by_two := _BY_TWO.fullmatch(number):
        return "0" + "\u00a0".join(by_two.groups())
    parsed = phonenumbers.parse(number, "FR")
    style = PhoneNumberFormat.NATIONAL if parsed.country_code in _TEN_FIGURES else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style).replace(" ", "\u00a0")


def _dialled(text: str | None) -> str:
    """Return the digits to dial, « + » before an international number; "" when something else was typed."""
    plain = re.sub(r"[ ().\-/·]", "", clean(text).replace("(0)", ""))
    if not re.fullmatch(r"\+?\d+", plain):
        return ""
    digits = phonenumbers.normalize_digits_only(plain)
    if plain.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits.removeprefix('00')}"
    return f"+{digits}" if re.fullmatch(r"33[1-9]\d{8}", digits) else digits


def _read(dialled: str) -> PhoneNumber | None:
    if re.fullmatch(r"0[1-9]\d{8}", dialled):
        return _french(dialled[1:])
    if not dialled.startswith("+"):
        return None
    for code in _TEN_FIGURES:
        if found := re.fullmatch(rf"\+{code}0?([1-9]\d{{8}})", dialled):
            number = _french(found[1])
            return number if code in {MAINLAND, number.country_code} else None
    if found := re.fullmatch(r"\+508(?:([2-9]\d{5})|0?([1-9]\d{8}))", dialled):
        number = _french(found[2] or f"508{found[1]}")
        return number if number.country_code == _SAINT_PIERRE else _foreign(dialled)
    return None if dialled.startswith("+33") else _foreign(dialled)


def _foreign(dialled: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(dialled)
    except phonenumbers.NumberParseException:
        return None
    complete = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if complete and phonenumbers.is_valid_number(number) else None


def _french(digits: str) -> PhoneNumber:
    """Return the number of nine digits under the code of the territory that its prefix belongs to.

    Whether the range was opened is not asked: new ones are every year, before anyone's tables know them.
    """
    if re.match("508[2-9]", digits):  # dialled from elsewhere in France; the rest is the whole number over there
        return PhoneNumber(country_code=_SAINT_PIERRE, national_number=int(digits[3:]))
    code = MAINLAND if digits.startswith(_FICTION) else _code_of(digits[:5])
    return PhoneNumber(country_code=code, national_number=int(digits))


@lru_cache(maxsize=4096)
def _code_of(start: str) -> int:
    """Return the country code of the longest beginning of `start` that belongs to one territory overseas."""
    if start[0] in "89":  # the same for the whole country
        return MAINLAND
    # 0708 and 0709 are shared out among territories four or five digits at a time; the other beginnings are not.
    for known in (5, 4) if start[0] == "7" else (5, 4, 3):
        ends = [f"{number:0{5 - known}}" for number in range(10 ** (5 - known))] if known < 5 else [""]
        codes = {code for region, code in _OVERSEAS.items() if any(_is_of(region, start[:known] + end) for end in ends)}
        if codes:
            return codes.pop() if len(codes) == 1 else MAINLAND
    return MAINLAND


def _is_of(region: str, start: str) -> bool:
    """Whether the numbers of a territory, whose last four digits are free, may begin so."""
    metadata = PhoneMetadata.metadata_for_region(region)
    kinds = (metadata.fixed_line, metadata.mobile) if metadata else ()
    patterns = [kind.national_number_pattern for kind in kinds if kind]
    return any(re.fullmatch(pattern, f"{start}1234") for pattern in patterns if pattern)
