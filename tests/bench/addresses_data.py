"""The files of the benchmark: Paris as it is, Vendée's real names with made-up doors."""

import csv
import gzip
import random
import re
from collections.abc import Iterator
from pathlib import Path

from wizard.addresses.communes import Commune, every_commune
from wizard.addresses.words import fold, split

PARIS = "ban-adresses-75-2024-06.csv.gz"
VENDEE = "fantoir-2015-85-voies-lieux-dits.csv.gz"
TYPES = {
    "VC": "VOIE COMMUNALE",
    "CR": "CHEMIN RURAL",
    "GR": "GRANDE RUE",
    "PTR": "PETITE RUE",
    "CRS": "COURS",
}
TYPES |= {"LOT": "LOTISSEMENT", "QUA": "QUARTIER", "PASS": "PASSAGE", "LIEU-DIT": "", "VGE": "VILLAGE"}
TYPES |= {
    "VEN": "VENELLE",
    "HAM": "HAMEAU",
    "PTTE": "PETITE",
    "CAR": "CARREFOUR",
    "CD": "CHEMIN DEPARTEMENTAL",
}
COLUMNS = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;"
    "source_position;source_nom_voie;certification_commune;cad_parcelles"
)
LOCALITY_COLUMNS = (
    "id;nom_lieu_dit;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;"
    "x;y;lon;lat;source_position;source_nom_voie"
)


def vendee(data: Path, folder: Path) -> list[Path]:
    """Write Vendée as the BAN would: streets with made-up doors, lieux-dits (a third with doors)."""
    chance = random.Random(85)
    files = [folder / "adresses-85.csv", folder / "lieux-dits-85.csv"]
    with files[0].open("w", encoding="utf-8") as doors, files[1].open("w", encoding="utf-8") as places:
        print(COLUMNS, file=doors)
        print(LOCALITY_COLUMNS, file=places)
        for number, (commune, old, name, locality) in enumerate(_names(data)):
            formerly = f"{old.citycode};{old.name}" if old else ";"
            place = f"{commune.postcodes[0]};{commune.citycode};{commune.name};{formerly}"
            key = f"{commune.citycode}_{number:06x}"
            if locality:
                print(f"{key};{name};{place};;;-1.4;46.7;commune;commune", file=places)
            if not locality or chance.random() < 0.33:
                for door in _doors(chance, few=locality):
                    middle = f"{key}_{door:05d};;{door};;{name};{place}"
                    print(f"{middle};;;-1.4{door:03d};46.7{door:03d};entrée;;;;;commune;commune;1;", file=doors)
    return files


def _doors(chance: random.Random, *, few: bool) -> list[int]:
    count = chance.randint(1, 6) if few else int(chance.expovariate(1 / 12)) + 2
    return sorted(chance.sample(range(1, 2 * count + 2), count))


def _names(data: Path) -> Iterator[tuple[Commune, Commune | None, str, bool]]:
    """Commune, former commune, name as one writes it, whether it is a lieu-dit."""
    everywhere = [c for c in every_commune() if c.department == "85"]
    current = {c.citycode: c for c in everywhere if not c.former_of}
    named = {_bare(c.name): c for c in sorted(everywhere, key=lambda c: not c.former_of)}
    seen = set()
    with gzip.open(data / VENDEE, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            commune = named.get(_bare(row["commune_fantoir"]))
            kind = TYPES.get(row["type_voie"], row["type_voie"])
            name = f"{kind} {row['libelle']}".strip().title()
            if commune and (commune.citycode, name) not in seen:
                seen.add((commune.citycode, name))
                old = commune if commune.former_of else None
                yield current[commune.former_of] if old else commune, old, name, kind == ""


def _bare(name: str) -> str:
    article = re.fullmatch(r"(.+) \(([^)]+)\)", name)
    return " ".join(sorted(split(fold(f"{article[2]} {article[1]}" if article else name))))
