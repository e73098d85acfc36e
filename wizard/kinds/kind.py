"""What a kind of person is: one declaration, which the pages, the deposit, the corrections and the copy go over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from wizard.identities import identity_of
from wizard.kinds.family import PersonForm
from wizard.models import FACTS, Answers, Member, Role
from wizard.services.deposit import Declared
from wizard.stores.answers import Entry


def _no_words(_form: PersonForm) -> str:
    return ""


@dataclass(frozen=True)
class Known:
    """What may be known of someone new: the parent's surname, the brother or sister they were born with."""

    surname: str = ""
    twin: str = ""


def _nothing(_answers: Answers, _known: Known) -> dict[str, list[str]]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of person, declared once.

    `build` makes its form from what the draft already says, prefilled for someone new. `declare` completes what is
    deposited of anyone; `ties_again` gives back the answers by which someone of the household was tied, with the
    parent who corrects. `words` says a form in the sentence of its card; `prefilled` answers for someone new what is
    known already, as if just typed.
    """

    slug: str
    role: Role
    add: Any
    title: Any
    explanation: Any
    announced: Any
    template: str
    build: Callable[..., PersonForm]
    declare: Callable[[PersonForm, Declared], Declared]
    ties_again: Callable[[Member, Member], dict[str, list[str]]]
    words: Callable[[PersonForm], str] = _no_words
    prefilled: Callable[[Answers, Known], dict[str, list[str]]] = _nothing
    has_twins: bool = False

    def blank(self, entry: str, answers: Answers, known: Known) -> PersonForm:
        """Return the form of someone new, with what is known already."""
        return self.build(MultiDict(self.prefilled(answers, known)), entry=entry, answers=answers)

    def filled(self, entry: Entry, answers: Answers) -> PersonForm:
        """Return the form of someone already added, as submitted."""
        return self.build(MultiDict(entry.raw), entry=entry.id, answers=answers)

    def declared(self, entry: Entry, answers: Answers) -> Declared:
        """Return what is deposited of someone, whose form is valid."""
        form = self.filled(entry, answers)
        asked = frozenset(FACTS) & form.data.keys()
        return self.declare(form, Declared(entry.id, self.role, identity_of(form.data), asked=asked))
