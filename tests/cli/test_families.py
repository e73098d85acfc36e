"""The families that the town knows: import of its file, recognition of a household."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Identity
from wizard.services import families
from wizard.stores import people

Run = Callable[..., Result]
HEADER = "cle_enfance;nom;prenom;courriel\n"
CAMILLE = "K7RM-4TXQ;Martin;Camille;camille@exemple.fr\n"


def known(db: Database) -> dict[str, tuple[str, str, str | None]]:
    rows = db.query("SELECT * FROM known_families ORDER BY id")
    return {row["enfance_key"]: (row["birth_name"], row["given_name"], row["email"]) for row in rows}


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + "K7RM-4TXQ;Lefèvre;Zoé;Zoe@Exemple.fr\n").encode(),
        (HEADER + "k7rm 4txq;Lefèvre;Zoé;zoe@exemple.fr\n").encode("utf-8-sig"),
        (HEADER + "K7RM4TXQ;Lefèvre;Zoé;zoe@exemple.fr").encode("cp1252"),
        'Prénom,Courriel,Nom,"Clé enfance",Quartier\r\nZoé,zoe@exemple.fr,Lefèvre,K7RM-4TXQ,Bourg\r\n'.encode(),
        "CLEF ENFANCE\tNom de naissance\tPRÉNOM\tE-mail\n\nK7RM-4TXQ\tLefèvre\tZoé\tzoe@exemple.fr\n".encode(),
    ],
    ids=["plain", "byte order mark", "from Windows", "other order, commas", "tabs and other titles"],
)
def test_a_file_is_read_however_the_spreadsheet_wrote_it(
    run: Run, db: Database, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "familles.csv").write_bytes(content)
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 0, result.output
    assert "1 famille(s) ajoutée(s), 0 mise(s) à jour." in result.output
    assert known(db) == {"K7RM-4TXQ": ("Lefèvre", "Zoé", "zoe@exemple.fr")}


def test_a_bad_line_is_named_and_the_others_are_imported(run: Run, db: Database, tmp_path: Path) -> None:
    (tmp_path / "familles.csv").write_text(
        HEADER
        + CAMILLE
        + ";Durand;Luc;\n"
        + "???;Durand;Luc;\n"
        + "OUD-00123;;Luc;\n"
        + "OUD-00124;Durand;\n"
        + "OUD-00125;Durand;Luc;luc(at)exemple.fr\n"
        + CAMILLE
        + "OUD-00126;Durand;Luc;\n"
    )
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 1
    assert list(known(db)) == ["K7RM-4TXQ", "OUD-00126"]
    for expected in (
        "Ligne 3 : clé absente.",
        "Ligne 4 : clé illisible.",
        "Ligne 5 : nom absent.",
        "Ligne 6 : prénom absent.",
        "Ligne 7 : courriel incorrect.",
        "Ligne 8 : même clé qu'à la ligne 2.",
        "6 ligne(s) laissée(s) de côté",
    ):
        assert expected in result.output


def test_a_later_file_replaces_the_families_it_holds_and_leaves_the_others(
    run: Run, db: Database, tmp_path: Path
) -> None:
    file = tmp_path / "familles.csv"
    file.write_text(HEADER + CAMILLE + "OUD-1;Durand;Luc;\n")
    run("families", "import", file)
    file.write_text(HEADER + "K7RM-4TXQ;Martin;Camille;nouvelle@exemple.fr\nOUD-2;Petit;Ana;\n")
    result = run("families", "import", file)
    assert "1 famille(s) ajoutée(s), 1 mise(s) à jour." in result.output
    assert known(db)["K7RM-4TXQ"][2] == "nouvelle@exemple.fr" and set(known(db)) == {"K7RM-4TXQ", "OUD-1", "OUD-2"}


@pytest.mark.parametrize("content", ["", "nom;prenom\nMartin;Camille\n", HEADER + '"' + "x" * 200_000])
def test_a_file_that_is_something_else_changes_nothing(run: Run, db: Database, tmp_path: Path, content: str) -> None:
    (tmp_path / "familles.csv").write_text(content)
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 1 and "Rien n'a été importé." in result.output
    assert known(db) == {}


@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(HEADER.encode() + content)
    report = families.Report()
    try:
        read = list(families._read(path, report, lambda _bytes: None))
    except families.csv.Error:
        return
    assert all(family.birth_name and family.given_name for family in read)


def test_a_new_key_has_no_letter_that_looks_like_another() -> None:
    keys = {families.new_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(families.read_key(key) == key and not set(key) & set("01ILOUV") for key in keys)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("K7RM-4TXQ", "K7RM-4TXQ"),
        (" k7rm4txq ", "K7RM-4TXQ"),
        ("k7rm 4txq", "K7RM-4TXQ"),
        ("oud-00123", "OUD-00123"),
        ("", None),
        ("abc", None),
        ("<script>", None),
        ("K7RM-4TXQ-" * 9, None),
        ("clé enfance", None),
        ("½½½½", None),
    ],
)
def test_a_key_is_read_as_people_type_it(typed: str, key: str | None) -> None:
    assert families.read_key(typed) == key


def a_household(db: Database, key: str, origin: str, email: str) -> Account:
    household = people.add_household(db, key, origin, now())
    person = people.add_person(db, Identity("Martin", "Camille"), now())
    return Account(1, household, person, email, None, "", 0, now(), now())


def household_of(db: Database, account: Account) -> tuple[str, str, str | None]:
    (row,) = db.query(
        """SELECT households.enfance_key, key_origin, birth_name FROM households
        LEFT JOIN known_families ON known_families.id = known_family WHERE households.id = ?""",
        (account.household,),
    )
    return row["enfance_key"], row["key_origin"], row["birth_name"]


@pytest.mark.parametrize(
    ("key", "origin", "email", "expected"),
    [
        ("K7RM-4TXQ", "link", "other@exemple.fr", ("K7RM-4TXQ", "known", "Martin")),
        ("2222-3333", "link", "camille@exemple.fr", ("K7RM-4TXQ", "known", "Martin")),
        ("2222-3333", "generated", "camille@exemple.fr", ("K7RM-4TXQ", "known", "Martin")),
        ("OUD-2", "link", "camille@exemple.fr", ("OUD-2", "known", "Petit")),
        ("2222-3333", "generated", "shared@exemple.fr", ("2222-3333", "generated", None)),
        ("2222-3333", "link", "other@exemple.fr", ("2222-3333", "link", None)),
    ],
    ids=["by key", "by address", "by address without a link", "key first", "shared address", "unknown"],
)
def test_a_household_is_recognised_by_its_key_then_by_its_address(
    db: Database, tmp_path: Path, key: str, origin: str, email: str, expected: tuple[str, str, str | None]
) -> None:
    (tmp_path / "familles.csv").write_text(
        HEADER + CAMILLE + "OUD-2;Petit;Ana;\nOUD-3;Roux;Léo;shared@exemple.fr\nOUD-4;Roux;Mia;shared@exemple.fr\n"
    )
    families.import_file(db, tmp_path / "familles.csv")
    with transaction(db):
        account = a_household(db, key, origin, email)
        families.match(db, account)
    assert household_of(db, account) == expected


@pytest.mark.parametrize(
    ("file", "link", "meant"),
    [
        (["12345"], "0012345", "12345"),
        (["0012345"], "12345", "0012345"),
        (["0012345"], "012345", "0012345"),
        (["12345", "0012345"], "0012345", "0012345"),
        (["12345", "0012345"], "12345", "12345"),
        (["12345", "0012345"], "012345", None),
        (["12345"], "12346", None),
        (["12345"], "123450", None),
        (["OUD-0012"], "OUD-12", None),
        (["0A12"], "00A12", None),
        (["0000", "00000"], "000000", None),
        (["12345"], "12345", "12345"),
    ],
)
def test_zeros_before_a_number_count_only_when_they_tell_families_apart(
    db: Database, tmp_path: Path, file: list[str], link: str, meant: str | None
) -> None:
    lines = "".join(f"{key};Martin;Camille;\n" for key in file)
    (tmp_path / "familles.csv").write_text(HEADER + lines)
    families.import_file(db, tmp_path / "familles.csv")
    with transaction(db):
        account = a_household(db, link, "link", "other@exemple.fr")
        families.match(db, account)
    key, origin, known_as = household_of(db, account)
    assert (key, origin) == ((meant, "known") if meant else (link, "link"))
    assert (known_as is not None) == bool(meant)
