"""The families known, in the browser: a file shown, imported and told; who may be one of them."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from sqlite3 import IntegrityError
from typing import Any

import openpyxl
import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Dossier
from wizard.services import families as service
from wizard.services import family_imports, nearly_known
from wizard.services.family_files import MOST_LINES
from wizard.stores import accounts, agent_journal, families, journal
from wizard.stores.families import KnownFamily

PAGE = "/mairie/familles-connues"
PERHAPS = f"{PAGE}/peut-etre"
HEADER = "N° famille;Nom de famille;Prénom;Adresse e-mail;Quartier\n"
Browsers = Callable[..., Browser]


def workbook(*lines: tuple[Any, ...], sheet: str = "Familles") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for line in lines:
        page.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(browser: Browser, content: bytes, name: str = "familles.csv", encoding: str = "") -> int:
    """Choose a file and have it read; return the status."""
    browser.get(PAGE)
    file = (io.BytesIO(content), name)
    return browser.send("Lire le fichier", file=file, encoding=encoding).status_code


def known(db: Database) -> dict[str, tuple[str, str, str | None]]:
    return {key: (one.birth_name, one.given_name, one.email) for key, one in families.all_known(db).items()}


def told(browser: Browser) -> list[str]:
    """What the table tells of each line."""
    return [" ".join(row.get_text(" ").split()) for row in browser.page.select("table.queue tbody tr")]


def imports(db: Database) -> int:
    return [one.action for one in agent_journal.since(db, now() - timedelta(days=1))].count("families_imported")


@pytest.mark.parametrize(
    ("content", "name", "read_as"),
    [
        ((HEADER + "42;Lefèvre;Zoé;zoe@exemple.fr;Bourg\n").encode(), "familles.csv", "UTF-8"),
        ((HEADER + "42;Lefèvre;Zoé;zoe@exemple.fr;Bourg\n").encode("cp1252"), "familles.xlsx", "Windows"),
        (
            workbook(
                ("Export du 24/11/2026",),
                (),
                ("N° famille", "Nom de famille", "Prénom", "Adresse e-mail", "Quartier"),
                (42.0, "Lefèvre", "Zoé", "zoe@exemple.fr", "Bourg"),
            ),
            "familles.csv",
            "XLSX",
        ),
    ],
    ids=["csv", "from Windows, badly named", "workbook, badly named"],
)
def test_a_file_is_shown_before_anything_is_written_then_imported_once(
    db: Database, signed_in: Browsers, content: bytes, name: str, read_as: str
) -> None:
    families.save(db, KnownFamily("00042", "Lefevre", "Zoé", None), now())
    browser = signed_in()
    assert upload(browser, content, name) == 200
    assert f"Lu comme {read_as}" in browser.text and "Laissées de côté Quartier" in browser.text
    assert "Ces noms sont-ils bien écrits ? Lefèvre Zoé" in browser.text
    assert known(db) == {"00042": ("Lefevre", "Zoé", None)} and imports(db) == 0
    action, fields = browser.fields("Importer 1 famille")
    for _click in range(2):
        browser.response = browser.client.post(action, data=fields)
        assert "Remplacée « 42 » dans le fichier, connue sous « 00042 »" in told(browser)[0]
        assert known(db) == {"00042": ("Lefèvre", "Zoé", "zoe@exemple.fr")}
    assert imports(db) == 1


def test_each_line_is_told_with_what_it_does_and_why(db: Database, signed_in: Browsers) -> None:
    for one in (("0007", "Roux", "Léo"), ("8", "Petit", "Ana"), ("08", "Petit", "Mia"), ("009", "Noël", "Luc")):
        families.save(db, KnownFamily(*one, None), now())
    lines = (
        "0007;Roux;Léo;;\n008;Petit;Ana;;\n9;Noël;Luc;;\n09;Noël;Jean;;\n10;=1+1;Éva;x;\n;Sans;Clé;;\n10;Bis;Éva;;\n"
    )
    browser = signed_in()
    upload(browser, (HEADER + lines).encode())
    expected = (
        "Ligne 2 0007 Roux Léo — Déjà ainsi",
        "Ligne 3 008 Petit Ana — Laissée de côté plusieurs familles connues ont ce numéro, aux zéros du début près :"
        " 08, 8",
        "Ligne 4 9 Noël Luc — Laissée de côté la famille connue 009 peut être plusieurs lignes : 09, 9",
        "Ligne 5 09 Noël Jean — Laissée de côté la famille connue 009 peut être plusieurs lignes : 09, 9",
        "Ligne 6 10 =1+1 Éva — À ajouter courriel incorrect, famille importée sans lui",
        "Ligne 7 — — — Laissée de côté clé absente",
        "Ligne 8 — — — Laissée de côté même clé qu'à la ligne 6",
    )
    assert sorted(told(browser)) == sorted(expected)
    before = known(db)
    browser.send("Importer 2 familles")
    assert sorted(told(browser)) == sorted(one.replace("À ajouter", "Ajoutée") for one in expected)
    assert known(db) == before | {"10": ("=1+1", "Éva", None)}


def test_a_number_is_that_of_one_family_known_only_when_no_other_line_has_it(db: Database) -> None:
    for key in ("00042", "0100"):
        families.save(db, KnownFamily(key, "Roux", "Léo", None), now())
    rows = [service.Row(n, KnownFamily(key, "Roux", "Léo", None)) for n, key in enumerate(("42", "00042", "100", "A7"))]
    planned = service.plan(db, rows)
    assert [(one.family.enfance_key, one.fate) for one in planned] == [
        ("42", "added"), ("00042", "same"), ("0100", "same"), ("A7", "added"),
    ]  # fmt: skip


def test_the_encoding_is_told_and_may_be_chosen(db: Database, signed_in: Browsers) -> None:
    browser = signed_in()
    content = "cle;nom;prenom\n7;LEFéVRE;LUC\n".encode("cp1252")
    assert upload(browser, content) == 422 and "lettres accentuées illisibles" in browser.text
    assert upload(browser, content, encoding="cp1252") == 200
    assert "Lu comme Windows" in browser.text and "LEFéVRE LUC" in browser.text
    assert upload(browser, content, encoding="mac_roman") == 200 and "LEFÈVRE LUC" in browser.text
    assert upload(browser, content, encoding="utf-8") == 422 and upload(browser, content, encoding="rot13") == 422


def multipart(fields: dict[str, str], content: bytes) -> dict[str, Any]:
    """Return what a browser sends of a form that holds a file; Werkzeug's client leaves the large ones open."""
    head = b'--limit\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    parts = [head % (name.encode(), b"", value.encode()) for name, value in fields.items()]
    parts.append(head % (b"file", b'; filename="familles.xlsx"', content))
    return {"data": b"".join(parts) + b"--limit--\r\n", "content_type": "multipart/form-data; boundary=limit"}


