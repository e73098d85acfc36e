"""The filters of what is to do: one line each, what it is called and the dossiers it keeps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from wizard.clock import stamp

# The children of a dossier: those it asks about, and those of its household.
CHILDREN = """
    SELECT line.person FROM dossier_people AS line
    WHERE line.dossier = dossiers.id AND line.role = 'child' AND line.withdrawn_at IS NULL
    UNION ALL SELECT member.person FROM household_members AS member
    WHERE member.household = dossiers.household AND member.role = 'child'"""
# What is unknown of a birth date is taken as its last day, as `dates.age` does: « 2015-09 » is before « 2015-09-99 ».
_BORN = f"EXISTS (SELECT 1 FROM people WHERE id IN ({CHILDREN}) AND birthdate || '-99'"

FILTERS: Mapping[str, tuple[Any, str]] = {
    "corriges": (_("corrigés"), "dossiers.corrected_at IS NOT NULL"),
    "a-moi": (_("à moi"), "EXISTS (SELECT 1 FROM takings WHERE dossier = dossiers.id AND agent = :agent)"),
    "en-retard": (_("en retard"), "coalesce(dossiers.corrected_at, dossiers.deposited_at) < :late_before"),
    "hors-commune": (_("hors commune"), "addresses.country <> 'FR' OR addresses.citycode <> :citycode"),
    "adresse-a-verifier": (_("adresse à vérifier"), "addresses.to_check = 1"),
    "moins-de-3-ans": (_("moins de 3 ans"), f"{_BORN} > :three)"),
    "3-11-ans": (_("3 à 11 ans"), f"{_BORN} BETWEEN :twelve AND :three)"),
    "12-ans-et-plus": (_("12 ans et plus"), f"{_BORN} < :twelve)"),
}
"""Name in addresses → what it is called, and its clause on a dossier and the `addresses` row of its parent, if any."""

IS_TO_DO = """dossiers.answered_at IS NULL AND EXISTS (SELECT 1 FROM dossier_people
    WHERE dossier = dossiers.id AND withdrawn_at IS NULL)"""
TO_DO = f"""
FROM dossiers CROSS JOIN accounts ON accounts.id = dossiers.account
    LEFT JOIN addresses ON addresses.person = accounts.person
WHERE {IS_TO_DO}
"""
# A filter that is not picked keeps everything.
PICKED = "".join(
    f" AND (NOT EXISTS (SELECT 1 FROM json_each(:picked) WHERE value = '{name}') OR {clause})"
    for name, (_label, clause) in FILTERS.items()
)
COUNTED = ", ".join(f"coalesce(sum({clause}), 0)" for _label, clause in FILTERS.values())


@dataclass(frozen=True)
class Standpoint:
    """Whom and what the filters are relative to: the agent, the town, when a dossier is late, today."""

    agent: int
    citycode: str
    late_before: datetime
    today: date

    @property
    def values(self) -> dict[str, Any]:
        """What the clauses are given."""
        return {
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
