"""Each file, read again: everyone is there as they are, or the preview says why not; nobody is lost in silence."""

import io
import itertools
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.exports.reading import Lines, archive, csv_lines, sheets
from tests.exports.town import furnish
from wizard import clock
from wizard.db import connect
from wizard.models import Agent, AgentRole
from wizard.services.handover import PROFILES, formats
from wizard.services.handover.preview import Preview, preview
from wizard.services.handover.profile import Rows, Sheet
from wizard.services.handover.sending import export
from wizard.stores import agents

FAMILIES = 300
pytestmark = pytest.mark.usefixtures("app_context")


@dataclass(frozen=True)
class Someone:
    """A person as the tables have them, of one household."""

    number: int
    household: int
    role: str
    data: frozenset[str]


def _shown(phone: str) -> str:
    """Return a number as it is dialled, spaces apart."""
    french = re.fullmatch(r"\+(?:33|262)(\d{9})", phone)
    return f"0{french[1]}" if french else phone


def everyone(db: Database) -> list[Someone]:
    """Return all whom the town accepted in families with a child, by the tables alone."""
    rows = db.query("""
    SELECT people.*, household, role FROM people JOIN household_members ON person = people.id
    WHERE household IN (SELECT household FROM household_members WHERE role = 'child')""")
    found = []
    for row in rows:
        data = {row["institution"] or row["given_name"], row["usage_name"] or row["birth_name"], row["birth_name"]}
        data |= {"/".join(reversed(row["birthdate"].split("-")))} if row["birthdate"] else set()
        data |= {_shown(row[name]) for name in ("mobile", "phone") if row[name]} | {row["email"] or ""}
        found.append(Someone(row["id"], row["household"], row["role"], frozenset(data - {""})))
    return found


def bare(text: str) -> str:
    """Return a text without its spaces."""
    return text.replace(" ", "").replace("\u00a0", "")


Read = dict[int, list[str]]
"""Of each family, what is read of each person."""


def of_noethysweb(file: IO[bytes]) -> Read:
    found: Read = defaultdict(list)
    for line in sheets(file)["INDIVIDUS"]:
        assert line["CIVILITE"] in {"Madame", "Monsieur", "Garçon", "Fille", "Organisme"} and line["NOM"].strip()
        assert re.fullmatch(r"(\d\d/\d\d/\d{4})?", line["DATE_NAISS"])
        for name in ("TELEPHONE_DOMICILE", "TELEPHONE_PORTABLE"):
            assert re.fullmatch(r"(0\d( \d\d){4})?", line[name])
        assert not [text for text in line.values() if text == "None" or (text[4:5], text[7:8]) == ("-", "-")]
        found[int(line["IDFAMILLE"])].append(" | ".join(line.values()))
    return found


def of_bl(file: IO[bytes]) -> Read:
    files = {name: csv_lines(data) for name, data in archive(file).items()}
    assert set(files) == {"famille.csv", "enfant.csv", "enfantFamille.csv", "mandat.csv"} and not files["mandat.csv"]
    children = {line["Id"]: line for line in files["enfant.csv"]}
    found: Read = defaultdict(list)
    for line in files["famille.csv"]:
        found[int(line["id"])] += _responsibles(line, "{}Resp{}", ("nom", "prenom", "telephone", "portable", "email"))
        assert {line["sexeResp1"], line["sexeResp2"]} <= {"MASCULIN", "FEMININ", ""}
    for tie in files["enfantFamille.csv"]:
        found[int(tie["famille_id"])].append(" | ".join(children[tie["enfant_id"]].values()))
    return found


def _responsibles(line: dict[str, str], column: str, names: tuple[str, ...]) -> Iterator[str]:
    for number in (1, 2):
        told = [line[column.format(name, number)] for name in names]
        if any(told):
            yield " | ".join(told)


def of_parascol(file: IO[bytes]) -> Read:
    found: Read = defaultdict(list)
    for line in csv_lines(file.read()):
        number, adults = int(line["Famille_Identifiant"]), ("Nom", "Prenom", "Telephone", "Portable", "Mail")
        told = [" | ".join(line[f"Responsable_{one}_{name}"] for name in adults) for one in (1, 2)]
        if number not in found:
            found[number] += [text for text in told if text.strip(" |")]
        found[number].append(" | ".join(value for name, value in line.items() if name.startswith("Enfant_")))
        assert line["Responsable_1_Civilite"] in {"M", "MME"} and line["Enfant_Civilite"] in {"M", "F"}
    return found


