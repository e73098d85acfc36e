"""What each mail is written from."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from wizard.services.receipt import Line

PORTAL = "https://famille.oudon.example"
LINK = f"{PORTAL}/activation/{'t' * 43}"
LINES = (
    {
        "name": "Zoé Martin",
        "decision": "demande acceptée",
        "reason": None,
        "comment": None,
        "limit": "Ne pourra venir chercher Inès que si la demande pour Inès est acceptée.",
        "next_step": None,
    },
    {
        "name": "<b>Luc</b> & Fils",
        "decision": "à corriger",
        "reason": "Pièce illisible",
        "comment": "Le justificatif est coupé.",
        "limit": "",
        "next_step": "Déposez-le de nouveau.",
    },
)
CONTEXTS: dict[str, dict[str, Any]] = {
    "activation": {"link": LINK, "code": "123456", "lifetime": timedelta(hours=48)},
    "already_registered": {},
    "deposited": {
        "reference": "K7RM4TXQ",
        "at": datetime(2026, 3, 3, 9, 42, tzinfo=UTC),
        "lines": (
            Line("Zoé Martin", "enfant", ""),
            Line("<b>Luc</b> & Fils", "contact", "Demandé\u00a0: venir chercher Zoé."),
        ),
        "measured": 4,
    },
    "outcome": {"reference": "K7RM4TXQ", "lines": LINES, "link": f"{PORTAL}/espace"},
    "lost_access": {"identifier": "camille.martin", "link": LINK},
    "no_account": {},
    "trial": {},
    "password_changed": {},
    "email_change": {"link": LINK},
    "email_changed": {},
    "resume": {"link": LINK},
    "deletion": {"link": LINK},
    "withdrawn": {
        "lines": ("Jeanne ne peut plus venir chercher Inès depuis le 24 novembre 2026 à 10 h 05.",),
        "link": f"{PORTAL}/espace",
        "by_town": False,
    },
    "corrected": {"lines": ("<b>Luc</b> & Fils – Téléphone",), "source": "au téléphone", "link": f"{PORTAL}/espace"},
    "confirmation": {"link": f"{PORTAL}/espace/confirmer"},
    "named": {
        "by": "Camille Martin",
        "lines": ("Vous pouvez venir chercher un enfant de Camille Martin.",),
        "until": date(2027, 11, 24),
        "link": f"{PORTAL}/contact/{'t' * 43}",
    },
    "declined": {
        "lines": ("Jeanne a refusé, le 24 novembre 2026 à 10 h 05, de venir chercher Inès.",),
        "link": f"{PORTAL}/espace",
    },
    "invitation": {
        "sender": "Camille Martin",
        "link": f"{PORTAL}/invitation/{'t' * 43}",
        "last_day": datetime(2026, 12, 8, 9, 5, tzinfo=UTC),
    },
    "joined": {"guest": "Paul Morel", "link": f"{PORTAL}/espace"},
    "united": {"kept": False, "link": f"{PORTAL}/connexion"},
    "objection": {
        "line": "Jeanne Le Goff – Venir chercher Inès Martin\u00a0: contesté depuis le 24 novembre 2026 à 10 h 05.",
        "link": f"{PORTAL}/espace",
    },
    "one_day": {
        "line": "Marc Durand peut venir chercher Inès le 25 novembre 2026 seulement, à la demande de Camille Martin.",
        "given_at": datetime(2026, 11, 24, 9, 5, tzinfo=UTC),
        "own": True,
        "live": True,
        "link": f"{PORTAL}/espace/un-jour",
    },
    "child_file": {
        "children": ["Zoé", "<b>Luc</b>"],
        "year": "2026-2027",
        "at": datetime(2026, 11, 24, 9, 5, tzinfo=UTC),
        "link": f"{PORTAL}/espace",
        "on_paper": True,
    },
    "authorisations": {"child": "<b>Luc</b>", "link": f"{PORTAL}/espace/enfants/12/autorisations"},
    "documents": {
        "child": "<b>Luc</b>",
        "year": "2026-2027",
        "deposited": True,
        "refused": 2,
        "missing": 1,
        "link": f"{PORTAL}/espace/enfants/12/dossier",
    },
    "child_file_reminder": {
        "child": "<b>Luc</b>",
        "year": "2026-2027",
        "deposited": True,
        "refused": 1,
        "missing": 1,
        "link": f"{PORTAL}/espace/enfants/12/dossier",
    },
    "agent_invitation": {
        "link": f"{PORTAL}/mairie/invitation/{'t' * 43}",
        "last_day": datetime(2026, 12, 8, 9, 5, tzinfo=UTC),
    },
    "erased": {"at": datetime(2026, 11, 24, 9, 5, tzinfo=UTC), "link": f"{PORTAL}/inscription"},
    "inactivity_warning": {"deletion_day": date(2028, 11, 24)},
}
