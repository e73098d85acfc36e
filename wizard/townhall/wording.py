"""How the town hall's pages call what the portal stores as codes."""

from flask_babel import lazy_gettext as _

from wizard.services.outcome import DECISIONS, MOTIVES, STATUSES
from wizard.services.wording import ACTIONS, LINKS, PREFERRED, RESIDENCES, ROLES, SEXES, TITLES

KEY_ORIGINS = {
    "generated": _("créée à l'inscription"),
    "link": _("annoncée, par le lien de la mairie"),
    "known": _("reconnue, celle d'une famille connue"),
}

WORDS = {
    "roles": ROLES,
    "links": LINKS,
    "residences": RESIDENCES,
    "titles": TITLES,
    "sexes": SEXES,
    "preferred": PREFERRED,
    "key_origins": KEY_ORIGINS,
    "actions": ACTIONS,
    "decisions": DECISIONS,
    "motives": MOTIVES,
    "statuses": STATUSES,
}
