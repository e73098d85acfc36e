"""`town.toml` and the environment: what is read in them, checked, refused with a sentence that names the key."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from wizard import expect

T = TypeVar("T")


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names its key and says what is expected."""


def read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"town.toml : fichier introuvable dans {path.parent} (PORTAIL_INSTANCE).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"town.toml : illisible ({error}).") from None


_REQUIRED = object()


class Keys:
    """Looks a dotted key up in town.toml and checks its value."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def __call__(self, dotted: str, check: Callable[[Any], T], default: Any = _REQUIRED) -> T:
        table, name = dotted.split(".")
        values = self.document.get(table, {})
        if not isinstance(values, dict):
            raise SettingsError(f"town.toml, {table} : attendu une section [{table}].")
        if name not in values:
            if default is _REQUIRED:
                raise SettingsError(f"town.toml, {dotted} : valeur manquante.")
            return default  # type: ignore[no-any-return]
        return checked(values[name], f"town.toml, {dotted}", check)


def checked(value: Any, name: str, check: Callable[[Any], T]) -> T:
    """Return the value checked; a value refused is never shown, as any may hold a password, even by mistake."""
    try:
        return check(value)
    except expect.Unexpected as error:
        raise SettingsError(f"{name} : {error}.") from None
