"""A slip of the finger is asked about once, before what was typed is taken as it is: a question, never an error."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields import EmailField

from wizard.values.email_typos import suggestion
from wizard.values.text import clean

YES = "oui"
"""What « Oui, corriger » sends: the field to correct."""


@dataclass(frozen=True)
class Doubt:
    """What was typed in a field, and what was probably meant."""

    field: str
    typed: str
    meant: str

    @property
    def answer(self) -> str:
        """The field that says, once the question was asked, what is taken as it was typed."""
        return f"{self.field}_as_typed"


class MindsSlips:
    """A form that asks about an address with a slip; the page shows its `doubt` as a question."""

    doubt: Doubt | None = None
    _fields: dict[str, Field]

    def doubts(self, sent: MultiDict[str, Any]) -> bool:
        """Whether something `sent` is to be asked about first."""
        typed = {name: field.data or "" for name, field in self._fields.items() if isinstance(field, EmailField)}
        found = (Doubt(name, text, meant) for name, text in typed.items() if (meant := suggestion(text)))
        self.doubt = next((one for one in found if clean(sent.get(one.answer)) != one.typed), None)
        return self.doubt is not None


def answered(sent: MultiDict[str, Any]) -> MultiDict[str, Any]:
    """Return what was sent, corrected when the question was answered by yes."""
    field = sent.get(YES, "")
    meant = suggestion(clean(sent.get(field))) if field else None
    if meant is None:
        return sent
    corrected = sent.copy()
    corrected.setlist(field, [meant])
    return corrected
