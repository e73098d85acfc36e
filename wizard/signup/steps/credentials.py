"""Step « Identifiants »: how the parent will sign in, and the security check."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, ValidationError

from wizard import clock
from wizard.address_form import FOUND
from wizard.db import get_db
from wizard.forms import StepForm, text_field
from wizard.french import gettext as _
from wizard.journey.steps import Refused, Step, Submission
from wizard.models import Answers, Draft
from wizard.services import passwords
from wizard.services.captcha import human
from wizard.services.refusals import Refusal
from wizard.settings import get_settings
from wizard.stores.answers import Held
from wizard.values.emails import normalise_email
from wizard.values.text import clean
from wizard.web.guards import limited_networks

WITHOUT_IMAGE, OTHER_IMAGE = "sans_image", "autre_image"


class CredentialsForm(StepForm):
    """Identifier and password; neither the password nor the security check enters the draft.

    `check_passed` tells that this submission passed the check, which the draft read before does not say yet.
    """

    private = frozenset({"password", "security_icon", "shown", "website", WITHOUT_IMAGE})
    check_passed = False

    username = text_field(
        _("Identifiant"), _("Choisissez un identifiant : le plus simple est votre adresse électronique."), 254
    )
    password = PasswordField(_("Mot de passe"), [InputRequired(_("Choisissez un mot de passe."))])
    security_icon = StringField(_("Contrôle de sécurité"))
    shown = HiddenField()
    # Nobody sees this field; programs fill it.
    website = StringField(filters=[clean])
    sans_image = BooleanField()

    def __init__(self, formdata: Any = None, **options: Any) -> None:
        super().__init__(formdata, **options)
        if not self.username.raw_data:
            self.username.data = self.email

    @classmethod
    def stored(cls, raw: dict[str, list[str]], answers: Answers | None = None) -> "CredentialsForm":
        """Return the form as it was left; an identifier that was an address follows the one corrected since."""
        form = super().stored(raw, answers)
        assert isinstance(form, cls)
        if "@" in (form.username.data or ""):
            form.username.data = form.email
        return form

    @property
    def email(self) -> str:
        """The address given at the step before."""
        return clean(Held(self.answers).value("contacts", "email"))

    @property
    def enfance_key(self) -> str:
        """The family's key, set when the sign-up was opened."""
        return Held(self.answers).enfance_key

    def validate_username(self, field: Field) -> None:
        if "@" in field.data and normalise_email(field.data) != normalise_email(self.email):
            raise ValidationError(
                _("Un identifiant avec « @ » doit être votre adresse électronique : %(email)s", email=self.email)
            )

    def validate_password(self, field: Field) -> None:
        if reasons := passwords.check(field.data, self.personal_words()):
            raise ValidationError(reasons[0])

    def personal_words(self) -> list[str]:
        """Return what others know of this person, so what a password must not be made of."""
        town = get_settings().town
        answers = self.answers.get("identite", {}) | self.answers.get("adresse", {}) | self.answers.get("contacts", {})
        known = [value for field, values in answers.items() if field != FOUND for value in values]
        return [word for text in (*known, self.username.data or "", town.name, town.postcode) for word in text.split()]


def check(submission: Submission) -> None:
    """Judge the security check, whatever else is wrong on the page, so that it is not asked again."""
    form = submission.form
    assert isinstance(form, CredentialsForm)
    if form.website.data:
        raise Refused("website", _("Laissez ce champ vide, puis validez de nouveau."))
    try:
        _judge(submission, form)
    except Refusal as refusal:
        raise Refused("security_icon", refusal.sentence, refusal.status) from None
    form.check_passed = True


def _judge(submission: Submission, form: CredentialsForm) -> None:
    db, networks, now = get_db(), limited_networks(), clock.now()
    if form.sans_image.data:
        human.judge_without_image(db, submission.draft, networks, now)
    else:
        icon, shown = form.security_icon.data or "", _whole_number(form.shown.data)
        revision = submission.revision if submission.fresh else None
        click = human.Click(icon, revision, shown, submission.before.touched_at)
        human.judge(db, submission.draft, click, networks, now)


def _whole_number(text: str | None) -> int:
    """Return the number of `text`, -1 when it is none."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,12}", text) else -1


def context(draft: Draft, form: StepForm) -> Mapping[str, Any]:
    """Give the page its board, unless the check was passed already, or past its limits: to draw one costs."""
    period = human.period(clock.now())
    assert isinstance(form, CredentialsForm)
    settled = draft.human_at or form.check_passed or form.held_back
    board = None if settled else human.board(draft.id, draft.revision, period)
    return {"board": board, "shown": period}


STEP = Step(
    "identifiants",
    _("Identifiants"),
    _("Vos identifiants"),
    CredentialsForm,
    "signup/steps/credentials.html",
    context=context,
    guard=check,
    reloads=frozenset({OTHER_IMAGE}),
    costly={OTHER_IMAGE: 10},
)
