"""What one family answers alike for each of its children, offered to the next: never taken without being asked."""

from dataclasses import dataclass

from sqlite_utils import Database

from wizard.models import Account
from wizard.services.childfile import filing
from wizard.services.childfile.asked import every_question
from wizard.services.keys import Data
from wizard.stores import child_files


@dataclass(frozen=True)
class Offer:
    """What was deposited for a brother or a sister, and how they are called."""

    called: str
    answers: Data


def offer(db: Database, account: Account, child: int, year: str, step: str) -> Offer | None:
    """Return what a step may take of the dossier deposited last for another child of the home; None for nothing."""
    called = {one.person: one.identity.called for one in filing.children(db, account) if one.person != child}
    files = [one for one in child_files.of_children(db, called) if one.year == year]
    if not files:
        return None
    last = max(files, key=lambda one: one.updated_at)
    shared = {one.slug for one in every_question() if one.shared and one.step == step}
    answers = {name: values for name, values in last.answers.get(step, {}).items() if name in shared and values}
    return Offer(called[last.child], answers) if answers else None
