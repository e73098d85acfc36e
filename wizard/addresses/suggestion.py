"""What a search proposes: an address as the national geocoder names its parts, and how sure it is."""

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What the page says beside an address."""

    RECOGNISED = "recognised"  # the green check: known door, or a lieu-dit
    NUMBER_TO_VERIFY = "number_to_verify"  # « voie reconnue, numéro à vérifier »
    NUMBER_MISSING = "number_missing"  # a street of which the number was not typed yet
    TOWN_ONLY = "town_only"  # a commune, not an address
    AMBIGUOUS = "ambiguous"  # several addresses fit the text: one must be chosen
    UNKNOWN = "unknown"  # nothing fits the text: « à vérifier » by the agent


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One address; the names are those of the national geocoder's properties.

    `id` is the BAN's interoperability key. It stays the same from one import to the next, and an
    unknown number has the key that it would have, so that it is recognised once the town adds it.
    """

    id: str
    type: str  # housenumber, street, locality or municipality
    label: str  # « 12bis Rue d'Anjou 44521 Oudon », the text to put in the field
    name: str  # the label without postcode and town
    housenumber: str  # « 12bis », as typed when it is unknown, "" without number
    number: str  # « 12 »
    suffix: str  # « bis »
    street: str  # the street or the lieu-dit, without number
    postcode: str
    city: str
    citycode: str
    district: str  # « Paris 18e Arrondissement », "" elsewhere
    oldcity: str  # the former commune, "" when there is none
    oldcitycode: str
    lat: float | None
    lon: float | None
    score: float  # 0 to 1
    source: str  # ban, bal, demo (made up for the demonstration) or api
    data_date: str  # ISO day of the file it was read from, "" when unknown
    number_known: bool  # False: the number was typed but is not in the data

    @property
    def check(self) -> Check:
        """How far this address, once chosen, is recognised."""
        if self.type == "municipality":
            return Check.TOWN_ONLY
        if self.housenumber and not self.number_known:
            return Check.NUMBER_TO_VERIFY
        return Check.NUMBER_MISSING if self.type == "street" else Check.RECOGNISED


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the server makes of the address a form sends back.

    With RECOGNISED, NUMBER_TO_VERIFY, NUMBER_MISSING and TOWN_ONLY, `suggestion` is the address meant.
    With AMBIGUOUS and UNKNOWN it is None and `alternatives` are what to propose.
    """

    check: Check
    suggestion: Suggestion | None
    alternatives: tuple[Suggestion, ...] = ()
