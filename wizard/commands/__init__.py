"""The commands of the administrator, and what they share: one sentence when something fails."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlite_utils import Database

from wizard import private_files
from wizard.clock import now
from wizard.commands import french
from wizard.db import close_connections, connect, get_documents
from wizard.migrations import documents, migrate, unknown
from wizard.services import leaps, resealing, searching
from wizard.services.checks import Finding, Level
from wizard.settings import get_settings

french.speak()

_MARKS = {Level.GOOD: "  ok  ", Level.NOTE: " note ", Level.WRONG: "À VOIR", Level.DOWN: "À VOIR"}
TOWNS = "portail-famille towns"
"""What the context of a command calls the folder of the towns."""


class Command(click.Command):
    """A command whose failures are a sentence and an exit code, never a traceback."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parameter in self.params:
            parameter.metavar = parameter.metavar or french.placeholder(parameter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            raise click.ClickException(sentence(error)) from error


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "COMMANDE [ARGUMENT]...", **kwargs})


def sentence(error: Exception) -> str:
    """Return what failed, in one sentence."""
    text = " ".join(str(error).split())
    if isinstance(error, sqlite3.OperationalError) and "no such table" in text:
        return "La base n'est pas prête : lancez d'abord « portail-famille migrate »."
    if isinstance(error, sqlite3.Error):
        return f"Base de données : {french.database(error)}."
    if isinstance(error, OSError) and error.strerror:
        reason = french.system(error)
        return f"{error.filename} : {reason}." if error.filename else f"{reason[0].upper()}{reason[1:]}."
    return f"Échec inattendu ({type(error).__name__}) : {text}"


def open_app(**overrides: str) -> Flask:
    """Return the application: the one that `flask --app` names, else that of the environment and `overrides`.

    Raises ClickException where there are several towns, and none was told.
    """
    refuse_several()
    script = click.get_current_context().find_object(ScriptInfo)
    if script is not None and not overrides:
        return script.load_app()
    # The application registers these commands: only a running one may ask for it.
    from wizard import create_app

    return create_app(overrides)


def towns_folder() -> Path | None:
    """Return the folder of the towns that `--towns` gave, when it did."""
    found: Path | None = click.get_current_context().meta.get(TOWNS)
    return found


def refuse_several() -> None:
    """Refuse a command on one town where there are several: it would be another's. Raises ClickException."""
    if towns_folder():
        raise click.ClickException(
            "Cette machine a plusieurs communes : dites laquelle, par « portail-famille --town NOM … ». « towns list » "
            "les nomme."
        )


def bring_up_to_date(db: Database) -> list[str]:
    """Apply the migrations that are missing, and return their names; leave alone what a later version wrote.

    It comes before anyone is served: whether the hour leapt is told by what was written before it did.
    """
    if names := unknown(db) + unknown(get_documents(), documents):
        raise click.ClickException(
            f"La base vient d'une version plus récente du portail ({', '.join(names)}) : mettez le portail à jour."
        )
    applied = migrate(db) + migrate(get_documents(), documents)
    searching.catch_up(db)
    leaps.in_doubt(db, get_settings(), now())
    for sentence in told_of_seals(resealing.reseal(db)):
        click.echo(sentence, err=True)
    return applied


def line_of(finding: Finding) -> str:
    """Return the line that tells a finding."""
    detail = f" ({finding.detail})" if finding.detail else ""
    return f"{_MARKS[finding.level]}  {finding.subject} : {finding.sentence}{detail}."


def told_of_seals(done: resealing.Resealed) -> Iterator[str]:
    """Say what was encrypted, and what could not be read."""
    if done.sealed:
        yield (
            f"Secrets de téléphone chiffrés : {done.sealed}. Les sauvegardes faites avant les contiennent en clair : "
            "effacez-les dès qu'elles ne servent plus."
        )
    if done.former:
        yield f"Secrets de téléphone chiffrés de nouveau, avec PORTAIL_SECRET_KEY : {done.former}."
    if done.mails:
        yield f"Courriels en attente chiffrés avec PORTAIL_SECRET_KEY : {done.mails}."
    for email in done.unreadable:
        yield (
            f"Le secret du téléphone de {email} est chiffré avec une autre clé : donnez-la dans "
            f"PORTAIL_SECRET_KEY_OLD, ou lancez « agents reset {email} »."
        )


@contextmanager
def open_database(app: Flask) -> Iterator[Database]:
    """Open the application's database, in its context, and close to others what earlier versions left open."""
    settings = get_settings(app)
    with app.app_context():
        private_files.tighten(settings.private_files)
        db = connect(settings.database)
        try:
            yield db
        finally:
            db.close()
            close_connections()
