"""The form: an address chosen in the official list, or typed part by part when it is not there."""

import re
from typing import Any

from wtforms import HiddenField

from wizard.address_form.parts import parts_of
from wizard.addresses import Check, Resolution, Suggestion, communes_of
from wizard.forms import StepForm, text_field
from wizard.french import gettext as _
from wizard.models import Answers
from wizard.services import geocoding
from wizard.slips import YES
from wizard.values import countries
from wizard.values.text import name, postcode

# Good enough to go on; all but the first ask an agent to look.
_ACCEPTED = {Check.RECOGNISED, Check.NUMBER_TO_VERIFY, Check.NUMBER_MISSING}

_SEARCH = ("address_query", "address_id")
_PARTS = ("house_number", "street", "postcode", "city", "country")

FOUND = "found"
"""Beside what was submitted, in the draft: the address accepted. It is never read from what a browser sends."""


class AddressForm(StepForm):
    """One field that searches, or the parts of an address (`manual`). It never blocks.

    What a draft holds is judged by the address accepted then: neither the data nor the network is asked again.
    """

    from_draft = False

    address_query = text_field(_("Votre adresse"), longest=200)
    address_id = HiddenField()
    manual = HiddenField()
    house_number = text_field(_("Numéro"), longest=10)
    street = text_field(_("Rue ou lieu-dit"), longest=120, filters=[name])
    postcode = text_field(_("Code postal"), longest=10, filters=[postcode])
    city = text_field(_("Commune"), longest=80, filters=[name])
    country = text_field(_("Pays"), longest=60)
    apartment = text_field(_("Appartement"), longest=38)
    building = text_field(_("Bâtiment, résidence"), longest=38)
    floor = text_field(_("Étage, escalier"), longest=38)

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        self.resolution: Resolution | None = None
        self.country.data = self.country.data or countries.country_name(countries.FRANCE)
        for button, filled in _PRESSED.items() if formdata else ():
            if button in formdata:
                self._fill(filled(self))
        # « Est-ce l'une de ces adresses ? » was answered yes, of none of them.
        self.none_chosen = bool(formdata) and "choisir" in formdata and not self.address_id.data
        if formdata and YES in formdata:  # to the one address that was proposed
            self._fill({"address_id": formdata[YES]})

    @classmethod
    def stored(cls, raw: dict[str, list[str]], answers: Answers | None = None) -> "AddressForm":
        form = super().stored(raw, answers)
        assert isinstance(form, cls)
        form.from_draft = True
        return form

    def raw(self) -> dict[str, list[str]]:
        """Return what was submitted, with the address accepted."""
        asked = self.address_query.data and not self.by_hand and self.address_query.validate(self)
        found = self.resolve().suggestion if asked else None
        return super().raw() | ({FOUND: [geocoding.kept(found)]} if found else {})

    def _fill(self, texts: dict[str, str]) -> None:
        """Put texts in the fields, as if they had been typed there."""
        for part, text in texts.items():
            self[part].data = text[: self[part].flags.maxlength]
            self[part].raw_data = [self[part].data]

    @property
    def by_hand(self) -> bool:
        """Whether the address is typed part by part."""
        return self.manual.data == "1"

    @property
    def abroad(self) -> bool:
        """Whether the address typed is in another country, where a postcode is not always used."""
        return countries.read_country(self.country.data) != countries.FRANCE

    def line(self) -> str:
        """Return the parts typed, on one line."""
        return " ".join(filter(None, (self[part].data for part in _PARTS[:-1])))

    def resolve(self) -> Resolution:
        """Return what the draft, else the address data, says of the text and the choice; asked once."""
        if self.resolution is None:
            text, chosen = self.address_query.data or "", self.address_id.data or None
            self.resolution = self.accepted() or geocoding.resolve(text, chosen)
        return self.resolution

    def accepted(self) -> Resolution | None:
        """Return the address that the draft holds for this text and this choice, None when it holds another or none."""
        kept = self.answers.get("adresse", {})
        found = geocoding.read_again(kept[FOUND][0]) if kept.get(FOUND) else None
        if found is None:
            return None
        texts = {found.label, *kept.get("address_query", ())}
        choices = {found.id, "", *kept.get("address_id", ())}
        same = self.address_query.data in texts and (self.address_id.data or "") in choices
        return Resolution(found.check, found) if same else None

    def proposed(self) -> tuple[Suggestion, ...]:
        """Return the addresses that may have been meant by a text that is none."""
        return tuple(one for one in self.resolve().alternatives if one.check in _ACCEPTED)

    def cities(self) -> list[str]:
        """Return the communes of the postcode typed."""
        return [] if self.abroad else [commune.name for commune in communes_of(self.postcode.data or "")]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for part in _SEARCH if self.by_hand else _PARTS:
            self[part].errors = []  # not on the page
        if self.by_hand:
            self._validate_parts()
        else:
            self._validate_search()
        return not self.errors and (self.by_hand or self._is_accepted())

    def _validate_search(self) -> None:
        """Find the text missing or unknown; one that resembles addresses is asked about, which is no error."""
        if not self.address_query.data:
            self.address_query.errors = [_("Indiquez votre adresse : le numéro et la rue, ou le lieu-dit.")]
        elif not (self.address_query.errors or self.from_draft or self._is_accepted() or self.proposed()):
            self.address_query.errors = [
                _("Aucune adresse trouvée : vérifiez-la, ou choisissez « Mon adresse n'est pas dans la liste ».")
            ]

    def _is_accepted(self) -> bool:
        resolution = self.accepted() if self.from_draft else self.resolve()
        return resolution is not None and resolution.check in _ACCEPTED

    def _validate_parts(self) -> None:
        needed = {
            "street": _("Indiquez votre rue ou votre lieu-dit."),
            "postcode": _("Indiquez votre code postal."),
            "city": _("Indiquez votre commune."),
        }
        for part, sentence in needed.items():
            if not self[part].data and not (part == "postcode" and self.abroad):
                self[part].errors = [sentence]
        if self.postcode.data and not self.abroad and not re.fullmatch(r"[0-9]{5}", self.postcode.data):
            self.postcode.errors = [_("Un code postal a 5 chiffres. Exemple : 44521")]


def _by_hand(form: AddressForm) -> dict[str, str]:
    return {"manual": "1"} | (parts_of(form.address_query.data) if form.address_query.data else {})


def _in_the_list(form: AddressForm) -> dict[str, str]:
    return {"manual": "", "address_query": form.line() or form.address_query.data or ""}


# A button → what it puts in the fields: what was typed goes from the search to the parts, and back.
_PRESSED = {"saisir": _by_hand, "liste": _in_the_list}
