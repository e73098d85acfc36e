"""Forms: what a step submits, and the fields used more than once, with their sentences."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, Form, PasswordField, StringField
from wtforms.fields import EmailField, TelField
from wtforms.validators import InputRequired, StopValidation, ValidationError

from wizard.clock import PARIS, now
from wizard.models import Answers

Choices = Sequence[tuple[str, Any]]
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.\-]|[\u0300-\u036f])*")
# Control, zero-width and direction characters, and those that are no characters at all: nobody means to type them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)


# No text that a form accepts has as many; and to compose is quadratic in a run of accents.
_COMPOSED = 1024
# Characters of a field that says nothing of its length: an address, or an id.
_LONGEST = 254


class StepForm(Form):
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


def clean(text: str | None) -> str:
    """Return `text` on one line, composed (NFC), trimmed, without invisible characters; the case is kept."""
    line = " ".join(_INVISIBLE.sub("", text or "").split("\n"))
    return (unicodedata.normalize("NFC", line[:_COMPOSED]) + line[_COMPOSED:]).strip()


def _optional(_form: Form, field: Field) -> None:
    if not field.data:
        field.errors = []
        raise StopValidation()


def text_field(label: Any, required: Any = None, longest: int = 80, *checks: Any, **options: Any) -> StringField:
    """A line of text; `required` is the sentence shown when it is empty."""
    return StringField(label, [*_text_checks(required, longest), *checks], filters=[clean], **options)


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
    if not _NAME.fullmatch(field.data):
        raise ValidationError(
            _("Ce nom contient un signe inattendu : gardez les lettres, espaces, apostrophes, tirets et points.")
        )


def name_field(label: Any, required: Any = None, **options: Any) -> StringField:
    """A person's name, in any alphabet, 1 to 80 characters."""
    return text_field(label, required, 80, _is_name, **options)


def e164(text: str | None) -> str | None:
    """Return a phone number, typed as one likes, as it is stored (ITU-T E.164); None for no number."""
    number = _parse_phone(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else None


def _parse_phone(text: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse((text or "").replace("(0)", ""), "FR")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _is_phone(_form: Form, field: Field) -> None:
    if _parse_phone(field.data) is None or re.search(r"[^\d\s().+/\-\u00a0\u202f]", field.data):
        raise ValidationError(
            _("Ce numéro ne semble pas complet. Exemples : 06 12 34 56 78, ou +32 470 12 34 56 pour l'étranger.")
        )


def phone_field(label: Any, required: Any = None, **options: Any) -> TelField:
    """A French or foreign phone number."""
    return TelField(label, [*_text_checks(required, 40), _is_phone], filters=[clean], **options)


def _is_email(_form: Form, field: Field) -> None:
    if not field.data.rpartition("@")[0].isascii():  # few servers take such an address (SMTPUTF8, RFC 6531)
        raise ValidationError(_("Une lettre a un accent avant « @ » : écrivez cette adresse sans accent."))
    try:
        validate_email(field.data, check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        raise ValidationError(
            _("Cette adresse électronique n'est pas complète. Exemple : camille.martin@exemple.fr")
        ) from None


def email_field(label: Any, required: Any = None, **options: Any) -> EmailField:
    """An e-mail address, 254 characters at most (RFC 5321)."""
    return EmailField(label, [*_text_checks(required, 254), _is_email], filters=[clean], **options)


def normalise_email(text: str) -> str:
    """Return the form under which an address is stored and compared: composed, case folded."""
    return clean(text).casefold()


class ChoiceField(StringField):
    """One value among `choices`; the template makes it a menu or radio buttons."""

    def __init__(self, label: Any, validators: Any, choices: Choices, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.choices = list(choices)


class SeveralField(Field):
    """Several values among `choices`, which the form sets: the ids of people, `most` at most."""

    choices: Choices = ()
    most, longest = 60, 20

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [str(value) for value in valuelist]


def _one_of(_form: Form, field: ChoiceField) -> None:
    if field.data and field.data not in {value for value, _label in field.choices}:
        raise ValidationError(_("Ce choix n'existe pas : reprenez-le dans la liste."))


def _choice(label: Any, choices: Choices, required: Any) -> ChoiceField:
    checks = [InputRequired(required), _not_blank(required), _one_of] if required else [_one_of]
    return ChoiceField(label, checks, choices=choices)


def select_field(label: Any, choices: Choices, required: Any = None) -> ChoiceField:
    """A drop-down menu; the first choice, empty, stands for « not answered »."""
    return _choice(label, [("", _("Choisir…")), *choices], required)


def radio_field(label: Any, choices: Choices, required: Any = None) -> ChoiceField:
    """A few choices, all in sight."""
    return _choice(label, choices, required)


def checkbox(label: Any, **options: Any) -> BooleanField:
    """A box, never ticked beforehand."""
    return BooleanField(label, **options)


def read_date(text: str | None) -> date | None:
    """Return a date typed as day, month, year, apart or in eight digits, or sent by a browser as year-month-day.

    None when it is not one.
    """
    text = (text or "").strip()
    dmy = re.fullmatch(r"(?P<d>\d{1,2})\s?[/.\-\s]\s?(?P<m>\d{1,2})\s?[/.\-\s]\s?(?P<y>\d{4})", text)
    dmy = dmy or re.fullmatch(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})", text)
    found = dmy or re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", text)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


def today() -> date:
    """Return the date in the town."""
    return now().astimezone(PARIS).date()


def age(birthdate: date) -> int:
    """Return the age in whole years, today."""
    day = today()
    return day.year - birthdate.year - ((day.month, day.day) < (birthdate.month, birthdate.day))


def _is_minor(_form: Form, field: Field) -> None:
    birthdate = read_date(field.data)
    if birthdate is None:
        raise ValidationError(_("Indiquez une date qui existe, jour, mois, année. Exemple : 03/09/2019"))
    if birthdate > today():
        raise ValidationError(_("Cette date est dans le futur : vérifiez l'année."))
    if age(birthdate) >= 18:
        raise ValidationError(_("Cette personne a 18 ans ou plus : ajoutez-la plutôt comme contact."))


def birthdate_field(label: Any, required: Any) -> StringField:
    """The birth date of a minor."""
    return StringField(label, [*_text_checks(required, 20), _is_minor], filters=[clean])
