"""Packs the yearly list of communes into the file built into the program.

`python -m wizard.addresses.communes_pack FILE` reads the columns of `@etalab/decoupage-administratif`:
code_insee, nom, code_chef_lieu, codes_postaux, population, lat, lon. They are stored one column after the
other, because equal neighbours compress best.
"""

import csv
import gzip
import lzma
import sys
from pathlib import Path

TARGET = Path(__file__).parent / "data" / "communes.xz"


def pack(source: Path, target: Path) -> None:
    """Write the packed file; populations keep two digits, positions a hundred metres."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as lines:
        rows = [_packed(row) for row in csv.DictReader(lines, delimiter=";")]
    text = "\n".join("\n".join(column) for column in zip(*sorted(rows), strict=True))
    target.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def _packed(row: dict[str, str]) -> tuple[str, ...]:
    population = f"{float(row['population']):.1e}" if row["population"] else "0"
    place = (f"{float(row[axis]) * 1000:.0f}" if row[axis] else "" for axis in ("lat", "lon"))
    codes = row["code_insee"], row["nom"], row["code_chef_lieu"], row["codes_postaux"]
    return (*codes, f"{float(population):.0f}", *place)


if __name__ == "__main__":
    pack(Path(sys.argv[1]), TARGET)
