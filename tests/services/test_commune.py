"""The codes of town.toml are those of one commune of France."""

from pathlib import Path

import pytest

from tests.settings.conftest import TOWN, changed
from wizard import create_app
from wizard.settings import SettingsError


def start(folder: Path, *changes: tuple[str, str]) -> None:
    text = TOWN.read_text(encoding="utf-8")
    for key, value in changes:
        text = changed(text, key, value)
    (folder / "town.toml").write_text(text, encoding="utf-8")
    create_app({"PORTAIL_INSTANCE": folder})


@pytest.mark.parametrize(
    ("citycode", "postcode"),
    [
        ("44115", "44521"),
        ("75056", "75018"),
        ("75118", "75018"),
        ("13055", "13001"),
        ("2A004", "20090"),
        ("97411", "97400"),
        ("97701", "97133"),
        ("98818", "98800"),
        ("49069", "49270"),  # Champtoceaux, merged into Orée d'Anjou: it may be a commune again before the list is
        ("98411", "98400"),  # nobody lives there: no postcode is known
    ],
)
def test_a_commune_and_any_of_its_postcodes_are_good(tmp_path: Path, citycode: str, postcode: str) -> None:
    start(tmp_path, ("town.citycode", f'"{citycode}"'), ("town.postcode", f'"{postcode}"'))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            [("town.citycode", '"44999"')],
            "town.toml, town.citycode : aucune commune n'a le code INSEE 44999 ; 44521 dessert Oudon (44115), "
            "Couffé (44048).",
        ),
        (
            [("town.citycode", '"20004"')],
            "town.toml, town.citycode : aucune commune n'a le code INSEE 20004 ; 44521 dessert",
        ),
        (
            [("town.postcode", '"44000"')],
            "town.toml, town.postcode : 44000 n'est pas un code postal d'Oudon (44115) ; écrivez 44521, sans CEDEX ; "
            "44000 dessert Nantes (44109).",
        ),
        (
            [("town.citycode", '"44109"'), ("town.postcode", '"44094"')],
            "town.toml, town.postcode : 44094 n'est pas un code postal de Nantes (44109) ; écrivez 44000 ou 44100 ou ",
        ),
        (
            [("addresses.neighbours", '["44048", "44999"]')],
            "town.toml, addresses.neighbours : aucune commune n'a le code INSEE 44999 (n° 2 de la liste).",
        ),
    ],
)
def test_codes_that_do_not_go_together_stop_the_start(
    tmp_path: Path, changes: list[tuple[str, str]], sentence: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        start(tmp_path, *changes)
    assert str(refused.value).startswith(sentence)
