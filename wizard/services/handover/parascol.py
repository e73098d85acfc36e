"""JVS Parascol: one line a child, with both adults on each."""

from collections.abc import Iterator

from wizard.french import gettext as _
from wizard.models import Member, Sex, Title
from wizard.services.handover import cells, formats
from wizard.services.handover.families import Family
from wizard.services.handover.passing import Passing, passing
from wizard.services.handover.profile import Finding, Handed, Profile, Row, Sheet, alone
from wizard.stores.exports import Held

_ADULT = ("Civilite", "Nom", "Prenom", "Adresse", "Code_postal", "Ville", "Telephone", "Portable", "TelPro", "Mail")
HEAD = (
    "Famille_Identifiant",
    *(f"Responsable_1_{name}" for name in _ADULT),
    *(f"Responsable_2_{name}" for name in _ADULT),
    "Enfant_Civilite",
    "Enfant_Nom",
    "Enfant_Prenom",
    "Enfant_Date_de_naissance",
)
_TITLES = {Title.MADAME: "MME", Title.MONSIEUR: "M"}
_SEXES = {Sex.GIRL: "F", Sex.BOY: "M"}


def tell(family: Family) -> Handed:
    """Return a line for each child who passes."""
    found = passing(family, most=2)
    if not found.adults:
        return Handed((), Held(), found.findings)
    second = _adult(found.adults[1]) if len(found.adults) > 1 else ("",) * len(_ADULT)
    adults = (str(family.number), *_adult(family.parent), *second)
    rows = tuple(("parascol", (*adults, *_child(child))) for child in found.children)
    held = Held(frozenset(one.person for one in found.everyone))
    return Handed(rows, held, (*found.findings, *_findings(family, found)))


def _findings(family: Family, found: Passing) -> Iterator[Finding]:
    yield from cells.contacts_left_out(family)
    for one in found.everyone:
        yield from cells.lacking(one)
    for one in found.everyone:
        yield from cells.altered(one, *(_child(one) if one in found.children else _adult(one)))


def _adult(member: Member) -> Row:
    one = member.identity
    return (
        _TITLES[one.title] if one.title else "",
        cells.surname(one),
        one.given_name,
        *cells.place(member.address),
        *cells.numbers(one),
        "",
        one.email or "",
    )


def _child(member: Member) -> Row:
    one = member.identity
    return (_SEXES[one.sex] if one.sex else "", cells.surname(one), one.given_name, cells.whole_day(one.birthdate))


PROFILE = Profile(
    "parascol",
    _("JVS Parascol"),
    "csv",
    (Sheet("parascol", HEAD),),
    alone(tell),
    formats.csv_file,
    (_("Ne passent jamais : les contacts, les autorisations, les liens de parenté, la résidence des enfants."),),
)
