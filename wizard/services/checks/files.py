"""The files of the installation: whose they are, who else may read them, how much room is left for them."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

from wizard import private_files
from wizard.services.checks.finding import Finding, good, wrong
from wizard.settings import Settings

_LITTLE_SPACE = 500 * 1024 * 1024


def rights(settings: Settings) -> Iterator[Finding]:
    """Look at the owner of the files that the portal alone reads, and at their mode."""
    shared, foreign = private_files.shared(settings.private_files), _foreign(settings)
    if shared:
        what_to_do = "lancez « chmod 600 » sur chacun, ou « migrate »"
        sentence = f"d'autres comptes de la machine peuvent lire {_names(shared)} : {what_to_do}"
        yield wrong("Fichiers", "files-shared", sentence)
    if foreign:
        account = _account(_owner(settings.instance))
        sentence = f"à rendre au compte {account}, celui du portail, par « chown {account} » : {_names(foreign)}"
        yield wrong("Fichiers", "files-foreign", sentence)
    if not shared and not foreign:
        yield good("Fichiers", "au compte du portail, et lisibles de lui seul")


def disk(settings: Settings) -> Iterator[Finding]:
    """Measure the room that is left."""
    free = shutil.disk_usage(settings.instance).free
    sentence = f"{free // 1024**2} Mo libres dans {settings.instance}"
    yield good("Disque", sentence) if free > _LITTLE_SPACE else wrong("Disque", "disk-nearly-full", sentence)


def _foreign(settings: Settings) -> list[Path]:
    """Return the files that the portal's account does not own: what root made by a command, it cannot write."""
    owner = _owner(settings.instance)
    return private_files.not_owned(settings.private_files, owner)


def _owner(instance: Path) -> int:
    """Return the portal's account: the one that runs this or, for root, the one that its folder was given to."""
    return os.geteuid() or instance.stat().st_uid


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container's
        return str(number)


def _names(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))
