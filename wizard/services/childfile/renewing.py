"""« Rien n'a changé »: the dossiers of all the children of a family, deposited again for the year to come."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Answers, ChildFile, DraftKind, Member
from wizard.services.childfile import authorisations, filing, status
from wizard.services.childfile.drafting import CHILD, about, health_of, opened
from wizard.services.childfile.status import FileState
from wizard.settings import get_settings
from wizard.stores import child_files, drafts
from wizard.values import school_years


@dataclass(frozen=True)
class Renewal:
    """The dossier of a child that may be deposited again as it was: what it would say, and where it would stand.

    One that `lacks` what was said of health is to be filled in: an allergy that is not there any more is no « non ».
    """

    child: Member
    year: str
    former: ChildFile
    answers: Answers
    then: FileState
    lacks: bool


def of_family(db: Database, account: Account) -> tuple[Renewal, ...]:
    """Return the dossiers that may be deposited again: of last year, and not filed for the last year open."""
    years = filing.open_years()
    if not years or get_settings().dossier.closed:
        return ()
    year = years[-1]
    children = filing.children(db, account)
    known = {(one.child, one.year): one for one in child_files.of_children(db, [one.person for one in children])}
    return tuple(
        _renewal(db, account, child, year, known[child.person, before])
        for child in children
        for before in [school_years.before(year)]
        if (child.person, before) in known and (child.person, year) not in known
    )


def year(db: Database, account: Account) -> str | None:
    """Return the year for which dossiers may be deposited again; None for none."""
    return next((one.year for one in of_family(db, account)), None)


def _renewal(db: Database, account: Account, child: Member, year: str, former: ChildFile) -> Renewal:
    """Return what would be deposited; the class, which the town has from the school, is not last year's."""
    given = {name: list(values) for name, values in former.answers.get("accueils", {}).items() if name != "level"}
    authorised = authorisations.answers_of(db, account, child.person, former.year)
    answers = {
        **former.answers,
        "accueils": given,
        **health_of(former),
        **authorised,
        CHILD: about(child, year),
    }
    then = status.of(db, account.household, child, year)
    renewed = status.judged(child, year, former, then.held, about_health=health_of(former))
    lacks = get_settings().dossier.health is not None and opened(former) is None
    return Renewal(child, year, former, answers, renewed, lacks)


def offered(db: Database, account: Account) -> tuple[Renewal, ...]:
    """Return those that one click deposits."""
    return tuple(one for one in of_family(db, account) if not one.lacks)


def renew(db: Database, account: Account, children: Mapping[int, str]) -> int:
    """Deposit the dossiers of these children again, as they were last: all or none; return how many.

    `children` tells, for each, the moment of the deposit that was read: one deposited again already, or changed by
    the other parent since, is left as it is.
    """
    with transaction(db):
        found = [one for one in offered(db, account) if children.get(one.child.person) == seen(one.former)]
        for one in found:
            filing.write(db, account, one.answers, now())
            drafts.drop_own(db, account.id, DraftKind.CHILD_FILE, f"{one.child.person}/{one.year}")
        if found:
            filing.tell(db, account, [one.child.identity.called for one in found], found[0].year)
    return len(found)


def seen(file: ChildFile) -> str:
    """Return what the page says of the deposit that it shows."""
    return file.updated_at.isoformat()
