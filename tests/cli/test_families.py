"""The families that the town knows: import of its file, recognition of a household."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import connect, transaction
from wizard.migrations import migrate, migrations
from wizard.models import Account, Identity, Role
from wizard.services import families
from wizard.stores import accounts, people

Run = Callable[..., Result]
HEADER = "cle_enfance;nom;prenom;courriel\n"
STRANGER = Identity("Inconnu", "Rôdeur")
MIGRATION = "m0006_recognition_seals_and_agents_journal"
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
    for key, birth_name, given_name, email in (
        ("K7RM-4TXQ", "Martin", "Camille", "camille@exemple.fr"),
        ("OUD-2", "Lefèvre", "Zoé", None),
    ):
        families.families.save(db, families.KnownFamily(key, birth_name, given_name, email), now())
    zoe = Identity("Durand", "ZOE", usage_name="LEFEVRE")
    by_email = an_old_tie(db, "A", STRANGER, "camille@exemple.fr", "K7RM-4TXQ")
    by_name = an_old_tie(db, "B", zoe, "zoe@exemple.fr", "OUD-2")
    by_key = an_old_tie(db, "C", STRANGER, "nobody@exemple.fr", "OUD-2")
    migrate(db)
    kept = dict(db.execute("SELECT id, key_origin || coalesce(' ' || recognition, '') FROM households").fetchall())
    assert kept == {by_email: "known email", by_name: "known name", by_key: "link"}
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
