"""The fields used more than once, with what is refused and in which words."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField, Field, Form, StringField
from wtforms.fields import EmailField, TelField
from wtforms.validators import InputRequired, StopValidation, ValidationError

from wizard.french import gettext as _
from wizard.french import ngettext
from wizard.values.emails import is_email
from wizard.values.phones import e164, missing_digits
from wizard.values.text import clean, is_name, name

Choices = Mapping[Any, Any] | Sequence[tuple[Any, Any]]
"""The codes that one may choose, and what each is called."""


def _optional(_form: Form, field: Field) -> None:
    if not field.data:
        field.errors = []
        raise StopValidation()


def text_field(label: Any, required: Any = None, longest: int = 80, *checks: Any, **options: Any) -> StringField:
    """Return a field for a line of text; `required` is the sentence shown when it is empty."""
    options.setdefault("filters", [clean])
    return StringField(label, [*text_checks(required, longest), *checks], **options)


def text_checks(required: Any, longest: int) -> list[Any]:
    """Return what any text is asked first: to be there when it is `required`, and no longer than `longest`."""
    first = InputRequired(required) if required else _optional
    return [first, _not_blank(required), _NoLongerThan(longest)]


class _NoLongerThan:
    """A text that is too long is not looked at any further."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.field_flags = {"maxlength": longest}

    def __call__(self, _form: Form, field: Field) -> None:
        if len(field.data) > self.longest:
            raise StopValidation(_("Ce texte est trop long : %(max)d caractères au plus.", max=self.longest))


def _not_blank(message: Any) -> Callable[[Form, Field], None]:
    """Refuse spaces alone: they are no answer, though the browser submitted something."""

    def check(_form: Form, field: Field) -> None:
        if not field.data:
            raise StopValidation(message)

    return check


def _is_name(_form: Form, field: Field) -> None:
    if not is_name(field.data):
        raise ValidationError(
            _("Ce nom contient un signe inattendu : gardez les lettres, espaces, apostrophes, tirets et points.")
        )


def name_field(label: Any, required: Any = None, **options: Any) -> StringField:
    """Return a field for a person's name, in any alphabet, 1 to 80 characters."""
    return text_field(label, required, 80, _is_name, filters=[name], **options)


class _GivenName:
    """A given name is needed, unless the box says that there is none."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data:
            field.errors = []
            raise StopValidation(*([] if form["single_name"].data else [self.sentence]))


def given_name_field(required: Any) -> StringField:
    """Return a field for a given name; its form has a `single_name_box` too, for whoever has one name only."""
    return StringField(_("Prénom"), [_GivenName(required), *text_checks(None, 80), _is_name], filters=[name])


def single_name_box() -> BooleanField:
    """Return a box for whoever has no given name beside the one they have: « Mahmoud »."""
    return checkbox(_("Pas de prénom : un seul nom sur les papiers"))


class PhoneField(TelField):
    """A phone number, typed as one likes."""


def _is_phone(_form: Form, field: Field) -> None:
    if e164(field.data) is not None:
        return
    missing = missing_digits(field.data)
    if missing > 0:
        raise ValidationError(
            ngettext(
                "Il manque un chiffre : un numéro français en a 10. Exemple : 06 12 34 56 78",
                "Il manque %(num)d chiffres : un numéro français en a 10. Exemple : 06 12 34 56 78",
                missing,
            )
        )
    if missing < 0:
        raise ValidationError(
            ngettext(
                "Il y a un chiffre de trop : un numéro français en a 10. Exemple : 06 12 34 56 78",
                "Il y a %(num)d chiffres de trop : un numéro français en a 10. Exemple : 06 12 34 56 78",
                -missing,
            )
        )
    raise ValidationError(
        _("Ce numéro ne peut pas être appelé. Exemples : 06 12 34 56 78, ou +32 470 12 34 56 pour l'étranger.")
    )


def phone_field(label: Any, required: Any = None, **options: Any) -> PhoneField:
    """Return a field for a French or foreign phone number."""
    return PhoneField(label, [*text_checks(required, 40), _is_phone], filters=[clean], **options)


def _is_email(_form: Form, field: Field) -> None:
    if not field.data.rpartition("@")[0].isascii():  # few servers take such an address (SMTPUTF8, RFC 6531)
        raise ValidationError(_("Une lettre a un accent avant « @ » : écrivez cette adresse sans accent."))
    if not is_email(field.data):
        raise ValidationError(_("Cette adresse électronique n'est pas complète. Exemple : camille.martin@exemple.fr"))


def email_field(label: Any, required: Any = None, **options: Any) -> EmailField:
    """Return a field for an e-mail address, 254 characters at most (RFC 5321)."""
    return EmailField(label, [*text_checks(required, 254), _is_email], filters=[clean], **options)


class ChoiceField(StringField):
    """One value among `choices`; the template makes it a menu or radio buttons."""

    def __init__(self, label: Any, validators: Any, choices: Choices, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.choices = list(dict(choices).items())


class SeveralField(Field):
    """Several values among `choices`, which the form sets: the ids of people, `most` at most."""

    choices: Choices = ()
    most, longest = 60, 20

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [str(value) for value in valuelist]


def _one_of(_form: Form, field: ChoiceField) -> None:
    if field.data and field.data not in {value for value, _label in field.choices}:
        raise ValidationError(_("Ce choix n'existe pas : choisissez dans la liste."))


def _choice(label: Any, choices: Choices, required: Any) -> ChoiceField:
    checks = [InputRequired(required), _not_blank(required), _one_of] if required else [_one_of]
    return ChoiceField(label, checks, choices=choices)


def select_field(label: Any, choices: Choices, required: Any = None) -> ChoiceField:
    """Return a drop-down menu; its first choice, empty, stands for « not answered »."""
    return _choice(label, {"": _("Choisir…"), **dict(choices)}, required)


def radio_field(label: Any, choices: Choices, required: Any = None) -> ChoiceField:
    """Return a few choices, all in sight."""
    return _choice(label, choices, required)


def at_the_end(field: Any) -> Any:
    """Return a field that the page has after all others, in whichever form it is declared.

    WTForms has the fields of a form in the order in which they were made.
    """
    field.creation_counter = math.inf
    return field


def checkbox(label: Any, **options: Any) -> BooleanField:
    """Return a box, never ticked beforehand."""
    return BooleanField(label, **options)
