"""What every command owes the administrator: help, a sentence, an honest exit code."""

import ast
import errno
import inspect
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from wizard import create_app
from wizard.cli import main
from wizard.commands import Command, french
from wizard.db import transaction
from wizard.services import passwords
from wizard.services.outbox import enqueue
from wizard.stores import agents

Run = Callable[..., Result]
GOOD = "quatre Bateaux sur la Loire 44"
OTHER = "trois Péniches à quai près du pont"


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Return every command under `group`, with the words that call it."""
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.parametrize("words", [words for words, _command in commands(main)], ids=" ".join)
def test_every_command_has_help_in_french(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    _usage, _blank, sentence, *_rest = result.output.splitlines()
    assert sentence.strip()[0].isupper() and len(sentence.strip()) > 15


def test_flask_shows_the_same_commands(instance: Path) -> None:
    assert set(main.commands) <= set(create_app().cli.commands)


def test_a_wrong_setting_is_one_sentence_that_names_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAIL_PUBLIC_URL", "http://famille.oudon.example")
    for words in (["migrate"], ["serve", "--port", "0"], ["doctor"], ["mail", "send"], ["backup", "x"]):
        result = run(*words)
        assert result.exit_code == 1
        (sentence,) = result.output.splitlines()
        assert sentence.startswith("Erreur : PORTAIL_PUBLIC_URL : ")


def test_a_command_before_migrate_says_to_migrate(run: Run) -> None:
    result = run("mail", "send")
    assert result.exit_code == 1
    assert result.output == "Erreur : La base n'est pas prête : lancez d'abord « portail-famille migrate ».\n"


def test_an_unexpected_failure_is_one_sentence_too(run: Run, instance: Path) -> None:
    (instance / "portail.db").mkdir()
    result = run("migrate")
    assert result.exit_code == 1 and len(result.output.splitlines()) == 1
    assert result.output.startswith("Erreur : Base de données : elle ne s'ouvre pas")


def test_migrate_makes_the_database_once(run: Run, instance: Path) -> None:
    first, second = run("migrate"), run("migrate")
    assert first.exit_code == second.exit_code == 0
    assert "m0001_initial" in first.output and "déjà à jour" in second.output
    with sqlite3.connect(instance / "portail.db") as db:
        assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    db.close()


def test_a_database_of_a_later_version_is_left_alone(run: Run, db: Database) -> None:
    db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('portail', 'm0999_later', '')")
    for words in (["migrate"], ["serve", "--port", "0"]):
        result = run(*words)
        assert result.exit_code == 1 and "version plus récente du portail (m0999_later)" in result.output


def test_an_agent_is_created_from_standard_input(run: Run, db: Database) -> None:
    result = run("agents", "create", "Agent@Oudon.example", "--role", "accueil", input=GOOD + "\n")
    assert result.exit_code == 0, result.output
    agent = agents.by_email(db, "agent@oudon.example")
    assert agent is not None and agent.role == "accueil" and passwords.verify(agent.password_hash, GOOD)
    assert GOOD not in result.output


@pytest.mark.parametrize(
    ("email", "password", "expected"),
    [
        ("agent@oudon.example", "court", "Mot de passe refusé."),
        ("agent@oudon.example", "", "Mot de passe refusé."),
        ("agent", GOOD, "n'est pas une adresse"),
        ("known@oudon.example", GOOD, "Un agent se connecte déjà"),
    ],
)
def test_an_agent_that_cannot_be_created_is_refused_with_a_reason(
    run: Run, db: Database, email: str, password: str, expected: str
) -> None:
    run("agents", "create", "known@oudon.example", input=GOOD + "\n")
    result = run("agents", "create", email, input=password + "\n")
    assert result.exit_code == 1 and expected in result.output
    assert db["agents"].count == 1


def test_an_agent_who_lost_a_phone_starts_over(run: Run, db: Database) -> None:
    run("agents", "create", "agent@oudon.example", input=GOOD + "\n")
    result = run("agents", "reset", "Agent@Oudon.example", input=OTHER + "\n")
    assert result.exit_code == 0, result.output
    agent = agents.by_email(db, "agent@oudon.example")
    assert agent is not None and agent.epoch == 1
    assert passwords.verify(agent.password_hash, OTHER) and not passwords.verify(agent.password_hash, GOOD)
    assert OTHER not in result.output


def test_an_agent_who_leaves_has_no_password_left(run: Run, db: Database) -> None:
    run("agents", "create", "agent@oudon.example", input=GOOD + "\n")
    assert run("agents", "remove", "agent@oudon.example").exit_code == 0
    agent = agents.by_email(db, "agent@oudon.example")
    assert agent is not None and agent.epoch == 1 and not passwords.verify(agent.password_hash, GOOD)


@pytest.mark.parametrize(
    ("words", "typed", "expected"),
    [
        (["reset", "known@oudon.example"], "court", "Mot de passe refusé."),
        (["reset", "unknown@oudon.example"], OTHER, "Aucun agent ne se connecte avec « unknown@oudon.example »"),
        (["remove", "unknown@oudon.example"], "", "Aucun agent ne se connecte avec « unknown@oudon.example »"),
        (["reset", ""], OTHER, "Aucun agent ne se connecte avec «  »"),
    ],
)
def test_an_agent_whose_access_cannot_be_changed_is_left_alone(
    run: Run, db: Database, words: list[str], typed: str, expected: str
) -> None:
    run("agents", "create", "known@oudon.example", input=GOOD + "\n")
    result = run("agents", *words, input=typed + "\n")
    assert result.exit_code == 1 and expected in result.output
    agent = agents.by_email(db, "known@oudon.example")
    assert agent is not None and agent.epoch == 0 and passwords.verify(agent.password_hash, GOOD)


def test_agents_are_listed_with_where_their_access_stands(run: Run, db: Database) -> None:
    for email, role in (("paul@oudon.example", "accueil"), ("anne@oudon.example", "instructeur")):
        run("agents", "create", email, "--role", role, input=GOOD + "\n")
    run("agents", "create", "zoe@oudon.example", input=GOOD + "\n")
    run("agents", "remove", "zoe@oudon.example")
    db.execute("UPDATE agents SET totp_last_step = 1, seen_at = '2026-11-24T09:00:00+00:00' WHERE id = 2")
    anne, paul, zoe = run("agents", "list").output.splitlines()
    assert anne == "anne@oudon.example – instructeur – téléphone relié – dernière connexion le 24/11/2026 à 10:00"
    assert paul == "paul@oudon.example – accueil – pas de téléphone relié – jamais connecté"
    assert "accès retiré le" in zoe
    run("agents", "reset", "zoe@oudon.example", input=GOOD + "\n")
    assert "accès retiré" not in run("agents", "list").output


def test_what_agents_did_is_shown_for_all_or_for_one(run: Run, db: Database) -> None:
    for email in ("paul@oudon.example", "anne@oudon.example"):
        run("agents", "create", email, input=GOOD + "\n")
    db.execute(
        "INSERT INTO agent_journal (at, agent, action, reference)"
        " VALUES ('2026-01-01T00:00:00+00:00', 1, 'opened', '7KQM4RXT')"
    )
    assert run("agents", "journal").output.count("Accès créé, par une commande") == 2
    (line,) = run("agents", "journal", "Anne@oudon.example").output.splitlines()
    assert line.endswith("– anne@oudon.example – Accès créé, par une commande")
    oldest = run("agents", "journal", "--days", "3650").output.splitlines()[-1]
    assert oldest == "01/01/2026 à 01:00 – paul@oudon.example – Première ouverture – dossier 7KQM 4RXT"
    unknown = run("agents", "journal", "zoe@oudon.example")
    assert unknown.exit_code == 1 and "Aucun agent ne se connecte avec « zoe@oudon.example »" in unknown.output


def test_mail_send_tells_that_no_mail_can_leave(
    run: Run, db: Database, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAIL_SMTP_URL", "smtp://127.0.0.1:1")
    with create_app().app_context(), transaction(db):
        enqueue(db, "no_account", "camille@exemple.fr")
    result = run("mail", "send")
    assert result.exit_code == 1
    assert "Aucun courriel ne peut partir : ConnectionRefusedError" in result.output


ENGLISH = re.compile(
    r"\b(usage:|error|try|for help|missing|no such|invalid|value|requires?|does|not|unexpected|extra|the|is|are|of|show"
    r"|this|and|exit|default:|required|commands?|text|file|directory|path|integer|args|did you mean|department)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["restore"], "Il manque l'argument 'FICHIER'."),
        (["agents", "create"], "Il manque l'argument 'COURRIEL'."),
        (["addresses", "download"], "Il manque l'argument 'DÉPARTEMENT...'."),
        (["backup", "a.db", "b.db"], "Argument en trop : b.db"),
        (["backup", "a.db", "b.db", "c.db"], "Arguments en trop : b.db c.db"),
        (["serve", "--nope"], "L'option --nope n'existe pas."),
        (["serve", "--prot", "1"], "Vouliez-vous dire"),
        (["serve", "--port"], "L'option --port attend une valeur."),
        (["serve", "--port", "http"], "« http » n'est pas un nombre."),
        (["serve", "--port", "70000"], "70000 n'est pas dans l'intervalle 0<=x<=65535."),
        (["mail", "send", "--watch=3"], "L'option --watch ne prend pas de valeur."),
        (
            ["agents", "create", "a@b.fr", "--role", "roi"],
            "« roi » n'est pas au choix : 'instructeur', 'accueil', 'administrateur', 'sante'.",
        ),
        (["families", "import", "/nowhere.csv"], "Fichier « /nowhere.csv » n'existe pas."),
        (["restore", "/tmp"], "« /tmp » est un dossier, il faut un fichier."),
        (["sauvegarde"], "La commande sauvegarde n'existe pas."),
        (["agents", "creat"], "La commande creat n'existe pas."),
        (["--nope"], "L'option --nope n'existe pas."),
    ],
)
def test_a_slip_is_told_in_french(run: Run, words: list[str], expected: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert expected in result.output and result.output.splitlines()[-1].startswith("Erreur : ")
    told = re.sub(r"'[^']*'|« [^»]* »|main( \w+)*", "", result.output)
    assert not ENGLISH.search(told), result.output


def test_a_file_out_of_reach_is_not_said_to_be_absent(run: Run, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    account = os.geteuid()
    os.seteuid(account or 65534)
    try:
        result = run("restore", str(tmp_path / "closed" / "copie.db"))
    finally:
        os.seteuid(account)
    assert result.exit_code == 2 and "n'a pas le droit de lire" in result.output, result.output


@pytest.mark.parametrize("words", [(), *(words for words, _command in commands(main))], ids=" ".join)
def test_the_labels_of_the_help_are_in_french(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.output.startswith("Usage : ") and "Affiche cette aide." in result.output
    told = re.sub(r"https?://\S+|--[\w-]+|^  \w+ |main( \w+)*", "", result.output, flags=re.MULTILINE)
    assert not ENGLISH.search(told), result.output


# What only the author of a command can cause.
FOR_AUTHORS = re.compile(
    r"DeprecationWarning|declar|defined twice|same flag|iterable|start character|Unknown (color|standard)|"
    r"^Choice\(|UUID|match the formats?|^d$|extra\['required'\]"
)


def test_every_sentence_that_click_may_say_is_translated() -> None:
    """A new version of click brings new sentences: each is to be translated, with the same words in braces."""
    modules = (
        click.core,
        click.decorators,
        click.exceptions,
        click.formatting,
        click.parser,
        click.termui,
        click.types,
    )
    asked = [
        argument.value
        for module in modules
        for call in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"_", "ngettext"}
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    assert len(asked) > 50
    names = re.compile(r"{(\w+)")
    for sentence in asked:
        if not FOR_AUTHORS.search(sentence):
            assert sentence in french._SENTENCES, sentence
            assert set(names.findall(french.gettext(sentence))) <= set(names.findall(sentence)), sentence


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "a"), "a : ce fichier n'existe pas."),
        (PermissionError(errno.EACCES, "Permission denied", "a"), "a : l'accès est refusé."),
        (OSError(errno.ENOSPC, "No space left on device"), "Le disque est plein."),
        (OSError(errno.EROFS, "Read-only file system", "a"), "a : le disque est en lecture seule."),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "a"), "a : c'est un dossier."),
        (sqlite3.DatabaseError("file is not a database"), "Base de données : file is not a database."),
    ],
)
def test_what_the_system_refuses_is_told_in_french(error: Exception, expected: str) -> None:
    @click.command(cls=Command)
    def failing() -> None:
        raise error

    result = CliRunner().invoke(failing)
    assert result.exit_code == 1 and result.output == f"Erreur : {expected}\n"


@pytest.mark.usefixtures("impatient")
def test_a_database_that_another_process_holds_is_told_in_french(run: Run, db: Database, instance: Path) -> None:
    db.execute("BEGIN IMMEDIATE")
    result = run("purge")
    db.execute("ROLLBACK")
    assert result.exit_code == 1
    assert result.output == "Erreur : Base de données : un autre programme l'occupe, recommencez dans un instant.\n"
