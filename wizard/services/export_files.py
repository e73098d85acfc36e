"""What the copy of a family's data tells of the dossiers administratifs of its children.

Both parents of a child have a copy of its dossier, health included, and see who authorised what; of the drafts that are
not deposited, only those of the parent who asks. The town hall's copy tells of health what its agents may know.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import now
from wizard.french import plain
from wizard.models import Account, ChildFile, DraftKind, Role
from wizard.services.childfile import authorisations
from wizard.services.childfile.asked import STEPS
from wizard.services.childfile.choices import YES_NO_IN_FRENCH
from wizard.services.childfile.drafting import OwnFile, health_of
from wizard.services.childfile.health import STEP, known_of
from wizard.services.childfile.wording import lines
from wizard.services.household import Household
from wizard.stores import authorisations as store
from wizard.stores import child_files, drafts

Day = Callable[[datetime | None], str]


def sections(
    db: Database, account: Account, found: Household, day: Day, *, health: bool
) -> dict[str, list[dict[str, Any]]]:
    """Return the sections of a household."""
    children = {one.person: one.identity.name for one in found.members if one.role is Role.CHILD}
    files = child_files.of_children(db, children)
    return {
        "Dossiers administratifs": [_file(one, children[one.child], day, health=health) for one in files],
        "Autorisations de l'année": _authorisations(db, files, children, day),
        "Dossiers administratifs non déposés": _drafts(db, account, found, health=health),
    }


def _file(one: ChildFile, name: str, day: Day, *, health: bool) -> dict[str, Any]:
    answers = {**one.answers, **(health_of(one) if health else known_of(one))}
    told = {plain(line.label): line.said for step in STEPS for line in lines(answers, step)}
    dates = {"Déposé le": day(one.deposited_at), "Modifié le": day(one.updated_at), "Pli scellé le": day(one.sealed_at)}
    return {"Enfant": name, "Année": one.year, **dates, **told}


def _authorisations(
    db: Database, files: tuple[ChildFile, ...], children: dict[int, str], day: Day
) -> list[dict[str, Any]]:
    labels = authorisations.labels()
    return [
        {
            "Enfant": children[one.child],
            "Année": year,
            "Pour": plain(labels.get(one.purpose, one.purpose)),
            "Réponse": YES_NO_IN_FRENCH["oui" if one.given else "non"],
            "De": one.name,
            "Le": day(one.at),
            "Retirée le": day(one.withdrawn_at),
        }
        for year in sorted({one.year for one in files})
        for one in store.of_children(db, children, year)
    ]


def _drafts(db: Database, account: Account, found: Household, *, health: bool) -> list[dict[str, Any]]:
    children = {str(one.person): one for one in found.members if one.role is Role.CHILD}
    told = []
    for subject in sorted(drafts.subjects(db, account.id, DraftKind.CHILD_FILE, now())):
        child, _slash, year = subject.partition("/")
        draft = OwnFile(account.id, children[child], year).load(db) if child in children else None
        if draft:
            steps = [step for step in STEPS if health or step != STEP]
            said = {plain(line.label): line.said for step in steps for line in lines(draft.answers, step)}
            told.append({"Enfant": children[child].identity.name, "Année": year, **said})
    return told
