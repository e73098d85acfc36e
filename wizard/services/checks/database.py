"""The portal's database: there, written, up to date, sound; and the clock that dates what it holds."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from wizard.clock import moment, now
from wizard.db import Trouble, reading, trouble_of
from wizard.migrations import pending, unknown
from wizard.services.checks.finding import Finding, Level, good, wrong
from wizard.settings import Settings
from wizard.stores import database_file

_SUBJECT = "Base"
# Seconds that another writer is waited for: a purge or an import holds the lock for less.
_PATIENCE = 1.0
# Bytes without which the next minutes fill the disk, whatever room the log of the database keeps for itself.
_NO_ROOM = 1024 * 1024

_TROUBLES = {
    Trouble.BUSY: "un autre programme l'occupe : attendez un instant, ou arrêtez-le",
    Trouble.FULL: "le disque est plein : faites-y de la place",
    Trouble.READ_ONLY: "elle ne s'écrit pas : rendez le fichier et son dossier au compte du portail, en écriture",
    Trouble.DISK: "le disque ne la lit ou ne l'écrit pas bien : voyez le journal du système",
    Trouble.DAMAGED: "elle est abîmée : restaurez une sauvegarde",
    Trouble.REPLACED: "elle a été remplacée sous le portail qui sert : relancez-le",
}


def usable(settings: Settings) -> Iterator[Finding]:
    """Look at the version of the database, then write in it, and take it back."""
    path = settings.database
    if not path.exists():
        yield _down("missing", "elle n'existe pas : lancez « migrate », ou restaurez une sauvegarde", str(path))
        return
    try:
        if other := _other_version(path):
            yield other
            return
        database_file.try_to_write(path, _PATIENCE)
    except sqlite3.Error as error:
        trouble = _trouble(path, error)
        if trouble is None:
            raise
        yield _down(trouble, _TROUBLES[trouble], f"{path} ; {error}")
        return
    if _is_full(path):
        yield _down(Trouble.FULL, _TROUBLES[Trouble.FULL], str(path))
        return
    yield good(_SUBJECT, f"{path} s'écrit, et est à jour")


def _other_version(path: Path) -> Finding | None:
    with reading(path) as db:
        if missing := pending(db):
            return _down("outdated", f"{len(missing)} migration(s) en attente : lancez « migrate »", str(path))
        if unknown(db):
            return _down("too-recent", "écrite par une version plus récente : mettez le portail à jour", str(path))
    return None


def _down(name: str, sentence: str, detail: str) -> Finding:
    return Finding(_SUBJECT, Level.DOWN, f"database-{name}", sentence, detail)


def _trouble(path: Path, error: sqlite3.Error) -> Trouble | None:
    """Tell apart what SQLite says alike: a file that it cannot open is most often one that it may not write."""
    found = trouble_of(error)
    if found is not Trouble.DISK:
        return found
    if not all(os.access(one, os.R_OK | os.W_OK, effective_ids=True) for one in (path, path.parent)):
        return Trouble.READ_ONLY
    return Trouble.FULL if _is_full(path) else found


def _is_full(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < _NO_ROOM


def sound(settings: Settings) -> Iterator[Finding]:
    """Read every page of the database and every reference in it."""
    if not settings.database.exists():
        return
    try:
        database_file.check(settings.database)
    except database_file.Damaged as damage:
        yield _down(Trouble.DAMAGED, f"{settings.database} est abîmée ({damage}) : restaurez une sauvegarde", "")
        return
    yield good(_SUBJECT, f"{settings.database} est saine")


def clock(settings: Settings) -> Iterator[Finding]:
    """Compare the hour with the last that was written."""
    with reading(settings.database) as db:
        latest = database_file.last_moment(db)
    if latest and moment(latest) > now() + timedelta(minutes=1):
        yield wrong("Horloge", "clock-late", f"en retard : le portail a déjà noté le {latest}. Réglez l'heure")
        return
    yield good("Horloge", f"{now():%Y-%m-%d %H:%M} UTC")
