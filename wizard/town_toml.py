"""`town.toml` and the environment: what is read in them, checked, refused with a sentence that names the key.

A key exists when someone looks it up here: there is no other list of them. Once all are read, what remains is refused.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from wizard import expect
from wizard.values.nearest import did_you_mean, nearest

T = TypeVar("T")

REQUIRED: Any = object()
"""The default of what has none."""

_PREFIX = "PORTAIL_"
_AROUND = re.compile(r"^[\s\ufeff\u200b\u2060]+|[\s\ufeff\u200b\u2060]+$")
_REPEATED = re.compile("overwrite|twice|Duplicate|immutable")
_NAMED = re.compile(r"\s*(\[[\w.]+\]|[\w.-]+)\s*(?:=|#|$)")
# « //name:password@ », « ?key= », « name:password@ »
_MAY_HOLD_A_PASSWORD = re.compile(r"//.*[@?#]|:.*@", re.DOTALL)
_SHOWN = 60


class SettingsError(click.ClickException, ValueError):
    """A setting is missing or wrong; the message names its key and says what is expected.

    `flask --app wizard` tells it as one of its own, on one line.
    """


def read(path: Path) -> dict[str, Any]:
    """Return what a file holds. Raises SettingsError."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError(f"town.toml : fichier introuvable dans {path.parent} (PORTAIL_INSTANCE).") from None
    except OSError:
        raise SettingsError(
            f"town.toml : {path} ne s'ouvre pas, donnez au compte du portail le droit de le lire."
        ) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"town.toml, ligne {line} : lettre illisible, enregistrez le fichier en UTF-8.") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_syntax(str(error), text)) from None


def _syntax(reason: str, text: str) -> str:
    lines = text.rstrip().splitlines()
    found = re.search(r"at line (\d+)", reason)
    number = min(int(found[1]), len(lines)) if found else len(lines)
    if not _REPEATED.search(reason):
        example = 'une clé par ligne, un texte entre guillemets droits, comme name = "Oudon"'
        return f"town.toml, ligne {number} : elle ne se lit pas ; écrivez {example}."
    named = _NAMED.match(lines[number - 1])
    return f"town.toml, ligne {number} : {named[1] if named else 'une clé'} s'y trouve deux fois, gardez-en une."


class Keys:
    """Looks a dotted key up in town.toml and checks its value."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.known: dict[str, dict[str, Any]] = {}
        """The keys that were looked up, by section, each with its default."""

    def __call__(self, dotted: str, check: Callable[[Any], T], default: Any = REQUIRED) -> T:
        section, name = dotted.split(".")
        self.known.setdefault(section, {})[name] = default
        values = self.document.get(section, {})
        if not isinstance(values, dict):
            raise SettingsError(f"town.toml, {section} : attendu une section [{section}].")
        if name not in values:
            if default is REQUIRED:
                raise self._missing(section, name, values)
            return default  # type: ignore[no-any-return]
        value = _trimmed(values[name])
        try:
            return check(value)
        except expect.Unexpected as error:
            shown = _shown(*(error.part or (value,)))
            raise SettingsError(_sentence(f"town.toml, {dotted}", f"{error}{shown}")) from None

    def _missing(self, section: str, name: str, values: Mapping[str, Any]) -> SettingsError:
        if section not in self.document and (written := nearest(section, self.document)):
            return SettingsError(f"town.toml, [{written}] : section inconnue, vouliez-vous dire [{section}] ?")
        others = [one for one in values if one not in self.known[section]]
        if written := nearest(name, others):
            return SettingsError(f"town.toml, {section}.{written} : clé inconnue, vouliez-vous dire « {name} » ?")
        return SettingsError(f"town.toml, {section}.{name} : valeur manquante.")

    def refuse_others(self) -> None:
        """Refuse what nobody looked up. Raises SettingsError."""
        for section, values in self.document.items():
            if section not in self.known:
                raise self._unknown_section(section, values)
            for name in values:
                if name not in self.known[section]:
                    known = self.known[section]
                    told = did_you_mean(name, known) or self._elsewhere(name) or f" ; il y a {', '.join(known)}."
                    raise SettingsError(f"town.toml, {section}.{name} : clé inconnue{told}")

    def _unknown_section(self, section: str, values: Any) -> SettingsError:
        if not isinstance(values, dict):
            told = self._elsewhere(section) or "."
            return SettingsError(f"town.toml, {section} : clé inconnue hors de toute section{told}")
        told = did_you_mean(section, self.known, "[{}]") or f" ; il y a [{'], ['.join(self.known)}]."
        return SettingsError(f"town.toml, [{section}] : section inconnue{told}")

    def _elsewhere(self, name: str) -> str:
        """Ask whether a key of another section was meant."""
        places = [section for section, known in self.known.items() if name in known]
        return f", vouliez-vous dire « {name} » de [{places[0]}] ?" if places else ""


class Variables:
    """Looks the `PORTAIL_*` variables up in an environment; one that is empty is not given."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.known: dict[str, None] = {}

    def get(self, name: str) -> str:
        """Return what was written, without the spaces and line breaks around it; "" when nothing was."""
        return _AROUND.sub("", self.exact(name))

    def exact(self, name: str) -> str:
        """Return a key to the letter: it opens what it sealed, spaces included."""
        self.known[name] = None
        return self.environ.get(name) or ""

    def refuse_others(self) -> None:
        """Refuse what nobody looked up. Raises SettingsError."""
        for name in self.environ:
            if name.startswith(_PREFIX) and name not in self.known:
                bare = [one.removeprefix(_PREFIX) for one in self.known]
                told = did_you_mean(name.removeprefix(_PREFIX), bare, f"{_PREFIX}{{}}")
                told = told or f" ; il y a {', '.join(self.known)}."
                raise SettingsError(f"{name} : variable inconnue{told}")


def checked(value: Any, name: str, check: Callable[[Any], T]) -> T:
    """Return the value checked; a value refused is never shown, as any may hold a password, even by mistake."""
    try:
        return check(value)
    except expect.Unexpected as error:
        raise SettingsError(_sentence(name, str(error))) from None


def _sentence(name: str, what: str) -> str:
    return f"{name} : {what}" if what.endswith("?") else f"{name} : {what}."


def _trimmed(value: Any) -> Any:
    """Return a value without the spaces and line breaks around its texts."""
    if isinstance(value, str):
        return _AROUND.sub("", value)
    if isinstance(value, list):
        return [_trimmed(one) for one in value]
    if isinstance(value, dict):
        return {name: _trimmed(one) for name, one in value.items()}
    return value


def _shown(value: Any) -> str:
    """Tell the value refused, unless it is a whole table, or may hold a password."""
    if isinstance(value, list | dict):
        return ""
    if not isinstance(value, str):
        return f" (lu : {str(value).lower()})"
    if _MAY_HOLD_A_PASSWORD.search(value):
        return ""
    line = "".join(letter if letter.isprintable() else " " for letter in value)
    told = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
    return f" (lu : « {told} »)" if told else " (lu : rien)"
