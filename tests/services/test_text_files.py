"""The text of a file whose encoding nobody told: what is read, how it was encoded, which lines were mended."""

import codecs

import pytest

from wizard.services.text_files import SAVE_AGAIN, TELLABLE, Text, UnusableFile, garbled, read

TWO_LINES = "cle;nom\nOUD-1;Lefèvre Hélène François Noël\n"
ODD = TWO_LINES.encode() + "OUD-2;Gérard Zoé\n".encode("cp1252") + b"OUD-3;Petit\n"
MIXED = Text(f"{TWO_LINES}OUD-2;Gérard Zoé\nOUD-3;Petit\n", "UTF-8 et Windows", (3,))


@pytest.mark.parametrize(
    ("content", "told", "text"),
    [
        (TWO_LINES.encode(), None, Text(TWO_LINES, "UTF-8")),
        (b"", None, Text("", "UTF-8")),
        (codecs.BOM_UTF8 + TWO_LINES.encode(), None, Text(TWO_LINES, "UTF-8")),
        (codecs.BOM_UTF16_LE + TWO_LINES.encode("utf-16-le"), None, Text(TWO_LINES, "UTF-16")),
        (codecs.BOM_UTF16_BE + TWO_LINES.encode("utf-16-be"), None, Text(TWO_LINES, "UTF-16")),
        (codecs.BOM_UTF32_LE + TWO_LINES.encode("utf-32-le"), None, Text(TWO_LINES, "UTF-32")),
        (codecs.BOM_UTF32_BE + TWO_LINES.encode("utf-32-be"), None, Text(TWO_LINES, "UTF-32")),
        (TWO_LINES.encode("utf-16-le"), None, Text(TWO_LINES, "UTF-16")),
        (TWO_LINES.encode("utf-16-be"), None, Text(TWO_LINES, "UTF-16")),
        ((TWO_LINES * 100).encode("utf-16-le"), None, Text(TWO_LINES * 100, "UTF-16")),
        ((TWO_LINES * 100).encode("utf-16-be"), None, Text(TWO_LINES * 100, "UTF-16")),
        (TWO_LINES.encode("cp1252"), None, Text(TWO_LINES, "Windows")),
        (TWO_LINES.encode("mac_roman"), None, Text(TWO_LINES, "Mac")),
        (TWO_LINES.encode("cp850"), None, Text(TWO_LINES, "DOS")),
        ("5 €;Œuvré Zoé\n".encode("iso8859-15"), "iso8859-15", Text("5 €;Œuvré Zoé\n", "Latin-9")),
        (TWO_LINES.encode("cp850"), "cp850", Text(TWO_LINES, "DOS")),
        (TWO_LINES.encode("cp850"), "mac_roman", Text(TWO_LINES.encode("cp850").decode("mac_roman"), "Mac")),
        (ODD, None, MIXED),
        (codecs.BOM_UTF8 + ODD, None, MIXED),
        (codecs.BOM_UTF8 + ODD, "utf-8", MIXED),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_has(content: bytes, told: str | None, text: Text) -> None:
    assert read(content, told) == text


@pytest.mark.parametrize(
    ("content", "told", "why"),
    [
        (b"a\nb\nc\0d\0\n", None, "ligne 3 : ce n'est pas du texte"),
        (b"\0", "cp1252", "ligne 1 : ce n'est pas du texte"),
        (ODD, "utf-8", "ligne 3 : UTF-8 interrompu"),
        (b"a\n" + TWO_LINES.encode("cp1252"), "utf-8", "ligne 3 : UTF-8 interrompu"),
        (codecs.BOM_UTF16_LE + "a\nb\nc".encode("utf-16-le")[:-1], None, "ligne 3 : UTF-16 interrompu"),
        (codecs.BOM_UTF32_BE + "a\n".encode("utf-32-be") + b"\0", None, "ligne 2 : UTF-32 interrompu"),
        (b"a\nb\x81\n", "cp1252", "ligne 2 : Windows interrompu"),
        (
            b"nom\n  LEF\xe9VRE;LUC" + b"x" * 80 + b"\n",
            None,
            f"ligne 2 : lettres accentuées illisibles (« LEF\ufffdVRE;LUC{'x' * 49} »)",
        ),
        (
            TWO_LINES.encode() + "Gérard;Hélène\n".encode("cp1252") + b"Lef\xff\xfe\x81vre;Luc\n",
            None,
            "ligne 4 : lettres accentuées illisibles (« Lef\ufffd\ufffd\ufffdvre;Luc »)",
        ),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_its_line(content: bytes, told: str | None, why: str) -> None:
    with pytest.raises(UnusableFile) as refusal:
        read(content, told)
    assert str(refusal.value) == f"{why} ; {SAVE_AGAIN}"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xd0\xcf\x11\xe0...", "un ancien classeur (.xls), pas un CSV : ouvrez-le"),
        (b"%PDF-1.7", "un PDF, pas un CSV : ouvrez-le"),
        (b"\x1f\x8b\x08", "un fichier compressé, pas un CSV : ouvrez-le"),
        (b"SQLite format 3\0", "une base de données, pas un CSV : ouvrez-le"),
        (b"{\\rtf1 Bonjour}", "un document de traitement de texte, pas un CSV : ouvrez-le"),
        (b"\n <HTML><body>", "une page, pas un CSV : ouvrez-la"),
        (b"<?xml version='1.0'?>", "une page, pas un CSV : ouvrez-la"),
        (b"<table>", "une page, pas un CSV : ouvrez-la"),
        (b"<!doctype html>", "une page, pas un CSV : ouvrez-la"),
    ],
)
@pytest.mark.parametrize("told", [None, "cp1252"])
def test_another_kind_of_file_is_named(content: bytes, kind: str, told: str | None) -> None:
    with pytest.raises(UnusableFile) as refusal:
        read(content, told)
    assert str(refusal.value) == f"c'est {kind} dans le tableur et {SAVE_AGAIN}"


@pytest.mark.parametrize(
    ("text", "was"),
    [
        ("Lefèvre", None),
        ("Anne ZoÃ©", "Anne Zoé"),
        ("ZoÃ© Anne HÃ©lÃ¨ne", "Zoé Anne Hélène"),
        ("Ã\x8dle", None),
        ("Ã‰mile", "Émile"),
        ("Zo√© L√©a", "Zoé Léa"),
        ("Zo├® L├®a", "Zoé Léa"),
        ("Ã", None),
        ("", None),
    ],
)
def test_a_text_encoded_once_too_often_is_told_as_it_was(text: str, was: str | None) -> None:
    assert garbled(text) == was


def test_the_encodings_that_may_be_told_are_those_that_french_files_have() -> None:
    assert TELLABLE == {
        "utf-8": "UTF-8", "cp1252": "Windows", "mac_roman": "Mac", "cp850": "DOS", "iso8859-15": "Latin-9",
    }  # fmt: skip
