"""Which file a backup may write, and which it must leave alone: everything but a new file or an earlier backup."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from wizard.settings import Settings
from wizard.stores.database_file import COMPANIONS, DOCUMENTS, PORTAL, is_backup, is_in_use


class BadTarget(ValueError):
    """The file must not be written; the message says why."""


def files_of(database: Path) -> tuple[Path, ...]:
    """Return a database and what SQLite keeps beside it, under the name given and under the real one."""
    return tuple(
        Path(f"{name}{suffix}")
        for name in dict.fromkeys((str(database), os.path.realpath(database)))
        for suffix in ("", *COMPANIONS)
    )


def is_one_of(path: Path, files: Iterable[Path]) -> bool:
    """Whether a path leads to one of these files, whatever links it goes through, be they there yet or not."""
    real = os.path.realpath(path)
    for file in files:
        if real == os.path.realpath(file) or (os.path.exists(real) and file.exists() and os.path.samefile(real, file)):
            return True
    return False


def documents_beside(copy: Path) -> Path:
    """Return where the documents of a backup are: beside it, under its real name and « .documents »."""
    return Path(f"{os.path.realpath(copy)}.documents")


def targets_of(path: Path, settings: Settings, *, sealed: bool = False) -> tuple[Path, Path]:
    """Return the files, links followed, that a backup to `path` writes: the portal's, the documents'.

    A sealed copy replaces nothing: nobody here can tell whether what is there is an earlier one. Raises BadTarget.
    """
    portal, documents = _target(path, settings, PORTAL), _target(documents_beside(path), settings, DOCUMENTS)
    if sealed and portal.exists():
        raise BadTarget("ce fichier existe, et une copie chiffrée n'en remplace aucun")
    return portal, documents


def _target(path: Path, settings: Settings, table: str) -> Path:
    if is_one_of(path, (*files_of(settings.database), *files_of(settings.documents.file))):
        raise BadTarget("c'est la base du portail elle-même")
    if is_one_of(path, files_of(settings.addresses)):
        raise BadTarget("c'est la base des adresses")
    instance = (settings.instance / name for name in ("town.toml", "secret.key", "documents.key"))
    if is_one_of(path, (*instance, settings.documents.years, *filter(None, (settings.town.logo,)))):
        raise BadTarget("c'est un fichier de réglages du portail")
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise BadTarget(f"le dossier {target.parent} n'existe pas")
    if target.exists() or target.is_symlink():
        _must_be_a_backup(target, table)
    elif any(Path(f"{target}{suffix}").exists() for suffix in COMPANIONS):
        raise BadTarget(f"un journal de base est resté à côté ({', '.join(COMPANIONS)}) : il abîmerait la copie")
    return target


def _must_be_a_backup(target: Path, table: str) -> None:
    if target.is_dir():
        raise BadTarget("c'est un dossier")
    regular = not target.is_symlink() and stat.S_ISREG(target.stat().st_mode)
    if regular and is_in_use(target):  # asked first: a database that someone holds alone cannot be read
        raise BadTarget("un programme se sert de ce fichier")
    if not regular or not is_backup(target, table):
        raise BadTarget("ce fichier existe et n'est pas une sauvegarde du portail")
