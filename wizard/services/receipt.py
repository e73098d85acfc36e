"""What a family has in hand of what it deposited: who was declared, what is asked for each, nothing else of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext
from sqlite_utils import Database

from wizard.choices import RIGHTS, ROLES
from wizard.models import Member, Role, Stage
from wizard.services import telling
from wizard.stores import dossiers, people


@dataclass(frozen=True)
class Line:
    """Someone of a dossier: « Jeanne Petit », « contact », « Demandé : venir chercher Loïc. »."""

    name: str
    role: str
    asked: str


def lines(db: Database, dossier: int) -> tuple[Line, ...]:
    """Return everyone of a dossier, in the order they were declared."""
    found = dossiers.by_id(db, dossier)
    assert found is not None
    members = {member.person: member for member in people.members(db, found.household)}
    called = {person: member.identity.called for person, member in members.items()}
    return tuple(_line(members[one.person], called) for one in found.lines if one.person in members)


def _line(member: Member, called: Mapping[int, str]) -> Line:
    role = gettext("vous") if member.role is Role.REPRESENTATIVE else str(ROLES[member.role]).lower()
    rights = {right.child: (right.may_collect, right.emergency) for right in member.rights if right.child in called}
    return Line(member.identity.name, role, " ".join(telling.rights(rights, called, RIGHTS[Stage.ASKED])))
