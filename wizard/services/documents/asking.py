"""What a parent may send: a kind of document that the town asks for, for a child of theirs, for a year that is open."""

from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from wizard.clock import today
from wizard.hashing import keyed_hash
from wizard.models import Account, Destination, Member, Role
from wizard.services.childfile import asked, filing
from wizard.services.childfile.asked import DocumentKind
from wizard.services.childfile.drafting import health_of
from wizard.settings import get_settings
from wizard.stores import child_files, people


@dataclass(frozen=True)
class Wanted:
    """A document that may be sent, and the child it is about; one sent today is good until `valid_until`."""

    to: Destination
    kind: DocumentKind
    child: Member
    valid_until: date | None

    @property
    def owner(self) -> int | None:
        """The child whose document it is; None when it is the whole family's."""
        return self.to.child if self.kind.scope == "child" else None


def name_of(child: int, year: str, kind: str) -> str:
    """Return what the address of a document to send calls its kind: a name that tells nothing to whoever reads it."""
    return keyed_hash(f"document of {child} for {year}: {kind}")[:12]


def kind_named(child: int, year: str, name: str) -> str | None:
    """Return the kind that goes by this name."""
    return next((one for one in asked.kinds(get_settings().dossier) if name_of(child, year, one) == name), None)


def wanted(db: Database, account: Account, to: Destination) -> Wanted | None:
    """Return what may be sent there; None where nothing may."""
    town = get_settings().dossier
    kind = asked.kind(town, to.kind)
    if kind is None or not kind.on or (kind.health and town.health is None) or to.year not in filing.open_years():
        return None
    found = (one for one in people.members(db, account.household) if one.person == to.child)
    child = next((one for one in found if one.role is Role.CHILD), None)
    if child is None:
        return None
    file = child_files.of_child(db, to.child, to.year) if kind.until else None
    answers = health_of(file) if file else {}  # of one not deposited yet, its deposit tells
    return Wanted(to, kind, child, asked.valid_until(kind, to.year, answers, today()))
