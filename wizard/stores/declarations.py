"""What families declared of each person, as typed: one more version each time, in the dossier that asks it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import PLACE, Address, Declaration, Deposited, Link, Residence, Right, Role
from wizard.stores import people


def add(
    db: Database, dossier: int, person: int, declaration: Declaration, now: datetime, *, by_town: bool = False
) -> None:
    """Keep what is declared of a person, as one more version; `by_town`, an agent says it for the family.

    A withdrawal takes the rights of all versions up to its own, that of a dossier deleted since among them.
    """
    values = {"person": person, "dossier": dossier, "at": stamp(now), "data": written(declaration)}
    db.execute(
        """INSERT INTO declarations (person, version, dossier, declared_at, data, by_town)
        SELECT :person, coalesce(max(version), 0) + 1, :dossier, :at, :data, :by_town FROM (
            SELECT version FROM declarations WHERE person = :person
            UNION ALL SELECT version FROM withdrawals WHERE contact = :person)""",
        {**values, "by_town": by_town},
    )


def accept(db: Database, person: int, version: int, now: datetime) -> None:
    """Make a declaration what is true, unless it is already."""
    query = "UPDATE declarations SET accepted_at = ? WHERE person = ? AND version = ? AND accepted_at IS NULL"
    db.execute(query, (stamp(now), person, version))


def revoke(db: Database, dossier: int, person: int) -> None:
    """Undo all that a dossier declared of a person; of someone who was to leave, only their leaving."""
    query = """
    UPDATE declarations SET accepted_at = NULL WHERE dossier = :dossier AND person = :person
        AND coalesce(data ->> 'leaves', 0) >= (SELECT coalesce(data ->> 'leaves', 0) FROM declarations
            WHERE dossier = :dossier AND person = :person ORDER BY version DESC LIMIT 1)
    """
    db.execute(query, {"dossier": dossier, "person": person})


def revoke_of_town(db: Database, dossier: int, at: datetime) -> None:
    """Let what agents corrected in what an answer accepted, when it did, be true no more: the answer is recalled."""
    query = "UPDATE declarations SET accepted_at = NULL WHERE dossier = ? AND by_town AND accepted_at = ?"
    db.execute(query, (dossier, stamp(at)))


def latest_version(db: Database, person: int) -> int:
    """Return the version of the last declaration of a person; 0 when there is none."""
    query = "SELECT coalesce(max(version), 0) FROM declarations WHERE person = ?"
    return int(db.execute(query, (person,)).fetchone()[0])


def latest_in(db: Database, dossier: int, person: int) -> int:
    """Return the version of what a dossier asks of a person."""
    query = "SELECT max(version) FROM declarations WHERE dossier = ? AND person = ?"
    return int(db.execute(query, (dossier, person)).fetchone()[0])


_DECLARED = """
SELECT declarations.person, version, dossier, declared_at, accepted_at, data, by_town
FROM declarations JOIN dossiers ON dossiers.id = dossier
"""


def of_household(db: Database, household: int) -> tuple[Deposited, ...]:
    """Return all that a household declared, the versions of each person in turn."""
    query = _DECLARED + " WHERE household = ? ORDER BY person, version"
    return tuple(map(_declared, db.execute(query, (household,)).fetchall()))


def accepted(db: Database, household: int, person: int) -> Deposited | None:
    """Return the last declaration of a person that the household had accepted."""
    query = _DECLARED + (
        " WHERE household = ? AND person = ? AND accepted_at IS NOT NULL ORDER BY version DESC LIMIT 1"
    )
    row = db.execute(query, (household, person)).fetchone()
    return _declared(row) if row else None


def latest_accepted(db: Database, person: int) -> Deposited | None:
    """Return the last declaration of a person that was accepted, whichever home declared it."""
    query = _DECLARED + " WHERE person = ? AND accepted_at IS NOT NULL ORDER BY version DESC LIMIT 1"
    row = db.execute(query, (person,)).fetchone()
    return _declared(row) if row else None


def is_fact(db: Database, person: int) -> bool:
    """Whether something said of a person was accepted, in any household."""
    query = "SELECT 1 FROM declarations WHERE person = ? AND accepted_at IS NOT NULL"
    return db.execute(query, (person,)).fetchone() is not None


def written(one: Declaration) -> str:
    """Return a declaration as JSON, for `read_again`; a date is stored as `people.read_identity` reads it."""
    address = {name: getattr(one.address, name) for name in PLACE} if one.address else None
    data = {
        "role": one.role,
        "identity": people.written_identity(one.identity),
        "residence": one.residence,
        "same_address": one.same_address,
        "address": address,
        "links": {str(other): link for other, link in one.links.items()},
        "rights": [(right.child, right.may_collect, right.emergency) for right in one.rights],
        "leaves": one.leaves,
        "invite": one.invite,
    }
    return json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)


def _declared(row: Sequence[Any]) -> Deposited:
    person, version, dossier, declared_at, accepted_at, data, by_town = row
    accepted = moment(accepted_at) if accepted_at else None
    return Deposited(person, version, dossier, moment(declared_at), accepted, read_again(data), bool(by_town))


def read_again(text: str) -> Declaration:
    """Return the declaration that `written` wrote."""
    data = json.loads(text)
    residence, address = data.get("residence"), data.get("address")
    return Declaration(
        role=Role(data["role"]),
        identity=people.read_identity(data["identity"]),
        residence=Residence(residence) if residence else None,
        same_address=bool(data.get("same_address")),
        address=Address(**address) if address else None,
        links={int(other): Link(link) for other, link in data.get("links", {}).items()},
        rights=tuple(Right(child, bool(collect), bool(call)) for child, collect, call in data.get("rights", ())),
        leaves=bool(data.get("leaves")),
        invite=bool(data.get("invite")),
    )
