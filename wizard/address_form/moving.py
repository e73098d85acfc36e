"""A move, as a parent tells it and as an agent does for them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wizard.address_form.form import AddressForm
from wizard.clock import today
from wizard.forms import SeveralField, day_field, day_of
from wizard.french import gettext as _
from wizard.models import Member
from wizard.values.dates import typed_date


class MovingForm(AddressForm):
    """Another address, since or from which day, and for whom: all who live with the parent, unless unticked."""

    moved_on = day_field(_("Date du déménagement"))
    people = SeveralField(_("Qui déménage avec vous ?"))

    def __init__(self, formdata: Any = None, *, housemates: Iterable[Member] = (), **known: Any) -> None:
        near = {str(one.person): one.identity.name for one in housemates}
        super().__init__(formdata, data={"moved_on": typed_date(today()), "people": list(near), **known})
        self.people.choices = list(near.items())

    @property
    def day(self) -> date:
        """The day of the move."""
        return day_of(self.moved_on)

    @property
    def movers(self) -> frozenset[int]:
        """Those of the housemates who are ticked."""
        return frozenset(int(number) for number, _name in self.people.choices if number in self.people.data)
