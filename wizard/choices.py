"""How each code is called in French: once, on the forms and wherever it is shown.

A second list, « …_ASKED », is there where a form asks otherwise than the answer is told.
"""

from typing import Any

from flask_babel import lazy_gettext as _

from wizard.models import (
    Action,
    AgentRole,
    Decision,
    KeyOrigin,
    Link,
    NoteKind,
    Outcome,
    Permission,
    PreferredContact,
    Residence,
    Role,
    Sex,
    Source,
    Stage,
    Status,
    Title,
)

AGENT_ROLES: dict[AgentRole, Any] = {
    AgentRole.INSTRUCTEUR: _("Instruction : lit les familles et décide"),
    AgentRole.ACCUEIL: _("Accueil : dit où en est un dossier, rien de plus"),
    AgentRole.ADMINISTRATOR: _("Administration : agents, motifs, traçabilité ; ne lit pas les familles"),
    AgentRole.HEALTH: _("Santé : ouvre les plis des enfants accueillis, et les listes du jour"),
}

ROLES: dict[Role, Any] = {
    Role.REPRESENTATIVE: _("Représentant"),
    Role.CO_REPRESENTATIVE: _("Co-représentant"),
    Role.CHILD: _("Enfant"),
    Role.CONTACT: _("Contact"),
}

TITLES: dict[Title, Any] = {Title.MADAME: _("Madame"), Title.MONSIEUR: _("Monsieur")}
# Nothing is kept of « je préfère ne pas répondre ».
TITLES_ASKED = TITLES | {"none": _("Je préfère ne pas répondre")}

YES_NO = {"yes": _("Oui"), "no": _("Non")}

SEXES: dict[Sex, Any] = {Sex.GIRL: _("fille"), Sex.BOY: _("garçon")}
SEXES_ASKED: dict[Sex, Any] = {Sex.GIRL: _("Fille"), Sex.BOY: _("Garçon")}

PREFERRED: dict[PreferredContact, Any] = {
    PreferredContact.EMAIL: _("par courriel"),
    PreferredContact.PHONE: _("par téléphone"),
    PreferredContact.SMS: _("par SMS"),
}
PREFERRED_ASKED: dict[PreferredContact, Any] = {
    PreferredContact.EMAIL: _("Courriel"),
    PreferredContact.PHONE: _("Téléphone"),
    PreferredContact.SMS: _("SMS"),
}

LINKS: dict[Link, Any] = {
    Link.MOTHER: _("Mère"),
    Link.FATHER: _("Père"),
    Link.STEP_PARENT: _("Beau-père ou belle-mère"),
    Link.GUARDIAN: _("Tuteur ou tutrice"),
    Link.FOSTER_FAMILY: _("Famille d'accueil"),
    Link.GRANDPARENT: _("Grand-parent"),
    Link.AUNT_UNCLE: _("Oncle ou tante"),
    Link.SIBLING: _("Frère ou sœur"),
    Link.CHILDMINDER: _("Assistante maternelle, garde d'enfants"),
    Link.NEIGHBOUR: _("Voisin ou voisine"),
    Link.FRIEND: _("Ami ou amie"),
    Link.OTHER: _("Autre lien"),
}
# Asked of those who answer for a child, and of those who may be called for one: the likeliest first.
PARENT_LINKS = {
    link: LINKS[link]
    for link in (
        Link.MOTHER,
        Link.FATHER,
        Link.STEP_PARENT,
        Link.GUARDIAN,
        Link.FOSTER_FAMILY,
        Link.GRANDPARENT,
        Link.OTHER,
    )
}
CONTACT_LINKS = {
    link: LINKS[link]
    for link in (
        Link.GRANDPARENT,
        Link.AUNT_UNCLE,
        Link.SIBLING,
        Link.STEP_PARENT,
        Link.CHILDMINDER,
        Link.NEIGHBOUR,
        Link.FRIEND,
        Link.MOTHER,
        Link.FATHER,
        Link.OTHER,
    )
}

