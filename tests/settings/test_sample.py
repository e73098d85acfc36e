"""The commented town.toml and README's table are true of each setting."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.settings.conftest import TOWN
from wizard import settings, town_toml
from wizard.models.childfile import KINDS_OF_DOCUMENTS
from wizard.town_toml import REQUIRED, Keys, Variables

README = TOWN.parents[1] / "README.md"
TEXT = TOWN.read_text(encoding="utf-8")
# A key on a line of its own, commented or not: never a sentence of the comments.
LINE = re.compile(r"^(?:# )?([a-z_]+) = ", re.MULTILINE)


@pytest.fixture
def read() -> tuple[Keys, Variables]:
    """What was looked up to read the sample."""
    given = Variables({"PORTAIL_PUBLIC_URL": "https://famille.oudon.example", "PORTAIL_SECRET_KEY": "9f8a3c1e77b20d46"})
    keys = Keys(town_toml.read(TOWN))
    settings.read(keys, given, Path(given.get("PORTAIL_INSTANCE")))
    return keys, given


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^\[([\w.]+)\]\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_sample_holds_each_key_and_no_other(read: tuple[Keys, Variables]) -> None:
    keys, _variables = read
    held = {section: set(LINE.findall(lines)) for section, lines in sections(TEXT).items()}
    of_documents = held.pop("dossier.documents")
    known = {section: set(names) for section, names in keys.known.items()}
    known["dossier"].remove("documents")
    assert held == known
    assert of_documents & set(KINDS_OF_DOCUMENTS) and len(of_documents - set(KINDS_OF_DOCUMENTS)) == 1


def test_a_line_commented_in_the_sample_is_good_once_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(re.sub(r"^# ([a-z_]+ = )", r"\1", TEXT, flags=re.MULTILINE), encoding="utf-8")
    (tmp_path / "logo.svg").write_text("<svg/>")
    found = settings.load({"PORTAIL_INSTANCE": str(tmp_path), "PORTAIL_BOUNCES_PASSWORD": "secret"})
    assert found.town.logo and found.bounces and found.dossier.health and found.geocoder and found.dossier.documents


def test_what_the_sample_says_of_a_key_left_out_is_its_default(read: tuple[Keys, Variables], tmp_path: Path) -> None:
    """Those that a town has by leaving the line out: all but what it must give, and what is off without it."""
    keys, _variables = read
    written = town_toml.read(TOWN)
    spoken = {
        (section, name): default
        for section, names in keys.known.items()
        for name, default in names.items()
        if default not in (REQUIRED, None, (), False, {}) and section != "town"
    }
    assert len(spoken) > 20
    commented = re.sub(r"^# ([a-z_]+ = )", r"\1", TEXT, flags=re.MULTILINE)
    (tmp_path / "town.toml").write_text(commented, encoding="utf-8")
    everything: dict[str, Any] = town_toml.read(tmp_path / "town.toml")
    for (section, name), default in spoken.items():
        value = written.get(section, {}).get(name, everything[section][name])
        assert _plain(value) == _plain(default) or (section, name) in {("dossier", "closed"), ("bounces", "user")}, name


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        return f"{value[0]:02}-{value[1]:02}"
    return list(value) if isinstance(value, tuple) else value


def test_the_readme_lists_each_variable_and_no_other(read: tuple[Keys, Variables]) -> None:
    _keys, variables = read
    table = re.findall(r"^\| (`PORTAIL_.*?) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    listed = set(re.findall("PORTAIL_[A-Z_]+", " ".join(table)))
    of_one_town = set(variables.known) - {"PORTAIL_DEMO"}  # set by `make run` alone
    assert listed == of_one_town | {"PORTAIL_TOWNS"}
