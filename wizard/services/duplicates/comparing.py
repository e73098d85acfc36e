"""Two records side by side: what each says, what their families have asked and were answered, what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.choices import ROLES
from wizard.clock import now
from wizard.db import transaction
from wizard.french import gettext as _
from wizard.models import Account, Action, Agent, Dossier, Likeness, Member, Role
from wizard.services import household, standing
from wizard.services.differences import told
from wizard.services.duplicates import words
from wizard.services.duplicates.scoring import Pair
from wizard.services.household import Household, declaration_of
from wizard.services.telling import place
from wizard.stores import accounts, journal, likenesses
from wizard.stores.people import enfance_key
from wizard.values import phones


@dataclass(frozen=True)
class Side:
    """One of two records, in its household."""

    found: Household
    member: Member
    account: Account | None
    dossier: Dossier | None
    standing: str
    said: Mapping[str, str]

    @property
    def person(self) -> int:
        """The number of the record."""
        return self.member.person

    @property
    def since(self) -> datetime | None:
        """When the account was opened."""
        return self.account.created_at if self.account else None


@dataclass(frozen=True)
class Row:
    """One thing that either record says, and whether both say the same."""

    label: str
    one: str
    other: str

    @property
    def agrees(self) -> bool:
        """Whether it is the same."""
        return self.one == self.other


@dataclass(frozen=True)
class Comparison:
    """Two records that may be of one person."""

    likeness: Likeness
    one: Side
    other: Side
    agreeing: tuple[str, ...]
    differing: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both records."""
        return self.one, self.other

    @property
    def households(self) -> tuple[int, ...]:
        """The one household, or the two, that they are of."""
        return tuple(dict.fromkeys(side.found.id for side in self.sides))

    @property
    def pair(self) -> Pair:
        """What kind of pair it is, which says what may be done."""
        children = self.one.member.role is Role.CHILD
        if len(self.households) == 1:
            return Pair.SIBLINGS if children else Pair.HOUSEMATES
        return Pair.CHILDREN if children else Pair.PARENTS


def open_likeness(db: Database, agent: Agent, number: int) -> Comparison | None:
    """Return two records to the agent who compares them, and write in both dossiers that they read them."""
    found = compared(db, number)
    if found:
        with transaction(db):
            for dossier in {side.dossier.id for side in found.sides if side.dossier}:
                journal.add(db, dossier, Action.READ, now(), agent.id)
    return found


def compared(db: Database, number: int) -> Comparison | None:
    """Return two records that are alike, None when they no longer are."""
    likeness = likenesses.by_id(db, number)
    if likeness is None:
        return None
    here, there = (likenesses.homes(db, person) for person in (likeness.one, likeness.other))
    both = here & there
    one, other = (
        _side(db, min(homes & both or homes), person)
        for homes, person in ((here, likeness.one), (there, likeness.other))
    )
    if one is None or other is None:
        return None
    labels = dict.fromkeys((*one.said, *other.said))
    rows = tuple(Row(label, one.said.get(label, ""), other.said.get(label, "")) for label in labels)
    return Comparison(likeness, one, other, words.agreeing(likeness), words.differing(likeness), rows)


def tell_apart(db: Database, agent: Agent, number: int) -> bool:
    """Write that two records are of two people; nothing changes if that was said, or if they are no longer alike."""
    return _set(db, agent, number, Action.TOLD_APART)


def doubt(db: Database, agent: Agent, number: int) -> bool:
    """Let two records be compared again, as before an agent said that they are two people."""
    return _set(db, agent, number, Action.DOUBTED)


def _set(db: Database, agent: Agent, number: int, action: Action) -> bool:
    apart = action is Action.TOLD_APART
    with transaction(db):
        found, at = compared(db, number), now()
        if found is None or not likenesses.set_aside(db, number, agent.id if apart else None, at if apart else None):
            return False
        for dossier in {side.dossier.id for side in found.sides if side.dossier}:
            journal.add(db, dossier, action, at, agent.id)
    return True


def _side(db: Database, number: int, person: int) -> Side | None:
    found = household.read(db, number)
    member = next((one for one in (*found.asked, *found.everyone) if one.person == person), None)
    if member is None:
        return None
    owners = accounts.of_household(db, number)
    situation = standing.situations(found).get(person)
    return Side(
        found,
        member,
        owners[0] if owners else None,
        next(iter(found.dossiers), None),
        str(situation.told or "") if situation else "",
        _said(db, found, member, owners),
    )


def _said(db: Database, found: Household, member: Member, owners: tuple[Account, ...]) -> dict[str, str]:
    parents = [one for one in found.asked if one.role in {Role.REPRESENTATIVE, Role.CO_REPRESENTATIVE}]
    numbers = (number for one in parents for number in (one.identity.mobile, one.identity.phone) if number)
    home = found.parent.address
    around = {
        _("Déclaré comme"): ROLES[member.role],
        _("Parents du foyer"): ", ".join(one.identity.name for one in parents),
        _("Adresse du foyer"): place(home) if home else "",
        _("Téléphones des parents"): ", ".join(dict.fromkeys(map(phones.shown, numbers))),
        _("Compte"): ", ".join(one.email for one in owners),
        _("Clé Enfance"): enfance_key(db, found.id),
    }
    said = told(declaration_of(member, found.parent), found.names)
    return said | {str(label): str(value) for label, value in around.items() if value}
