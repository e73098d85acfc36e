"""Step « Adresse »: chosen in the official list, or typed part by part when it is not there."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from wizard.addresses import Check, Resolution, communes_of
from wizard.forms import StepForm, text_field
from wizard.journey import Rows, Step
from wizard.models import Address, Draft
from wizard.services import geocoding

# Good enough to go on; all but the first ask an agent to look.
_ACCEPTED = {Check.RECOGNISED, Check.NUMBER_TO_VERIFY, Check.NUMBER_MISSING}

_SEARCH = ("address_query", "address_id")
_PARTS = ("house_number", "street", "postcode", "city")


class AddressForm(StepForm):
    """One field that searches, or the parts of an address (`manual`). It never blocks."""

    address_query = text_field(_("Votre adresse"), longest=200)
    address_id = HiddenField()
    manual = HiddenField()
    house_number = text_field(_("Numéro"), longest=10)
    street = text_field(_("Rue ou lieu-dit"), longest=120)
    postcode = text_field(_("Code postal"), longest=10)
    city = text_field(_("Commune"), longest=80)
    apartment = text_field(_("Appartement"), longest=38)
    building = text_field(_("Bâtiment, résidence"), longest=38)
    floor = text_field(_("Étage, escalier"), longest=38)

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.resolution: Resolution | None = None
        if formdata and "saisir" in formdata:
            self.manual.data, self.manual.raw_data = "1", ["1"]
        if formdata and "liste" in formdata:
            self.manual.data, self.manual.raw_data = "", []

    @property
    def by_hand(self) -> bool:
        """Whether the address is typed part by part."""
        return self.manual.data == "1"

    def resolve(self) -> Resolution:
        """Return what the address data says of the text and the choice, asked once."""
        if self.resolution is None:
            self.resolution = geocoding.resolve(self.address_query.data or "", self.address_id.data or None)
        return self.resolution

    def cities(self) -> list[str]:
        """Return the communes of the postcode typed."""
        return [commune.name for commune in communes_of(self.postcode.data or "")]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for name in _SEARCH if self.by_hand else _PARTS:
            self[name].errors = []  # not on the page
        if self.by_hand:
            self._validate_parts()
        else:
            self._validate_search()
        return not self.errors

    def _validate_search(self) -> None:
        if not self.address_query.data:
            self.address_query.errors = [_("Indiquez votre adresse : le numéro et la rue, ou le lieu-dit.")]
        elif not self.address_query.errors and self.resolve().check not in _ACCEPTED:
            self.address_query.errors = [
                _("Choisissez votre adresse parmi celles proposées, ou indiquez qu'elle n'est pas dans la liste.")
            ]

    def _validate_parts(self) -> None:
        needed = {
            "street": _("Indiquez votre rue ou votre lieu-dit."),
            "postcode": _("Indiquez votre code postal."),
            "city": _("Indiquez votre commune."),
        }
        for name, sentence in needed.items():
            if not self[name].data:
                self[name].errors = [sentence]
        if self.postcode.data and not re.fullmatch(r"[0-9]{5}", self.postcode.data):
            self.postcode.errors = [_("Un code postal a 5 chiffres. Exemple : 44521")]


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
    number, street, postcode, city = (form[name].data for name in ("house_number", "street", "postcode", "city"))
    commune = next((c for c in communes_of(postcode) if c.name.casefold() == city.casefold()), None)
    return Address(
        label=" ".join(part for part in (number, street, postcode, city) if part),
        house_number=number or None,
        street=street,
        postcode=postcode,
        city=commune.name if commune else city,
        citycode=commune.citycode if commune else None,
        source="manuel",
        to_check=True,
    )


def recap(form: StepForm) -> Rows:
    """Return the address on one line, its complements below."""
    address = address_of(form)
    complements = [(form[name].label.text, form[name].data) for name in ("apartment", "building", "floor")]
    return [(_("Adresse"), address.label), *((label, value) for label, value in complements if value)]


def context(_draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the page what the address data says of what was typed; an address found is shown as it is written."""
    assert isinstance(form, AddressForm)
    asked = bool(form.address_query.data) and not form.by_hand
    resolution = form.resolve() if asked else None
    if resolution and resolution.suggestion:
        form.address_query.data = resolution.suggestion.label
    return {"resolution": resolution, "Check": Check}


STEP = Step(
    "adresse",
    _("Adresse"),
    _("Votre adresse"),
    AddressForm,
    "signup/steps/address.html",
    recap=recap,
    context=context,
    asks=frozenset({"chercher", "saisir", "liste", "communes"}),
)
