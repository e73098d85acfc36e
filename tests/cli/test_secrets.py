"""The installation's key is replaced by a command that says what it did."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlite_utils import Database

from wizard import create_app
from wizard.clock import now
from wizard.models import AgentRole
from wizard.services import seeds
from wizard.stores import agents

Run = Callable[..., Result]
PHONE = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OLD, NEW, OTHER = "the key of the year before", "the key of this year, longer", "a key that nobody kept"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give the installation its keys."""

    def give(present: str, old: str = "") -> None:
        monkeypatch.setenv("PORTAIL_SECRET_KEY", present)
        monkeypatch.setenv("PORTAIL_SECRET_KEY_OLD", old)

    give(OLD)
    return give


def an_agent(db: Database, email: str, secret: str) -> None:
    agents.set_secret(db, agents.add(db, email, AgentRole.CASEWORKER, "hash", now()), secret)


def sealed() -> str:
    with create_app().app_context():
        return seeds.seal(PHONE)


def secret_of(db: Database, email: str) -> str:
    agent = agents.by_email(db, email)
    assert agent is not None and agent.totp_secret is not None
    with create_app().app_context():
        return seeds.unseal(agent.totp_secret)


def test_a_key_is_replaced_then_the_old_one_taken_away(run: Run, db: Database, key: Callable[..., None]) -> None:
    for name in ("anne", "paul"):
        an_agent(db, f"{name}@oudon.example", sealed())
    key(NEW, OLD)
    result = run("secrets", "rotate")
    assert result.exit_code == 0, result.output
    assert "chiffrés de nouveau, avec PORTAIL_SECRET_KEY : 2." in result.output
    assert "PORTAIL_SECRET_KEY_OLD ne sert plus" in result.output
    assert not any(secret in result.output for secret in (PHONE, OLD, NEW))
    key(NEW)
    assert secret_of(db, "anne@oudon.example") == secret_of(db, "paul@oudon.example") == PHONE
    again = run("secrets", "rotate")
    assert again.exit_code == 0 and again.output == "Déjà chiffrés avec PORTAIL_SECRET_KEY : 2.\n"


def test_what_no_key_opens_is_told_and_is_a_failure_and_the_rest_is_done(
    run: Run, db: Database, key: Callable[..., None]
) -> None:
    an_agent(db, "anne@oudon.example", sealed())
    key(OTHER)
    an_agent(db, "paul@oudon.example", sealed())
    key(NEW, OLD)
    result = run("secrets", "rotate")
    assert result.exit_code == 1
    assert "paul@oudon.example est chiffré avec une autre clé" in result.output
    assert "agents reset paul@oudon.example" in result.output and "restent illisibles" in result.output
    assert "ne sert plus" not in result.output
    key(NEW)
    assert secret_of(db, "anne@oudon.example") == PHONE
    waits = "le téléphone de paul@oudon.example attend une autre clé"
    what_to_do = "donnez-la dans PORTAIL_SECRET_KEY_OLD, ou lancez « agents reset »"
    assert secrets_line(run) == f"À VOIR  Secrets : {waits} : {what_to_do}."


def secrets_line(run: Run) -> str:
    (line,) = [line for line in run("doctor").output.splitlines() if "Secrets" in line]
    return line


@pytest.mark.parametrize("command", [["migrate"], ["secrets", "rotate"]], ids=" ".join)
def test_what_an_earlier_version_stored_in_clear_is_encrypted_and_gone_from_the_file(
    run: Run, db: Database, instance: Path, key: Callable[..., None], command: list[str]
) -> None:
    an_agent(db, "anne@oudon.example", PHONE)
    told = "À VOIR  Secrets : tous ne sont pas chiffrés avec PORTAIL_SECRET_KEY : « secrets rotate »."
    assert secrets_line(run) == told
    result = run(*command)
    assert result.exit_code == 0 and "Secrets de téléphone chiffrés : 1." in result.output
    assert "sauvegardes" in result.output and PHONE not in result.output
    for path in instance.glob("portail.db*"):
        assert PHONE.encode() not in path.read_bytes(), path.name
    assert secret_of(db, "anne@oudon.example") == PHONE
    assert secrets_line(run).startswith("  ok  ")
    assert "chiffrés :" not in run("migrate").output


def test_a_backup_made_under_the_old_key_is_opened_with_it(
    run: Run, db: Database, instance: Path, key: Callable[..., None]
) -> None:
    an_agent(db, "anne@oudon.example", sealed())
    run("backup", instance / "nuit.db")
    key(NEW, OLD)
    run("secrets", "rotate")
    db.close()
    assert run("restore", instance / "nuit.db").exit_code == 0
    assert "chiffrés de nouveau, avec PORTAIL_SECRET_KEY : 1." in run("migrate").output


def test_a_rotation_before_migrate_says_to_migrate(run: Run, key: Callable[..., None]) -> None:
    result = run("secrets", "rotate")
    assert result.exit_code == 1 and "lancez d'abord « portail-famille migrate »" in result.output


def test_a_weak_key_may_be_the_old_one_to_be_replaced(run: Run, db: Database, key: Callable[..., None]) -> None:
    key(NEW, "a" * 16)
    assert run("secrets", "rotate").exit_code == 0
    key("a" * 16)
    assert run("secrets", "rotate").exit_code == 1
