"""What the parents of a child authorise: each answer dated, shown to both, withdrawable any day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Answers, Authorisation, Consent
from wizard.services import outbox
from wizard.services.childfile.asked import every_question
from wizard.settings import get_settings
from wizard.stores import accounts, people, seals
from wizard.stores import authorisations as store

STEP = "autorisations"
YES, NO = "oui", "non"


@dataclass(frozen=True)
class Purpose:
    """What is authorised, or not: what each parent answered last, and what is made of it."""

    slug: str
    label: str
    answers: tuple[Authorisation, ...]

    @property
    def verdict(self) -> Consent:
        """Yes when nobody says otherwise; two parents who differ contest it, which counts as no."""
        said = {one.holds for one in self.answers}
        return Consent.CONTESTED if len(said) > 1 else Consent.YES if said == {True} else Consent.NO


def labels() -> Mapping[str, str]:
    """Return what each purpose is called."""
    return {one.slug: one.label for one in every_question() if one.step == STEP}


def of_child(db: Database, child: int, year: str) -> tuple[Purpose, ...]:
    """Return each purpose that a parent of a child answered for a year."""
    return of_children(db, [child], year).get(child, ())


def of_children(db: Database, children: Iterable[int], year: str) -> dict[int, tuple[Purpose, ...]]:
    """Return the purposes answered for each of some children."""
    said = store.of_children(db, children, year)
    found: dict[int, tuple[Purpose, ...]] = {}
    for child in dict.fromkeys(one.child for one in said):
        own = [one for one in said if one.child == child]
        found[child] = tuple(
            Purpose(slug, label, mine)
            for slug, label in labels().items()
            if (mine := tuple(one for one in own if one.purpose == slug))
        )
    return found


def answers_of(db: Database, account: Account, child: int, year: str) -> Answers:
    """Return what a parent answered, as the form of the step has it."""
    own = {slug: [YES if one.holds else NO] for slug, one in _own(db, account, child, year).items()}
    return {STEP: own} if own else {}


def give(db: Database, account: Account, child: int, year: str, answers: Mapping[str, list[str]]) -> None:
    """Keep what a parent answers otherwise than before, in the open transaction, and tell the other parent."""
    before = _own(db, account, child, year)
    changed = {
        purpose: values[0] == YES
        for purpose, values in answers.items()
        if purpose in labels() and values and values[0] in {YES, NO}
        if purpose not in before or before[purpose].holds != (values[0] == YES)
    }
    for purpose, given in changed.items():
        _break(db, account, [before[purpose]] if purpose in before else [])
        store.add(db, child, year, purpose, given, account.id, account.person, now())
    if changed:
        _tell(db, account, child)


def withdraw(db: Database, account: Account, child: int, year: str, purpose: str) -> None:
    """Take back what a parent authorised, at once; what is not theirs, or was taken back already, is left as it is."""
    with transaction(db):
        own = [one for one in _own(db, account, child, year).values() if one.purpose == purpose and one.holds]
        _break(db, account, own)
        if [one for one in own if store.withdraw(db, one.id, now())]:
            _tell(db, account, child)


def _own(db: Database, account: Account, child: int, year: str) -> dict[str, Authorisation]:
    """Return what a parent answered last for each purpose."""
    said = store.of_children(db, [child], year)
    return {one.purpose: one for one in said if one.person == account.person}


def _break(db: Database, account: Account, ones: Iterable[Authorisation]) -> None:
    """Let no copy of the database that is restored one day bring back what is taken back now."""
    for one in ones:
        if one.holds:
            seals.break_authorisation(db, account.household, one, now())


def _tell(db: Database, account: Account, child: int) -> None:
    """Write to the other homes of a child that something was answered: where to read it, and no more."""
    called = people.called(db, child)
    link = f"{get_settings().public_url}/espace/enfants/{child}/autorisations"
    for home in sorted(people.homes(db, child) - {account.household}):
        for other in accounts.of_household(db, home):
            outbox.enqueue(db, "authorisations", other.email, child=called, link=link)
