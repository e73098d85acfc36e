"""The families known, in the browser: a file shown, imported once and told line by line."""

from collections.abc import Callable
from datetime import timedelta
from sqlite3 import IntegrityError
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.townhall.browsers import Browser
from tests.townhall.family_files import HEADER, PAGE, imports, known, multipart, told, upload, workbook
from wizard.clock import now
from wizard.services import families as service
from wizard.services import family_imports
from wizard.stores import families
from wizard.stores.families import KnownFamily

Browsers = Callable[..., Browser]


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
        "Ligne 7 — Sans Clé — Laissée de côté clé absente",
        "Ligne 8 10 Bis Éva — Laissée de côté même clé qu'à la ligne 6",
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


def test_a_large_body_is_received_from_an_agent_signed_in_alone(
    db: Database, signed_in: Browsers, a_browser: Callable[[], Browser]
) -> None:
    content = HEADER.encode() + b"".join(b"%d;R%x;L%x;;\n" % (n, n**9 % 2**80, n**8 % 2**80) for n in range(2300))
    browser, stranger = signed_in(), a_browser()
    browser.get(PAGE)
    action, fields = browser.fields("Lire le fichier")
    browser.response = browser.client.post(action, **multipart(fields, content))
    assert browser.response.status_code == 200
    action, fields = browser.fields("Importer 2300 familles")
    assert len(fields["sealed"][0]) > 64 * 1024
    assert stranger.client.post(action, **multipart(fields, b"")).status_code == 413
    browser.response = browser.client.post(action, **multipart(fields, b""))
    assert browser.response.status_code == 200 and len(known(db)) == 2300
    assert "et 2000 autres lignes" in browser.text


def test_a_formula_is_what_the_spreadsheet_last_showed_and_is_never_computed(db: Database, signed_in: Browsers) -> None:
    browser = signed_in()
    upload(browser, workbook(("N° famille", "Nom", "Prénom"), (1, "=1+1", "Léo"), (2, "Roux", "+33")))
    assert told(browser) == [
        "Ligne 2 1 Léo — Laissée de côté nom absent",
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
        sealed = {"forged": "sealed1:gAAAAA", "altered": fields["sealed"][0][:-9] + "AAAAAAAAA", "in clear": "eJyL"}
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
