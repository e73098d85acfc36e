"""`families copy` and `families erase`: what the parent would get, what is deleted once typed again; both journaled."""

import json
import stat
from pathlib import Path

from sqlite_utils import Database

from tests.cli.conftest import Run
from tests.support.families import a_family


def journaled(db: Database) -> list[tuple[str | None, str, str]]:
    return list(db.execute("SELECT agent, action, reference FROM agent_journal").fetchall())


def test_a_family_s_copy_is_written_and_journaled(run: Run, db: Database, tmp_path: Path) -> None:
    family, file = a_family(db), tmp_path / "copie.csv"
    assert json.loads(run("families", "copy", family.reference.lower()).output)["Personnes"][1]["Prénom"] == "Loïc"
    assert run("families", "copy", family.reference, "--format", "csv", "--output", file).exit_code == 0
    assert "Loïc" in file.read_text("utf-8-sig") and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert journaled(db) == [(None, "copied", family.reference)] * 2
    assert "Aucune famille n'a la référence" in run("families", "copy", "CCCCDDDD").output


def test_a_family_is_deleted_once_its_reference_is_typed_again(run: Run, db: Database) -> None:
    family = a_family(db)
    assert "rien n'est effacé" in run("families", "erase", family.reference, input="oui\n").output
    assert run("families", "erase", family.reference, input="").exit_code != 0
    assert db.execute("SELECT count(*) FROM households").fetchone() == (1,)
    assert "Famille effacée." in run("families", "erase", family.reference, input=f"{family.reference}\n").output
    assert db.execute("SELECT count(*) FROM people").fetchone() == (0,)
    assert journaled(db) == [(None, "erased", family.reference)]
    assert run("families", "erase", family.reference, input=f"{family.reference}\n").exit_code == 1
    assert [name for (name,) in db.execute("SELECT name FROM outbox")] == ["erased"], "its owner is told"
    nothing_deposited = a_family(db)
    db.execute("DELETE FROM dossiers WHERE id = ?", (nothing_deposited.id,))
    number = str(nothing_deposited.household)
    assert run("families", "erase", number, input=f"{number}\n").exit_code == 0
    assert "commande – Famille effacée" in run("agents", "journal").output


def test_the_role_of_an_agent_is_changed_but_the_last_administrator_s(run: Run, db: Database) -> None:
    for role in ("administrateur", "instructeur"):
        done = run("agents", "create", f"{role}@oudon.example", "--role", role, input="trois grues sur le quai vide\n")
        assert done.exit_code == 0, done.output
    assert "seul administrateur" in run("agents", "role", "administrateur@oudon.example", "accueil").output
    assert "seul administrateur" in run("agents", "remove", "administrateur@oudon.example").output
    assert run("agents", "role", "instructeur@oudon.example", "administrateur").exit_code == 0
    assert run("agents", "role", "administrateur@oudon.example", "accueil").exit_code == 0
