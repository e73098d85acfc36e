"""Forms: the fields and the sentences that several pages share."""

from wizard.forms.birthdates import MAJORITY, DateField, birthdate_field
from wizard.forms.days import day_field, day_of
from wizard.forms.fields import (
    ChoiceField,
    Choices,
    PhoneField,
    SeveralField,
    at_the_end,
    checkbox,
    email_field,
    given_name_field,
    name_field,
    phone_field,
    radio_field,
    select_field,
    single_name_box,
    text_field,
)
from wizard.forms.page import PageForm
from wizard.forms.step import StepForm

__all__ = [
    "MAJORITY",
    "ChoiceField",
    "Choices",
    "DateField",
    "PageForm",
    "PhoneField",
    "SeveralField",
    "StepForm",
    "at_the_end",
    "birthdate_field",
    "checkbox",
    "day_field",
    "day_of",
    "email_field",
    "given_name_field",
    "name_field",
    "phone_field",
    "radio_field",
    "select_field",
    "single_name_box",
    "text_field",
]
