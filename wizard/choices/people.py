"""What people are to each other, and how they are reached."""

from typing import Any

from wizard.french import gettext as _
from wizard.models import KeyOrigin, Link, PreferredContact, Recognition, Residence, Role, Sex, Title

ROLES: dict[Role, Any] = {
    Role.REPRESENTATIVE: _("Représentant"),
    Role.CO_REPRESENTATIVE: _("Co-représentant"),
    Role.CHILD: _("Enfant"),
    Role.CONTACT: _("Contact"),
}

TITLES: dict[Title, Any] = {Title.MADAME: _("Madame"), Title.MONSIEUR: _("Monsieur")}

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

TIES: dict[Link, Any] = {
    Link.CHILDMINDER: _("assistante maternelle ou garde %(of_names)s"),
    Link.OTHER: _("un autre lien avec %(names)s"),
}

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

RECOGNITIONS: dict[Recognition, Any] = {
    Recognition.EMAIL: _("son courriel est prouvé par ce compte"),
    Recognition.AGENT: _("rattachée par un agent"),
    Recognition.NAME: _("sa clé et son nom concordent"),
}
