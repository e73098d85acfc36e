"""What other software reads of a person, cell by cell: national phones, whole dates, one line for the street."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from wizard.french import gettext as _
from wizard.models import Address, Identity, Member, Permission, Role
from wizard.services.handover import formats
from wizard.services.handover.families import Family
from wizard.services.handover.profile import Finding
from wizard.services.household import each_of
from wizard.values import phones
from wizard.values.countries import country_name
from wizard.values.dates import BirthDate, in_figures, typed_date

_BY_HAND: dict[Permission, Any] = {
    Permission.COLLECT: _("droit de venir chercher %(name)s à saisir à la main"),
    Permission.EMERGENCY: _("appel en cas d'urgence pour %(name)s à saisir à la main"),
}
_CONTESTED: dict[Permission, Any] = {
    Permission.COLLECT: _("droit de venir chercher %(name)s contesté par l'autre parent, à décider"),
    Permission.EMERGENCY: _("appel en cas d'urgence pour %(name)s contesté par l'autre parent, à décider"),
}
_TEN_DIGITS = re.compile(r"0\d(?: \d\d){4}")


def day(value: BirthDate | None) -> str:
    """Return « 03/09/2019 »; of a date known in part, what is known: « 09/2019 »."""
    return in_figures(value) if value else ""


def whole_day(value: BirthDate | None) -> str:
    """Return « 03/09/2019 », "" of a date known in part."""
    return typed_date(value) if isinstance(value, date) else ""


@lru_cache(maxsize=1024)
def phone(number: str | None) -> str:
    """Return « 06 12 34 56 78 », « +32 470 12 34 56 »."""
    return phones.shown(number).replace("\u00a0", " ")


def national(number: str | None) -> str:
    """Return « 06 12 34 56 78 »; "" of a number that is not dialled so."""
    text = phone(number)
    return text if _TEN_DIGITS.fullmatch(text) else ""


def foreign(identity: Identity) -> list[str]:
    """Return the numbers that `national` leaves out."""
    return [phone(number) for number in (identity.mobile, identity.phone) if number and not national(number)]


def surname(identity: Identity) -> str:
    """Return the surname in use."""
    return identity.usage_name or identity.birth_name


def street(address: Address | None) -> str:
    """Return « 12 bis rue de la Loire, bâtiment B, étage 2, appartement 4 »."""
    if address is None:
        return ""
    number = " ".join(filter(None, (address.house_number, address.suffix, address.street)))
    parts = (
        (_("bâtiment %s"), address.building),
        (_("étage %s"), address.floor),
        (_("appartement %s"), address.apartment),
    )
    return ", ".join([number, *(word % value for word, value in parts if value)])


def place(address: Address | None) -> tuple[str, str, str]:
    """Return the street, the postcode and the commune of an address."""
    return (street(address), address.postcode, address.city) if address else ("", "", "")


def numbers(identity: Identity) -> tuple[str, str]:
    """Return the telephone at home, then the mobile one."""
    return national(identity.phone), national(identity.mobile)


def abroad(address: Address | None) -> str:
    """Return the country of an address, "" of France."""
    return country_name(address.country) if address and address.country != "FR" else ""


def whole_family(family: Family, words: str) -> Finding:
    """Say that nobody of a family passes."""
    return Finding(tuple(one.person for one in family.members), words)


def stopped_adult(member: Member) -> str:
    """Return why software that knows « Madame » and « Monsieur » alone cannot take an adult; "" when it can."""
    if member.identity.institution:
        return _("%(name)s : une institution ne s'importe pas, à saisir à la main.", name=member.identity.name)
    if member.identity.title is None:
        return _("%(name)s : civilité inconnue, à demander.", name=member.identity.name)
    return ""


def stopped_child(family: Family, member: Member) -> str:
    """Return why such software cannot take a child from this family; "" when it can."""
    if (home := family.home(member.person)) != family.number:
        words = _("%(name)s a deux foyers : exporté avec la famille n° %(home)s seulement.",
            name=member.identity.name, home=home)  # fmt: skip
        return str(words)
    if member.identity.sex is None:
        return _("%(name)s : sexe inconnu, à demander.", name=member.identity.name)
    if not whole_day(member.identity.birthdate):
        return _("%(name)s : date de naissance incomplète (%(day)s).", name=member.identity.name,
            day=day(member.identity.birthdate))  # fmt: skip
    return ""


def lacking(member: Member) -> Iterator[Finding]:
    """Tell what software without a field for remarks does not take of someone who passes."""
    identity = member.identity
    for number in foreign(identity):
        yield _to_check(
            member, _("%(name)s : numéro étranger laissé de côté, %(number)s.", name=identity.name, number=number)
        )
    if identity.usage_name:
        yield _to_check(member, _("%(name)s : nom de naissance laissé de côté, %(birth)s.", name=identity.name,
            birth=identity.birth_name))  # fmt: skip
    if country := abroad(member.address):
        yield _to_check(member, _("%(name)s : adresse hors de France, pays laissé de côté (%(country)s).",
            name=identity.name, country=country))  # fmt: skip


def altered(member: Member, *cells: str) -> Iterator[Finding]:
    """Tell which cells of someone a CSV file neutralises."""
    for text in cells:
        if formats.cell(text) != text:
            words = _("%(name)s : « %(text)s » est précédé d'une apostrophe, car un tableur y lirait une formule.",
                name=member.identity.name, text=text)  # fmt: skip
            yield _to_check(member, words)


def _to_check(member: Member, words: str) -> Finding:
    return Finding((member.person,), words, stopped=False)


def contacts_left_out(family: Family) -> Iterator[Finding]:
    """Say, of each contact, which rights a target that takes none lacks; who is contested is entered nowhere."""
    for contact in family.contacts:
        rights = ", ".join(right_left_out(family, contact.person, *right) for right in each_of(contact.rights))
        yield Finding((contact.person,), _("%(name)s : %(rights)s.", name=contact.identity.name, rights=rights))


def right_left_out(family: Family, contact: int, child: int, what: Permission) -> str:
    """Return what an agent does of a right that does not pass: enter it by hand, or decide whether it is one."""
    told = _CONTESTED if family.is_contested(contact, child, what) else _BY_HAND
    return str(told[what]) % {"name": family.names[child]}


def is_adult_of(member: Member) -> bool:
    """Whether someone answers for the children."""
    return member.role in {Role.REPRESENTATIVE, Role.CO_REPRESENTATIVE}