# An adult's link with children, where « grand-parent de Loïc » would not do.
TIES: dict[Link, Any] = {
    Link.CHILDMINDER: _("assistante maternelle ou garde %(of_names)s"),
    Link.OTHER: _("un autre lien avec %(names)s"),
}
# What a child is to the parent who reads: of a mother or a father, by the child's sex when it is told.
MINE_BY_SEX: dict[Sex | None, Any] = {
    Sex.GIRL: _("votre fille"),
    Sex.BOY: _("votre fils"),
    None: _("votre enfant"),
}
MINE: dict[Link, Any] = {
    Link.STEP_PARENT: _("vous êtes son beau-parent"),
    Link.GUARDIAN: _("vous exercez sa tutelle"),
    Link.FOSTER_FAMILY: _("vous êtes sa famille d'accueil"),
    Link.GRANDPARENT: _("vous êtes son grand-parent"),
    Link.OTHER: _("vous avez un autre lien"),
}

RESIDENCES: dict[Residence, Any] = {
    Residence.HERE: _("chez le représentant"),
    Residence.ALTERNATING: _("en alternance"),
    Residence.OTHER_PARENT: _("chez l'autre parent"),
    Residence.OTHER: _("ailleurs"),
}
RESIDENCES_ASKED: dict[Residence, Any] = {
    Residence.HERE: _("Avec moi"),
    Residence.ALTERNATING: _("En résidence alternée"),
    Residence.OTHER_PARENT: _("Chez l'autre parent"),
    Residence.OTHER: _("Autre"),
}

RESIDENCES_TOLD: dict[Residence, Any] = {
    Residence.HERE: _("habite avec vous"),
    Residence.ALTERNATING: _("en résidence alternée"),
    Residence.OTHER_PARENT: _("habite chez l'autre parent"),
    Residence.OTHER: _("habite ailleurs"),
}

KEY_ORIGINS: dict[KeyOrigin, Any] = {
    KeyOrigin.GENERATED: _("créée à l'inscription"),
    KeyOrigin.LINK: _("annoncée, par le lien de la mairie"),
    KeyOrigin.KNOWN: _("reconnue, celle d'une famille connue"),
}

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
# A right is told in the present tense once it is accepted, and then only.
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
# What a contact told by mail of a right says of it; of one declined, since.
NOT_CONFIRMED = _("N'a pas encore confirmé.")
CONFIRMED: dict[Stage, Any] = {
    Stage.ACCEPTED: _("A confirmé le %(day)s."),
    Stage.DECLINED: _("S'est dit d'accord le %(day)s."),
}
# While a parent declares a contact, to themselves alone.
RIGHTS_DECLARED: dict[Permission, Any] = {
    Permission.COLLECT: _("peut venir chercher %(names)s"),
    Permission.EMERGENCY: _("à appeler en cas d'urgence pour %(names)s"),
}
# What came of an objection, as both parents and the agents read it.
OUTCOMES: dict[Outcome, Any] = {
    Outcome.DROPPED: _("La contestation est retirée par le parent qui l'avait faite."),
    Outcome.LIFTED: _("La mairie a levé la contestation : ce droit reste."),
    Outcome.UPHELD: _("La mairie a retiré ce droit."),
}
# What a parent chooses to withdraw, and how it is called in a list.
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
    Action.MOTIVES_CHANGED: _("Motifs de réponse changés"),
    Action.TRACED: _("Traçabilité consultée"),
    Action.COPIED: _("Copie des données d'une famille remise"),
    Action.ERASED: _("Famille effacée"),
    Action.FAMILIES_IMPORTED: _("Familles connues importées"),
    Action.CHILD_FILE_READ: _("Dossier administratif lu"),
    Action.DOCUMENT_DECIDED: _("Document examiné"),
    Action.DOCUMENTS_ANSWERED: _("Réponse sur des documents"),
    Action.REMINDED: _("Famille relancée"),
    Action.ENVELOPE_OPENED: _("Pli santé ouvert"),
    Action.LIST_OPENED: _("Liste du jour ouverte"),
}
