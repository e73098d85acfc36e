"""A form that asks of a child what the rules say, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from wizard.forms import StepForm
from wizard.forms.fields import ChoiceField, radio_field
from wizard.french import gettext as _
from wizard.journey.steps import Step
from wizard.models import Answers, Draft
from wizard.services.childfile import asked
from wizard.services.childfile.asked import Question
from wizard.services.childfile.drafting import CHILD
from wizard.services.childfile.filing import birthdate_of
from wizard.settings import get_settings

ANSWER = _("Répondez par oui ou par non.")


class AskedForm(StepForm):
    """The form of a step: of its fields, those that are asked of this child, named as the table names them."""

    step: ClassVar[str]

    def __init__(self, formdata: Any = None, *, answers: Answers | None = None, data: Any = None) -> None:
        super().__init__(formdata, answers=answers, data=data)
        self.questions = {one.slug: one for one in questions(self.answers, self.step)}
        for field in list(self):
            if field.name not in self.questions:
                del self[field.name]
            else:
                field.label.text = self.questions[field.name].label

    def said(self, name: str) -> Any:
        """Return the answer to a question, None when it is not asked."""
        return self[name].data if name in self else None


def questions(answers: Answers, step: str) -> tuple[Question, ...]:
    """Return the questions of a step for the child of a draft."""
    year, born = answers[CHILD]["year"][0], birthdate_of(answers)
    return asked.questions(get_settings().dossier, year, born, answers, step)


def applies(step: str) -> Callable[[Answers], bool]:
    """Return whether a step has anything to ask."""

    def has_questions(answers: Answers) -> bool:
        year, born = answers[CHILD]["year"][0], birthdate_of(answers)
        return step in asked.steps(get_settings().dossier, year, born, answers)

    return has_questions


def choice(choices: Mapping[str, Any], required: Any = None) -> ChoiceField:
    """Return a question with a few answers, none of which is chosen beforehand."""
    return radio_field("", choices, required)


def child_of(draft: Draft, _form: StepForm) -> Mapping[str, Any]:
    """Give the page the child, the year, and by which texts each thing is asked."""
    told = draft.answers[CHILD]
    return {"child": int(told["child"][0]), "called": told["called"][0], "year": told["year"][0]}


def declare(
    slug: str, name: Any, title: Any, form: type[StepForm], template: str, context: Any = child_of, **options: Any
) -> Step:
    """Declare a step of the dossier."""
    return Step(slug, name, title, form, template, applies=applies(slug), context=context, **options)
