"""The text of a file whose encoding nobody told: recognised when French letters leave no doubt, else refused."""

import codecs
from dataclasses import dataclass

from wizard.services.french_letters import MARGIN, NEVER, USUAL, costs_of, is_french


class UnusableFile(ValueError):
    """The file cannot be read at all; the message says why, and what to do."""


@dataclass(frozen=True)
class Text:
    """What a file says, how it was encoded, and the lines that were not as the others."""

    content: str
    encoding: str
    mended: tuple[int, ...] = ()


SAVE_AGAIN = "enregistrez le fichier depuis le tableur en « CSV UTF-8 »"

_SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "un ancien classeur (.xls)",
    b"%PDF": "un PDF",
    b"\x1f\x8b": "un fichier compressé",
    b"SQLite": "une base de données",
    b"{\\rtf": "un document de traitement de texte",
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows",
    "iso8859-15": "Latin-9",
    "mac_roman": "Mac",
    "cp850": "DOS",
}
TELLABLE = {"utf-8": "UTF-8", **{name: _NAMES[name] for name in ("cp1252", "mac_roman", "cp850", "iso8859-15")}}
_OLD = ("cp1252", "iso8859-15", "mac_roman", "cp850")


def read(content: bytes, told: str | None = None) -> Text:
    """Return the text of a file, in the encoding that was `told` if one was; `TELLABLE` names those that may be.

    Raises UnusableFile, with the line at fault where there is one.
    """
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise UnusableFile(f"c'est {kind}, pas un CSV : ouvrez-le dans le tableur et {SAVE_AGAIN}")
    if told:
        return _checked(_strict(content, told))
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None) or _wide(content)
    return _checked(_strict(content, encoding) if encoding else _narrow(content))


def _checked(text: Text) -> Text:
    """Return what is a text indeed, and no page of a site."""
    if "\0" in text.content:
        raise UnusableFile(f"ligne {_line_of(text.content, chr(0))} : ce n'est pas du texte ; {SAVE_AGAIN}")
    if text.content.lstrip()[:5].casefold() in {"<html", "<?xml", "<tabl", "<!doc"}:
        raise UnusableFile(f"c'est une page, pas un CSV : ouvrez-la dans le tableur et {SAVE_AGAIN}")
    return text


def garbled(text: str) -> str | None:
    """Return what a text such as « LefÃ¨vre », encoded once too often, was before; None for any other."""
    for encoding in ("cp1252", "mac_roman", "cp850"):
        words = [_decoded_again(word, encoding) for word in text.split(" ")]
        if any(words):
            return " ".join(again or word for again, word in zip(words, text.split(" "), strict=True))
    return None


def _decoded_again(word: str, encoding: str) -> str | None:
    try:
        again = b"".join(_byte(letter, encoding) for letter in word).decode()
    except UnicodeError:
        return None
    foreign = [letter for letter in again if not letter.isascii()]
    return again if foreign and all(map(is_french, foreign)) else None


def _byte(letter: str, encoding: str) -> bytes:
    """Encode a letter; Windows lets through the five bytes that it does not define."""
    if encoding == "cp1252" and letter in "\x81\x8d\x8f\x90\x9d":
        return letter.encode("latin-1")
    return letter.encode(encoding)


def _wide(content: bytes) -> str | None:
    """Recognise UTF-16 without its mark: every other byte of a French text is then zero."""
    even, odd = content[:2000:2].count(0), content[1:2000:2].count(0)
    half = min(len(content), 2000) // 2
    if odd > 0.6 * half and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * half and odd == 0 else None


def _strict(content: bytes, encoding: str) -> Text:
    try:
        return Text(content.decode(encoding).removeprefix("\ufeff"), _NAMES[encoding])
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, errors="replace").count("\n") + 1
        if encoding == "utf-8" and content.startswith(codecs.BOM_UTF8):
            return _narrow(content.removeprefix(codecs.BOM_UTF8))
        raise UnusableFile(f"ligne {line} : {_NAMES[encoding]} interrompu ; {SAVE_AGAIN}") from None


def _narrow(content: bytes) -> Text:
    """Read a text of one byte a letter, or UTF-8, or UTF-8 where some lines are of an old encoding."""
    lines = content.splitlines(keepends=True)
    old = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    if not old:
        return Text(content.decode(), _NAMES["utf-8"])
    foreign = [number for number, line in enumerate(lines) if not line.isascii()]
    if encoding := _recognised(lines, foreign):
        return Text(content.decode(encoding), _NAMES[encoding])
    encoding = _recognised(lines, old) if len(old) < len(foreign) else None
    if encoding is None:
        first = next((number for number in old if not _recognised(lines, [number])), old[0])
        glimpse = lines[first].decode("ascii", errors="replace").strip()[:60]
        raise UnusableFile(f"ligne {first + 1} : lettres accentuées illisibles (« {glimpse} ») ; {SAVE_AGAIN}")
    mixed = "".join(line.decode(encoding if number in set(old) else "utf-8") for number, line in enumerate(lines))
    return Text(mixed, f"UTF-8 et {_NAMES[encoding]}", tuple(number + 1 for number in old))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _recognised(lines: list[bytes], numbers: list[int]) -> str | None:
    """Return the encoding under which these lines are French, if no other gives another text nearly as likely."""
    content = b"".join(lines[number] for number in numbers)
    likely: list[tuple[int, str, str]] = []
    for encoding in _OLD:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        costs = costs_of(text)
        if costs and max(costs) < NEVER:
            likely.append((sum(costs), encoding, text))
    likely.sort(key=lambda one: one[0])
    if not likely:
        return None
    best, encoding, text = likely[0]
    rivals = [cost for cost, _name, other in likely[1:] if other != text]
    usual = best <= USUAL * sum(not letter.isascii() for letter in text)
    return encoding if all(usual and cost - best >= MARGIN for cost in rivals) else None


def _line_of(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1
