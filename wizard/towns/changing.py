"""Towns that come to the folder and leave it: whole at once, for it is looked at while one works in it."""

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from wizard import private_files
from wizard.clock import now
from wizard.settings import SettingsError
from wizard.towns.folder import TOWN, VARIABLES, Folder, Town

MODEL = f"{TOWN}.modele"


def add(folder: Folder, slug: str, url: str, town: Path, check: Callable[[Town], object] | None) -> Path:
    """Make the folder of a town, with keys of its own, and return the file to fill in.

    `town` is its town.toml, of which `check` raises SettingsError if it could not be served; without it, a model of
    one: the town is then served once the file has its name. Raises SettingsError, OSError.
    """
    path = folder.path_of(slug)
    if path.exists():
        raise SettingsError(f"{slug} : ce dossier existe déjà dans {folder.root}.")
    draft = path.with_name(f".{slug}.{os.getpid()}.part")
    draft.mkdir(mode=0o700)
    name = TOWN if check else MODEL
    try:
        shutil.copyfile(town, draft / name)
        with open(draft / VARIABLES, "x", encoding="utf-8", opener=private_files.opener) as file:
            file.write(f"PORTAIL_PUBLIC_URL={url}\n")
            file.write(f"PORTAIL_SECRET_KEY={secrets.token_hex(32)}\nPORTAIL_DOCUMENTS_KEY={secrets.token_hex(32)}\n")
        if check:
            check(folder.with_one_more(slug, draft))
        draft.rename(path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return path / name


def put_aside(folder: Folder, slug: str) -> Path:
    """Take a town out of service, and return where all that it has is kept. Raises SettingsError, OSError."""
    path = folder.of(slug).folder
    aside = path.with_name(f".{slug}.retiree-{now():%Y%m%d-%H%M%S}")
    path.rename(aside)
    return aside
