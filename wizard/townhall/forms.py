"""The forms of the town hall's pages."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import Field, Form, HiddenField, PasswordField
from wtforms.validators import InputRequired

from wizard.choices import DECISIONS
from wizard.forms import PageForm, email_field, radio_field, select_field, text_field
from wizard.french import gettext as _
from wizard.models import Decision, DecisionLine, ReasonCode
from wizard.services.decisions import Choice
from wizard.services.differences import Difference
from wizard.values.text import clean


class AgentSignInForm(PageForm):
    """Who the agent is."""

    email = email_field(_("Courriel professionnel"), _("Indiquez votre courriel professionnel."))
    password = PasswordField(_("Mot de passe"), [InputRequired(_("Indiquez votre mot de passe."))])


class PasswordForm(PageForm):
    """Another password, once the present one is proved; typed once, it can be shown."""

    password = PasswordField(_("Votre mot de passe actuel"), [InputRequired(_("Indiquez votre mot de passe actuel."))])
    new_password = PasswordField(_("Nouveau mot de passe"), [InputRequired(_("Choisissez un mot de passe."))])


class CodeForm(PageForm):
    """The code that the agent's phone shows, or one of the recovery codes."""

    code = text_field(_("Code à 6 chiffres"), _("Recopiez le code que montre votre téléphone."), 40)


class SearchForm(PageForm):
    """A reference, or what is known of someone."""

    text = text_field(_("Référence, nom, téléphone, courriel, Clé Enfance, date de naissance ou rue"), None, 100)


class ReferenceForm(PageForm):
    """The reference that a family gives at the counter."""

    text = text_field(_("Référence du dossier"), _("Indiquez la référence donnée par la famille."), 20)


def _number(text: str | None) -> str:
    return text if text and re.fullmatch(r"[0-9]{1,18}", text) else "0"


class VerdictForm(Form):
    """A decision and its reason; the page's own token guards all of these forms at once."""

    class Meta:
        locales = ("fr",)

    decision = radio_field(_("Décision"), DECISIONS)
    reason = select_field(_("Motif"), {})
    comment = text_field(_("Précision pour la famille"), None, 300)


VERDICT = ("decision", "reason", "comment")


class CommonForm(VerdictForm):
    """The same decision for everyone ticked."""

    decision = select_field(_("Décision"), DECISIONS)

    def __init__(self, formdata: Any, reasons: Mapping[str, str]) -> None:
        super().__init__(formdata, prefix="tous")
        self.reason.choices = [*self.reason.choices, *reasons.items()]


class DecisionForm(VerdictForm):
    """What is decided for one person."""

    seen = HiddenField(filters=[_number])

    def __init__(self, line: DecisionLine, latest: int, formdata: Any, reasons: Mapping[str, str]) -> None:
        self.line = line
        self.overtaken = False
        self.changes: tuple[Difference, ...] = ()
        kept = {"decision": line.decision or "", "reason": line.reason or "", "comment": line.comment or ""}
        self._kept = {**kept, "seen": str(latest)}
        # Whom a page that is sent did not show was not seen at all.
        shown = self._kept if formdata is None else self._kept | {"seen": "0"}
        super().__init__(formdata, prefix=f"p{line.person}", data=shown)
        self.reason.choices = [*self.reason.choices, *reasons.items()]

    @property
    def is_filled(self) -> bool:
        """Whether something was chosen or typed."""
        return bool(self.decision.data or self.reason.data or self.comment.data)

    @property
    def is_known(self) -> bool:
        """Whether it only says what its page already showed; a form sent twice is not, the second time."""
        return {name: value or "" for name, value in self.data.items()} == self._kept

    @property
    def choice(self) -> Choice:
        """Return what was decided; an acceptance needs no reason."""
        decision = Decision(self.decision.data or "")
        reason = None if decision is Decision.ACCEPTED else self.reason.data or ""
        line = DecisionLine(self.line.person, decision, reason, clean(self.comment.data) or None)
        return Choice(line, int(self.seen.data or 0))

    def warn(self, latest: int, changes: tuple[Difference, ...]) -> None:
        """Say that someone else decided since, or the family asks otherwise: sent again as it is, the form knows."""
        self.overtaken, self.changes = True, changes
        self.seen.data = str(latest)

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a reason alone, which decides nothing; a refusal says why, and « Autre » says nothing by itself."""
        super().validate(extra_validators)
        if not self.decision.data:
            _add(self.decision, _("Choisissez une décision."))
        elif self.decision.data != Decision.ACCEPTED:
            if not self.reason.data:
                _add(self.reason, _("Choisissez un motif : il sera écrit à la famille."))
            if self.reason.data == ReasonCode.OTHER and not self.comment.data:
                _add(self.comment, _("Écrivez le motif en une phrase : elle sera envoyée à la famille."))
        return not self.errors


def _add(field: Field, sentence: Any) -> None:
    field.errors = [*field.errors, sentence]
