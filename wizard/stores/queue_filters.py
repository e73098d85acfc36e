"""The filters of what is to do: one line each, and the dossiers it keeps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wizard.clock import stamp
from wizard.stores.likenesses import OPEN_IN

# The children of a dossier: those it asks about, and those of its household.
CHILDREN = """
    SELECT line.person FROM dossier_people AS line
    WHERE line.dossier = dossiers.id AND line.role = 'child' AND line.withdrawn_at IS NULL
    UNION ALL SELECT member.person FROM household_members AS member
    WHERE member.household = dossiers.household AND member.role = 'child'"""
IS_TO_DO = """dossiers.answered_at IS NULL AND EXISTS (SELECT 1 FROM dossier_people
    WHERE dossier = dossiers.id AND withdrawn_at IS NULL)"""
# The ages of the children are a sum of 1, under 3; 2, under 12; 4. What is unknown of a birth date is taken as its last
# day, as `dates.age` does: « 2015-09 » is before « 2015-09-99 ».
WAITING = f"""
SELECT dossiers.id, dossiers.household, dossiers.account,
    corrected_at, coalesce(corrected_at, deposited_at) AS asked_at,
    addresses.country, addresses.citycode, addresses.to_check,
    (SELECT sum(DISTINCT CASE WHEN birthdate || '-99' > :three THEN 1
        WHEN birthdate || '-99' > :twelve THEN 2 ELSE 4 END)
        FROM ({CHILDREN}) CROSS JOIN people ON id = person WHERE birthdate IS NOT NULL) AS ages
FROM dossiers CROSS JOIN accounts ON accounts.id = dossiers.account
    LEFT JOIN addresses ON addresses.person = accounts.person
WHERE {IS_TO_DO}
"""
"""The dossiers to do, with what the filters look at: the parent's address, the ages of the children."""

FILTERS: Mapping[str, str] = {
    "corriges": "waiting.corrected_at IS NOT NULL",
    "a-moi": "EXISTS (SELECT 1 FROM takings WHERE dossier = waiting.id AND agent = :agent)",
    "en-retard": "waiting.asked_at < :late_before",
    "hors-commune": "waiting.country <> 'FR' OR waiting.citycode <> :citycode",
    "adresse-a-verifier": "waiting.to_check = 1",
    "doublon-possible": f"waiting.id IN ({OPEN_IN})",
    "courriel-refuse": "EXISTS (SELECT 1 FROM bounces WHERE household = waiting.household)",
    "moins-de-3-ans": "waiting.ages & 1",
    "3-11-ans": "waiting.ages & 2",
    "12-ans-et-plus": "waiting.ages & 4",
}
"""Name in addresses → its clause on a row of `waiting`."""

_UNUSED = {name: "without_" + name.replace("-", "_") for name in FILTERS}
# A filter that is not picked keeps everything.
PICKED = " AND ".join(f"(:{_UNUSED[name]} OR {clause})" for name, clause in FILTERS.items())
COUNTED = ", ".join(f"count(iif({clause}, 1, NULL))" for clause in FILTERS.values())


@dataclass(frozen=True)
class Standpoint:
    """Whom and what the filters are relative to: the agent, the town, when a dossier is late, today."""

    agent: int
    citycode: str
    late_before: datetime
    today: date

    def values(self, picked: Collection[str]) -> dict[str, Any]:
        """Return what the clauses are given."""
        return {parameter: name not in picked for name, parameter in _UNUSED.items()} | {
            "agent": self.agent,
            "citycode": self.citycode,
            "late_before": stamp(self.late_before),
            "three": self._born(3),
            "twelve": self._born(12),
        }

    def _born(self, age: int) -> str:
        """Return what comes after the birth dates of those of that age, before those of the younger."""
        return f"{self.today.year - age:04}-{self.today.month:02}-{self.today.day:02}~"


def known(names: Collection[str]) -> tuple[str, ...]:
    """Return the filters that there are among names, in their order."""
    return tuple(name for name in FILTERS if name in names)
