"""Reads what the national geocoder answers: GeoJSON whose properties may be missing, null or unexpected."""

import re
from dataclasses import replace
from typing import Any

from wizard.addresses.search.door import suffixes_of
from wizard.addresses.suggestion import Suggestion

TYPES = {"housenumber", "street", "locality", "municipality"}
NUMBER = re.compile(r"([0-9]{1,5})\s*([0-9a-z]*)", re.IGNORECASE)
LONGEST = 200


def suggestion_of(feature: Any, typed_number: str) -> Suggestion | None:
    """Return the address of a feature, or None when it cannot be one.

    A street keeps the number typed, which the service drops when it does not know it. An address with
    another number than the one typed is not what was asked.
    """
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or _text(properties.get("type")) not in TYPES:
        return None
    found = _read(feature, properties)
    if found is None or found.type == "municipality":
        return found if not typed_number else None
    if not typed_number or _same_number(found, typed_number):
        return found
    return None if found.housenumber else _with_number(found, typed_number)


def _read(feature: dict[str, Any], properties: dict[str, Any]) -> Suggestion | None:
    text = {name: _text(properties.get(name)) for name in properties}
    kind, housenumber = text["type"], text.get("housenumber", "")
    number = NUMBER.fullmatch(housenumber)
    name, label, identifier = (text.get(key, "") for key in ("name", "label", "id"))
    if not (name and label and identifier) or (kind == "housenumber") != bool(number):
        return None
    # A lieu-dit with a number has no `street`: its name holds both.
    street = text.get("street", "") or name.removeprefix(housenumber).strip()
    lat, lon = _position(feature)
    return Suggestion(
        id=identifier,
        type=kind,
        label=label,
        name=name,
        housenumber=housenumber,
        number=number[1] if number else "",
        suffix=number[2] if number else "",
        street="" if kind == "municipality" else street,
        postcode=text.get("postcode", ""),
        city=text.get("city", ""),
        citycode=text.get("citycode", ""),
        district=text.get("district", ""),
        oldcity=text.get("oldcity", ""),
        oldcitycode=text.get("oldcitycode", ""),
        lat=lat,
        lon=lon,
        score=_score(properties.get("score")),
        source="api",
        data_date="",
        number_known=kind == "housenumber",
    )


def _text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _score(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else 0.0


def _position(feature: dict[str, Any]) -> tuple[float | None, float | None]:
    geometry = feature.get("geometry")
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(point, list) or len(point) != 2 or not all(isinstance(x, int | float) for x in point):
        return None, None
    lon, lat = point
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else (None, None)


def _same_number(found: Suggestion, typed: str) -> bool:
    number = NUMBER.fullmatch(typed)
    same = number is not None and number[1] == found.number
    return same and number is not None and found.suffix.lower() in suffixes_of(number[2], certain=True)


def _with_number(found: Suggestion, typed: str) -> Suggestion:
    number = NUMBER.fullmatch(typed)
    if number is None:
        return found
    tail = f"_{number[1]:0>5}" + (f"_{number[2]}" if number[2] else "")
    return replace(
        found,
        id=found.id + tail,
        type="housenumber",
        label=f"{typed} {found.label}",
        name=f"{typed} {found.name}",
        housenumber=typed,
        number=number[1],
        suffix=number[2],
        street=found.name,
        number_known=False,
    )
