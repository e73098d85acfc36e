"""What a step submits: read within bounds, judged, kept as it came."""

from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, PasswordField

from wizard.forms.fields import SeveralField
from wizard.models import Answers
from wizard.slips import MindsSlips
from wizard.values.text import clean

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
