"""Address databases for the tests: the demonstration's set, and files written line by line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wizard.addresses import Index, demonstration_files, import_files

OUDON, COUFFE, CELLIER, ANCENIS, OREE = "44115", "44048", "44028", "44003", "49126"

BAN = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;"
    "source_position;source_nom_voie;certification_commune;cad_parcelles"
)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addresses") / "addresses.db"
    import_files(demonstration_files(), path)
    return path


@pytest.fixture(scope="session")
def index(demonstration: Path) -> Index:
    """As Oudon sees it."""
    return Index(demonstration, citycode=OUDON, neighbours=[COUFFE, CELLIER])


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., Index]:
    """Import streets of Oudon given by their names, each with the doors 1, 2 and 12."""

    def build(*names: str) -> Index:
        lines = [BAN]
        for street, name in enumerate(names):
            for number in (1, 2, 12):
                place = "44521;44115;Oudon;;;;;-1.28;47.35"
                lines.append(f"44115_{street:04d}_{number:05d};;{number};;{name};{place};entrée;;;;;;;1;")
        path = tmp_path / "adresses.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        import_files([path], tmp_path / "addresses.db")
        return Index(tmp_path / "addresses.db", citycode=OUDON)

    return build
