"""The town's address data, as the forms and the suggestions ask it."""

import json
from dataclasses import asdict, replace

from flask import Flask, current_app
from sqlite_utils import Database

from wizard.addresses import Check, Geocoder, Index, Resolution, Suggestion
from wizard.models import Address
from wizard.settings import get_settings
from wizard.stores import people


def search(text: str, limit: int = 5) -> tuple[Suggestion, ...]:
    """Return the addresses that `text` may mean, the town's first; none before an import."""
    return _source().search(text, limit)


def resolve(text: str, address_id: str | None) -> Resolution:
    """Return what a text and the choice sent with it amount to, asked again of the data."""
    return _source().resolve(text, address_id)


def address_of(found: Suggestion) -> Address:
    """Return an address as it is stored, with where it comes from; an agent looks at all but the recognised."""
    return Address(
        label=found.label,
        house_number=found.number or None,
        suffix=found.suffix or None,
        street=found.street,
        postcode=found.postcode,
        city=found.city,
        citycode=found.citycode,
        ban_id=found.id,
        lat=found.lat,
        lon=found.lon,
        source=found.source,
        data_date=found.data_date or None,
        to_check=found.check is not Check.RECOGNISED,
    )


def kept(found: Suggestion) -> str:
    """Return an address as a draft keeps it, to be judged again without the data nor the network."""
    return json.dumps(asdict(found), ensure_ascii=False)


def read_again(text: str) -> Suggestion | None:
    """Return the address that a draft kept, None when another version of the program did."""
    try:
        return Suggestion(**json.loads(text))
    except TypeError:
        return None


def match_again(db: Database) -> int:
    """Look again for the addresses an agent still has to check; return how many are recognised now.

    To be called after an import: a new street enters the official data some weeks after its first family.
    """
    recognised = 0
    for person, address in people.addresses_to_check(db):
        found = resolve(address.label, None)
        if found.check is Check.RECOGNISED and found.suggestion:
            official = address_of(found.suggestion)
            official = replace(official, apartment=address.apartment, building=address.building, floor=address.floor)
            people.set_address(db, person, official)
            recognised += 1
    return recognised


def _source() -> Index | Geocoder:
    source: Index | Geocoder = current_app.extensions["addresses"]
    return source


def init_app(app: Flask) -> None:
    """Open the address data, which a later import may replace; before it, the national geocoder if the town says so."""
    settings = get_settings(app)
    index = Index(settings.addresses, citycode=settings.town.citycode, neighbours=settings.neighbours)
    app.extensions["addresses"] = Geocoder(settings.geocoder, index) if settings.geocoder else index