def hostile_workbook(**parts: bytes) -> bytes:
    """Return a workbook some parts of which are replaced, or added."""
    file, good = (
        io.BytesIO(),
        zipfile.ZipFile(io.BytesIO(workbook(("N° famille", "Nom", "Prénom"), (1, "Roux", "Léo")))),
    )
    given = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in {*good.namelist(), *given}:
            archive.writestr(name, given[name] if name in given else good.read(name))
    return file.getvalue()


def archive(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr(name, content)
    return file.getvalue()


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


def test_a_large_body_is_received_from_an_agent_signed_in_alone(
    db: Database, signed_in: Browsers, a_browser: Callable[[], Browser]
) -> None:
    content = HEADER.encode() + b"".join(b"%d;R%x;L%x;;\n" % (n, n**5 % 2**40, n**6 % 2**40) for n in range(5000))
    browser, stranger = signed_in(), a_browser()
    browser.get(PAGE)
    action, fields = browser.fields("Lire le fichier")
    browser.response = browser.client.post(action, **multipart(fields, content))
    assert browser.response.status_code == 200
    action, fields = browser.fields("Importer 5000 familles")
    assert len(fields["sealed"]) > 64 * 1024
    assert stranger.client.post(action, **multipart(fields, b"")).status_code == 413
    browser.response = browser.client.post(action, **multipart(fields, b""))
    assert browser.response.status_code == 200 and len(known(db)) == 5000
    assert "et 4000 autres lignes" in browser.text


def test_a_formula_is_what_the_spreadsheet_last_showed_and_is_never_computed(db: Database, signed_in: Browsers) -> None:
    browser = signed_in()
    upload(browser, workbook(("N° famille", "Nom", "Prénom"), (1, "=1+1", "Léo"), (2, "Roux", "+33")))
    assert told(browser) == [
        "Ligne 2 — — — Laissée de côté nom absent",
        "Ligne 3 2 Roux +33 — À ajouter",
    ]


@pytest.mark.parametrize("case", ["forged", "altered", "in clear", "too late", "of another agent"])
def test_what_comes_back_is_what_was_shown_to_this_agent_or_nothing(
    db: Database, signed_in: Browsers, clock: time_machine.Traveller, case: str
) -> None:
    browser = signed_in()
    upload(browser, (HEADER + "7;Roux;Léo;;\n").encode())
    action, fields = browser.fields("Importer")
    if case == "too late":
        clock.shift(timedelta(minutes=10))
        browser.client.get(PAGE)  # the session goes on
        clock.shift(timedelta(minutes=6))
    elif case == "of another agent":
        browser = signed_in("paul@oudon.example")
        fields["csrf_token"] = browser.page.select_one("[name=csrf_token]")["value"]
    else:
        sealed = {"forged": "sealed1:gAAAAA", "altered": fields["sealed"][:-9] + "AAAAAAAAA", "in clear": "eJyL"}
        fields["sealed"] = sealed[case]
    assert browser.client.post(action, data=fields).status_code == 409
    assert known(db) == {} and imports(db) == 0


def test_an_import_that_fails_half_way_writes_nothing(app: Flask, db: Database, an_agent: Callable[..., Any]) -> None:
    db.execute("""CREATE TRIGGER full BEFORE INSERT ON known_families WHEN NEW.enfance_key = '8'
        BEGIN SELECT RAISE(ABORT, 'full'); END""")
    agent = an_agent()
    shown = family_imports.prepare(db, (HEADER + "7;Roux;Léo;;\n8;Noël;Ana;;\n").encode(), None)
    with app.app_context(), pytest.raises(IntegrityError, match="full"):
        family_imports.carry_out(db, agent, family_imports.seal(agent, shown))
    assert known(db) == {} and imports(db) == 0


def a_parent(db: Database, email: str, name: str, given_name: str) -> Dossier:
    """A household whose address is proved and which was compared with the families known."""
    dossier = a_family(db, name, given_name)
    with transaction(db):
        accounts.set_email(db, dossier.account, email)
        account = accounts.by_id(db, dossier.account)
        assert account is not None
        service.match(db, account)
    return dossier


NEAR = [
    (("Lefèvre", "Anne", None), ("LEFEVRE", "anne", "a@exemple.fr"), "mêmes nom et prénom"),
    (("Lefebvre", "Anne", None), ("Lefèvre", "Anne", "a@exemple.fr"), "nom et prénom presque les mêmes"),
    (("Le Goff-Noël", "Anne", None), ("Le Goff", "Anne", "a@exemple.fr"), "nom et prénom presque les mêmes"),
    (("Lefèvre", "Anne-Marie", None), ("Lefèvre", "Anne", "a@exemple.fr"), "nom et prénom presque les mêmes"),
    (("Anne", "Lefèvre", None), ("Lefèvre", "Anne", "a@exemple.fr"), "nom et prénom inversés"),
    (("Autre", "Paul", "lou@gmial.com"), ("Lefèvre", "Anne", "lou@gmail.com"), "courriel presque le même"),
    (("Durand", "Anne", None), ("Lefèvre", "Anne", "a@exemple.fr"), ""),
    (("Lefèvre", "Paul", "x@exemple.fr"), ("Lefèvre", "Anne", "a@exemple.fr"), ""),
    (("Roy", "Léo", None), ("Ray", "Léo", "a@exemple.fr"), ""),
    (("Autre", "Paul", "lou@orange.fr"), ("Lefèvre", "Anne", "lou@laposte.net"), ""),
]


def test_a_household_is_perhaps_a_family_whose_names_or_mailbox_are_nearly_its_own(
    db: Database, signed_in: Browsers
) -> None:
    browser = signed_in()
    for number, (family, (name, given_name, email), why) in enumerate(NEAR):
        dossier = a_parent(db, email.replace("a@", f"a{number}@"), name, given_name)
        families.save(db, KnownFamily("77", *family), now())
        lines = told(browser) if browser.get(PERHAPS).status_code == 200 else ["?"]
        assert [why in line and dossier.reference[:4] in line for line in lines] == ([True] if why else []), family
        db.execute("DELETE FROM known_families")
        db.execute("UPDATE households SET recognition = 'set_aside' WHERE id = ?", (dossier.household,))


def test_an_agent_ties_a_household_then_takes_it_back(db: Database, signed_in: Browsers) -> None:
    families.save(db, KnownFamily("0042", "Lefèvre", "Anne", None), now())
    dossier, browser = a_parent(db, "a@exemple.fr", "Lefevre", "Anne"), signed_in()
    own = families.tie(db, dossier.household).enfance_key
    assert len(browser.get(f"{PAGE}/sans-compte").get_data()) and len(told(browser)) == 1
    browser.get(PERHAPS)
    action, fields = browser.fields("C'est cette famille")
    for _click in range(2):
        browser.client.post(action, data=fields)
    tie = families.tie(db, dossier.household)
    assert (tie.enfance_key, tie.recognition) == ("0042", "agent")
    assert "rattachée par un agent" in browser.get(f"/mairie/dossiers/{dossier.reference}").get_data(as_text=True)
    assert told(browser) is not None and browser.get(f"{PAGE}/sans-compte") and told(browser) == []
    browser.get(PERHAPS)
    assert "Rattachés par un agent" in browser.text
    browser.send("Ce n'est pas cette famille")
    tie = families.tie(db, dossier.household)
    assert (tie.enfance_key, tie.recognition) == (own, "set_aside") and told(browser) == []
    actions = [entry.action for entry in journal.of_dossier(db, dossier.id)]
    assert (actions.count("tied"), actions.count("set_aside")) == (1, 1)


def test_a_household_put_off_is_not_proposed_again_and_keeps_its_key(db: Database, signed_in: Browsers) -> None:
    families.save(db, KnownFamily("0042", "Lefèvre", "Anne", None), now())
    dossier, browser = a_parent(db, "a@exemple.fr", "Lefevre", "Anne"), signed_in()
    own = families.tie(db, dossier.household).enfance_key
    browser.get(PERHAPS)
    action, fields = browser.fields("Ce n'est pas cette famille")
    for _click in range(2):
        browser.client.post(action, data=fields)
    assert browser.get(PERHAPS) and told(browser) == []
    assert families.tie(db, dossier.household).enfance_key == own
    assert [one.action for one in journal.of_dossier(db, dossier.id)].count("set_aside") == 1


def test_a_household_is_tied_to_nothing_that_was_not_proposed(db: Database, signed_in: Browsers) -> None:
    families.save(db, KnownFamily("0042", "Lefèvre", "Anne", None), now())
    families.save(db, KnownFamily("0043", "Durand", "Paul", None), now())
    dossier, browser = a_parent(db, "a@exemple.fr", "Lefevre", "Anne"), signed_in()
    browser.get(PERHAPS)
    action, fields = browser.fields("C'est cette famille")
    for other in ("0043", "nothing"):
        browser.client.post(action, data=fields | {"key": other})
    browser.client.post(f"{PERHAPS}/{2**70}", data=fields)
    db.execute("UPDATE accounts SET activated_at = NULL")
    browser.client.post(action, data=fields)
    assert families.tie(db, dossier.household).recognition is None
    assert browser.get(PERHAPS) and told(browser) == []


def test_no_plan_of_these_pages_reads_a_whole_table_of_families(db: Database) -> None:
    seen: list[str] = []
    a_parent(db, "a@exemple.fr", "Lefevre", "Anne")
    db.conn.set_trace_callback(seen.append)
    nearly_known.search(db, 2**62)
    db.conn.set_trace_callback(None)
    plans = [
        row[3]
        for query in seen
        if query.lstrip().startswith("SELECT")
        for row in db.execute(f"EXPLAIN QUERY PLAN {query}")
    ]
    assert plans and not [plan for plan in plans if plan.startswith("SCAN") and "known" in plan], plans
