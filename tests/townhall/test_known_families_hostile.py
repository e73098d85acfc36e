"""Files of the families known that are none, or made to harm: each gets a sentence, and changes nothing."""

from collections.abc import Callable

from sqlite_utils import Database

from tests.townhall.browsers import Browser
from tests.townhall.family_files import HEADER, PAGE, archive, hostile_workbook, known, multipart
from wizard.services.family_files import MOST_LINES

Browsers = Callable[..., Browser]


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "choisissez un fichier"),
    "zeros": (bytes(5000), "ce n'est pas du texte"),
    "NUL in a line": ((HEADER + "7;Ro\0ux;Léo;;\n").encode(), "ligne 2 : ce n'est pas du texte"),
    "a page": (b"<!doctype html><p>", "c'est une page"),
    "a PDF": (b"%PDF-1.7 ...", "un PDF"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(200), "un ancien classeur"),
    "a broken archive": (b"PK\x03\x04" + bytes(200), "ce classeur est abîmé"),
    "an archive": (archive("a.txt", b"x"), "pas un classeur .xlsx"),
    "macros": (hostile_workbook(xl__vbaProject_dot_bin=b"x"), "contient des macros"),
    "a zip bomb": (hostile_workbook(xl__media__a_dot_bin=bytes(40_000_000)), "trop lourd une fois décompressé"),
    "entities": (
        hostile_workbook(xl__sharedStrings_dot_xml=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst>&a;</sst>'),
        "pas été écrit par un tableur",
    ),
    "entities in UTF-16": (
        hostile_workbook(xl__sharedStrings_dot_xml='<!DOCTYPE x [<!ENTITY a "a">]><sst>&a;</sst>'.encode("utf-16")),
        "pas été écrit par un tableur",
    ),
    "a broken sheet": (hostile_workbook(xl__worksheets__sheet1_dot_xml=b"<worksheet"), "ce classeur est abîmé"),
    "a sheet of a million lines": (
        hostile_workbook(
            xl__worksheets__sheet1_dot_xml=SHEET % b'<dimension ref="A1:XFD1048576"/><sheetData>'
            b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
        ),
        f"plus de {MOST_LINES} lignes",
    ),
    "a wide sheet that says nothing": (
        hostile_workbook(xl__worksheets__sheet1_dot_xml=SHEET % b'<dimension ref="A1:XFD9"/><sheetData/>'),
        "colonne(s) absente(s)",
    ),
    "a million lines": (HEADER.encode() + b"\n" * 1_000_000, f"plus de {MOST_LINES} lignes"),
    "too many families": (
        HEADER.encode() + b"".join(b"%d;R;L\n" % n for n in range(MOST_LINES + 1)),
        f"plus de {MOST_LINES} lignes",
    ),
    "no column": (b"a;b\n1;2\n", "colonne(s) absente(s)"),
    "titles alone": (HEADER.encode(), "aucune famille"),
}


def test_a_hostile_file_gets_a_sentence_and_changes_nothing(db: Database, signed_in: Browsers) -> None:
    browser = signed_in()
    browser.get(PAGE)
    action, fields = browser.fields("Lire le fichier")
    for name, (content, sentence) in HOSTILE.items():
        browser.response = browser.client.post(action, **multipart(fields, content))
        assert browser.response.status_code == 422, name
        assert sentence in browser.text, (name, browser.text[:600])
    huge = browser.client.post(action, **multipart(fields, bytes(50_000_000)))
    assert huge.status_code == 413 and "trop" in huge.get_data(as_text=True)
    assert known(db) == {}
