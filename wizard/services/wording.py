"""Pieces of sentences that several pages need: lists, waits, the names of what was typed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from wizard.choices import LINKS, PREFERRED, RESIDENCES, SEXES, TITLES_ASKED
from wizard.french import gettext as _
from wizard.french import hour, short_day
from wizard.models import FACTS, Identity
from wizard.services.mail_turns import Turn
from wizard.values import phones
from wizard.values.dates import BirthDate

# What each thing known of a person is called, in the order in which they are told; then what else the forms ask.
LABELS = {
    "institution": _("Service ou institution"),
    "title": _("Civilité"),
    "birth_name": _("Nom de naissance"),
    "usage_name": _("Nom d'usage"),
    "given_name": _("Prénom"),
    "birthdate": _("Date de naissance"),
    "sex": _("Sexe"),
    "mobile": _("Téléphone portable"),
    "phone": _("Téléphone"),
    "email": _("Courriel"),
    "preferred_contact": _("Contact préféré"),
    "sms_ok": _("Accepte les SMS"),
    "single_name": _("Un seul nom"),
    "same_address": _("Même adresse que le représentant"),
    "link": _("Lien"),
    "residence": _("Résidence"),
    "children": _("Enfants concernés"),
    "contacts": _("Contacts concernés"),
    "may_collect": _("Peut venir chercher l'enfant"),
    "emergency": _("À appeler en cas d'urgence"),
    "invite": _("Invitation à ouvrir son espace"),
}
OF_A_PERSON = sorted(FACTS, key=list(LABELS).index)
# « Vos données personnelles » calls some of them otherwise.
_ANNOUNCED = {
    "birth_name": _("nom"),
    "usage_name": _("nom"),
    "mobile": _("téléphones"),
    "phone": _("téléphones"),
    "email": _("adresse électronique"),
    "preferred_contact": _("comment vous préférez être contacté"),
    "sms_ok": _("si vous acceptez les SMS"),
}

_YES_NO: dict[Any, Any] = dict.fromkeys(("yes", "y", True), _("oui")) | dict.fromkeys(("no", False), _("non"))
_WORDS: dict[str, Mapping[Any, Any]] = {
    "title": TITLES_ASKED,
    "sex": SEXES,
    "preferred_contact": PREFERRED,
    "link": LINKS,
    "residence": RESIDENCES,
    **dict.fromkeys(
        ("sms_ok", "same_address", "may_collect", "emergency", "single_name", "invite", "to_check"), _YES_NO
    ),
}


def said(name: str, value: Any) -> Any:
    """Return an answer as a person reads it: of a code, what it is called."""
    return _WORDS.get(name, {}).get(value, value)


def shown(name: str, value: Any) -> str:
    """Return an answer as it is read on a page: a number as it is dialled, a date in words."""
    if isinstance(value, BirthDate):
        return short_day(value)
    return phones.shown(value) if name in {"mobile", "phone"} else str(said(name, value))


def details(identity: Identity) -> list[tuple[Any, str]]:
    """Return what is known of a person besides what they are called by, each thing with what it is called."""
    in_use = "usage_name" if identity.usage_name else "birth_name"
    named = {"institution"} if identity.institution else {"given_name", in_use}
    known = [(name, getattr(identity, name)) for name in OF_A_PERSON if name not in named]
    return [(LABELS[name], shown(name, value)) for name, value in known if value]


def announced(names: Iterable[str]) -> str:
    """Return the list of what is asked, for those who want to know beforehand: « civilité, nom, prénom »."""
    return ", ".join(dict.fromkeys(str(_ANNOUNCED.get(name) or str(LABELS[name]).lower()) for name in names))


def together(names: list[str]) -> str:
    """Return « Loïc, Anna et Zoé »."""
    return names[0] if len(names) < 2 else _("%(first)s et %(last)s", first=", ".join(names[:-1]), last=names[-1])


def how_long(wait: timedelta) -> str:
    """Return how long to wait: « 40 s », « 5 min »."""
    seconds = max(1, round(wait.total_seconds()))
    return f"{seconds} s" if seconds < 90 else f"{-(-seconds // 60)} min"


def when(turn: Turn) -> Any:
    """Return when a mail leaves, or may be asked for again: « vers 12 h 30 »."""
    if turn.refused:
        return _("Plusieurs courriels ont déjà été demandés. Redemandez-en un vers %(hour)s.", hour=hour(turn.at))
    return _("Beaucoup de courriels partent en ce moment : le vôtre partira vers %(hour)s.", hour=hour(turn.at))
