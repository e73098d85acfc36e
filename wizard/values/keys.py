"""« Clé Enfance »: the key of a family as people type it, copy it, or as a mail's end of sentence leaves it."""

import re

from wizard.values.text import clean

# No 0 O, 1 I L, U V: what is read aloud or copied by hand comes back right.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_OURS = re.compile(f"([{ALPHABET}]{{4}})[-_]?([{ALPHABET}]{{4}})")
# Keys of a town's former software: letters and digits in groups.
_OTHERS = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
# Around a key: the full stop, brackets or quotation marks of the sentence it was in. A tag is no key; one that ends
# with a hyphen was cut short.
_AROUND = re.compile(r"^[^A-Z0-9<]+|[^A-Z0-9-]+$")


def read_key(text: str, *, shortest: int = 4) -> str | None:
    """Return the key typed, as it is stored, or None: case, spaces, and what surrounds it do not count.

    The town's own numbering may be shorter than what is believed of a link.
    """
    key = _AROUND.sub("", re.sub(r"\s", "", clean(text)).upper())
    if ours := _OURS.fullmatch(key):
        return f"{ours[1]}-{ours[2]}"
    return key if shortest <= len(key) <= 24 and _OTHERS.fullmatch(key) else None
