"""The birth date of a minor: what is refused and in which words."""

from typing import Any

from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError

from wizard.clock import today
from wizard.forms.fields import text_checks
from wizard.french import gettext as _
from wizard.values.dates import NoSuchDate, NotADate, age, birthdate, earliest
from wizard.values.text import clean

MAJORITY = 18
_OLDEST = 120  # years: beyond, it is the year that was mistyped


class DateField(StringField):
    """A date, typed as one likes."""


def _is_minor(_form: Form, field: Field) -> None:
    try:
        found = birthdate(field.data)
    except NoSuchDate:
        raise ValidationError(
            _("Cette date n'existe pas : vérifiez le jour, puis le mois. Exemple : 03/09/2019")
        ) from None
    except NotADate:
        raise ValidationError(
            _("Cette date n'est pas comprise : écrivez le jour, le mois et l'année. Exemple : 03/09/2019, ou 03092019")
        ) from None
    if earliest(found) > today():
        raise ValidationError(_("Cette date est dans le futur : vérifiez l'année."))
    if age(found) > _OLDEST:
        raise ValidationError(_("Cette date est trop ancienne : vérifiez l'année."))
    if age(found) >= MAJORITY:
        raise ValidationError(_("Cette personne a 18 ans ou plus : ajoutez-la plutôt comme contact."))


def birthdate_field(label: Any, required: Any) -> DateField:
    """Return a field for the birth date of a minor."""
    return DateField(label, [*text_checks(required, 40), _is_minor], filters=[clean])
