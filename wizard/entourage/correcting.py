"""A new draft for a family already known: everyone as they are, or as the family last asked them to be."""

from wizard.identities import typed_again
from wizard.kinds import of_role
from wizard.models import Answers, Member, Role
from wizard.services.household import Household
from wizard.stores.answers import Entry, known_id, opening_of_entourage


def opening(found: Household) -> Answers:
    """Return the rows that a new draft starts with."""
    mine = next(member for member in found.asked if member.person == found.parent.person)
    entries = [
        Entry(kind.slug, known_id(member.person), _typed_again(member) | kind.ties_again(member, mine))
        for member in found.asked
        if (kind := of_role(member.role)) and not _is_gone(found, member)
    ]
    here = {entry.id for entry in entries} | {known_id(found.parent.person)}
    former = [_recognised_by(one) for one in found.everyone if known_id(one.person) not in here]
    emails = [mine.identity.email] if mine.identity.email else []
    return opening_of_entourage(entries, former, _recognised_by(mine), emails)


def page_of(found: Household, person: int) -> tuple[str, str] | None:
    """Return the kind and the id under which a draft shows someone of the household; None for nobody it shows."""
    member = next((one for one in found.asked if one.person == person and not _is_gone(found, one)), None)
    kind = of_role(member.role) if member else None
    return (kind.slug, known_id(person)) if kind else None


def _recognised_by(member: Member) -> dict[str, str]:
    known = typed_again(member.identity)
    return {name: known[name] for name in ("given_name", "birth_name", "usage_name", "birthdate") if known[name]}


def _is_gone(found: Household, member: Member) -> bool:
    """Whether someone has nothing left in the household, or is asked to leave it."""
    if member.role is Role.CONTACT and not found.rights_of(member.person):
        return True
    return found.leaves(member.person)


def _typed_again(member: Member) -> dict[str, list[str]]:
    """Return the answers that declare `member` as they are, as if just typed; their ties are their kind's."""
    answers = typed_again(member.identity) | {
        "residence": member.residence or "",
        "same_address": "yes" if member.address else "no",
    }
    return {name: [value] for name, value in answers.items() if value}