READERS: dict[str, Callable[[IO[bytes]], Read]] = {
    "noethysweb": of_noethysweb,
    "bl-enfance": of_bl,
    "parascol": of_parascol,
}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """The families, made once for all these tests."""
    path = tmp_path_factory.mktemp("furnished") / "portail.db"
    shutil.copy(migrated, path)
    database = connect(path)
    furnish(database, FAMILIES)
    database.close()
    return path


@pytest.fixture
def agent(db: Database, furnished: Path) -> Agent:
    source = connect(furnished)
    source.conn.backup(db.conn)
    source.close()
    found = agents.by_id(db, agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, "never", clock.now()))
    assert found
    return found


def made(db: Database, agent: Agent, slug: str) -> io.BytesIO:
    """Return the file of all the families."""
    out = io.BytesIO()
    export(db, agent, PROFILES[slug], out, changes_only=False)
    return out


def told_of(found: Preview) -> tuple[dict[int, set[int]], dict[int, str]]:
    """Return whom each family's findings leave out, and all that they say."""
    stopped = {one.number: {who for each in one.findings if each.stopped for who in each.people} for one in found.told}
    return stopped, {one.number: bare(" ".join(each.words for each in one.findings)) for one in found.told}


@pytest.mark.parametrize("slug", READERS)
def test_everyone_is_read_back_as_they_are_or_the_preview_says_why_not(db: Database, agent: Agent, slug: str) -> None:
    stopped, words = told_of(preview(db, PROFILES[slug]))
    read = READERS[slug](made(db, agent, slug))
    passed: dict[int, int] = defaultdict(int)
    once: set[int] = set()
    for someone in everyone(db):
        if someone.number in stopped.get(someone.household, ()):
            continue
        assert someone.number not in once, "a child of two homes is exported in one"
        once.add(someone.number)
        passed[someone.household] += 1
        told = words.get(someone.household, "")
        lost = [[one for one in someone.data if bare(one) not in bare(text) + told] for text in read[someone.household]]
        assert [] in lost, (someone, read[someone.household], told)
    assert passed == {number: len(lines) for number, lines in read.items() if lines}
    assert sum(passed.values()) > FAMILIES and stopped


def test_the_tables_hold_all_that_is_true(db: Database, agent: Agent) -> None:
    """In both of their forms, which tell the same."""
    book = sheets(made(db, agent, "xlsx"))
    files = archive(made(db, agent, "csv"))
    assert all(data.startswith(b"\xef\xbb\xbf") for data in files.values())
    tables = {name.removesuffix(".csv"): csv_lines(data, "utf-8-sig") for name, data in files.items()}
    assert {name: [_without_quotes(line) for line in lines] for name, lines in tables.items()} == book
    described: dict[str, list[str]] = defaultdict(list)
    for sheet in ("adultes", "enfants", "contacts"):
        for line in book[sheet]:
            described[line["N° personne"]].append(bare(" | ".join(line.values())))
    for someone in everyone(db):
        (text,) = described[str(someone.number)]
        assert not [one for one in someone.data if bare(one) not in text], (someone, text)
    kept = db.execute("SELECT contact, child, may_collect, emergency FROM contact_rights ORDER BY 1, 2").fetchall()
    yes = {"oui": 1, "non": 0}
    assert kept == sorted(
        (int(one["N° contact"]), int(one["N° enfant"]), yes[one["Peut venir chercher"]],
            yes[one["À appeler en cas d'urgence"]])
        for one in book["droits"]
    )  # fmt: skip
    homes = {(int(one["N° enfant"]), int(one["N° famille"])) for one in book["foyers"]}
    assert homes == set(db.execute("SELECT person, household FROM household_members WHERE role = 'child'").fetchall())
    links = {(int(one["N° adulte"]), int(one["N° enfant"])) for one in book["liens"]}
    assert links == set(db.execute("SELECT adult, child FROM family_links").fetchall())
    announced = {
        str(number) for (number,) in db.execute("SELECT id FROM households WHERE key_origin = 'link'").fetchall()
    }
    assert not [one for one in book["familles"] if (one["N° famille"] in announced) == bool(one["Clé Enfance"])]


