"""What is made of a submission: taken, refused with a sentence, or asked about first."""

from collections.abc import Callable
from typing import Any

from sqlite_utils import Database
from werkzeug.datastructures import MultiDict

from wizard.db import get_db
from wizard.journey.steps import Refused, Step, Submission

Finish = Callable[[Database, Submission], None]


def judge(step: Step, submission: Submission, sent: MultiDict[str, Any], finish: Finish | None) -> int | None:
    """Validate what was submitted, and commit the journey: the last step is given how to `finish` it.

    Return the status to show the step again with, None to go on. The guard comes first: past its limits nothing else
    is worked out. A question is no error.
    """
    form, refusal = submission.form, _refusal(step.guard, submission)
    form.held_back = refusal is not None and refusal.status == 429
    valid = not form.held_back and form.validate() and not form.doubts(sent)
    if valid and refusal is None and finish:
        refusal = _refusal(lambda one: finish(get_db(), one), submission)
    if refusal is None:
        return None if valid else 422 if form.errors else 200
    field = form[refusal.field]
    field.errors = [*field.errors, refusal.sentence]
    return refusal.status


def _refusal(judged: Callable[[Submission], None], submission: Submission) -> Refused | None:
    try:
        judged(submission)
    except Refused as refused:
        return refused
    return None
