"""Berger-Levrault BL Enfance: families, children and which child is of which family, in three CSV files of a ZIP."""

from collections.abc import Iterator

from wizard.french import gettext as _
from wizard.models import Member, Sex, Title
from wizard.services.handover import cells, formats
from wizard.services.handover.families import Family
from wizard.services.handover.passing import Passing, passing
from wizard.services.handover.profile import Finding, Handed, Profile, Row, Sheet, alone
from wizard.stores.exports import Held

_ADULT = ("sexeResp{}", "nomResp{}", "prenomResp{}", "dateNaisResp{}", "telephoneResp{}", "portableResp{}",
    "telephoneProResp{}", "emailResp{}")  # fmt: skip
FAMILY = ("id", "aliasTiers", *(name.format(1) for name in _ADULT), "adrNumeroVoie", "adrcodePostal", "adrLocalite",
    *(name.format(2) for name in _ADULT), "typeModeReglementResp1")  # fmt: skip
SHEETS = (
    Sheet("famille", FAMILY),
    Sheet("enfant", ("Id", "sexe", "nom", "prenom", "dateNaissance")),
    Sheet("enfantFamille", ("famille_id", "enfant_id")),
    Sheet("mandat", ("titulaire_id", "rum", "dateSignature", "iban", "bic")),  # always empty: its reader wants the file
)
_SEXES = {Title.MADAME: "FEMININ", Title.MONSIEUR: "MASCULIN", Sex.GIRL: "FEMININ", Sex.BOY: "MASCULIN"}


def tell(family: Family) -> Handed:
    """Return the family's line, those of its children, and those that tie both."""
    found = passing(family, most=2)
    if not found.adults:
        return Handed((), Held(), found.findings)
    number, place = str(family.number), cells.place(family.parent.address)
    second = _adult(found.adults[1]) if len(found.adults) > 1 else ("",) * len(_ADULT)
    rows: list[tuple[str, Row]] = [("famille", (number, "", *_adult(family.parent), *place, *second, ""))]
    for child in found.children:
        rows.append(("enfant", _child(child)))
        rows.append(("enfantFamille", (number, str(child.person))))
    held = Held(frozenset(one.person for one in found.everyone))
    return Handed(tuple(rows), held, (*found.findings, *_findings(family, found)))


def _findings(family: Family, found: Passing) -> Iterator[Finding]:
    yield from cells.contacts_left_out(family)
    for one in found.everyone:
        yield from cells.lacking(one)
    for one in found.adults[1:]:
        if family.parent.address and one.address != family.parent.address:
            words = _("%(name)s : ce logiciel lui donnera l'adresse du premier responsable.", name=one.identity.name)
            yield Finding((one.person,), words, stopped=False)
    for one in found.everyone:
        yield from cells.altered(one, *(_child(one) if one in found.children else _adult(one)))
    yield from cells.altered(family.parent, cells.street(family.parent.address))


def _adult(member: Member) -> Row:
    one = member.identity
    sex = _SEXES[one.title] if one.title else ""
    return (sex, cells.surname(one), one.given_name, "", *cells.numbers(one), "", one.email or "")


def _child(member: Member) -> Row:
    one = member.identity
    return (str(member.person), _SEXES[one.sex] if one.sex else "", cells.surname(one), one.given_name,
        cells.whole_day(one.birthdate))  # fmt: skip


PROFILE = Profile(
    "bl-enfance",
    _("Berger-Levrault BL Enfance"),
    "zip",
    SHEETS,
    alone(tell),
    formats.csv_files,
    (_("Ne passent jamais : les contacts, les autorisations, les liens de parenté, la résidence, les mandats."),),
)
