"""A journey: its steps in order, which one comes next, which may be opened, what was answered. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wizard.forms import StepForm
from wizard.french import gettext as _
from wizard.models import Answers, Draft, DraftKind

Done = Mapping[str, Any]
"""What was just done on another page, as the address that leads back from it says."""


class Refused(Exception):
    """A use case refuses what a form submitted; `field` is where the sentence belongs."""

    def __init__(self, field: str, sentence: Any, status: int = 422) -> None:
        super().__init__(field)
        self.field = field
        self.sentence = sentence
        self.status = status


def _always(_answers: Answers) -> bool:
    return True


def _nothing(_draft: Draft, _of: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Submission:
    """What a step submitted: the draft before, and as it is now that this is kept.

    `fresh` says that no other submission came from the page it was typed in: what may serve once is
    still unspent. `revision` is the draft's when that page was rendered.
    """

    before: Draft
    draft: Draft
    form: StepForm
    revision: int
    fresh: bool


def _no_guard(_submission: Submission) -> None:
    return None


@dataclass(frozen=True, eq=False)  # each is one, told from the others by itself: what is kept of it is found so
class Step:
    """One step, declared once; `name` is its short title, for the stepper.

    `applies` says from the other answers whether it is asked; `context` gives its template what the form does not
    hold, `news` what it tells of what was just done; `guard` may refuse what was submitted; a submit button named in
    `reloads` only asks for the page again, with what was typed; one of the `costly` ones may be pressed so many times
    in a quarter of an hour. `on_other_pages` says that it is answered there, not by its own form; `decides`, that its
    answer says which others are asked: until then, nobody is told how many they are; `alike`, that until it is answered
    its page is the same for everyone.
    """

    slug: str
    name: Any
    title: Any
    form: type[StepForm]
    template: str
    applies: Callable[[Answers], bool] = _always
    context: Callable[[Draft, StepForm], Mapping[str, Any]] = _nothing
    news: Callable[[Draft, Done], Mapping[str, Any]] = _nothing
    guard: Callable[[Submission], None] = _no_guard
    reloads: frozenset[str] = frozenset()
    costly: Mapping[str, int] = field(default_factory=dict)
    on_other_pages: bool = False
    decides: bool = False
    alike: bool = False

    def filled(self, answers: Answers) -> StepForm:
        """Return the form as it was last submitted, or blank."""
        if self.slug not in answers:
            return self.form(answers=answers)
        return self.form.stored(answers[self.slug], answers)

    def complete(self, answers: Answers) -> bool:
        """Whether it was answered, be it by nothing, and what was submitted is still valid."""
        answered = self.on_other_pages or self.slug in answers
        return answered and bool(self.filled(answers).validate())


@dataclass(frozen=True)
class Place:
    """Where a step stands among those that apply, whose number is `settled` or not yet known."""

    step: Step
    steps: tuple[Step, ...]
    settled: bool = True

    @cached_property
    def words(self) -> Any:
        """Return « Étape 2 sur 4 », or « Étape 1 »."""
        if not self.settled:
            return _("Étape %(number)s", number=self.number)
        return _("Étape %(number)s sur %(total)s", number=self.number, total=self.total)

    @property
    def number(self) -> int:
        return self.steps.index(self.step) + 1

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def previous(self) -> Step | None:
        return self.steps[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> Step | None:
        return self.steps[self.number] if self.number < self.total else None


@dataclass(frozen=True)
class Journey:
    """Steps in the order they are asked. The last one commits, so it is never complete before."""

    kind: DraftKind
    steps: tuple[Step, ...]

    def find(self, slug: str) -> Step | None:
        """Return the step of that slug."""
        return next((step for step in self.steps if step.slug == slug), None)

    def place(self, step: Step, answers: Answers) -> Place:
        """Return where `step` stands."""
        return Place(step, tuple(self._applying(answers)), settled=not step.decides or step.complete(answers))

    def first_incomplete(self, answers: Answers) -> Step:
        """Return the first step still to be answered; the last one when all others are."""
        return self.towards(self.steps[-1], answers)

    def towards(self, step: Step, answers: Answers) -> Step:
        """Return `step` when every one before it is answered, otherwise the first that is not."""
        *before, last = self._applying(answers)
        return next((one for one in before if one is step or not one.complete(answers)), last)

    def _applying(self, answers: Answers) -> Iterator[Step]:
        return (step for step in self.steps if step.applies(answers))
