"""What a family has in hand of what it deposited: who was declared, what is asked for each, nothing else of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.choices import RIGHTS, ROLES
from wizard.french import gettext as _
from wizard.models import Member, Role, Stage
from wizard.services import household, telling
from wizard.stores import dossiers


@dataclass(frozen=True)
class Line:
    """Someone of a dossier: « Jeanne Petit », « contact », « Demandé : venir chercher Loïc. »."""

    name: str
    role: str
    asked: str


def lines(db: Database, dossier: int) -> tuple[Line, ...]:
    """Return everyone of a dossier about whom the town hall is to answer, in the order they were declared."""
    asked = dossiers.by_id(db, dossier)
    assert asked is not None
    found = household.read(db, asked.household)
    members = {member.person: member for member in found.asked}
    called = {person: member.identity.called for person, member in members.items()}
    waiting = (members[line.person] for line in asked.asked if line.waits_for_town and line.person in members)
    return tuple(_line(member, called, leaves=found.leaves(member.person)) for member in waiting)


def _line(member: Member, called: Mapping[int, str], *, leaves: bool) -> Line:
    role = _("vous") if member.role is Role.REPRESENTATIVE else str(ROLES[member.role]).lower()
    if leaves:
        return Line(member.identity.name, role, _("Retrait demandé."))
    rights = {right.child: (right.may_collect, right.emergency) for right in member.rights if right.child in called}
    return Line(member.identity.name, role, " ".join(telling.rights(rights, called, RIGHTS[Stage.ASKED])))
