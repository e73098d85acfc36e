"""Turns what was found in the database into addresses as the national geocoder names their parts."""

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection, connect

from wizard.addresses.schema import NO_STEP, SCALE, VERSION
from wizard.addresses.search.records import Place, Ranked
from wizard.addresses.search.vocabulary import Vocabulary
from wizard.addresses.suggestion import Suggestion

MAPPED = 256 * 1024 * 1024  # bytes of the file mapped: its pages are shared by all processes

Position = tuple[float | None, float | None]


class OtherVersion(Exception):
    """The file was written by another version of the program: the addresses must be imported again."""


@dataclass
class Opened:
    """One thread's connection to one version of the file."""

    db: Connection
    sources: dict[int, tuple[str, str]]
    vocabulary: Vocabulary
    places: dict[int, Place] = field(default_factory=dict)


def opened(path: Path) -> Opened:
    """Open the file for reading only; it never changes, it is replaced."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    db = connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    db.execute(f"PRAGMA mmap_size = {MAPPED}")
    db.execute("PRAGMA cache_size = -1000")
    (version,) = db.execute("SELECT value FROM facts WHERE name = 'version'").fetchone()
    if version != VERSION:
        raise OtherVersion(path)
    sources = db.execute("SELECT id, source, data_date FROM sources")
    return Opened(db, {identifier: (source, day) for identifier, source, day in sources}, Vocabulary(db))


def answer(data: Opened, ranked: Ranked) -> Suggestion:
    """The address to propose."""
    street, place = ranked.street, ranked.place
    municipality, housenumber = street.type == "municipality", ranked.number + ranked.suffix
    name = " ".join(filter(None, (housenumber, street.name)))
    town = f"{place.postcode} {place.city}".strip()
    lat, lon = _position(data.db, ranked)
    source, data_date = data.sources[street.source]
    return Suggestion(
        id=_id(street.key, ranked),
        type="housenumber" if housenumber else street.type,
        label=town if municipality else f"{name} {town}",
        name=name,
        housenumber=housenumber,
        number=ranked.number,
        suffix=ranked.suffix,
        street="" if municipality else street.name,
        postcode=place.postcode,
        city=place.city,
        citycode=place.citycode,
        district=place.district,
        oldcity=place.oldcity,
        oldcitycode=place.oldcitycode,
        lat=lat,
        lon=lon,
        score=round(min(1.0, ranked.score), 4),
        source=source,
        data_date=data_date,
        number_known=ranked.number_known,
    )


def _id(street: str, ranked: Ranked) -> str:
    """The interoperability key: `44115_0010_00012_bis`."""
    number = f"_{ranked.number:0>5}" if ranked.number else ""
    return f"{street}{number}" + (f"_{ranked.suffix}" if ranked.suffix else "")


def _position(db: Connection, ranked: Ranked) -> Position:
    """Where the door is, or the middle of its street."""
    street = ranked.street
    if street.lat is None or street.lon is None:
        return None, None
    north, east = _steps(db, ranked) if ranked.number_known else (0, 0)
    return (street.lat + north) / SCALE, (street.lon + east) / SCALE


def _steps(db: Connection, ranked: Ranked) -> tuple[int, int]:
    numbers, packed = db.execute("SELECT numbers, steps FROM doors WHERE street = ?", (ranked.street.id,)).fetchone()
    before = numbers[: numbers.index(f" {ranked.number}{ranked.suffix} ")].count(" ")
    north, east = array("h", packed)[2 * before : 2 * before + 2]
    return (0, 0) if NO_STEP in (north, east) else (north, east)
