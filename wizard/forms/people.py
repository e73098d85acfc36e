"""What is said of the others of a family: the same by the parent who declares them and the agent who corrects them."""

from typing import Any

from wtforms import Form

from wizard.choices import SEXES_ASKED, TITLES_ASKED
from wizard.forms.birthdates import birthdate_field
from wizard.forms.fields import (
    ChoiceField,
    Choices,
    given_name_field,
    name_field,
    radio_field,
    select_field,
    single_name_box,
    text_field,
)
from wizard.french import gettext as _


class ChildFacts(Form):
    """Who a child is."""

    birth_name = name_field(_("Nom de naissance"), _("Indiquez le nom de naissance de l'enfant."))
    given_name = given_name_field(_("Indiquez le prénom de l'enfant."))
    single_name = single_name_box()
    birthdate = birthdate_field(_("Date de naissance"), _("Indiquez la date de naissance de l'enfant."))
    sex = select_field(_("Sexe"), SEXES_ASKED)


def residence_field(choices: Choices) -> ChoiceField:
    """Ask where a child lives, among homes that a parent and an agent each call in their own words."""
    return radio_field(_("Où l'enfant habite-t-il ?"), choices, _("Indiquez où l'enfant habite."))


class CoRepresentativeNames(Form):
    """What the other adult who answers for the children is called, or an institution that does.

    It has a name of its own, and the names of whom to ask for when they are known. It lives nowhere: the
    `same_address`, which each form asks in its own words, is then left blank.
    """

    institution = text_field(_("Nom du service ou de l'institution"), longest=120)
    title = select_field(_("Civilité"), TITLES_ASKED)
    birth_name = name_field(_("Nom de naissance"), _("Indiquez le nom de naissance de cette personne."))
    usage_name = name_field(_("Nom d'usage (si différent)"))
    given_name = given_name_field(_("Indiquez le prénom de cette personne."))
    single_name = single_name_box()
    same_address: ChoiceField

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for field in (self.birth_name, self.given_name, self.same_address) if self.institution.data else ():
            if not field.data:
                field.errors = []
        return not self.errors
