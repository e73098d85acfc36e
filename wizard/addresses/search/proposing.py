"""Turns what was found in the database into addresses as the national geocoder names their parts."""

from array import array
from sqlite3 import Connection

from wizard.addresses.schema import NO_STEP, SCALE
from wizard.addresses.search.database import Opened
from wizard.addresses.search.records import Place, Ranked, Street
from wizard.addresses.suggestion import Suggestion

Position = tuple[float | None, float | None]


def proposed(data: Opened, ranked: Ranked) -> Suggestion:
    """Return the address to propose."""
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


def asked_for(data: Opened, street: Street, number: str, suffix: str) -> Ranked:
    """Return the street with the number that it was asked for by."""
    place = Place(*data.db.execute("SELECT * FROM places WHERE id = ?", (street.place,)).fetchone())
    having = "SELECT 1 FROM doors WHERE street = ? AND instr(numbers, ?)"
    known = data.db.execute(having, (street.id, f" {number}{suffix} ")).fetchone() is not None
    return Ranked(1.0, street, place, number, suffix, bool(number) and known, True, True)


def _id(street: str, ranked: Ranked) -> str:
    """Return the interoperability key: `44115_0010_00012_bis`."""
    number = f"_{ranked.number:0>5}" if ranked.number else ""
    return f"{street}{number}" + (f"_{ranked.suffix}" if ranked.suffix else "")


def _position(db: Connection, ranked: Ranked) -> Position:
    """Return where the door is, or the middle of its street."""
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
