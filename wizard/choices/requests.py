"""Where what a family asks stands, and what was decided of it."""

from typing import Any

from wizard.french import gettext as _
from wizard.models import Decision, Outcome, Permission, Stage, Status

DECISIONS: dict[Decision, Any] = {
    Decision.ACCEPTED: _("Demande acceptée"),
    Decision.REFUSED: _("Demande refusée"),
    Decision.TO_CORRECT: _("À corriger"),
}

STAGES: dict[Stage, Any] = {
    Stage.ASKED: _("Demandé"),
    Stage.CHANGING: _("Modification demandée"),
    Stage.LEAVING: _("Retrait demandé"),
    Stage.ACCEPTED: _("Validé"),
    Stage.REFUSED: _("Refusé"),
    Stage.TO_CORRECT: _("À corriger"),
    Stage.WITHDRAWN: _("Retiré"),
    Stage.DECLINED: _("A refusé"),
    Stage.CONTESTED: _("Contesté"),
}

RIGHTS: dict[Stage, dict[Permission, Any]] = {
    Stage.ASKED: {
        Permission.COLLECT: _("Demandé : venir chercher %(names)s."),
        Permission.EMERGENCY: _("Demandé : appel en cas d'urgence pour %(names)s."),
    },
    Stage.ACCEPTED: {
        Permission.COLLECT: _("Peut venir chercher %(names)s."),
        Permission.EMERGENCY: _("À appeler en cas d'urgence pour %(names)s."),
    },
    Stage.REFUSED: {
        Permission.COLLECT: _("Ne peut pas venir chercher %(names)s."),
        Permission.EMERGENCY: _("N'est pas à appeler en cas d'urgence pour %(names)s."),
    },
    Stage.TO_CORRECT: {
        Permission.COLLECT: _("Pas encore accordé : venir chercher %(names)s."),
        Permission.EMERGENCY: _("Pas encore accordé : appel en cas d'urgence pour %(names)s."),
    },
    Stage.WITHDRAWN: {
        Permission.COLLECT: _("Ne peut plus venir chercher %(names)s depuis le %(moment)s."),
        Permission.EMERGENCY: _("N'est plus à appeler en cas d'urgence pour %(names)s depuis le %(moment)s."),
    },
    Stage.DECLINED: {
        Permission.COLLECT: _("A refusé, le %(moment)s, de venir chercher %(names)s."),
        Permission.EMERGENCY: _("A refusé, le %(moment)s, qu'on l'appelle en cas d'urgence pour %(names)s."),
    },
    Stage.CONTESTED: {
        Permission.COLLECT: _("Contesté depuis le %(moment)s, la mairie va décider : venir chercher %(names)s."),
        Permission.EMERGENCY: _(
            "Contesté depuis le %(moment)s, la mairie va décider : appel en cas d'urgence pour %(names)s."
        ),
    },
}

NOT_CONFIRMED = _("N'a pas encore confirmé.")

CONFIRMED: dict[Stage, Any] = {
    Stage.ACCEPTED: _("A confirmé le %(day)s."),
    Stage.DECLINED: _("S'est dit d'accord le %(day)s."),
}

RIGHTS_DECLARED: dict[Permission, Any] = {
    Permission.COLLECT: _("peut venir chercher %(names)s"),
    Permission.EMERGENCY: _("à appeler en cas d'urgence pour %(names)s"),
}

OUTCOMES: dict[Outcome, Any] = {
    Outcome.DROPPED: _("La contestation est retirée par le parent qui l'avait faite."),
    Outcome.LIFTED: _("La mairie a levé la contestation : ce droit reste."),
    Outcome.UPHELD: _("La mairie a retiré ce droit."),
}

PERMISSIONS: dict[Permission, Any] = {
    Permission.COLLECT: _("Venir chercher %(name)s"),
    Permission.EMERGENCY: _("Appel en cas d'urgence pour %(name)s"),
}

STATUSES: dict[Status, Any] = {
    Status.DEPOSITED: _("Déposé"),
    Status.OPENED: _("En cours"),
    Status.TO_CORRECT: _("À corriger"),
    Status.CORRECTED: _("Corrigé"),
    Status.ACCEPTED: _("Accepté"),
    Status.PARTLY_ACCEPTED: _("Accepté en partie"),
    Status.REFUSED: _("Refusé"),
    Status.CANCELLED: _("Annulé"),
}
