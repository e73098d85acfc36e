"""The families that the town knows: import of its file, recognition of a household."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.support.families_before import no_merge
from wizard.clock import now
from wizard.db import connect, transaction
from wizard.migrations import migrate, migrations
from wizard.models import Account, Identity, Role
from wizard.services import families, text_files
from wizard.stores import accounts, people

Run = Callable[..., Result]
HEADER = "cle_enfance;nom;prenom;courriel\n"
STRANGER = Identity("Inconnu", "Rôdeur")
MIGRATION = "m0005_recognition_seals_and_agents_journal"
CAMILLE = "K7RM-4TXQ;Martin;Camille;camille@exemple.fr\n"

NAMES = [
    "Lefèvre", "Zoé", "Noël", "Anaïs", "François", "Müller", "Jérôme", "Benoît", "Gaëlle", "Châtelain", "LEFÈVRE",
    "Émile", "LEFéVRE", "Muñoz", "d’Été", "Août", "Chloë", "Île", "Ève", "Søren", "Šimek", "João", "Inês", "Thuý",
    "Élodie", "Cœur", "évelyne", "Hôtel", "Naïma", "Îlot", "Wałęsa", "Ângelo", "Saül", "Œuvrard", "LÉA", "NUÑEZ",
    "L'Haÿ", "Croÿ", "Louÿs",
]  # fmt: skip


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
    assert list(known(db)) == ["K7RM-4TXQ", "OUD-00125", "OUD-00126"]
    assert known(db)["OUD-00125"] == ("Durand", "Luc", None)
    for expected in (
        "Ligne 3 : clé absente.",
        "Ligne 4 : clé illisible.",
        "Ligne 5 : nom absent.",
        "Ligne 6 : prénom absent.",
        "Ligne 7 : courriel incorrect, famille importée sans lui.",
        "Ligne 8 : même clé qu'à la ligne 2.",
        "5 ligne(s) laissée(s) de côté, 1 courriel(s) à corriger.",
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


FRENCH = {
    "OUD-1": ("Lefèvre", "Zoé", None),
    "OUD-2": ("Noël", "Anaïs", None),
    "OUD-3": ("LEFÈVRE", "FRANÇOIS", None),
    "OUD-4": ("d'Été", "Émile", None),
    "OUD-5": ("Müller", "Benoît", None),
    "OUD-6": ("Châtelain", "Jérôme", None),
    "OUD-7": ("Garçon", "Maëlle", None),
    "OUD-8": ("Aït Saïd", "Chloé", None),
}


def table(rows: dict[str, tuple[str, str, str | None]], header: str = HEADER) -> str:
    return header + "".join(f"{key};{name};{given};\n" for key, (name, given, _email) in rows.items())


ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "mac_roman",
    "cp850",
]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_is_recognised(run: Run, db: Database, tmp_path: Path, encoding: str, ending: str) -> None:
    (tmp_path / "familles.csv").write_bytes(table(FRENCH).replace("\n", ending).encode(encoding))
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 0, result.output
    assert known(db) == FRENCH


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize(
    "name",
    ["Lefèvre;Zoé", "Noël;Théo", "François;Hélène", "Benoît;Gaëlle", "Crépin;Maïté", "LÉGER;ANDRÉ", "Émery;Élodie",
     "Hôtelier;Côme", "Forêt;Mathéo", "Naïm;Raphaël", "Désiré;Cédric", "Müller;Jérôme", "Béranger;Loïc",
     "Zoë;Raphaël", "Citroën;Israël", "Haüy;Emmaüs", "Piñeiro;José", "Müller;Jürgen", "Göring;Zoé", "Évêque;Prêtre",
     "à Paris;déjà", "Saül;Esaü", "Crème brûlée;Pâté", "Théâtre;Château", "Bâle;Câline", "n° 5;élève", "« René »;Zoé",
     "Trémoïlle;Anaë", "ÉLÉONORE;ÉTÉ", "Nº 3;Zoé", "1ª;Zoé", "© Noé;Zoé",
     "Lætitia;Aimé", "Béèdé;Aéré", "Aïeul;Coïncidence", "Søren;Kåre"],
)  # fmt: skip
def test_one_name_is_enough_to_recognise_an_old_encoding(encoding: str, name: str) -> None:
    assert name in text_files.read((HEADER + f"OUD-1;{name};\n").encode(encoding)).content


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize(
    "name",
    [
        "Œuvrard;Zoé",
        "Le\u00a0Goff;René",
        "5 €;René",
        "Noé…;Zoé",
        "d’Été;Anaïs",
        "Hervé–Marie;André",
        "Pères…;Noé",
        "Où;À",
        "Rhône;Saône",
    ],
)
def test_so_is_one_name_with_what_dos_had_not(encoding: str, name: str) -> None:
    assert name in text_files.read((HEADER + f"OUD-1;{name};\n").encode(encoding)).content


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("LEFéVRE;ANDRé", "cp1252"), ("LEFéVRE;ANDRé", "cp850"), ("BENOîT;ZOé", "mac_roman"), ("ÇA;GARÇON", "mac_roman"),
     ("ÇA;GARÇON", "cp850"), ("Île;Maître", "mac_roman"), ("Rhône;Saône", "cp850"), ("Ægidius;Cæsar", "cp1252"),
     ("aô;oô", "cp1252"), ("L'Haÿ;Louÿs", "cp1252"), ("A‚B;Zoé", "cp1252"), ("† René;Zoé", "mac_roman"),
     ("‰ Zoé;Noé", "cp1252"), ("╔Zoé;Noé", "cp850"), ("Noé ■;Zoé", "cp850"), ("”Noé;Zoé", "mac_roman"),
     ("“Noé;Zoé“", "cp1252"), ("…Noé;Zoé", "mac_roman")],
)  # fmt: skip
def test_a_name_that_may_be_two_is_refused(name: str, encoding: str) -> None:
    with pytest.raises(text_files.UnusableFile, match="ligne 2 : lettres accentuées illisibles"):
        text_files.read((HEADER + f"OUD-1;{name};\n").encode(encoding))


@given(rows=st.lists(st.sampled_from(NAMES), min_size=1, max_size=12), encoding=st.sampled_from(ENCODINGS))
def test_a_name_is_never_read_as_another(rows: list[str], encoding: str) -> None:
    content = HEADER + "".join(f"{number};{name};Paul;\n" for number, name in enumerate(rows))
    try:
        assert text_files.read(content.encode(encoding)).content == content
    except (text_files.UnusableFile, UnicodeEncodeError):
        return


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_one_line_of_an_old_encoding_is_read_as_it_was_meant_and_told(
    run: Run, db: Database, tmp_path: Path, encoding: str
) -> None:
    odd = "OUD-9;Gérard;Hélène;\n"
    (tmp_path / "familles.csv").write_bytes(table(FRENCH).encode() + odd.encode(encoding))
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 0, result.output
    assert known(db) == {**FRENCH, "OUD-9": ("Gérard", "Hélène", None)}
    assert "relus un à un : ligne(s) 10." in result.output


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (table(FRENCH).encode() + b"OUD-9;LEF\xe9VRE;LUC;\n", "ligne 10 : lettres accentuées illisibles (« OUD-9;LEF"),
        (HEADER.encode() + b"OUD-9;LEF\xe9VRE;LUC;\n", "ligne 2 : lettres accentuées illisibles"),
        (HEADER.encode() + b"OUD-9;Lef\xff\xfe\x81vre;Luc;\n", "ligne 2 : lettres accentuées illisibles"),
        (HEADER.encode() + b"OUD-9;Mar\0tin;Luc;\n", "ligne 2 : ce n'est pas du texte"),
        (table(FRENCH).encode("utf-16")[:-1], "ligne 9 : UTF-16 interrompu"),
        (b"PK\x03\x04" + bytes(200), "ce classeur est abîmé"),
        (b"\xd0\xcf\x11\xe0" + bytes(200), "un ancien classeur (.xls)"),
        (b"%PDF-1.7 ...", "un PDF"),
        (b"\x1f\x8b\x08" + bytes(200), "un fichier compressé"),
        (b"<html><table><tr><td>nom</td></tr></table></html>", "c'est une page, pas un CSV"),
        ((HEADER + 'OUD-9;"Martin;Luc;\nOUD-10;Petit;Ana;\n').encode(), "ligne 2 : un guillemet"),
        (b'cle_enfance;nom;prenom;"courriel"s\nOUD-9;Martin;Luc;\n', "ligne 1 : un guillemet"),
        ((HEADER + 'OUD-9;"Martin\nPetit";Luc;\nOUD-10;"Le" Gal;Ana;\n').encode(), "ligne 4 : un guillemet"),
        (HEADER.encode() + b'="";Martin;Luc;\n', "Ligne 2 : clé absente"),
        (HEADER.encode() + b'=";Martin;Luc;\n', "Ligne 2 : clé illisible"),
        (b"nom;prenom\nMartin;Camille\n", "colonne(s) absente(s) : N° famille (vu : « nom », « prenom »)"),
        (b"Martin\nPetit\n", "colonne(s) absente(s) : N° famille, Nom, Prénom"),
        (b"", "colonne(s) absente(s)"),
        (HEADER.encode(), "aucune famille"),
    ],
)
def test_a_file_that_cannot_be_read_surely_is_refused_with_its_line_and_what_to_do(
    run: Run, db: Database, tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "familles.csv").write_bytes(content)
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 1 and reason in result.output, result.output
    assert known(db) == {}


@pytest.mark.parametrize(
    ("name", "meant"),
    [("LefÃ¨vre", "Lefèvre"), ("FranÃ§ois", "François"), ("Lef√®vre", "Lefèvre"), ("Lef├¿vre", "Lefèvre"),
     ("Ã‰mile", "Émile"), ("Dâ€™Arc", "D'Arc"), ("Anne ZoÃ©", "Anne Zoé")],
)  # fmt: skip
def test_a_name_spoilt_before_it_came_is_told_and_left_out(
    run: Run, db: Database, tmp_path: Path, name: str, meant: str
) -> None:
    (tmp_path / "familles.csv").write_text(HEADER + f"OUD-1;{name};Luc;\n" + CAMILLE)
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 1 and f"Ligne 2 : nom abîmé : « {name} », sans doute « {meant} »." in result.output
    assert list(known(db)) == ["K7RM-4TXQ"]


@pytest.mark.parametrize("name", ["l’Été", "Müller", "Conceição", "Nguyễn", "Łukasz", "Ñíguez", "Þór", "Ærø", "Ãrvore"])
def test_a_name_of_another_language_is_not_spoilt(name: str) -> None:
    assert text_files.garbled(name) is None


@pytest.mark.parametrize(
    "header",
    [
        "sep=;\n" + HEADER,
        '"sep=;"\r\n' + HEADER,
        "Familles de la commune;;;\n" + HEADER,
        "Export du 12/09/2026\n\nService enfance ; page 1\n" + HEADER,
        '"cle_enfance";"nom";"prenom";"courriel"\n',
        "N° famille;Nom de famille;Prénom(s);Adresse e-mail\n",
        "Nº de famille ;NOM *;PRÉNOM *;Adresse mail\n",
        "Numéro famille;Nom du parent;Prénom du parent;Mél\n",
        "Numéro de la famille;Nom;Prénom usuel;Courriel du responsable\n",
        "Code famille;Nom de naissance;Prénoms;E-Mail\n",
        "ID_FAMILLE;NOM_NAISSANCE;PRENOM;EMAIL\n",
        "CleEnfance;NomFamille;Prenom;AdresseElectronique\n",
        "Identifiant foyer;Patronyme;Prénom(s);Courrier électronique\n",
    ],
)
def test_columns_are_recognised_by_their_titles(run: Run, db: Database, tmp_path: Path, header: str) -> None:
    (tmp_path / "familles.csv").write_text(header + CAMILLE)
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 0, result.output
    assert known(db) == {"K7RM-4TXQ": ("Martin", "Camille", "camille@exemple.fr")}


def test_the_name_at_birth_is_preferred_and_the_columns_left_aside_are_named(
    run: Run, db: Database, tmp_path: Path
) -> None:
    (tmp_path / "familles.csv").write_text(
        "Quartier,Nom,N° famille,Nom de naissance,Prénom,Code postal\nBourg,Petit,42,Martin,Camille,44521\n"
    )
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 0, result.output
    assert known(db) == {"42": ("Martin", "Camille", None)}
    assert "Colonne(s) laissée(s) de côté : Quartier, Nom, Code postal." in result.output


@pytest.mark.parametrize(
    ("cell", "key"),
    [("42", "42"), ("7", "7"), ("abc", "ABC"), ("A-1", "A-1"), ('="0042"', "0042"), ('" 42 "', "42"), ("0042", "0042")],
)
def test_the_town_s_own_numbering_is_taken(run: Run, db: Database, tmp_path: Path, cell: str, key: str) -> None:
    (tmp_path / "familles.csv").write_text(HEADER + f"{cell};Martin;Camille;\n")
    assert run("families", "import", tmp_path / "familles.csv").exit_code == 0
    assert list(known(db)) == [key]


def test_a_name_written_as_a_formula_is_taken_as_it_reads(run: Run, db: Database, tmp_path: Path) -> None:
    (tmp_path / "familles.csv").write_text(HEADER + '="OUD-1";="Le Gal";="Ana";="ana@exemple.fr"\n')
    assert run("families", "import", tmp_path / "familles.csv").exit_code == 0
    assert known(db) == {"OUD-1": ("Le Gal", "Ana", "ana@exemple.fr")}


@pytest.mark.parametrize(("titles", "found"), [(19, True), (20, False)])
def test_the_header_is_looked_for_in_the_first_twenty_lines(
    run: Run, db: Database, tmp_path: Path, titles: int, found: bool
) -> None:
    (tmp_path / "familles.csv").write_text("Familles de la commune\n" * titles + HEADER + CAMILLE)
    result = run("families", "import", tmp_path / "familles.csv")
    assert (result.exit_code == 0, list(known(db))) == (found, ["K7RM-4TXQ"] if found else [])


@pytest.mark.parametrize(("letters", "taken"), [(80, True), (81, False)])
def test_a_name_is_eighty_letters_at_most(run: Run, db: Database, tmp_path: Path, letters: int, taken: bool) -> None:
    (tmp_path / "familles.csv").write_text(HEADER + f"OUD-1;{'A' * letters};Luc;\n" + CAMILLE)
    result = run("families", "import", tmp_path / "familles.csv")
    assert ("OUD-1" in known(db)) is taken
    assert ("Ligne 2 : nom de plus de 80 caractères" in result.output) is not taken


def test_three_names_are_shown_those_with_accents_first(run: Run, db: Database, tmp_path: Path) -> None:
    plain = {f"OUD-{number}": ("Martin", "Luc", None) for number in range(20, 30)}
    (tmp_path / "familles.csv").write_bytes(table(plain | FRENCH).encode("cp1252"))
    result = run("families", "import", tmp_path / "familles.csv")
    shown = [line for line in result.output.splitlines() if line.startswith("  ")]
    assert shown == [
        "  OUD-1 · Lefèvre Zoé · sans courriel",
        "  OUD-2 · Noël Anaïs · sans courriel",
        "  OUD-3 · LEFÈVRE FRANÇOIS · sans courriel",
    ]
    assert "Fichier lu comme Windows." in result.output


@pytest.mark.parametrize(
    ("typed", "options", "imported"),
    [("oui\n", [], True), ("o\n", [], True), ("non\n", [], False), ("\n", [], False), ("", ["--yes"], True)],
)
def test_on_a_terminal_nothing_is_written_before_the_names_are_agreed_to(
    instance: Path, db: Database, tmp_path: Path, typed: str, options: list[str], imported: bool
) -> None:
    (tmp_path / "familles.csv").write_text(table(FRENCH))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from wizard.cli import main; main()", "families", "import", *options]
    with subprocess.Popen([*command, tmp_path / "familles.csv"], stdin=theirs, stdout=subprocess.PIPE) as process:
        os.write(ours, typed.encode())
        assert process.wait(60) == (0 if imported else 1)
    os.close(ours)
    os.close(theirs)
    assert known(db) == (FRENCH if imported else {})


@pytest.mark.parametrize("content", ["", "nom;prenom\nMartin;Camille\n", HEADER + '"' + "x" * 200_000])
def test_a_file_that_is_something_else_changes_nothing(run: Run, db: Database, tmp_path: Path, content: str) -> None:
    (tmp_path / "familles.csv").write_text(content)
    result = run("families", "import", tmp_path / "familles.csv")
    assert result.exit_code == 1 and "Rien n'a été importé." in result.output
    assert known(db) == {}


@given(content=st.binary(max_size=400), under=st.sampled_from([b"", HEADER.encode(), "\ufeff".encode("utf-16")]))
def test_any_bytes_are_read_or_refused(content: bytes, under: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(under + content)
    try:
        read, _report = families.read_file(path)
    except families.UnusableFile:
        return
    assert all(row.family.birth_name and row.family.given_name for row in read)


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


def a_household(db: Database, key: str, origin: str, email: str, identity: Identity = STRANGER) -> Account:
    household = people.add_household(db, key, origin, now())
    person = people.add_person(db, identity, now())
    people.add_member(db, household, person, Role.REPRESENTATIVE)
    number = accounts.add(
        db, household=household, person=person, email=email, username=None, password_hash="", now=now()
    )
    accounts.activate(db, number, now())
    account = accounts.by_id(db, number)
    assert account is not None
    return account


def matched(db: Database, *household: str, identity: Identity = STRANGER) -> Account:
    """Add a household and compare it with the families known."""
    with transaction(db):
        account = a_household(db, *household, identity=identity)
        families.match(db, account)
    return account


def household_of(db: Database, account: Account) -> tuple[str, str, str | None]:
    """Return its key, where that comes from, and the name of the family that it is tied to."""
    (row,) = db.query(
        """SELECT households.enfance_key, key_origin, birth_name FROM households
        LEFT JOIN known_families ON known_families.id = known_family WHERE households.id = ?""",
        (account.household,),
    )
    return row["enfance_key"], row["key_origin"], row["birth_name"]


@pytest.fixture
def town(db: Database, tmp_path: Path) -> Database:
    """A town that knows four families, two of which share an address."""
    (tmp_path / "familles.csv").write_text(
        HEADER
        + CAMILLE
        + "OUD-2;Lefèvre;Anne-Zoé;\nOUD-3;Roux;Léo;shared@exemple.fr\nOUD-4;Roux;Mia;shared@exemple.fr\n"
    )
    families.import_file(db, tmp_path / "familles.csv")
    return db


@pytest.mark.parametrize(
    ("key", "origin", "email", "expected"),
    [
        ("K7RM-4TXQ", "link", "other@exemple.fr", ("K7RM-4TXQ", "link", None)),
        ("K7RM-4TXQ", "link", "camille@exemple.fr", ("K7RM-4TXQ", "known", "Martin")),
        ("2222-3333", "link", "camille@exemple.fr", ("K7RM-4TXQ", "known", "Martin")),
        ("2222-3333", "generated", "camille@exemple.fr", ("K7RM-4TXQ", "known", "Martin")),
        ("OUD-2", "link", "camille@exemple.fr", ("K7RM-4TXQ", "known", "Martin")),
        ("OUD-3", "link", "shared@exemple.fr", ("OUD-3", "known", "Roux")),
        ("2222-3333", "generated", "shared@exemple.fr", ("2222-3333", "generated", None)),
        ("OUD-2", "generated", "other@exemple.fr", ("OUD-2", "generated", None)),
        ("2222-3333", "link", "other@exemple.fr", ("2222-3333", "link", None)),
    ],
    ids=[
        *("key alone", "key and address", "by address", "by address without a link", "another's key, own address"),
        *("shared address and key", "shared address", "a key drawn by chance", "unknown"),
    ],
)
def test_a_household_is_recognised_by_its_address_and_never_by_a_key_alone(
    town: Database, key: str, origin: str, email: str, expected: tuple[str, str, str | None]
) -> None:
    assert household_of(town, matched(town, key, origin, email)) == expected


@pytest.mark.parametrize(
    ("identity", "recognised"),
    [
        (Identity("Lefèvre", "Anne-Zoé"), True),
        (Identity("LEFEVRE", "anne zoe"), True),
        (Identity("Durand", "Anne-Zoé", usage_name="Lefevre"), True),
        (Identity("Lefèvre", "Anne-Zoé", usage_name="Durand"), True),
        (Identity("Lefèvre", "Paul"), False),
        (Identity("Durand", "Anne-Zoé"), False),
        (Identity("Anne-Zoé", "Lefèvre"), False),
        (Identity("Lefèvre Durand", "Anne-Zoé"), False),
    ],
)
def test_a_key_is_proved_by_the_names_of_its_family(town: Database, identity: Identity, recognised: bool) -> None:
    account = matched(town, "OUD-2", "link", "other@exemple.fr", identity=identity)
    expected = ("OUD-2", "known", "Lefèvre") if recognised else ("OUD-2", "link", None)
    assert household_of(town, account) == expected


def test_a_key_drawn_at_the_sign_up_announces_nothing(town: Database) -> None:
    zoe = Identity("Lefèvre", "Anne-Zoé")
    assert household_of(town, matched(town, "OUD-2", "generated", "other@exemple.fr", identity=zoe))[1] == "generated"


def test_names_prove_nothing_without_the_key(town: Database) -> None:
    account = matched(town, "2222-3333", "link", "other@exemple.fr", identity=Identity("Lefèvre", "Anne-Zoé"))
    assert household_of(town, account) == ("2222-3333", "link", None)


def an_old_tie(db: Database, household: str, identity: Identity, email: str, key: str) -> int:
    """Add a household that was tied to the family of a key before reasons were kept."""
    account = a_household(db, household, "link", email, identity)
    query = """UPDATE households SET key_origin = 'known', enfance_key = ?,
        known_family = (SELECT id FROM known_families WHERE enfance_key = ?) WHERE id = ?"""
    db.execute(query, (key, key, account.household))
    return account.household


def test_a_tie_of_before_is_kept_when_something_proves_it(instance: Path) -> None:
    db = connect(instance / "portail.db")
    with transaction(db):
        migrations.apply(db, stop_before=MIGRATION)
    query = """INSERT INTO known_families (enfance_key, birth_name, given_name, email, imported_at)
        VALUES (?, ?, ?, ?, '2026-11-24T09:00:00+00:00')"""
    db.execute(query, ("K7RM-4TXQ", "Martin", "Camille", "camille@exemple.fr"))
    db.execute(query, ("OUD-2", "Lefèvre", "Zoé", None))
    zoe = Identity("Durand", "ZOE", usage_name="LEFEVRE")
    with no_merge(db):
        by_email = an_old_tie(db, "A", STRANGER, "camille@exemple.fr", "K7RM-4TXQ")
        by_name = an_old_tie(db, "B", zoe, "zoe@exemple.fr", "OUD-2")
        by_key = an_old_tie(db, "C", STRANGER, "nobody@exemple.fr", "OUD-2")
    migrate(db)
    kept = dict(db.execute("SELECT id, key_origin || coalesce(' ' || recognition, '') FROM households").fetchall())
    assert kept == {by_email: "known email", by_name: "known name", by_key: "link"}
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()


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
        account = a_household(db, link, "link", "other@exemple.fr", Identity("Martin", "Camille"))
        families.match(db, account)
    key, origin, known_as = household_of(db, account)
    assert (key, origin) == ((meant, "known") if meant else (link, "link"))
    assert (known_as is not None) == bool(meant)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_how_much_of_a_file_is_read_is_told_line_by_line(tmp_path: Path, encoding: str) -> None:
    path, told = tmp_path / "familles.csv", list[int]()
    path.write_bytes(table(FRENCH).encode(encoding))
    families.read_file(path, told.append)
    assert len(told) == len(FRENCH) + 1 and sum(told) == len(table(FRENCH).encode())
