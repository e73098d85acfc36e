"""A bad value stops the start with a sentence that names the key."""

from pathlib import Path
from typing import Any

import pytest

from wizard.settings import Settings, SettingsError, load


def town(folder: Path, **changes: str) -> Path:
    """Write the demonstration's town.toml with some lines replaced: key → the whole new line, or nothing."""
    lines = (Path(__file__).parents[1] / "instance" / "town.toml").read_text(encoding="utf-8").splitlines()
    for key, line in changes.items():
        lines = [line if one.split("=")[0].strip() == key else one for one in lines]
    (folder / "town.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def read(folder: Path, **environ: Any) -> Settings:
    return load({"PORTAIL_INSTANCE": str(folder), "PORTAIL_SECRET_KEY": "k" * 32, **environ})


def test_the_demonstration_s_settings_are_good(tmp_path: Path) -> None:
    settings = read(town(tmp_path))
    assert (settings.town.name, settings.town.citycode) == ("Oudon", "44115")
    assert settings.database == tmp_path / "portail.db"
    assert not settings.demonstration


def test_a_town_says_itself_what_de_its_name_takes(tmp_path: Path) -> None:
    assert read(town(tmp_path, name='name = "Hendaye"')).town.of == "de Hendaye"
    assert read(town(tmp_path, name='name = "Hendaye"\nof = "d\'Hendaye"')).town.of == "d'Hendaye"


@pytest.mark.parametrize(
    ("key", "line", "named"),
    [
        ("name", "", "town.name"),
        ("name", 'name = ""', "town.name"),
        ("name", "name = 3", "town.name"),
        ("name", 'name = "Oudon"\nof = "Oudon"', "town.of"),
        ("name", 'name = "Oudon"\nof = ""', "town.of"),
        ("citycode", 'citycode = "4411"', "town.citycode"),
        ("postcode", "postcode = 44521", "town.postcode"),
        ("colour", 'colour = "#ffcc00"', "town.colour"),
        ("colour", 'colour = "red"', "town.colour"),
        ("phone", 'phone = "02 40"', "town.phone"),
        ("dpo", 'dpo = "personne"', "town.dpo"),
        ("sender", 'sender = "a@b.fr\\nBcc: c@d.fr"', "mail.sender"),
        ("sites", 'sites = ["*"]', "embedding.sites"),
        ("sites", 'sites = ["https://a.fr; script-src *"]', "embedding.sites"),
        ("sites", 'sites = ["http://www.oudon.example"]', "embedding.sites"),
        ("sites", 'sites = ["https://www.oudon.example/page"]', "embedding.sites"),
        ("sites", 'sites = "https://www.oudon.example"', "embedding.sites"),
        ("draft_hours", "draft_hours = 0", "retention.draft_hours"),
        ("draft_hours", "draft_hours = true", "retention.draft_hours"),
        ("delay", 'delay = ""', "processing.delay"),
        ("neighbours", 'neighbours = ["Couffé"]', "addresses.neighbours"),
        ("name", 'name = "Oudon', "town.toml"),
    ],
)
def test_a_bad_value_names_its_key(tmp_path: Path, key: str, line: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read(town(tmp_path, **{key: line}))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORTAIL_PUBLIC_URL", "http://famille.oudon.example"),
        ("PORTAIL_PUBLIC_URL", "https://famille.oudon.example/portail"),
        ("PORTAIL_PUBLIC_URL", "famille"),
        ("PORTAIL_PUBLIC_URL", "https://famille.oudon.example:port"),
        ("PORTAIL_SMTP_URL", "http://smtp.oudon.example"),
        ("PORTAIL_SECRET_KEY", "court"),
        ("PORTAIL_TRUSTED_NETWORKS", "partout"),
        ("PORTAIL_TRUSTED_PROXY", "caddy"),
        ("PORTAIL_TRUSTED_PROXY", "*"),
        ("PORTAIL_DEMO", "oui"),
    ],
)
def test_a_bad_variable_is_named(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        read(town(tmp_path), **{variable: value})


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAIL_INSTANCE"):
        read(tmp_path)


def test_a_key_is_made_once_on_this_machine_and_asked_for_elsewhere(tmp_path: Path) -> None:
    folder = town(tmp_path)
    first, second = (load({"PORTAIL_INSTANCE": str(folder)}).secret_key for _start in range(2))
    assert first == second
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(SettingsError, match="PORTAIL_SECRET_KEY"):
        load({"PORTAIL_INSTANCE": str(folder), "PORTAIL_PUBLIC_URL": "https://famille.oudon.example"})


def test_the_demonstration_never_leaves_this_machine(tmp_path: Path) -> None:
    folder = town(tmp_path)
    assert read(folder, PORTAIL_DEMO="1").demonstration
    assert read(folder, PORTAIL_DEMO="1").trusted_networks and not read(folder).trusted_networks
    assert not read(folder, PORTAIL_DEMO="1", PORTAIL_PUBLIC_URL="https://famille.oudon.example").demonstration
