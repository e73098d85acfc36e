"""Words as a guesser tries them first: without accents."""

import unicodedata


def unaccented(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(mark for mark in split if not unicodedata.combining(mark))
