"""iLoise: adults and children in two workbooks that name each other, their heads on the fourth line.

Its reader knows people by their names alone, and takes whoever is named beside a child for someone who may collect
them: homonyms are left to the agent, and so is every right but that one.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from wizard.french import gettext as _
from wizard.models import Member, Permission, Sex, Title
from wizard.services.handover import cells, formats
from wizard.services.handover.families import Family
from wizard.services.handover.passing import passing
from wizard.services.handover.profile import Finding, Handed, Profile, Row, Sheet, Tell
from wizard.stores.exports import Held

SHEETS = (
    Sheet("Adultes", ("Civilité", "Nom", "Prénom", "Adresse", "Code postal", "Commune", "Tel", "Portable", "Courriel",
        "Organisme", "Num.Alloc.", "Enfant(s) de l’entourage proche")),
    Sheet("Enfants", ("Nom enfant", "Prénom enfant", "Sexe", "Date de naissance", "Courriel enfant",
        "Adulte chez qui réside l’enfant", "Adultes habilités")),
)  # fmt: skip
_TITLES = {Title.MADAME: "MME", Title.MONSIEUR: "M"}
_SEXES = {Sex.GIRL: "F", Sex.BOY: "M"}
Right = tuple[int, int, Permission]


def start(families: Iterator[Family]) -> Tell:
    """Learn the names that are of two families; a child's is also looked for inside others'."""
    adults: Counter[str] = Counter()
    children: list[str] = []
    for family in families:
        adults.update({called(one) for one in (family.parent, *family.others)})
        children += {called(one) for one in family.children if family.home(one.person) == family.number}
    return partial(_tell, adults, "\n".join(children))


def called(member: Member) -> str:
    """Return what one sheet calls someone of the other."""
    return " ".join(formats.not_a_date((cells.surname(member.identity), member.identity.given_name)))


def _tell(adults: Counter[str], children: str, family: Family) -> Handed:
    found = passing(family)
    alike = [one for one in found.adults if adults[called(one)] > 1]
    alike += [one for one in found.children if children.count(called(one)) > 1]
    if alike:
        names = ", ".join(one.identity.name for one in alike)
        words = _("Homonyme dans une autre famille, que ce logiciel confondrait : %(names)s. À saisir à la main.",
            names=names)  # fmt: skip
        return Handed((), Held(), (cells.whole_family(family, words),))
    if not found.adults:
        return Handed((), Held(), found.findings)
    own = "\n".join(called(one) for one in found.children)
    collectors = {child.person: _collectors(family, child) for child in found.children}
    rows = [("Adultes", formats.not_a_date(_adult(one, own))) for one in found.adults]
    rows += [
        ("Enfants", formats.not_a_date(_child(family, one, [line for _contact, line in collectors[one.person]])))
        for one in found.children
    ]
    rights = {(contact, child, Permission.COLLECT) for child, some in collectors.items() for contact, _line in some}
    people = {one.person for one in found.everyone} | {contact for contact, _child_, _what in rights}
    told = (
        *found.findings,
        *_findings(family, rights),
        *(one for who in found.everyone for one in cells.lacking(who)),
    )
    return Handed(tuple(rows), Held(frozenset(people), frozenset(rights)), told)


def _collectors(family: Family, child: Member) -> list[tuple[int, str]]:
    """Return those who may collect a child and whom its reader takes whole: « LE GOFF Jeanne +33240123456 »."""
    return [
        (contact.person, f"{cells.surname(contact.identity).upper()} {contact.identity.given_name} {number}")
        for contact in family.contacts
        for right in contact.rights
        if right.child == child.person and right.may_collect
        if not family.is_contested(contact.person, child.person, Permission.COLLECT)
        if (number := _number(contact)) and _is_read_whole(contact)
    ]


def _number(contact: Member) -> str:
    numbers = (contact.identity.mobile, contact.identity.phone)
    return next((number for number in numbers if number and number.startswith("+33")), "")


def _is_read_whole(contact: Member) -> bool:
    """Whether their software reads a name whole: it takes the last word for the given name."""
    given = contact.identity.given_name
    return bool(given) and " " not in given and not contact.identity.institution


def _findings(family: Family, passed: set[Right]) -> Iterator[Finding]:
    """Tell each right that the file does not have, and why."""
    for contact in family.contacts:
        left = sorted({one for one in family.facts.rights if one[0] == contact.person} - passed, key=str)
        if not left:
            continue
        reasons = sorted({_reason(family, contact, one) for one in left})
        words = _("%(name)s : %(reasons)s.", name=contact.identity.name, reasons=", ".join(reasons))
        yield Finding((contact.person,), words, stopped=not any(one[0] == contact.person for one in passed))


def _reason(family: Family, contact: Member, right: Right) -> str:
    _contact, child, what = right
    name = family.names[child]
    if what is Permission.EMERGENCY or family.is_contested(*right):
        return cells.right_left_out(family, *right)
    if not _number(contact):
        words = _("peut venir chercher %(name)s mais n'a pas de numéro de métropole, à saisir à la main", name=name)
        return str(words)
    if not _is_read_whole(contact):
        return _("peut venir chercher %(name)s mais son nom serait mal découpé, à saisir à la main", name=name)
    return _("peut venir chercher %(name)s, qui ne passe pas", name=name)


def _adult(member: Member, children: str) -> Row:
    one = member.identity
    return (
        _TITLES[one.title] if one.title else "",
        cells.surname(one),
        one.given_name,
        *cells.place(member.address),
        *cells.numbers(one),
        one.email or "",
        "",
        "",
        children,
    )


def _child(family: Family, member: Member, collectors: list[str]) -> Row:
    one = member.identity
    sex = _SEXES[one.sex] if one.sex else ""
    return (cells.surname(one), one.given_name, sex, cells.whole_day(one.birthdate), one.email or "",
        called(family.parent), "\n".join(collectors))  # fmt: skip


PROFILE = Profile(
    "iloise",
    _("iLoise"),
    "zip",
    SHEETS,
    start,
    partial(formats.xlsx_files, above=3),
    (
        _("Qui est nommé auprès d'un enfant pourra venir le chercher : seuls y sont ceux qui en ont le droit."),
        _("Ne passent jamais : les appels en cas d'urgence, les liens de parenté, la résidence des enfants."),
    ),
)
