"""The forms by which a parent decides about their own data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field, Form, PasswordField
from wtforms.validators import InputRequired, ValidationError

from wizard.address_form import MovingForm
from wizard.forms import (
    PageForm,
    SeveralField,
    checkbox,
    email_field,
    given_name_field,
    name_field,
    phone_field,
    radio_field,
    select_field,
    single_name_box,
)
from wizard.forms.parent import ParentContacts, ParentNames
from wizard.forms.rights import RightForm
from wizard.forms.signing_in import Credentials
from wizard.french import day as in_full
from wizard.french import gettext as _
from wizard.models import Member
from wizard.slips import MindsSlips


class IdentityForm(ParentNames, ParentContacts, PageForm):
    """Who the parent is, and how the town hall reaches them; another e-mail address is proved first."""

    email = None  # type: ignore[assignment]


class MoveForm(MovingForm):
    """A move, told by the parent."""

    @property
    def typed(self) -> Field:
        """The field of the address that is on the page."""
        return self.street if self.by_hand else self.address_query


def own_password() -> PasswordField:
    """Return the field of the password that one has, declared where the page has it."""
    return PasswordField(_("Votre mot de passe actuel"), [InputRequired(_("Indiquez votre mot de passe actuel."))])


class ProvedForm(PageForm):
    """What only the owner may ask: the password is asked again."""

    password = own_password()


class PasswordForm(ProvedForm):
    """Another password, typed once: it can be shown."""

    new_password = PasswordField(_("Nouveau mot de passe"), [InputRequired(_("Choisissez un mot de passe."))])


class EmailForm(MindsSlips, ProvedForm):
    """Another address."""

    email = email_field(_("Nouvelle adresse électronique"), _("Indiquez votre nouvelle adresse électronique."))
    password = own_password()


class OneDayForm(ProvedForm):
    """Who may collect which children, and on which day, today or within a fortnight."""

    children = SeveralField(_("Quels enfants ?"))
    day = select_field(_("Quel jour ?"), {}, _("Choisissez le jour."))
    birth_name = name_field(_("Nom de la personne"), _("Indiquez le nom de cette personne."))
    given_name = given_name_field(_("Indiquez le prénom de cette personne."))
    single_name = single_name_box()
    phone = phone_field(_("Son téléphone"), _("Indiquez le téléphone de cette personne."))
    password = own_password()

    def ask(self, children: Sequence[Member], days: Sequence[date]) -> None:
        """Ask among these; an only child is ticked."""
        self.children.choices = [(str(one.person), one.identity.called) for one in children]
        if len(children) == 1 and not self.is_submitted():
            self.children.data = [str(children[0].person)]
        self.day.choices = [*self.day.choices, *((one.isoformat(), in_full(one)) for one in days)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is answered; of a family without a child accepted, the page asks nothing."""
        return bool(self.children.choices) and bool(super().validate(extra_validators))

    def validate_children(self, field: Field) -> None:
        if not self.chosen:
            raise ValidationError(_("Cochez au moins un enfant."))

    @property
    def chosen(self) -> frozenset[int]:
        """The children ticked."""
        return frozenset(int(number) for number, _name in self.children.choices if number in (self.children.data or ()))

    @property
    def name(self) -> str:
        """What the person is called."""
        return f"{self.given_name.data or ''} {self.birth_name.data}".strip()


class WithdrawalForm(RightForm):
    """What to take back from a contact, among the rights that they have."""

    right = radio_field(_("Que voulez-vous retirer ?"), {}, _("Choisissez ce que vous voulez retirer."))


class ObjectionForm(RightForm):
    """Which right to contest, among those that the other home gave."""

    right = radio_field(_("Que contestez-vous ?"), {}, _("Choisissez ce que vous contestez."))


class CancellationForm(PageForm):
    """Nothing to answer: the button cancels."""


class DeletionForm(Form):
    """A box to tick, by the link of a mail: some mail scanners press the buttons of the pages that links lead to."""

    sure = checkbox(_("Je veux effacer mon espace et tout ce qu'il contient"))

    def validate_sure(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Cochez cette case pour tout effacer, ou quittez cette page pour tout garder."))


class RefusalForm(Form):
    """A box to tick, for the same reason: a program that presses buttons takes no right from anyone."""

    sure = checkbox(_("Je refuse : je ne viendrai chercher aucun enfant, et on ne m'appellera pas"))

    def validate_sure(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Cochez cette case pour refuser, ou quittez cette page pour ne rien changer."))


class ActivationForm(Form):
    """The password, of the account whose identifier is shown."""

    password = PasswordField(_("Mot de passe"), [InputRequired(_("Indiquez le mot de passe choisi à l'inscription."))])


class SignInForm(Credentials, PageForm):
    """The same, with the token of the pages at top level."""


class LostAccessForm(MindsSlips, PageForm):
    """The address of the account."""

    email = email_field(_("Votre adresse électronique"), _("Indiquez l'adresse électronique de votre espace."))


class NewPasswordForm(Form):
    """The new password, by the link of a mail; typed once: it can be shown."""

    password = PasswordField(_("Nouveau mot de passe"), [InputRequired(_("Choisissez un mot de passe."))])
