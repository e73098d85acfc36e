"""Why two records may be of one person, as an agent reads it: what agrees, what does not."""

from collections.abc import Callable
from typing import Any

from wizard.choices import SEXES
from wizard.french import gettext as _
from wizard.french import short_day
from wizard.models import Likeness
from wizard.services.duplicates import folding
from wizard.services.duplicates.folding import Match
from wizard.values.dates import stored_date

_AS_WRITTEN = {
    ("given_name", Match.SAME): _("même prénom"),
    ("given_name", Match.PART): _("prénom en partie le même"),
    ("given_name", Match.NEAR): _("prénom à une lettre près"),
    ("given_name", Match.OTHER): _("prénoms différents"),
    ("surname", Match.SAME): _("même nom"),
    ("surname", Match.PART): _("nom en partie le même"),
    ("surname", Match.NEAR): _("nom à une lettre près"),
    ("surname", Match.OTHER): _("noms différents"),
    ("birthdate", Match.SAME): _("même date de naissance"),
    ("birthdate", Match.PART): _("date de naissance connue en partie"),
    ("birthdate", Match.NEAR): _("date de naissance à un chiffre près"),
    ("birthdate", Match.OTHER): _("dates de naissance différentes"),
    ("sex", Match.SAME): _("même sexe"),
    ("sex", Match.OTHER): _("sexes différents"),
    ("phone", Match.SAME): _("même téléphone"),
    ("phone", Match.OTHER): _("téléphones différents"),
    ("email", Match.SAME): _("même courriel"),
    ("email", Match.OTHER): _("courriels différents"),
    ("address", Match.SAME): _("même adresse"),
    ("address", Match.OTHER): _("adresses différentes"),
    ("key", Match.SAME): _("même Clé Enfance"),
    ("key", Match.OTHER): _("Clés Enfance différentes"),
    ("parent", Match.SAME): _("même parent déclaré"),
    ("parent", Match.OTHER): _("aucun parent en commun"),
    ("child", Match.SAME): _("même enfant déclaré"),
    ("child", Match.OTHER): _("aucun enfant en commun"),
}
_OTHERWISE = {"given_name": _("prénom écrit autrement"), "surname": _("nom écrit autrement")}
_SHOWN: dict[str, Callable[[str], Any]] = {
    "birthdate": lambda kept: short_day(stored_date(kept)),
    "sex": lambda kept: SEXES.get(kept, kept),  # type: ignore[call-overload]
}


def agreeing(likeness: Likeness) -> tuple[str, ...]:
    """Return « même date de naissance », « prénom écrit autrement (Chloe / Chloé) »."""
    return tuple(_told(*reason) for reason in likeness.reasons if reason[1] != Match.OTHER)


def differing(likeness: Likeness) -> tuple[str, ...]:
    """Return « adresses différentes »."""
    return tuple(_told(*reason) for reason in likeness.reasons if reason[1] == Match.OTHER)


def _told(what: str, match: str, mine: str, theirs: str) -> str:
    words = str(_words(what, Match(match), mine, theirs))
    if not mine or mine == theirs or (what == "surname" and match == Match.SAME and _one_of(mine, theirs)):
        return words
    shown = _SHOWN.get(what, str)
    told = _("%(words)s (%(one)s / %(other)s)", words=words, one=shown(mine), other=shown(theirs))
    return str(told)


def _one_of(mine: str, theirs: str) -> bool:
    """Whether one of two people has a name more, in use, and the rest is written alike."""
    return set(mine.split()) <= set(theirs.split()) or set(theirs.split()) <= set(mine.split())


def _words(what: str, match: Match, mine: str, theirs: str) -> Any:
    if what == "birthdate" and match is Match.NEAR:
        if folding.swapped(mine, theirs):
            return _("jour et mois de naissance inversés")
        if folding.one_day(mine, theirs):
            return _("date de naissance à un jour près")
    if what in _OTHERWISE and match is Match.SAME and mine != theirs and not _one_of(mine, theirs):
        return _OTHERWISE[what]
    return _AS_WRITTEN[what, match]
