"""« Mes documents »: what is held for the children of a household and for itself, and what became of it."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlite_utils import Database

from wizard.clock import today
from wizard.models import Account, Destination, Member, Role
from wizard.models.documents import Document, Opening
from wizard.services.childfile import asked
from wizard.services.documents import asking
from wizard.services.documents.validity import given_back_until, kept_until
from wizard.services.documents.wording import label
from wizard.settings import get_settings
from wizard.stores import child_files, documents, openings, people

_GIVEN_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Shown:
    """A document as its family sees it; `child` is None when it serves the whole household.

    `again` is where another may be sent in its place; None when nothing may. When it `is_dated`, it says itself until
    when it is valid.
    """

    document: Document
    label: str
    child: Member | None
    kept_until: date
    opened: tuple[Opening, ...]
    again: Destination | None
    is_dated: bool
    is_about_health: bool


@dataclass(frozen=True)
class Envelope:
    """What is said of a child's health for a year; `leaving` when it is soon deleted."""

    child: Member
    year: str
    until: date
    opened: tuple[Opening, ...]

    @property
    def leaving(self) -> bool:
        """Whether it is time to take it back."""
        return today() > self.until - _GIVEN_BACK


def of_account(db: Database, account: Account) -> tuple[Shown, ...]:
    """Return what a parent's household holds, the whole household's first, then child by child."""
    children = _children(db, account)
    own: list[tuple[Member | None, Document]] = [(None, one) for one in documents.of_household(db, account.household)]
    own += [(child, one) for child in children for one in documents.of_child(db, child.person)]
    seen = openings.of_documents(db, [one.id for _child, one in own])
    return tuple(_shown(db, account, child or next(iter(children), None), child, one, seen.get(one.id, ()))
                 for child, one in own)  # fmt: skip


def envelopes(db: Database, account: Account) -> tuple[Envelope, ...]:
    """Return the envelopes of a parent's children."""
    children = {child.person: child for child in _children(db, account)}
    return tuple(
        Envelope(children[one.child], one.year, given_back_until(one.year), openings.of_envelope(db, *about))
        for one in child_files.of_children(db, children)
        for about in [(one.child, one.year)]
        if one.sealed_at
    )


def has_any(db: Database, account: Account) -> bool:
    """Whether there is a page of documents for a parent: the town asks for some, or there are some."""
    return bool(get_settings().dossier.schools or of_account(db, account))


def find(db: Database, account: Account, number: int) -> Shown | None:
    """Return one of them."""
    return next((one for one in of_account(db, account) if one.document.id == number), None)


def _children(db: Database, account: Account) -> tuple[Member, ...]:
    return tuple(one for one in people.members(db, account.household) if one.role is Role.CHILD)


def _shown(
    db: Database, account: Account, about: Member | None, child: Member | None, one: Document, seen: tuple[Opening, ...]
) -> Shown:
    to = Destination(account.id, about.person, one.last_year, one.kind) if about else None
    again = to if to and asking.wanted(db, account, to) else None
    town, kind = get_settings(), asked.kind(get_settings().dossier, one.kind)
    is_dated = kind is not None and kind.validity == "date"
    return Shown(
        one,
        label(one.kind),
        child,
        kept_until(one, town.documents.months),
        seen,
        again,
        is_dated,
        asked.is_about_health(kind),
    )
