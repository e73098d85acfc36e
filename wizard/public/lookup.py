"""What a page asks while one types: addresses, communes of a postcode."""

from datetime import timedelta
from typing import Any

from flask import Response, jsonify, make_response, render_template, request

from wizard.addresses import Suggestion, communes_of
from wizard.public.blueprint import lookups
from wizard.services import geocoding
from wizard.values.text import postcode
from wizard.web.throttle import throttle

_LONGEST = 200  # characters of a search, as the national geocoder's
_SUGGESTED, _MOST = 5, 20
_SEARCHES_A_MINUTE = 120


@lookups.get("/adresses")
def addresses() -> Response:
    """Suggest addresses: options of a list box, or GeoJSON with the national geocoder's property names.

    Its parameters `limit` and `autocomplete` (0: the last word is finished) are understood too.
    """
    text = (request.args.get("q") or request.args.get("address_query") or "")[:_LONGEST]
    throttle("search", _SEARCHES_A_MINUTE, timedelta(minutes=1))
    asked = f"{text} " if request.args.get("autocomplete") == "0" else text
    limit = min(max(request.args.get("limit", _SUGGESTED, int), 1), _MOST)
    found = geocoding.search(asked, limit) if len(text.strip()) > 1 else ()
    kinds = ["text/html", "application/json", "application/geo+json"]
    if request.accept_mimetypes.best_match(kinds, "text/html") == "text/html":
        return make_response(render_template("lookup/_addresses.html", suggestions=found))
    collection = {"type": "FeatureCollection", "features": [_feature(one) for one in found], "query": text}
    return jsonify(collection)


@lookups.get("/communes")
def cities() -> Response:
    """Suggest the communes of a postcode."""
    found = communes_of(postcode(request.args.get("postcode", "")[:20])[:5])
    return make_response(render_template("lookup/_cities.html", communes=[commune.name for commune in found]))


def _feature(one: Suggestion) -> dict[str, Any]:
    properties = {
        "label": one.label,
        "score": one.score,
        "id": one.id,
        "type": one.type,
        "name": one.name,
        "housenumber": one.housenumber or None,
        "street": one.street if one.type == "housenumber" else None,
        "postcode": one.postcode,
        "citycode": one.citycode,
        "city": one.city,
        "district": one.district or None,
        "oldcity": one.oldcity or None,
        "oldcitycode": one.oldcitycode or None,
        "check": one.check,
    }
    located = one.lon is not None and one.lat is not None
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]} if located else None,
        "properties": {name: value for name, value in properties.items() if value is not None},
    }
