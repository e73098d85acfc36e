"""The day of what happened, or is about to: what is refused and in which words."""

from datetime import date, timedelta
from typing import Any

from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError

from wizard.clock import today
from wizard.forms.fields import text_field
from wizard.french import gettext as _
from wizard.values.dates import NoSuchDate, NotADate, typed_day

_AHEAD = timedelta(days=366)
_OLDEST = timedelta(days=366 * 100)


def day_of(field: Field) -> date:
    """Return the day that a valid field holds; left blank, it is today's."""
    return typed_day(field.data, today() + _AHEAD) if field.data else today()


def _is_a_day(_form: Form, field: Field) -> None:
    try:
        found = day_of(field)
    except NoSuchDate:
        raise ValidationError(
            _("Cette date n'existe pas : vérifiez le jour, puis le mois. Exemple : 01/09/2026")
        ) from None
    except NotADate:
        raise ValidationError(
            _("Cette date n'est pas comprise : écrivez le jour, le mois et l'année. Exemple : 01/09/2026")
        ) from None
    if found > today() + _AHEAD:
        raise ValidationError(_("Cette date est dans plus d'un an : vérifiez l'année."))
    if found < today() - _OLDEST:
        raise ValidationError(_("Cette date est trop ancienne : vérifiez l'année."))


def day_field(label: Any) -> StringField:
    """Return a field for a day in the past, or within a year."""
    return text_field(label, None, 40, _is_a_day)
