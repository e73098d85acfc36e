"""Text and names: look-alike typography becomes one form, what nobody sees is dropped, all letters are kept."""

import re
import unicodedata

# Control, direction and zero-width characters, variation selectors, blank letters, and those that are no characters
# at all: nobody means to type them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# The two joiners shape the letters of Persian, Hindi and their neighbours; elsewhere they are as invisible as the rest.
_SHAPED = "[\u0600-\u1cff]"
_STRAY_JOINERS = re.compile(f"(?<!{_SHAPED})[\u200c\u200d]|[\u200c\u200d](?!{_SHAPED})")

# Composing is quadratic in a run of accents: nothing that is kept is longer.
_COMPOSED = 1024

# What keyboards, phones and word processors put for « ' », « - », « · » and the space. The plain ones are stored:
# they are what the town's software and the official addresses hold.
_LOOK_ALIKES = {
    **dict.fromkeys(map(ord, "´’‘‛ʼʻ′‵＇՚"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−⁃˗﹣－"), "-"),
    **dict.fromkeys(map(ord, "‧∙⋅"), "·"),
    **dict.fromkeys([*map(ord, "\t\n\v\f\r"), 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029], " "),
    **dict.fromkeys([0x202F, 0x205F, 0x3000], " "),
}
# Beside letters and their marks; the last ones are the hyphen and signs of Hebrew, the joiners, the dot of Japanese.
_IN_NAMES = frozenset(" '-.·־׳״\u200c\u200d・")


def clean(text: str | None) -> str:
    """Return `text` on one line, composed (NFC), trimmed, in plain typography, without what nobody sees.

    The case is kept, and so is the grave accent alone, which an e-mail address may hold. Idempotent.
    """
    seen = _STRAY_JOINERS.sub("", _INVISIBLE.sub("", text or ""))
    composed = unicodedata.normalize("NFC", seen[:_COMPOSED]) + seen[_COMPOSED:]
    return composed.translate(_LOOK_ALIKES).strip(" ")


def unaccented(text: str) -> str:
    """Return `text` without its accents, compatibility characters (« ﬁ », « ² ») in plain ones (NFKD)."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))


def name(text: str | None) -> str:
    """Return a name as it is stored: « D`Almeida » has an apostrophe too."""
    return clean(text).replace("`", "'")


def is_name(text: str) -> bool:
    """Whether `text`, as `name` returns it, may be the name of someone, in any alphabet."""
    return text.removeprefix("'")[:1].isalpha() and all(
        sign.isalpha() or sign in _IN_NAMES or unicodedata.category(sign) in {"Mn", "Mc"} for sign in text
    )


def postcode(text: str | None) -> str:
    """Return a postcode as it is stored: one of digits alone without the spaces it was typed with."""
    plain = clean(text)
    digits = re.sub(r"[ .]", "", plain)
    return digits if digits.isdigit() else plain
