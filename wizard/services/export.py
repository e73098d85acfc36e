"""« Télécharger mes données »: all that is kept of a family (RGPD, art. 15 and 20)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.choices import (
    ACTIONS,
    DECISIONS,
    LINKS,
    PERMISSIONS,
    RESIDENCES,
    ROLES,
    SOURCES,
    STAGES,
    STATUSES,
)
from wizard.clock import in_town
from wizard.french import gettext as _
from wizard.french import plain
from wizard.models import Account, Action, Address, Dossier, Member, Permission, Stage
from wizard.services import amending, export_documents, export_files, export_homes, export_town, household, standing
from wizard.services.copies import Record, Records
from wizard.services.differences import told
from wizard.services.household import Household
from wizard.services.standing import Situation, Standing
from wizard.services.wording import LABELS, OF_A_PERSON, said
from wizard.stores import accounts, amendments, families, journal, people, reviews
from wizard.values.countries import country_name
from wizard.values.dates import BirthDate, in_figures

# What both households of a child know of them.
_OF_BOTH = ["institution", "title", "birth_name", "usage_name", "given_name", "birthdate", "sex"]


def collect(db: Database, account: Account, typed: list[dict[str, Any]], *, health: bool = True) -> Records:
    """Return the records of a household, section by section; what was not answered is left out.

    Of a child whom another household shares, nothing of what that one may have declared. `typed` are the records of
    the people typed and not deposited yet. Without `health`, nothing of what is sealed, which parents take themselves.
    """
    found = household.read(db, account.household)
    members, own, situations = found.everyone, found.dossiers, standing.situations(found)
    shared = people.shared(db, account.household)
    sections = {
        "Espace": [_account(db, account)],
        "Famille connue de la mairie": _known_family(db, account),
        "Personnes": [_person(one, one.person in shared) | _where(situations[one.person]) for one in members],
        "Liens": _links(members),
        "Autorisations": _rights(members, situations),
        "Droits confirmés par les contacts": _confirmations(found),
        "Droits retirés": _withdrawals(found),
        "Changements": _amendments(db, found),
        **export_town.sections(db, account.household, _day),
        **export_homes.sections(db, account, found, _day),
        **export_files.sections(db, account, found, _day, health=health),
        **export_documents.sections(db, account, _day, health=health),
        "Dossiers": [_dossier(dossier) for dossier in own],
        "Demandes": _asked(found),
        "Décisions": [line for dossier in own if dossier.answered_at for line in _decisions(dossier, found.names)],
        "Consultations par la mairie": [line for dossier in own for line in _readings(db, dossier)],
        "Saisies non déposées": typed,
    }
    return {title: [_answered(record) for record in records] for title, records in sections.items()}


def _answered(record: dict[str, Any]) -> Record:
    return {label: plain(str(value)) for label, value in record.items() if value not in (None, "")}


def _day(moment: datetime | None) -> str:
    return in_town(moment).strftime("%d/%m/%Y %H:%M") if moment else ""


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def _account(db: Database, account: Account) -> dict[str, Any]:
    return {
        "Clé Enfance": people.enfance_key(db, account.household),
        "Identifiant": account.identifier,
        "Courriel": account.email,
        "Créé le": _day(account.created_at),
        "Activé le": _day(account.activated_at),
        "Dernière visite": _day(accounts.seen_at(db, account.id)),
        "Confirmé exact le": _day(reviews.confirmed_at(db, account.household)),
    }


def _known_family(db: Database, account: Account) -> list[dict[str, Any]]:
    """Return what the town's file holds of a family recognised; a key only announced may be another's.

    The address of the file is told to whoever proved it: names and a key are known to others.
    """
    tie = families.tie(db, account.household)
    if not tie.is_recognised or tie.known is None:
        return []
    proved = tie.known.email == account.email
    return [
        {
            "Clé Enfance": tie.known.enfance_key,
            "Nom": tie.known.birth_name,
            "Prénom": tie.known.given_name,
            "Courriel": tie.known.email if proved or not tie.known.email else _("à demander à la mairie"),
            "Dernier fichier le": _day(tie.imported_at),
        }
    ]


def _person(member: Member, shared: bool) -> dict[str, Any]:
    names = _OF_BOTH if shared else OF_A_PERSON
    told = {str(LABELS[name]): _told(name, getattr(member.identity, name)) for name in names}
    where = {"Résidence": RESIDENCES[member.residence] if member.residence else None}
    own = _address(member.address) if member.address and not shared else {}
    invited = {str(LABELS["invite"]): said("invite", member.invite or None)}
    return {"Rôle": ROLES[member.role]} | told | where | own | invited


def _where(situation: Situation) -> dict[str, Any]:
    return {"Où en est la demande": situation.standing.told(_day) if situation.standing else None}


def _told(name: str, value: Any) -> Any:
    return in_figures(value) if isinstance(value, BirthDate) else said(name, value)


def _address(address: Address) -> dict[str, Any]:
    return {
        "Adresse": address.label,
        "Appartement": address.apartment,
        "Bâtiment": address.building,
        "Étage": address.floor,
        "Numéro": " ".join(filter(None, (address.house_number, address.suffix))),
        "Voie": address.street,
        "Code postal": address.postcode,
        "Commune": address.city,
        "Pays": country_name(address.country),
        "Code de la commune": address.citycode,
        "Identifiant national de l'adresse": address.ban_id,
        "Latitude": address.lat,
        "Longitude": address.lon,
        "Source de l'adresse": address.source,
        "Date de la source": address.data_date,
        "À vérifier par la mairie": _yes(address.to_check),
    }


def _links(members: tuple[Member, ...]) -> list[dict[str, Any]]:
    names = {member.person: member.identity.name for member in members}
    return [
        {"Adulte": member.identity.name, "Enfant": names[child], "Lien": LINKS[link]}
        for member in members
        for child, link in member.links.items()
        if child in names
    ]


def _rights(members: tuple[Member, ...], situations: Mapping[int, Situation]) -> list[dict[str, Any]]:
    names = {member.person: member.identity.name for member in members}
    return [
        {
            "Contact": member.identity.name,
            "Enfant": names[child],
            "Peut venir le chercher": _granted(rights.get((child, Permission.COLLECT))),
            "À appeler en cas d'urgence": _granted(rights.get((child, Permission.EMERGENCY))),
        }
        for member in members
        if (rights := situations[member.person].rights)
        for child in dict.fromkeys(child for child, _permission in rights)
    ]


def _granted(right: Standing | None) -> str:
    """Return « oui » of a right that is accepted, and of no other: of those, where they stand."""
    if right is None or right.stage is Stage.ACCEPTED:
        return _yes(right is not None)
    return str(STAGES[right.stage]).lower()


def _withdrawals(found: Household) -> list[dict[str, Any]]:
    return [
        {
            "Contact": one.contact_name,
            "Enfant": one.child_name,
            "Droit": str(PERMISSIONS[one.what]) % {"name": one.child_name},
            "Retiré le": _day(one.at),
            "Refusé par cette personne": _yes(True) if one.declined else None,
            "S'est dite d'accord le": _day(one.agreed_at),
            "Vu par la mairie le": _day(one.seen_at),
        }
        for one in found.withdrawals
    ]


def _amendments(db: Database, found: Household) -> list[dict[str, Any]]:
    return [
        {
            "Personne": one.name,
            "Donnée": what,
            "Avant": before,
            "Après": after,
            "Changé le": _day(one.at),
            "Vu par la mairie le": _day(one.seen_at) if one.source is None else None,
            "Par la mairie": SOURCES[one.source] if one.source else None,
        }
        for one in amendments.of_household(db, found.id)
        for what, before, after in amending.rows(one.changes, found.names)
    ]


def _confirmations(found: Household) -> list[dict[str, Any]]:
    names = {member.person: member.identity.name for member in found.members}
    return [
        {
            "Contact": names[one.contact],
            "Droit": str(PERMISSIONS[one.what]) % {"name": names[one.child]},
            "Courriel": one.email,
            "Prévenu le": _day(one.told_at),
            "A confirmé le": _day(one.agreed_at) or _("pas encore confirmé"),
        }
        for one in found.confirmations
        if {one.contact, one.child} <= names.keys()
    ]


def _dossier(dossier: Dossier) -> dict[str, Any]:
    return {
        "Référence": dossier.reference,
        "Déposé le": _day(dossier.deposited_at),
        "Ouvert le": _day(dossier.opened_at),
        "Répondu le": _day(dossier.answered_at),
        "État": STATUSES[dossier.status],
    }


def _asked(found: Household) -> list[dict[str, Any]]:
    """Tell what the family declared of each person, each time that it did, as it was deposited."""
    references = {dossier.id: dossier.reference for dossier in found.dossiers}
    return [
        {"Dossier": references[one.dossier], "Validé le": _day(one.accepted_at)}
        | {"Modifié par la mairie le" if one.by_town else "Demandé le": _day(one.declared_at)}
        | {"Rôle": ROLES[one.declaration.role]}
        | told(one.declaration, found.names)
        for one in found.declared
    ]


def _decisions(dossier: Dossier, names: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "Dossier": dossier.reference,
            "Personne": names[line.person],
            "Décision": DECISIONS[line.decision] if line.decision else None,
            "Motif": line.reason_name,
            "Commentaire": line.comment,
        }
        for line in dossier.lines
    ]


# What agents made of a likeness is about another family too, which may not know of it (see services/duplicates).
_NOT_THEIRS = {Action.TOLD_APART, Action.DOUBTED, Action.MERGED, Action.UNMERGED}


def _readings(db: Database, dossier: Dossier) -> list[dict[str, Any]]:
    """Tell when the town hall had the dossier before its eyes, not who in it."""
    entries = journal.of_dossier(db, dossier.id)
    return [
        {"Dossier": dossier.reference, "Le": _day(entry.at), "Quoi": ACTIONS[entry.action]}
        for entry in reversed(entries)
        if entry.action not in _NOT_THEIRS
    ]
