"""Who agents are, and what they do."""

from typing import Any

from wizard.french import gettext as _
from wizard.models import Action, AgentRole, NoteKind, Source

AGENT_ROLES_ASKED: dict[AgentRole, Any] = {
    AgentRole.CASEWORKER: _("Instruction : lit les familles et décide"),
    AgentRole.RECEPTION: _("Accueil : dit où en est un dossier, rien de plus"),
    AgentRole.ADMINISTRATOR: _("Administration : agents, motifs, traçabilité ; ne lit pas les familles"),
    AgentRole.HEALTH: _("Santé : ouvre les plis des enfants accueillis, et les listes du jour"),
}

AGENT_ROLES: dict[AgentRole, Any] = {
    AgentRole.CASEWORKER: _("Instructeur"),
    AgentRole.RECEPTION: _("Accueil"),
    AgentRole.ADMINISTRATOR: _("Administrateur"),
    AgentRole.HEALTH: _("Santé"),
}

SOURCES: dict[Source, Any] = {Source.COUNTER: _("au guichet"), Source.PHONE: _("au téléphone")}

NOTES: dict[NoteKind, Any] = {
    NoteKind.NOTE: _("Note"),
    NoteKind.REACHED: _("Appel : joint"),
    NoteKind.MESSAGE: _("Appel : message laissé"),
    NoteKind.ABSENT: _("Appel : absent"),
    NoteKind.SITUATION: _("Situation à connaître"),
}

ACTIONS: dict[Action, Any] = {
    Action.DEPOSITED: _("Dossier déposé par la famille"),
    Action.DECLARED: _("Demande modifiée par la famille"),
    Action.WITHDRAWN: _("Demande retirée par la famille"),
    Action.DECLINED: _("Refus de la personne nommée"),
    Action.OPENED: _("Première ouverture"),
    Action.READ: _("Dossier consulté"),
    Action.FOUND: _("Trouvé par une recherche"),
    Action.DECIDED: _("Décision"),
    Action.ANSWERED: _("Réponse donnée à la famille"),
    Action.RECALLED: _("Envoi annulé : la réponse n'est pas partie"),
    Action.REOPENED: _("Dossier rouvert"),
    Action.SET_ASIDE: _("Rapprochement écarté : le foyer garde sa propre clé"),
    Action.TIED: _("Foyer rattaché à une famille connue, par un agent"),
    Action.INVITED: _("Co-représentant invité à ouvrir son espace"),
    Action.JOINED: _("Invitation acceptée : l'enfant a deux foyers"),
    Action.OBJECTED: _("Droit contesté par l'autre parent"),
    Action.OBJECTION_DROPPED: _("Contestation retirée par le parent qui l'avait faite"),
    Action.OBJECTION_LIFTED: _("Contestation levée : le droit reste"),
    Action.OBJECTION_UPHELD: _("Droit retiré par la mairie, après une contestation"),
    Action.TOLD_APART: _("Doublon écarté : ce ne sont pas les mêmes"),
    Action.DOUBTED: _("Doublon de nouveau à vérifier"),
    Action.MERGED: _("Doublon réuni"),
    Action.UNMERGED: _("Réunion défaite"),
    Action.CORRECTED: _("Modifié par la mairie, pour la famille"),
    Action.RIGHT_REMOVED: _("Droit retiré par la mairie, pour la famille"),
    Action.NOTED: _("Note ajoutée ou corrigée"),
    Action.CREATED: _("Accès créé, par une commande"),
    Action.RESET: _("Mot de passe et téléphone remis à zéro, par une commande"),
    Action.DISMISSED: _("Accès retiré, par une commande"),
    Action.PASSWORD_CHANGED: _("Mot de passe changé par l'agent"),
    Action.SIGNED_IN: _("Connexion"),
    Action.SIGNED_OUT: _("Déconnexion"),
    Action.WRONG_PASSWORD: _("Mot de passe incorrect"),
    Action.WRONG_CODE: _("Code incorrect"),
    Action.RECOVERY_CODE: _("Code de secours utilisé"),
    Action.HELD_BACK: _("Trop d'essais : prié d'attendre"),
    Action.LOOKED_UP: _("Référence cherchée à l'accueil"),
    Action.WITHDRAWAL_SEEN: _("Retrait ou refus d'un droit : vu"),
    Action.AMENDMENT_SEEN: _("Changement fait par un parent : vu"),
    Action.OBJECTION_SEEN: _("Contestation d'un droit par l'autre parent : vue"),
    Action.ONE_DAY_SEEN: _("Autorisation d'un jour : vue"),
    Action.GATE_OPENED: _("Liste du portail ouverte : tous les enfants, et qui peut venir les chercher"),
    Action.EXPORT_PREVIEWED: _("Aperçu d'un export des familles consulté"),
    Action.EXPORTED: _("Familles exportées vers le logiciel de la mairie"),
    Action.TAKEN_OUT: _("Retraits faits dans le logiciel de la mairie"),
    Action.AGENT_INVITED: _("Agent invité"),
    Action.INVITATION_USED: _("Invitation acceptée, mot de passe choisi"),
    Action.ROLE_CHANGED: _("Rôle d'un agent changé"),
    Action.AGENT_REMOVED: _("Accès d'un agent retiré"),
    Action.REASONS_CHANGED: _("Motifs de réponse changés"),
    Action.TRACED: _("Traçabilité consultée"),
    Action.COPIED: _("Copie des données d'une famille remise"),
    Action.ERASED: _("Famille effacée"),
    Action.FAMILIES_IMPORTED: _("Familles connues importées"),
    Action.CHILD_FILE_READ: _("Dossier administratif lu"),
    Action.DOCUMENT_OPENED: _("Document ouvert"),
    Action.DOCUMENT_DECIDED: _("Document examiné"),
    Action.DOCUMENTS_ANSWERED: _("Réponse sur des documents"),
    Action.REMINDED: _("Famille relancée"),
    Action.ENVELOPE_OPENED: _("Pli santé ouvert"),
    Action.LIST_OPENED: _("Liste du jour ouverte"),
}

QUEUE_FILTERS: dict[str, Any] = {
    "corriges": _("corrigés"),
    "a-moi": _("à moi"),
    "en-retard": _("en retard"),
    "hors-commune": _("hors commune"),
    "adresse-a-verifier": _("adresse à vérifier"),
    "doublon-possible": _("doublon possible"),
    "courriel-refuse": _("courriel refusé"),
    "moins-de-3-ans": _("moins de 3 ans"),
    "3-11-ans": _("3 à 11 ans"),
    "12-ans-et-plus": _("12 ans et plus"),
}
