"""The dossier of a child: which years may be filed, deposited and deposited again, told by mail."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from wizard.clock import now, stamp, today
from wizard.db import transaction
from wizard.models import Account, Answers, ChildFile, ChildFiles, Draft, Member, Role
from wizard.services import household, outbox
from wizard.services.childfile import authorisations, health
from wizard.services.childfile.asked import ends_said, questions, steps
from wizard.services.childfile.drafting import BEGUN, CHILD, health_of
from wizard.services.childfile.wording import known, said
from wizard.services.documents import keeping, vault
from wizard.settings import get_settings
from wizard.stores import accounts, child_files, drafts
from wizard.values import school_years
from wizard.values.dates import BirthDate, stored_date

_OF_NO_FILE = {health.STEP, authorisations.STEP, CHILD, BEGUN, "documents", "recapitulatif"}


class ChangedMeanwhile(Exception):
    """The other parent deposited the dossier since this draft was begun: what they said is to be seen first."""


class Closed(Exception):
    """The town takes no dossier now, or not of this year."""


@dataclass(frozen=True)
class Difference:
    """A question that was deposited otherwise since the draft was begun."""

    label: str
    theirs: str
    mine: str


def years(town: ChildFiles, day: date) -> tuple[str, ...]:
    """Return the school years that may be filed on a day: that one and, from the day the town opens it, the next."""
    if not town.schools:
        return ()
    year = school_years.of(day)
    next_one = day >= date(school_years.ends(year).year, *town.opens)
    return (year, school_years.following(year)) if next_one else (year,)


def open_years() -> tuple[str, ...]:
    """Return the years that may be filed today."""
    return years(get_settings().dossier, today())


def children(db: Database, account: Account) -> tuple[Member, ...]:
    """Return those who have a dossier: the children of the household whom the town hall accepted."""
    return tuple(one for one in household.read(db, account.household).members if one.role is Role.CHILD)


def birthdate_of(answers: Answers) -> BirthDate | None:
    """Return the birth date that a draft tells of its child."""
    told = answers[CHILD]["birthdate"]
    return stored_date(told[0]) if told else None


def deposit(db: Database, draft: Draft, seen: str) -> None:
    """Deposit what a draft says of its child, in place of what was; a second click finds it done.

    `seen` is the moment of the other parent's deposit that this one has read. Raises ChangedMeanwhile, Closed,
    vault.Unreadable.
    """
    about, account = draft.answers[CHILD], accounts.of_draft(db, draft)
    if get_settings().dossier.closed or about["year"][0] not in open_years():
        raise Closed
    with transaction(db):
        if not drafts.exists(db, draft.id):
            return
        file = child_files.of_child(db, int(about["child"][0]), about["year"][0])
        if is_behind(draft, file) and file and seen != stamp(file.updated_at):
            raise ChangedMeanwhile
        write(db, account, draft.answers, now())
        drafts.drop_own(db, account.id, draft.kind, f"{about['child'][0]}/{about['year'][0]}")
        tell(db, account, [about["called"][0]], about["year"][0])


def is_behind(draft: Draft, file: ChildFile | None) -> bool:
    """Whether the dossier was deposited since the draft was begun."""
    begun = draft.answers.get(BEGUN, {}).get("updated_at", [""])[0]
    return file is not None and stamp(file.updated_at) != begun


def differences(draft: Draft, file: ChildFile) -> tuple[Difference, ...]:
    """Return what the other parent deposited otherwise than this draft says."""
    theirs, mine = {**file.answers, **health_of(file)}, kept(draft.answers)
    told = []
    for one in questions(get_settings().dossier, file.year, birthdate_of(draft.answers), mine):
        before, after = (each.get(one.step, {}).get(one.slug, []) for each in (theirs, mine))
        if one.step != authorisations.STEP and sorted(before) != sorted(after):
            told.append(Difference(one.label, said(one.slug, before), said(one.slug, after)))
    return tuple(told)


def kept(answers: Answers) -> Answers:
    """Return the answers to what is asked of this child now, without those to what is no longer asked."""
    town, year, born = get_settings().dossier, answers[CHILD]["year"][0], birthdate_of(answers)
    asked = {(one.step, one.slug) for one in questions(town, year, born, answers)}
    return {
        step: {
            name: said
            for name, values in answers[step].items()
            if (step, name) in asked and any(said := known(name, values))
        }
        for step in steps(town, year, born, answers)
        if step in answers
    }


def write(db: Database, account: Account, answers: Answers, at: datetime) -> None:
    """Keep the answers of a dossier in the open transaction: about health, in the envelope alone.

    An envelope stays as it was where health is not asked online any more.
    """
    child, year = int(answers[CHILD]["child"][0]), answers[CHILD]["year"][0]
    said = kept(answers)
    about_health = said.get(health.STEP, {})
    former = child_files.of_child(db, child, year)
    has_pai, sealed_at = (former.pai, former.sealed_at) if former else (None, None)
    if get_settings().dossier.health and (sealed := health.to_seal(about_health)):
        vault.seal(child, year, sealed)
        has_pai, sealed_at = health.pai(about_health), at
    child_files.deposit(
        db,
        child,
        year,
        account.id,
        {step: data for step, data in said.items() if step not in _OF_NO_FILE},
        meal=health.meal(about_health),
        pai=has_pai,
        sealed_at=sealed_at,
        now=at,
    )
    authorisations.give(db, account, child, year, said.get(authorisations.STEP, {}))
    keeping.carry_over(db, account.household, child, year)
    keeping.date_by(db, account.household, child, year, ends_said(get_settings().dossier, said))


def tell(db: Database, account: Account, called: list[str], year: str) -> None:
    """Write to whoever deposited that it is done: for which children, which year, and no more."""
    link, on_paper = get_settings().public_url + "/espace", get_settings().dossier.health is None
    outbox.enqueue(db, "child_file", account.email, children=called, year=year, at=now(), link=link, on_paper=on_paper)
