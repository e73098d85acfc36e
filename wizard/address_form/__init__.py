"""An address as every page asks it: searched in the official list, or typed part by part, in France or abroad."""

from wizard.address_form.form import FOUND, AddressForm
from wizard.address_form.moving import MovingForm
from wizard.address_form.reading import RELOADS, address_of, shown

__all__ = ["FOUND", "RELOADS", "AddressForm", "MovingForm", "address_of", "shown"]
