"""Noethysweb, « Importer des individus », one line a person.

Its reader loses NOMJFILLE, cuts foreign numbers to ten digits and has no neutral title: all of them go into MEMO, or
wait for the agent.
"""

from wizard.french import gettext as _
from wizard.models import Member, Sex, Title
from wizard.services.handover import cells, formats
from wizard.services.handover.families import Family
from wizard.services.handover.passing import passing
from wizard.services.handover.profile import Handed, Profile, Row, Sheet, alone
from wizard.stores.exports import Held

HEAD = ("IDFAMILLE", "CIVILITE", "NOM", "PRENOM", "DATE_NAISS", "RUE_RESID", "CP_RESID", "VILLE_RESID",
    "TELEPHONE_DOMICILE", "TELEPHONE_PORTABLE", "EMAIL_PERSONNEL", "MEMO")  # fmt: skip
_TITLES = {Title.MADAME: "Madame", Title.MONSIEUR: "Monsieur"}
_SEXES = {Sex.GIRL: "Fille", Sex.BOY: "Garçon"}


def tell(family: Family) -> Handed:
    """Return the adults, then the children, who pass."""
    found = passing(family, _stopped)
    rows = tuple(("INDIVIDUS", formats.not_a_date(_row(family, one))) for one in found.everyone)
    findings = (*found.findings, *(cells.contacts_left_out(family) if rows else ()))
    return Handed(rows, Held(frozenset(one.person for one in found.everyone)), findings)


def _stopped(member: Member) -> str:
    """Return what stops an adult; an institution is one that Noethysweb knows."""
    return "" if member.identity.institution else cells.stopped_adult(member)


def _row(family: Family, member: Member) -> Row:
    one, adult = member.identity, cells.is_adult_of(member)
    where = member.address if adult else family.parent.address
    civility = "Organisme" if one.institution else _TITLES[one.title] if one.title and adult else ""
    return (
        str(family.number),
        civility or (_SEXES[one.sex] if one.sex else ""),
        one.institution or cells.surname(one),
        "" if one.institution else one.given_name,
        cells.whole_day(one.birthdate),
        *cells.place(where),
        *cells.numbers(one),
        one.email or "",
        " ; ".join(_memo(family, member)),
    )


def _memo(family: Family, member: Member) -> list[str]:
    one = member.identity
    said = [(_("Autre téléphone"), number) for number in cells.foreign(one)]
    if one.institution:
        said.append((_("Demander"), f"{one.given_name} {cells.surname(one)}".strip()))
    if one.usage_name:
        said.append((_("Nom de naissance"), one.birth_name))
    said.append((_("Pays"), cells.abroad(member.address)))
    if member is family.parent:
        said.append((_("Portail famille, n°"), str(family.number)))
    return [f"{what} : {value}" for what, value in said if value]


PROFILE = Profile(
    "noethysweb",
    _("Noethysweb (individus)"),
    "xlsx",
    (Sheet("INDIVIDUS", HEAD),),
    alone(tell),
    formats.xlsx_file,
    (
        _("À l'import, choisissez « Une ligne par individu » et « La première ligne contient les entêtes »."),
        _("Noethysweb met les noms en majuscules : « McAdam » y devient « MCADAM »."),
        _("Ne passent jamais : les contacts, les autorisations, les liens de parenté, la résidence des enfants."),
    ),
)
