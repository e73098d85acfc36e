"""Pieces of sentences that several pages need: lists, waits, the names of what was typed."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from wizard.choices import ROLES
from wizard.french import hour
from wizard.models import Role
from wizard.services.mail_turns import Turn

# The kinds of people and the fields of their forms, as a draft names them.
ROLES_TYPED = {
    "co-representant": ROLES[Role.CO_REPRESENTATIVE],
    "membre": ROLES[Role.CHILD],
    "contact": ROLES[Role.CONTACT],
}
TYPED = {
    "title": _("Civilité"),
    "birth_name": _("Nom de naissance"),
    "usage_name": _("Nom d'usage"),
    "given_name": _("Prénom"),
    "single_name": _("Un seul nom"),
    "institution": _("Service ou institution"),
    "birthdate": _("Date de naissance"),
    "sex": _("Sexe"),
    "mobile": _("Téléphone portable"),
    "phone": _("Téléphone"),
    "email": _("Courriel"),
    "same_address": _("Même adresse que le représentant"),
    "link": _("Lien"),
    "residence": _("Résidence"),
    "children": _("Enfants concernés"),
    "contacts": _("Contacts concernés"),
    "may_collect": _("Peut venir chercher l'enfant"),
    "emergency": _("À appeler en cas d'urgence"),
}


def together(names: list[str]) -> str:
    """Return « Loïc, Anna et Zoé »."""
    return names[0] if len(names) < 2 else gettext("%(first)s et %(last)s", first=", ".join(names[:-1]), last=names[-1])


def duration(wait: timedelta) -> str:
    """Return how long to wait: « 40 s », « 5 min »."""
    seconds = max(1, round(wait.total_seconds()))
    return f"{seconds} s" if seconds < 90 else f"{-(-seconds // 60)} min"


def when(turn: Turn) -> Any:
    """Return when a mail leaves, or may be asked for again: « vers 12 h 30 »."""
    if turn.refused:
        return gettext("Plusieurs courriels ont déjà été demandés. Redemandez-en un vers %(hour)s.", hour=hour(turn.at))
    return gettext("Beaucoup de courriels partent en ce moment : le vôtre partira vers %(hour)s.", hour=hour(turn.at))
