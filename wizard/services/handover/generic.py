"""Everything that is true of the families, table by table, for whoever reads a spreadsheet."""

from functools import partial

from wizard.choices import LINKS, PREFERRED, RESIDENCES, ROLES, SEXES, TITLES, YES_NO
from wizard.french import gettext as _
from wizard.models import Member, Permission
from wizard.services.handover import cells, formats
from wizard.services.handover.families import Family
from wizard.services.handover.profile import Finding, Handed, Profile, Row, Sheet, alone
from wizard.values.countries import country_name

_PERSON = ("Civilité", "Nom de naissance", "Nom d'usage", "Prénom", "Institution", "Téléphone portable", "Téléphone",
    "Courriel", "Contact préféré", "SMS")  # fmt: skip
SHEETS = (
    Sheet("familles", ("N° famille", "Clé Enfance", "Dossier", "Adresse", "Numéro", "Complément", "Voie", "Appartement",
        "Bâtiment", "Étage", "Code postal", "Commune", "Code commune", "Pays", "Adresse à vérifier")),
    Sheet("adultes", ("N° personne", "N° famille", "Rôle", *_PERSON, "Même adresse")),
    Sheet("enfants", ("N° personne", "Nom de naissance", "Nom d'usage", "Prénom", "Date de naissance", "Sexe")),
    Sheet("foyers", ("N° enfant", "N° famille", "Résidence", "Foyer principal")),
    Sheet("contacts", ("N° personne", "N° famille", *_PERSON)),
    Sheet("droits", ("N° contact", "N° enfant", "Peut venir chercher", "À appeler en cas d'urgence", "Contesté")),
    Sheet("liens", ("N° adulte", "N° enfant", "Lien")),
)  # fmt: skip


def tell(family: Family) -> Handed:
    """Return all of a family; a child of two homes is described in one of them, and is of both."""
    rows: list[tuple[str, Row]] = [("familles", _family(family))]
    number, address = str(family.number), family.parent.address
    for adult in (family.parent, *family.others):
        role, same = str(ROLES[adult.role]), _yes(adult.address is not None and adult.address == address)
        rows.append(("adultes", (str(adult.person), number, role, *_person(adult), same)))
    for child in family.children:
        here = family.home(child.person) == family.number
        rows += [("enfants", _child(child))] if here else []
        residence = str(RESIDENCES[child.residence]) if child.residence else ""
        rows.append(("foyers", (str(child.person), number, residence, _yes(here))))
    for contact in family.contacts:
        rows.append(("contacts", (str(contact.person), number, *_person(contact))))
        rows += [("droits", row) for row in _rights(family, contact)]
    for member in family.members:
        rows += [("liens", (str(member.person), str(child), str(LINKS[link]))) for child, link in member.links.items()]
    return Handed(tuple(rows), family.facts, tuple(_elsewhere(family)))


def _elsewhere(family: Family) -> list[Finding]:
    return [
        Finding(
            (child.person,),
            _("%(name)s a deux foyers : décrit avec la famille n° %(home)s.", name=child.identity.name,
                home=family.home(child.person)),
            stopped=False,
        )
        for child in family.children
        if family.home(child.person) != family.number
    ]  # fmt: skip


def _family(family: Family) -> Row:
    where = family.parent.address
    head = (str(family.number), family.key or "", family.reference)
    if where is None:
        return (*head, *[""] * 12)
    parts = (where.label, where.house_number, where.suffix, where.street, where.apartment, where.building, where.floor,
        where.postcode, where.city, where.citycode, country_name(where.country))  # fmt: skip
    return (*head, *(part or "" for part in parts), _yes(where.to_check))


def _person(member: Member) -> Row:
    one = member.identity
    return (
        str(TITLES[one.title]) if one.title else "",
        one.birth_name,
        one.usage_name or "",
        one.given_name,
        one.institution or "",
        cells.phone(one.mobile),
        cells.phone(one.phone),
        one.email or "",
        str(PREFERRED[one.preferred_contact]) if one.preferred_contact else "",
        _yes(one.sms_ok),
    )


def _child(member: Member) -> Row:
    one = member.identity
    names = (one.birth_name, one.usage_name or "", one.given_name)
    return (str(member.person), *names, cells.day(one.birthdate), str(SEXES[one.sex]) if one.sex else "")


def _rights(family: Family, contact: Member) -> list[Row]:
    return [
        (
            str(contact.person),
            str(right.child),
            _yes(right.may_collect),
            _yes(right.emergency),
            _yes(any(family.is_contested(contact.person, right.child, what) for what in Permission)),
        )
        for right in contact.rights
    ]


def _yes(value: bool) -> str:
    return str(YES_NO["yes" if value else "no"]).lower()


CSV = Profile(
    "csv", _("Tableau CSV (toutes les données)"), "zip", SHEETS, alone(tell), partial(formats.csv_files, bom=True)
)
XLSX = Profile("xlsx", _("Classeur XLSX (toutes les données)"), "xlsx", SHEETS, alone(tell), formats.xlsx_file)
