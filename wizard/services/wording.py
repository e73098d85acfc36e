"""How the codes that the portal stores are called in French, for parents and agents alike."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from wizard.french import hour
from wizard.models import Link, Residence, Role
from wizard.services.mail_turns import Turn

ROLES: dict[Role, Any] = {
    Role.REPRESENTATIVE: _("Représentant"),
    Role.CO_REPRESENTATIVE: _("Co-représentant"),
    Role.CHILD: _("Enfant"),
    Role.CONTACT: _("Contact"),
}

LINKS: dict[Link, Any] = {
    Link.MOTHER: _("Mère"),
    Link.FATHER: _("Père"),
    Link.GUARDIAN: _("Tuteur ou tutrice"),
    Link.FOSTER_FAMILY: _("Famille d'accueil"),
    Link.STEP_PARENT: _("Beau-parent"),
    Link.GRANDPARENT: _("Grand-parent"),
    Link.AUNT_UNCLE: _("Oncle ou tante"),
    Link.SIBLING: _("Frère ou sœur"),
    Link.CHILDMINDER: _("Assistante ou assistant maternel"),
    Link.NEIGHBOUR: _("Voisin ou voisine"),
    Link.FRIEND: _("Ami ou amie"),
    Link.OTHER: _("Autre lien"),
}

RESIDENCES: dict[Residence, Any] = {
    Residence.HERE: _("chez le représentant"),
    Residence.ALTERNATING: _("en alternance"),
    Residence.OTHER_PARENT: _("chez l'autre parent"),
    Residence.OTHER: _("ailleurs"),
}

TITLES = {"madame": _("Madame"), "monsieur": _("Monsieur")}
TITLES_TYPED = TITLES | {"none": _("Je préfère ne pas répondre")}
SEXES = {"f": _("fille"), "m": _("garçon")}
PREFERRED = {"email": _("par courriel"), "phone": _("par téléphone"), "sms": _("par SMS")}

# The fields of the forms of people, as a draft names them.
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

ACTIONS = {
    "deposited": _("Dossier déposé par la famille"),
    "opened": _("Première ouverture"),
    "read": _("Dossier consulté"),
    "found": _("Trouvé par une recherche"),
    "decided": _("Décision"),
    "answered": _("Réponse envoyée à la famille"),
    "reopened": _("Dossier rouvert"),
    "set_aside": _("Rapprochement écarté : le foyer garde sa propre clé"),
}


AGENT_ACTIONS = ACTIONS | {
    "created": _("Accès créé, par une commande"),
    "reset": _("Mot de passe et téléphone remis à zéro, par une commande"),
    "dismissed": _("Accès retiré, par une commande"),
    "password_changed": _("Mot de passe changé par l'agent"),
    "signed_in": _("Connexion"),
    "signed_out": _("Déconnexion"),
    "wrong_password": _("Mot de passe incorrect"),
    "wrong_code": _("Code incorrect"),
    "recovery_code": _("Code de secours utilisé"),
    "held_back": _("Trop d'essais : prié d'attendre"),
    "looked_up": _("Référence cherchée à l'accueil"),
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