def _without_quotes(line: dict[str, str]) -> dict[str, str]:
    return {name: text.removeprefix("'") for name, text in line.items()}


def test_iloise_gets_who_may_collect_a_child_and_nobody_else(db: Database, agent: Agent) -> None:
    found = preview(db, PROFILES["iloise"])
    stopped, _words = told_of(found)
    files = archive(made(db, agent, "iloise"))
    adults = sheets(io.BytesIO(files["Adultes.xlsx"]), 3)["Adultes"]
    children = sheets(io.BytesIO(files["Enfants.xlsx"]), 3)["Enfants"]
    called = [f"{one['Nom']} {one['Prénom']}" for one in adults]
    assert len(called) == len(set(called)) and {one["Adulte chez qui réside l’enfant"] for one in children} <= set(
        called
    )
    passed = [one for one in everyone(db) if one.number not in stopped.get(one.household, ())]
    assert len(adults) == len([one for one in passed if "representative" in one.role])
    assert len(children) == len([one for one in passed if one.role == "child"])
    lines = _lines_of(children)
    allowed = _who_may_collect(db)
    assert not lines - allowed.keys()
    assert len(lines) == found.rights > 0
    for someone in everyone(db):
        if someone.role == "contact" and someone.number not in stopped.get(someone.household, ()):
            assert [line for line, numbers in allowed.items() if someone.number in numbers and line in lines]


def _lines_of(children: Lines) -> set[tuple[str, str]]:
    return {
        (f"{one['Nom enfant'].strip()} {one['Prénom enfant'].strip()}", line.strip())
        for one in children
        for line in one["Adultes habilités"].splitlines()
    }


def _who_may_collect(db: Database) -> dict[tuple[str, str], set[int]]:
    """Return each line that may be there: of a child, a contact whom their reader takes whole."""
    rows = db.execute("""
    SELECT contact, coalesce(child.usage_name, child.birth_name) || ' ' || child.given_name,
        coalesce(who.usage_name, who.birth_name), who.given_name, who.mobile, who.phone
    FROM contact_rights JOIN people AS who ON who.id = contact JOIN people AS child ON child.id = child
    WHERE may_collect""").fetchall()
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for contact, child, surname, given, *numbers in rows:
        for number in filter(None, numbers):
            found[child.strip(), f"{surname.upper()} {given} {number}"].add(contact)
    return found


@pytest.mark.parametrize("first", ["=1+1", "+33 6 x", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_no_cell_is_a_formula(first: str) -> None:
    out, sheet = io.BytesIO(), (Sheet("table", ("Nom",)),)
    formats.csv_file(out, sheet, [("table", (first,))])
    assert csv_lines(out.getvalue()) == [{"Nom": f"'{first}"}]
    out = io.BytesIO()
    formats.xlsx_file(out, sheet, [("table", (first,))])
    (line,) = sheets(out)["table"]
    assert line["Nom"].replace("\r", "\n") == first.replace("\r", "\n")  # openpyxl keeps it where lxml is installed


@pytest.mark.parametrize("phone", ["06 12 34 56 78", "+32 470 12 34 56", "0612345678"])
def test_a_phone_is_as_it_is_dialled(phone: str) -> None:
    out = io.BytesIO()
    formats.csv_file(out, (Sheet("table", ("Téléphone",)),), [("table", (phone,))])
    assert csv_lines(out.getvalue()) == [{"Téléphone": phone}]


def test_a_file_is_of_one_moment_and_keeps_no_writer_waiting(app: Flask, db: Database, agent: Agent) -> None:
    writer = connect(app.config["PORTAIL"].database)

    def write(out: IO[bytes], tables: tuple[Sheet, ...], rows: Rows) -> None:
        each = iter(rows)
        first = next(each)
        writer.execute("UPDATE people SET birth_name = 'Kervarrec'")
        formats.csv_files(out, tables, itertools.chain([first], each))

    out = io.BytesIO()
    export(db, agent, replace(PROFILES["csv"], write=write), out, changes_only=False)
    writer.close()
    assert b"Kervarrec" not in archive(out)["adultes.csv"]
    assert preview(db, PROFILES["csv"]).changed == preview(db, PROFILES["csv"]).families
