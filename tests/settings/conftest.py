"""The demonstration's town.toml with one value changed, read as the portal reads it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.outbox import DOCUMENTS_KEY, KEY
from wizard.settings import Settings, load

TOWN = Path(__file__).parents[2] / "instance" / "town.toml"
Read = Callable[..., Settings]


def changed(text: str, key: str, value: str) -> str:
    """Return a town.toml where a dotted key has this value, written as TOML; without a value, it is not there."""
    section, name = key.rsplit(".", 1)
    lines = []
    where = ""
    for line in text.splitlines():
        where = heading[1] if (heading := re.match(r"\[([\w.]+)\]", line)) else where
        if where == key or (where == section and re.match(rf"{name}\s*=", line)):
            continue
        lines.append(line)
        if line == f"[{section}]" and value:
            lines.append(f"{name} = {value}")
    return "\n".join(lines)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the settings with `key`, a dotted one of town.toml or a variable, given `value`."""

    def read(key: str = "", value: str = "", **environ: str) -> Settings:
        text = TOWN.read_text(encoding="utf-8")
        in_the_file = "." in key
        (tmp_path / "town.toml").write_text(changed(text, key, value) if in_the_file else text, encoding="utf-8")
        given = {"PORTAIL_INSTANCE": str(tmp_path), "PORTAIL_SECRET_KEY": KEY, "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY}
        return load({**given, **environ, **({} if in_the_file or not key else {key: value})})

    return read
