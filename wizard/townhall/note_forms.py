"""The forms of the notes about a family."""

from typing import Any

from wtforms import Field, HiddenField
from wtforms.validators import ValidationError

from wizard.choices import NOTES
from wizard.forms import PageForm, radio_field, text_field
from wizard.french import gettext as _
from wizard.values.text import clean


def _words(text: str | None) -> str:
    """Return a text of several lines, each made clean."""
    return "\n".join(map(clean, (text or "").strip().splitlines()))


class NoteForm(PageForm):
    """A note; of a call, what came of it says enough."""

    kind = radio_field(_("Quoi"), NOTES, _("Choisissez ce que vous notez."))
    text = text_field(_("Note"), None, 1000, filters=[_words])
    form = HiddenField()

    def __init__(self, *formdata: Any, **options: Any) -> None:
        super().__init__(*filter(lambda one: one is not None, formdata), **options)

    def validate_kind(self, _field: Field) -> None:
        if not self.form.data or len(self.form.data) > 64:
            raise ValidationError(_("Rouvrez la page de la famille, puis écrivez la note."))


class NoteTextForm(PageForm):
    """Another text for a note."""

    text = text_field(_("Note"), _("Écrivez la note."), 1000, filters=[_words])
