"""The official formats, told apart by their columns: BAN addresses, BAN lieux-dits, BAL 1.3 to 1.5."""

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from wizard.addresses.words import fold, split

CITYCODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
POSTCODE = re.compile(r"[0-9]{5}")
KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{4,79}")
BROKEN = re.compile(r"[\x00-\x1f\x7f\ufffd\ud800-\udfff]")
NO_NUMBER = "99999"  # how a BAL says that the line names a place
NAME_LENGTH = 120


class Row(NamedTuple):
    """One line of a file: a door, or with an empty number a street or a lieu-dit."""

    street: str
    name: str
    number: str
    suffix: str
    postcode: str
    citycode: str
    city: str
    oldcitycode: str
    oldcity: str
    hamlet: str
    lat: float | None
    lon: float | None
    locality: bool
    origin: str


class BadLine(ValueError):
    """A line that cannot be used; the message says why."""


class UnknownFormat(ValueError):
    """The columns are those of no official format."""


Reader = Callable[[list[str]], Row]

# What a row is made of, and the column that holds it in the BAN's addresses, its lieux-dits, a BAL.
COLUMNS = {
    "key": ("id", "id", "cle_interop"),
    "number": ("numero", "", "numero"),
    "suffix": ("rep", "", "suffixe"),
    "name": ("nom_voie", "nom_lieu_dit", "voie_nom"),
    "toponym": ("", "", "toponyme"),  # BAL 1.5's name of voie_nom
    "toponym_id": ("", "", "id_ban_toponyme"),
    "postcode": ("code_postal", "code_postal", ""),
    "citycode": ("code_insee", "code_insee", "commune_insee"),
    "city": ("nom_commune", "nom_commune", "commune_nom"),
    "oldcitycode": ("code_insee_ancienne_commune", "code_insee_ancienne_commune", "commune_deleguee_insee"),
    "oldcity": ("nom_ancienne_commune", "nom_ancienne_commune", "commune_deleguee_nom"),
    "hamlet": ("nom_ld", "", "lieudit_complement_nom"),
    "lat": ("lat", "lat", "lat"),
    "lon": ("lon", "lon", "long"),
    "origin": ("source_nom_voie", "source_nom_voie", ""),
}
ADDRESSES, LOCALITIES, LOCAL_BASE = range(3)


def reader_for(header: Sequence[str]) -> tuple[Reader, str]:
    """Return the function that reads the lines under these column names, and the source they belong to."""
    columns = [name.strip().lower() for name in header]
    has = set(columns)
    if {"id", "numero", "nom_voie", "code_insee", "nom_commune"} <= has:
        return _reading(columns, ADDRESSES), "ban"
    if {"id", "nom_lieu_dit", "code_insee", "nom_commune"} <= has:
        return _reading(columns, LOCALITIES), "ban"
    if {"numero", "commune_insee", "commune_nom"} <= has and {"voie_nom", "toponyme"} & has:
        return _reading(columns, LOCAL_BASE), "bal"
    raise UnknownFormat


def _reading(columns: list[str], layout: int) -> Reader:
    """Pick by name; a column that the file lacks reads as empty."""
    width = len(columns)
    names = [named[layout] for named in COLUMNS.values()]
    pick = itemgetter(*(columns.index(name) if name in columns else width for name in names))

    def read(cells: list[str]) -> Row:
        if len(cells) < width:
            raise BadLine("il manque des colonnes")
        cells[width:] = [""]
        return _row(pick(cells), locality=layout == LOCALITIES)

    return read


def _row(cells: tuple[str, ...], *, locality: bool) -> Row:
    key, number, suffix, name, toponym, toponym_id, postcode, citycode, city, old, oldcity, *rest = cells
    hamlet, lat, lon, origin = rest
    numbered = number.strip() != NO_NUMBER
    keyed = _street_key(key, number, suffix)
    number, suffix = (_number(number), _suffix(suffix)) if numbered else ("", "")
    name = _name(name or toponym)
    place = _place(postcode, citycode, city, old, oldcity)
    if locality:
        keyed = key
    elif not keyed and toponym_id:
        keyed = f"{citycode}_{toponym_id}"
    street = keyed if KEY.fullmatch(keyed) else _made_up_key(citycode, name)
    return Row(street, name, number, suffix, *place, hamlet, *_position(lat, lon), locality or not numbered, origin)


def _number(text: str) -> str:
    """Return a door's number without leading zeros; « 0 » means that the door has none. Raises BadLine."""
    text = text.strip().lstrip("0")
    if not text:
        return ""
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise BadLine(f"numéro « {text[:20]} »")
    return text


def _suffix(text: str) -> str:
    if not text or (text.isascii() and text.isalnum()):
        return text.lower()
    return "".join(split(fold(text)))


def _name(text: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > NAME_LENGTH or (not text.isascii() and BROKEN.search(text)):
        raise BadLine("nom de voie absent ou illisible")
    return text


def _place(postcode: str, citycode: str, city: str, old: str, oldcity: str) -> tuple[str, str, str, str, str]:
    if not CITYCODE.fullmatch(citycode):
        raise BadLine(f"code INSEE « {citycode[:20]} »")
    if postcode and not POSTCODE.fullmatch(postcode):
        raise BadLine(f"code postal « {postcode[:20]} »")
    city, oldcity = city.strip(), oldcity.strip()
    if not city or BROKEN.search(city + oldcity):
        raise BadLine("nom de commune absent ou illisible")
    return postcode, citycode, city, old if CITYCODE.fullmatch(old) else "", oldcity


def _position(lat: str, lon: str) -> tuple[float | None, float | None]:
    if not lat or not lon:
        return None, None
    try:
        latitude, longitude = float(lat), float(lon)
    except ValueError:
        raise BadLine(f"position « {lat[:20]}, {lon[:20]} »") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadLine(f"position « {lat[:20]}, {lon[:20]} »")
    return latitude, longitude


def _street_key(key: str, number: str, suffix: str) -> str:
    """Return the interoperability key without its number: `44115_0010` of `44115_0010_00012_bis`."""
    tail = f"_{number:0>5}_{suffix}" if suffix else f"_{number:0>5}"
    return key[: -len(tail)] if key.lower().endswith(tail.lower()) else ""


def _made_up_key(citycode: str, name: str) -> str:
    return f"{citycode}_{'-'.join(split(fold(name)))[:70]}"
