"""Where the people of a draft stand with the town hall: known, asked, to correct; new, changed or taken out here."""

from collections.abc import Mapping

from wizard.db import get_db
from wizard.french import gettext as _
from wizard.models import Draft, Member, Role
from wizard.services import household, standing
from wizard.services.household import Household
from wizard.services.standing import Situation
from wizard.stores import accounts
from wizard.stores.answers import Entry, Held, id_of, known_id


def situations(draft: Draft) -> Mapping[str, Situation]:
    """Return where each person of the household stands, by their id in the draft; of a new family, nobody does."""
    found = _household(draft)
    known = standing.situations(found) if found else {}
    return {known_id(person): situation for person, situation in known.items()}


def _household(draft: Draft) -> Household | None:
    if not Held(draft.answers).household:
        return None
    return household.read(get_db(), accounts.of_draft(get_db(), draft).household)


def to_correct(draft: Draft, entry: str) -> str:
    """Return what the town hall asks to correct of someone, in its words; "" when it asks nothing."""
    known = situations(draft).get(entry)
    return known.told if known and known.is_to_correct else ""


def mark(entry: Entry, draft: Draft, known: Mapping[str, Situation]) -> str:
    """Return in a word what the town hall will be asked of someone of the list, else where they stand."""
    held = Held(draft.answers)
    if not held.household:
        return ""
    if entry.key not in held.household:
        return _("Nouveau dans la liste")
    if entry.key not in held.unchanged:
        return _("Modifié, pas encore envoyé")
    return known[entry.id].told if entry.id in known else ""


def taken_out(draft: Draft) -> tuple[str, ...]:
    """Say of each person of the household whom a draft takes out what becomes of them once it is deposited.

    Of whom the family took back elsewhere meanwhile, there is nothing to say.
    """
    held, found = Held(draft.answers), _household(draft)
    if found is None:
        return ()
    known = {member.person: member for member in (*found.everyone, *found.asked)}
    persons = [held.persons[id_of(key)] for key in held.taken_out]
    return tuple(_leaving(known[person], person in found.facts) for person in persons if person in known)


def _leaving(member: Member, is_fact: bool) -> str:
    name = member.identity.name
    if not is_fact:
        return _("%(name)s : sa demande est retirée.", name=name)
    if member.role is Role.CONTACT:
        return _("%(name)s : ses droits s'arrêtent dès que vous validez.", name=name)
    return _("%(name)s : vous demandez son retrait, la mairie vous répondra.", name=name)
