"""Households that may be a family known though nothing proves it, and the families known that no household is."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.stores.families import KnownFamily

# Of one very common name, more are not compared.
_MOST = 300
_KNOWN = "enfance_key, birth_name, given_name, email"
_UNTIED = "NOT EXISTS (SELECT 1 FROM households WHERE known_family = known_families.id)"


@dataclass(frozen=True)
class Parent:
    """A parent whose address is proved, the household they are in, and the last dossier of it."""

    household: int
    dossier: int
    reference: str
    given_name: str
    birth_name: str
    usage_name: str | None
    email: str
    announced: str | None

    @property
    def name(self) -> str:
        """Given name and the name in use."""
        return f"{self.given_name} {self.usage_name or self.birth_name}"


_PARENTS = """
SELECT households.id, dossiers.id, dossiers.reference, given_name, birth_name, usage_name, accounts.email,
    CASE key_origin WHEN 'link' THEN enfance_key END
FROM households CROSS JOIN accounts ON accounts.household = households.id
    CROSS JOIN people ON people.id = accounts.person
    CROSS JOIN dossiers ON dossiers.id = (SELECT id FROM dossiers WHERE household = households.id
        ORDER BY deposited_at DESC, id DESC LIMIT 1)
"""


def to_compare(db: Database, before: int, limit: int) -> tuple[Parent, ...]:
    """Return the parents of households that nothing ties to a family known, the last household first."""
    query = f"""{_PARENTS} WHERE households.id IN (
        SELECT id FROM households WHERE recognition IS NULL AND id < :before
            AND EXISTS (SELECT 1 FROM accounts WHERE household = households.id AND activated_at IS NOT NULL)
        ORDER BY id DESC LIMIT :limit)
    AND activated_at IS NOT NULL ORDER BY households.id DESC, accounts.id"""
    return _parents(db.execute(query, {"before": before, "limit": limit}))


def of_household(db: Database, household: int) -> tuple[Parent, ...]:
    """Return the parents of one household whose addresses are proved."""
    query = f"{_PARENTS} WHERE households.id = ? AND activated_at IS NOT NULL ORDER BY accounts.id"
    return _parents(db.execute(query, (household,)))


def tied_by_agents(db: Database, limit: int) -> tuple[tuple[Parent, KnownFamily], ...]:
    """Return the households that an agent tied to a family known, the last ones first."""
    query = "SELECT id, known_family FROM households WHERE recognition = 'agent' ORDER BY id DESC LIMIT ?"
    found = []
    for household, known in db.execute(query, (limit,)).fetchall():
        family = db.execute(f"SELECT {_KNOWN} FROM known_families WHERE id = ?", (known,)).fetchone()
        if family and (parents := of_household(db, household)):
            found.append((parents[0], KnownFamily(*family)))
    return tuple(found)


def resembling(db: Database, parent: Parent, first_name: str, surnames: Iterable[str]) -> tuple[KnownFamily, ...]:
    """Return the families that no household is, with one of these folded names, the key announced or this mailbox.

    A mailbox of the same name at another provider is one too: people slip. Of those who have the first name alone, a
    common one, the surname has to begin as it should.
    """
    mailbox = parent.email.rpartition("@")[0]
    first, last, *_others = (*surnames, "", "")
    query = f"""
    SELECT {_KNOWN} FROM known_families WHERE {_UNTIED} AND id IN (
        SELECT id FROM known_families WHERE enfance_key = :announced
        UNION SELECT id FROM (SELECT id FROM known_families
            WHERE email >= :mailbox || '@' AND email < :mailbox || 'A' LIMIT :most)
        UNION SELECT id FROM (SELECT id FROM known_families WHERE surname IN (:first, :last) LIMIT :most)
        UNION SELECT id FROM known_families WHERE first_name IN (:first, :last) AND surname = :name
        UNION SELECT id FROM (SELECT known.id FROM json_each(:starts) AS start CROSS JOIN known_families AS known
            WHERE known.first_name = :name AND known.surname >= start.value
                AND known.surname < start.value || char(1114111) LIMIT :most))
    ORDER BY enfance_key
    """
    starts = json.dumps(sorted({first[:1], last[:1] or first[:1]}))
    values = {"announced": parent.announced, "mailbox": mailbox, "name": first_name, "first": first, "last": last}
    values["starts"] = starts
    return tuple(KnownFamily(*row) for row in db.execute(query, values | {"most": _MOST}))


def counts(db: Database) -> tuple[int, int]:
    """Return how many families are known, and how many of them no household is."""
    query = f"SELECT count(*), count(*) FILTER (WHERE {_UNTIED}) FROM known_families"
    known, untied = db.execute(query).fetchone()
    return known, untied


def untied(db: Database, limit: int, offset: int) -> tuple[KnownFamily, ...]:
    """Return the families that no household is, in the order of their keys."""
    query = f"SELECT {_KNOWN} FROM known_families WHERE {_UNTIED} ORDER BY enfance_key LIMIT ? OFFSET ?"
    return tuple(KnownFamily(*row) for row in db.execute(query, (limit, offset)))


def put_off(db: Database, household: int) -> bool:
    """Say of a household under its own key that it is no family known; False when it is not so any more."""
    query = """UPDATE households SET recognition = 'set_aside'
    WHERE id = ? AND recognition IS NULL AND key_origin = 'generated' RETURNING id"""
    return db.execute(query, (household,)).fetchone() is not None


def _parents(rows: Iterable[tuple[object, ...]]) -> tuple[Parent, ...]:
    return tuple(Parent(*row) for row in rows)  # type: ignore[arg-type]
