"""The file of the `PORTAIL_*` variables, which the service and every command read: `NAME=value` lines."""

import re
from collections.abc import Iterator
from pathlib import Path

from wizard.town_toml import SettingsError

_LINE = re.compile(r"(PORTAIL_[A-Z_]+)\s*=\s*(.*)")


def read(path: Path) -> dict[str, str]:
    """Return what the file gives. Raises OSError; SettingsError, which names a line and never shows it."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise SettingsError(f"{path} : il n'est pas en UTF-8.") from None
    return dict(_variables(path, lines))


def _variables(path: Path, lines: list[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith(("#", ";")):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise SettingsError(f"{path}, ligne {number} : attendu « PORTAIL_…=valeur ».")
        name, value = match.groups()
        if name in seen:
            raise SettingsError(f"{path}, ligne {number} : {name} est déjà donné.")
        seen.add(name)
        yield name, _unquoted(value)


def _unquoted(value: str) -> str:
    """Return a value without its quotes, and nothing replaced: a password may hold « $ », « # » or « \\ »."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
