"""Step 2: the menu and, where the town has it online, health: nothing of which leaves this step."""

from typing import Any

from wtforms import Field
from wtforms.fields import TextAreaField
from wtforms.validators import Length, ValidationError

from wizard.childfile.steps.asking import ANSWER, AskedForm, choice, declare
from wizard.forms import SeveralField, name_field, phone_field, text_field
from wizard.french import gettext as _
from wizard.models import Answers
from wizard.services.childfile.choices import ALLERGENS, VACCINATIONS, YES_NO_IN_FRENCH
from wizard.settings import get_settings
from wizard.values.dates import NoSuchDate, NotADate, typed_end
from wizard.values.text import clean

LONGEST = 300
"""Characters of what a parent may write freely."""


def _area(longest: int) -> TextAreaField:
    sentence = _("Ce texte est trop long : %(max)d caractères au plus.", max=longest)
    return TextAreaField("", [Length(max=longest, message=sentence)], filters=[clean])


class HealthForm(AskedForm):
    """The menu served, never why; then what the children's centre has to know."""

    step = "sante"
    meal = choice({}, _("Choisissez le menu."))
    vaccination = choice(VACCINATIONS, _("Dites où en sont les vaccinations."))
    pai = choice(YES_NO_IN_FRENCH, ANSWER)
    pai_until = text_field("", None, 40)
    allergens = SeveralField("")
    other_allergen = text_field("", None, 100)
    reaction = _area(200)
    treatment = choice(YES_NO_IN_FRENCH)
    doctor_name = name_field("")
    doctor_phone = phone_field("")
    to_know = _area(LONGEST)

    def __init__(self, formdata: Any = None, *, answers: Answers | None = None, data: Any = None) -> None:
        super().__init__(formdata, answers=answers, data=data)
        if "meal" in self:
            self.meal.choices = [(one, one) for one in get_settings().dossier.meals]
        if "allergens" in self:
            self.allergens.choices = list(ALLERGENS.items())

    def validate_pai_until(self, field: Field) -> None:
        if not field.data:
            return
        try:
            typed_end(field.data)
        except (NotADate, NoSuchDate):
            raise ValidationError(
                _("Cette date n'est pas comprise : écrivez le jour, le mois et l'année. Exemple : 01/09/2027")
            ) from None


STEP = declare(
    "sante",
    _("Repas"),
    _("Repas et santé"),
    HealthForm,
    "childfile/steps/sante.html",
)
