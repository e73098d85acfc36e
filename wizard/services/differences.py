"""What differs between two declarations of a person, in the words that an agent reads: what it was, what it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.choices import LINKS, PERMISSIONS, RESIDENCES
from wizard.french import gettext as _
from wizard.models import Declaration
from wizard.services.household import each_of
from wizard.services.telling import place
from wizard.services.wording import LABELS, OF_A_PERSON, said, shown

Names = Mapping[int, str]


@dataclass(frozen=True)
class Difference:
    """One thing said otherwise; "" is nothing said."""

    label: str
    before: str
    after: str


def between(before: Declaration, after: Declaration, names: Names) -> tuple[Difference, ...]:
    """Return what `after` says otherwise than `before`; `names` are those of whom either names."""
    both = (told(before, names), told(after, names))
    labels = dict.fromkeys(label for one in both for label in one)
    found = (Difference(label, *(one.get(label, "") for one in both)) for label in labels)
    return tuple(one for one in found if one.before != one.after)


def told(one: Declaration, names: Names) -> dict[str, str]:
    """Return what a declaration says, by what each thing is called."""
    return {label: str(value) for label, value in _answers(one, names) if value}


def _answers(one: Declaration, names: Names) -> Iterator[tuple[str, Any]]:
    for name in OF_A_PERSON:
        value = getattr(one.identity, name)
        yield str(LABELS[name]), shown(name, value) if value else ""
    yield _("Adresse"), place(one.address) if one.address else ""
    yield str(LABELS["same_address"]), said("same_address", one.same_address or None)
    yield str(LABELS["residence"]), RESIDENCES[one.residence] if one.residence else ""
    for other, link in one.links.items():
        yield _("Lien avec %(name)s", name=names.get(other, "")), LINKS[link]
    for child, what in each_of(one.rights):
        yield str(PERMISSIONS[what]) % {"name": names.get(child, "")}, _("oui")
    yield str(LABELS["invite"]), said("invite", one.invite or None)
    yield _("Quitte le foyer"), _("oui") if one.leaves else ""
