"""The forms of the administrators' pages."""

from collections.abc import Iterable
from typing import Any

from wtforms import Field, PasswordField
from wtforms.validators import InputRequired, StopValidation

from wizard.choices import AGENT_ROLES_ASKED, ROLES
from wizard.forms import (
    PageForm,
    SeveralField,
    day_field,
    email_field,
    name_field,
    radio_field,
    select_field,
    text_field,
)
from wizard.french import gettext as _
from wizard.models import Role
from wizard.stores.agents import Access


def _are_roles(_form: Any, field: Field) -> None:
    if not field.data or not set(field.data) <= set(Role):
        raise StopValidation(_("Cochez au moins une case."))


class ReasonForm(PageForm):
    """A reason, and whom it may be said of."""

    name = text_field(_("Motif, pour les agents"), _("Donnez un nom court à ce motif."), 60)
    sentence = text_field(_("Phrase pour la famille"), _("Écrivez la phrase que lira la famille."), 200)
    roles = SeveralField(_("Se dit de"), [_are_roles])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = list(ROLES.items())


class InvitationForm(PageForm):
    """Whom to invite, as what."""

    name = name_field(_("Prénom et nom"), _("Indiquez le nom de cette personne."))
    email = email_field(_("Courriel professionnel"), _("Indiquez son courriel professionnel."))
    role = radio_field(_("Rôle"), AGENT_ROLES_ASKED, _("Choisissez un rôle."))


class AccessForm(PageForm):
    """What an agent is called, and may do."""

    name = name_field(_("Prénom et nom"), _("Indiquez le nom de cette personne."))
    role = radio_field(_("Rôle"), AGENT_ROLES_ASKED, _("Choisissez un rôle."))


class ChosenPasswordForm(PageForm):
    """The first password of an agent who was invited."""

    new_password = PasswordField(_("Votre mot de passe"), [InputRequired(_("Choisissez un mot de passe."))])


class TraceForm(PageForm):
    """Whose acts to read, in what, and when; sent in the address, it changes nothing."""

    class Meta(PageForm.Meta):
        csrf = False

    famille = text_field(_("Dossier, ou numéro de famille"), None, 20)
    agent = select_field(_("Agent"), {})
    du = day_field(_("Depuis le"))
    au = day_field(_("Jusqu'au"))

    def __init__(self, sent: Any, agents: Iterable[Access]) -> None:
        super().__init__(sent)
        self.agent.choices = [("", _("Tous")), *((str(one.id), one.name or one.email) for one in agents)]


class ErasureForm(PageForm):
    """The reference typed again: nothing is deleted by a slip of the finger."""

    typed = text_field(_("Recopiez la référence du dossier"), _("Recopiez la référence du dossier."), 20)
