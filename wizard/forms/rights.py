"""Which right of a contact is meant: to take it back, or to contest it."""

from collections.abc import Mapping
from typing import Any

from wizard.forms.fields import ChoiceField
from wizard.forms.page import PageForm


class RightForm(PageForm):
    """One of the `choices`; each page asks for the `right` in its own words."""

    right: ChoiceField

    def __init__(self, choices: Mapping[str, str], *formdata: Any) -> None:
        super().__init__(*formdata)
        self.right.choices = list(choices.items())
