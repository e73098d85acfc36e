"""Every commune of France with its postcodes, former communes included, built into the program."""

import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

COLUMNS = ("citycode", "name", "parent", "postcodes", "population", "latitude", "longitude")

DISTRICT = re.compile(r"(.+?) \d+er? Arrondissement")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune; a former one names the commune that it now belongs to."""

    citycode: str
    name: str
    former_of: str
    postcodes: tuple[str, ...]
    population: int
    lat: float | None
    lon: float | None

    @property
    def city(self) -> str:
        """The name as one writes it in an address: « Paris », not « Paris 18e Arrondissement »."""
        district = DISTRICT.fullmatch(self.name)
        return district[1] if district else self.name

    @property
    def department(self) -> str:
        return department_of(self.citycode)


def department_of(citycode: str) -> str:
    """Return the number of a commune's département: « 44 » for 44115, « 2A » for 2A004, « 974 » for 97411."""
    return citycode[:3] if citycode.startswith(("97", "98")) else citycode[:2]


def every_commune() -> Iterator[Commune]:
    """Yield every commune, in the order of their codes."""
    return (_commune(line) for line in _lines().split(b"\n") if line)


@lru_cache(maxsize=512)
def communes_of(postcode: str) -> tuple[Commune, ...]:
    """Return the communes a postcode serves, the most populous first, then the former communes they hold.

    The districts of Paris, Lyon and Marseille stand for their town.
    """
    if not re.fullmatch(r"[0-9]{5}", postcode):
        return ()
    current = [c for c in _containing(postcode) if postcode in c.postcodes and not c.former_of]
    if any(c.city != c.name for c in current):
        current = [c for c in current if c.city != c.name]
    current.sort(key=lambda c: -c.population)
    former = (f for c in current for f in _containing(f";{c.citycode};") if f.former_of == c.citycode)
    return (*current, *former)


@lru_cache(maxsize=512)
def commune_of(citycode: str) -> Commune | None:
    """Return the commune with this INSEE code, or None; a former commune when none has it any more."""
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", citycode):
        return None
    return min(_containing(f"\n{citycode};"), key=lambda commune: commune.former_of, default=None)


@cache
def _lines() -> bytes:
    """Return all the communes, one a line: as one text, for 37,000 objects would weigh forty times more."""
    packed = files("wizard.addresses").joinpath("data/communes.xz").read_bytes()
    values = lzma.decompress(packed).split(b"\n")
    height = len(values) // len(COLUMNS)
    columns = [values[i * height : (i + 1) * height] for i in range(len(COLUMNS))]
    return b"\n" + b"\n".join(map(b";".join, zip(*columns, strict=True))) + b"\n"


def _containing(text: str) -> Iterator[Commune]:
    lines, sought = _lines(), text.encode()
    found = lines.find(sought)
    while found >= 0:
        start = lines.rfind(b"\n", 0, found + 1) + 1
        end = lines.find(b"\n", start)
        yield _commune(lines[start:end])
        found = lines.find(sought, end)


def _commune(line: bytes) -> Commune:
    citycode, name, parent, postcodes, population, latitude, longitude = line.decode().split(";")
    return Commune(
        citycode=citycode,
        name=name,
        former_of=parent,
        postcodes=tuple(postcodes.split("|")) if postcodes else (),
        population=int(population or 0),
        lat=int(latitude) / 1000 if latitude else None,
        lon=int(longitude) / 1000 if longitude else None,
    )
