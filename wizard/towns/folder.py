"""The folder of the towns: in it a folder each, an instance as any other, with its variables in `portail.env`."""

import fcntl
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from wizard import env_file, expect, private_files
from wizard.settings import Settings, SettingsError, hosts_of
from wizard.town_toml import Variables, checked
from wizard.values.text import unaccented

VARIABLES = "portail.env"
TOWN = "town.toml"

# What the environment may give to all, and to the machine; the rest, keys above all, is each town's own.
_FOR_ALL = {"PORTAIL_LOG": expect.log_form, "PORTAIL_SMTP_URL": expect.smtp, "PORTAIL_TRUSTED_PROXY": expect.address}
_FOR_THE_MACHINE = {"PORTAIL_METRICS_TOKEN": expect.secret_key}
_OWN_KEYS = ("PORTAIL_SECRET_KEY", "PORTAIL_DOCUMENTS_KEY")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Town:
    """A town of the folder. `version` changes with its files; `fault` says why it is not served."""

    slug: str
    folder: Path
    version: tuple[tuple[int, int, int] | None, ...]
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    hosts: tuple[str, ...] = ()
    fault: str = ""


class Folder:
    """The towns, as they are each time one looks: those whose files did not change are not read again.

    Raises SettingsError for what the environment may not give to all of them.
    """

    def __init__(self, root: Path, environ: Mapping[str, str] = os.environ) -> None:
        self.root = root.absolute()
        self._for_all = _for_all(Variables(environ))
        self._read: dict[str, Town] = {}

    def look(self) -> dict[str, Town]:
        """Return the towns by their slugs. Two that claim one host, or one key, are both at fault. Raises OSError."""
        self._read = {town.slug: town for town in self._towns()}
        return _side_by_side(self._read)

    def changed_at(self) -> int:
        """Return what changes when a town comes or leaves; 0 when the folder cannot be read."""
        try:
            return self.root.stat().st_mtime_ns
        except OSError:
            return 0

    def with_one_more(self, slug: str, path: Path) -> Town:
        """Return a town that is not in the folder yet, its files at `path`, as it would be beside the others."""
        self.look()
        return _side_by_side({**self._read, slug: replace(self._town(path, ()), slug=slug)})[slug]

    def of(self, slug: str) -> Town:
        """Return one town. Raises SettingsError when there is none of this name; OSError."""
        town = self.look().get(slug)
        if town is None:
            raise SettingsError(f"{slug} : aucune commune de ce nom dans {self.root} ; « towns list » les nomme.")
        return town

    def path_of(self, slug: str) -> Path:
        """Return the folder of a town to come. Raises SettingsError for a name that is none."""
        if not _SLUG.fullmatch(slug):
            raise SettingsError(f"{slug} : attendu des lettres sans accent, des chiffres et des tirets, comme oudon.")
        return self.root / slug

    def _towns(self) -> Iterator[Town]:
        for path in sorted(self.root.iterdir()):
            is_named = _SLUG.fullmatch(path.name) is not None
            try:
                if is_named and _holds(path, TOWN):
                    yield self._known(path)
                elif not is_named and (_holds(path, TOWN) or _holds(path, VARIABLES)):
                    yield Town(path.name, path, (), fault=_misnamed(path.name))
            except OSError as error:
                if is_named:  # of another name, it may be anything: lost+found
                    yield Town(path.name, path, (), fault=_unopened(path, error))

    def _known(self, path: Path) -> Town:
        version = _version(path), _version(path / TOWN), _version(path / VARIABLES)
        known = self._read.get(path.name)
        return known if known and known.version == version else self._town(path, version)

    def _town(self, path: Path, version: tuple[tuple[int, int, int] | None, ...]) -> Town:
        town = Town(path.name, path, version)
        try:
            environ = {**self._for_all, **env_file.read(path / VARIABLES), "PORTAIL_INSTANCE": str(path)}
            url = checked(environ.get("PORTAIL_PUBLIC_URL", ""), "PORTAIL_PUBLIC_URL", expect.public)
        except SettingsError as error:
            return replace(town, fault=error.message)
        except OSError as error:
            return replace(town, fault=f"{path / VARIABLES} ne se lit pas ({error.strerror}).")
        return replace(town, environ=environ, hosts=hosts_of(url))


