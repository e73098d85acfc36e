"""What the address form gives: the address as it is stored, and what its page shows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wizard.address_form.form import AddressForm
from wizard.addresses import Check, communes_of
from wizard.forms import StepForm
from wizard.models import Address
from wizard.services import geocoding
from wizard.values import countries

RELOADS = frozenset({"chercher", "saisir", "liste", "communes"})
"""The buttons that only ask for the page again, with what was typed."""


def address_of(form: StepForm) -> Address:
    """Return the address as stored, with where it comes from."""
    assert isinstance(form, AddressForm)
    found = _typed(form) if form.by_hand else _chosen(form)
    return replace(
        found,
        apartment=form.apartment.data or None,
        building=form.building.data or None,
        floor=form.floor.data or None,
    )


def _chosen(form: AddressForm) -> Address:
    resolution = form.resolve()
    if resolution.suggestion is None:
        raise ValueError("an address that was not validated")
    return geocoding.address_of(resolution.suggestion)


def _typed(form: AddressForm) -> Address:
    number, street, code, city = (form[part].data for part in ("house_number", "street", "postcode", "city"))
    country = countries.read_country(form.country.data)
    official = communes_of(code) if country == countries.FRANCE else ()
    commune = next((c for c in official if c.name.casefold() == city.casefold()), None)
    abroad = "" if country == countries.FRANCE else f", {countries.country_name(country)}"
    return Address(
        label=form.line() + abroad,
        house_number=number or None,
        street=street,
        postcode=code,
        city=commune.name if commune else city,
        country=country,
        citycode=commune.citycode if commune else None,
        source="manuel",
        to_check=True,
    )


def shown(form: StepForm) -> Mapping[str, Any]:
    """Give the page what the address data says of what was typed; an address found is shown as it is written."""
    assert isinstance(form, AddressForm)
    if form.by_hand:
        return {"countries": countries.proposed()}
    resolution = form.resolve() if form.address_query.data else None
    if resolution and resolution.suggestion:
        form.address_query.data = resolution.suggestion.label
    return {"resolution": resolution, "proposed": form.proposed() if resolution else (), "Check": Check}
