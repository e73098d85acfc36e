"""What the kinds of people share: their links with the children and with each other, the choices about them."""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field

from wizard.choices import PARENT_LINKS
from wizard.forms import StepForm, select_field
from wizard.french import gettext as _
from wizard.models import Answers, link_field, linked
from wizard.services.resemblance import Likeness, resembling
from wizard.stores.answers import Entry, Held
from wizard.values.dates import read_date
from wizard.values.text import name

CO_REPRESENTATIVE, CHILD, CONTACT = "co-representant", "membre", "contact"


def called(entry: Entry) -> str:
    """Return what the pages call someone, who may have been typed in part."""
    return entry.called or _("Personne sans nom")


def children(answers: Answers) -> list[Entry]:
    """Return every child one may be tied to; of those deposited before, the given name."""
    held = Held(answers)
    known = [Entry(CHILD, one, {"given_name": [name]}) for one, name in held.known.items()]
    return known + held.people(CHILD)


def link_between(adult: Entry, child: Entry) -> str:
    """Return the link of an adult with a child, said on the form of either, "" while neither says it."""
    return adult.value(link_field(child.id)) or child.value(link_field(adult.id))


SOMEONE_ELSE = "someone_else"
"""What is sent once it was asked whether someone is another person of the list: the name it was asked of."""


def _likeness(value: Callable[[str], str]) -> Likeness:
    """Return what someone is recognised by, from the `value` typed in each field, if there is one."""
    given_name, birth_name, usage_name = (name(value(field)) for field in ("given_name", "birth_name", "usage_name"))
    return Likeness(given_name, birth_name, usage_name, read_date(value("birthdate")))


class PersonForm(StepForm):
    """A form of someone of the entourage; `entry` is their id, "" for someone not added yet.

    `alike` is the name of someone of the list, who was of it (`is_former`) or whose it is (`is_parent`), who may be
    the same person, for the page to ask.
    """

    alike = ""
    is_former = is_parent = False

    def __init__(self, formdata: Any = None, *, entry: str = "", **options: Any) -> None:
        self.entry = entry
        super().__init__(formdata, **options)

    def doubts(self, sent: MultiDict[str, Any]) -> bool:
        """Whether an address has a slip, or someone was just given the names of another: asked once, never refused."""
        if super().doubts(sent):
            return True
        held = Held(self.answers)
        others = {one.id: _likeness(one.value) for one in held.everyone}
        former, parent = ([_likeness(one.value) for one in known] for known in (held.former, held.parent))
        before, typed = others.pop(self.entry, None), self.likeness
        mine = parent if typed.birthdate is None else []  # a child may have all the names of their parent
        found = resembling(typed, [*mine, *others.values(), *former]) if typed != before else None
        self.is_former, self.is_parent = found in former, found in mine
        self.alike = found.name if found and sent.get(SOMEONE_ELSE) != typed.name else ""
        return bool(self.alike)

    @property
    def likeness(self) -> Likeness:
        """What the person is recognised by."""
        return _likeness(lambda field: self.data.get(field) or "")

    @property
    def links(self) -> list[Field]:
        """The fields that ask for a link with someone in particular."""
        return [field for field in self if linked(field.name)]

    def linking(self, entry: Entry) -> str:
        """Return what was said of the link with `entry`, "" when it was not asked."""
        field = self._fields.get(link_field(entry.id))
        return field.data if field else ""


def asking_links(
    form: type[PersonForm], others: Iterable[Entry], label: Any, entry: str, *, before: str
) -> type[PersonForm]:
    """Return `form` with one more field for each of `others` who does not already say the link with `entry`.

    They stand `before` a field, as on the page: WTForms has them in the order in which they were made.
    """
    asked: dict[str, Any] = {
        link_field(other.id): select_field(
            label(called(other)),
            PARENT_LINKS,
            _("Indiquez ce lien de parenté (%(name)s).", name=called(other)),
        )
        for other in others
        if not other.value(link_field(entry))
    }
    for number, field in enumerate(asked.values(), 1):
        field.creation_counter = getattr(form, before).creation_counter - 1 / (1 + number)
    return type(form.__name__, (form,), asked)


def called_by_id(entries: Iterable[Entry]) -> dict[str, str]:
    """Return what each is called, by their id."""
    return {entry.id: called(entry) for entry in entries}


def name_of(entry: Entry) -> str:
    """Return « Loïc Martin »."""
    names = (entry.value("given_name"), entry.value("usage_name") or entry.value("birth_name"))
    return entry.institution or " ".join(filter(None, map(name, names))) or called(entry)
