"""Forms: what a step submits, and the fields used more than once, with their sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, Form, PasswordField, StringField
from wtforms.fields import EmailField, TelField
from wtforms.validators import InputRequired, StopValidation, ValidationError

from wizard.clock import today
from wizard.french import short_day
from wizard.models import Answers
from wizard.slips import MindsSlips
from wizard.values import phones
from wizard.values.dates import NoSuchDate, NotADate, age, birthdate, earliest, read_date
from wizard.values.emails import is_email
from wizard.values.phones import e164, missing_digits
from wizard.values.text import clean, is_name, name

Choices = Mapping[Any, Any] | Sequence[tuple[Any, Any]]
"""The codes that one may choose, and what each is called."""
MAJORITY = 18
_OLDEST = 120  # years: beyond, it is the year that was mistyped


# No text that a form accepts has as many; and to compose is quadratic in a run of accents.
_COMPOSED = 1024
# Characters of a field that says nothing of its length: an address, or an id.
_LONGEST = 254


class StepForm(MindsSlips, Form):
    """A form of a step. `private` fields never enter a draft; `answers` is what the other steps hold.

    One value of each of its fields is read, judged and kept, whatever else was sent. `held_back` says that a limit
    refused it before it was judged.
    """

    private: frozenset[str] = frozenset()
    held_back = False

    class Meta:
        locales = ("fr",)

        def wrap_formdata(self, form: "StepForm", formdata: Any) -> Any:
            """Return what the form reads: all that it judges, keeps and shows again."""
            return None if formdata is None else MultiDict(form._read(formdata))

    def __init__(
        self, formdata: Any = None, *, answers: Answers | None = None, data: dict[str, Any] | None = None
    ) -> None:
        self.answers: Answers = answers or {}
        super().__init__(formdata, data=data)

    def _read(self, sent: Any) -> Iterator[tuple[str, str]]:
        for field in self:
            for value in dict.fromkeys(map(str, sent.getlist(field.name)[: _most(field)])):
                if field.flags.maxlength:
                    yield field.name, _cut(value, field.flags.maxlength)
                elif isinstance(field, PasswordField) or len(value) <= _longest(field):
                    yield field.name, value

    def raw(self) -> dict[str, list[str]]:
        """Return what was submitted, as it came, for the draft: without private fields, nor what is too long."""
        kept = {
            field.name: [str(value) for value in field.raw_data or () if len(str(value)) <= _longest(field)]
            for field in self
            if field.name not in self.private
        }
        return {name: values for name, values in kept.items() if values}

    @classmethod
    def stored(cls, raw: dict[str, list[str]], answers: Answers | None = None) -> "StepForm":
        """Return the form filled with what a draft holds, as if submitted again."""
        return cls(MultiDict(raw), answers=answers)


def _most(field: Field) -> int:
    return field.most if isinstance(field, SeveralField) else 1


def _longest(field: Field) -> int:
    return field.longest if isinstance(field, SeveralField) else field.flags.maxlength or _LONGEST


def _cut(text: str, longest: int) -> str:
    """Return a text, without the rest of one that is too long; what is left still is, cleaned once more."""
    if len(text) <= longest:
        return text
    line = clean(text)
    return line if len(line) <= longest else f"{line[: longest + 8]}…"


def _optional(_form: Form, field: Field) -> None:
    if not field.data:
        field.errors = []
        raise StopValidation()


def text_field(label: Any, required: Any = None, longest: int = 80, *checks: Any, **options: Any) -> StringField:
    """A line of text; `required` is the sentence shown when it is empty."""
    options.setdefault("filters", [clean])
    return StringField(label, [*_text_checks(required, longest), *checks], **options)


def _text_checks(required: Any, longest: int) -> list[Any]:
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
    """Spaces alone are no answer, though the browser submitted something."""

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
    """A person's name, in any alphabet, 1 to 80 characters."""
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
    """The given name; its form has a `single_name_box` too, for whoever has one name only."""
    return StringField(_("Prénom"), [_GivenName(required), *_text_checks(None, 80), _is_name], filters=[name])


def single_name_box() -> BooleanField:
    """« Mahmoud », who has no given name beside it."""
    return checkbox(_("Pas de prénom : un seul nom sur les papiers"))


class PhoneField(TelField):
    """A phone number, shown as it was read."""

    def shown(self) -> str:
        return phones.shown(e164(self.data)) or self.data or ""


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
    """A French or foreign phone number."""
    return PhoneField(label, [*_text_checks(required, 40), _is_phone], filters=[clean], **options)


def _is_email(_form: Form, field: Field) -> None:
    if not field.data.rpartition("@")[0].isascii():  # few servers take such an address (SMTPUTF8, RFC 6531)
        raise ValidationError(_("Une lettre a un accent avant « @ » : écrivez cette adresse sans accent."))
    if not is_email(field.data):
        raise ValidationError(_("Cette adresse électronique n'est pas complète. Exemple : camille.martin@exemple.fr"))


def email_field(label: Any, required: Any = None, **options: Any) -> EmailField:
    """An e-mail address, 254 characters at most (RFC 5321)."""
    return EmailField(label, [*_text_checks(required, 254), _is_email], filters=[clean], **options)


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
    """A drop-down menu; the first choice, empty, stands for « not answered »."""
    return _choice(label, {"": _("Choisir…"), **dict(choices)}, required)


def radio_field(label: Any, choices: Choices, required: Any = None) -> ChoiceField:
    """A few choices, all in sight."""
    return _choice(label, choices, required)


def checkbox(label: Any, **options: Any) -> BooleanField:
    """A box, never ticked beforehand."""
    return BooleanField(label, **options)


class DateField(StringField):
    """A date, shown as it was read."""

    def shown(self) -> str:
        found = read_date(self.data)
        return short_day(found) if found else self.data or ""


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
    """The birth date of a minor."""
    return DateField(label, [*_text_checks(required, 40), _is_minor], filters=[clean])