@contextmanager
def alone(town: Town) -> Iterator[None]:
    """Be the only process to prepare a town: of two that make one database, SQLite refuses one. Raises OSError."""
    descriptor = os.open(town.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def check_alone(settings: Settings) -> None:
    """Check that a town keeps its files in its own folder, where no other's are. Raises SettingsError."""
    for name, path in (("PORTAIL_DATABASE", settings.database), ("PORTAIL_DOCUMENTS", settings.documents.file)):
        if not path.resolve().is_relative_to(settings.instance.resolve()):
            raise SettingsError(f"{name} : attendu un fichier du dossier de la commune, {settings.instance}.")
    if settings.metrics_token is not None:
        raise SettingsError(
            "PORTAIL_METRICS_TOKEN : les mesures sont celles de toutes, donnez-le à « serve », pas à une commune."
        )
    if private_files.shared([settings.instance / VARIABLES]):
        raise SettingsError(f"{settings.instance / VARIABLES} : d'autres comptes le lisent, lancez « chmod 600 ».")


def _for_all(given: Variables) -> dict[str, str]:
    if given.get("PORTAIL_INSTANCE"):
        raise SettingsError("PORTAIL_INSTANCE : à retirer, le dossier de plusieurs communes est donné (PORTAIL_TOWNS).")
    for name, check in {**_FOR_ALL, **_FOR_THE_MACHINE}.items():
        if value := given.get(name):
            checked(value, name, check)
    try:
        given.refuse_others()
    except SettingsError as error:
        raise SettingsError(f"{error.message} Ce qui est d'une commune va dans son {VARIABLES}.") from None
    return {name: value for name in _FOR_ALL if (value := given.get(name))}


def _version(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with a file, None when it is not there; of a folder, what changes with the folder itself."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_ino, 0, 0) if path.is_dir() else (status.st_ino, status.st_mtime_ns, status.st_size)


def _holds(path: Path, name: str) -> bool:
    """Whether a folder has a file of this name; one whose own name begins with a dot comes, or left. Raises OSError."""
    try:
        (path / name).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return not path.name.startswith(".")


def _unopened(path: Path, error: OSError) -> str:
    if not isinstance(error, PermissionError):
        return f"ce dossier ne s'ouvre pas ({error.strerror})."
    give_back = f"chown -R --reference={path.parent} {path}"
    return f"ce dossier est d'un autre compte : rendez-le à celui du portail, par « {give_back} »."


def _misnamed(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", unaccented(name).casefold()).strip("-")
    return f"ce nom de dossier n'est pas celui d'une commune : renommez-le {plain or 'oudon'}, ou ôtez-le d'ici."


def _keys(town: Town) -> list[tuple[str, str]]:
    return [(name, town.environ[name]) for name in _OWN_KEYS if town.environ.get(name)]


def _side_by_side(towns: Mapping[str, Town]) -> dict[str, Town]:
    hosts = Counter(host for town in towns.values() for host in town.hosts)
    keys = Counter(key for town in towns.values() for key in _keys(town))
    return {slug: _beside_others(town, hosts, keys) for slug, town in towns.items()}


def _beside_others(town: Town, hosts: Counter[str], keys: Counter[tuple[str, str]]) -> Town:
    if any(hosts[host] > 1 for host in town.hosts):
        return replace(town, fault="PORTAIL_PUBLIC_URL : une autre commune a la même adresse.")
    if shared := [name for name, key in _keys(town) if keys[name, key] > 1]:
        return replace(town, fault=f"{shared[0]} : une autre commune a la même clé, tirez-en une pour chacune.")
    return town
