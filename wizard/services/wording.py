"""How the codes that the portal stores are called in French, for parents and agents alike."""

from typing import Any

from flask_babel import lazy_gettext as _

from wizard.models import Link, Residence, Role

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
SEXES = {"f": _("fille"), "m": _("garçon")}
PREFERRED = {"email": _("par courriel"), "phone": _("par téléphone"), "sms": _("par SMS")}

ACTIONS = {
    "deposited": _("Dossier déposé par la famille"),
    "opened": _("Première ouverture"),
    "read": _("Dossier consulté"),
    "found": _("Trouvé par une recherche"),
    "decided": _("Décision"),
    "answered": _("Réponse envoyée à la famille"),
    "reopened": _("Dossier rouvert"),
}
