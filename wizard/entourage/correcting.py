"""A new draft for a family already known: the children by their given name, whoever is to correct in full."""

from collections.abc import Mapping, Sequence

from wizard.identities import typed_again
from wizard.kinds import of_role
from wizard.models import Answers, Decision, Member, Role
from wizard.stores.answers import Entry, known_id, opening_of_entourage


def opening(members: Sequence[Member], parent: int, decisions: Mapping[int, Decision]) -> Answers:
    """Return the rows that a new draft starts with."""
    mine = next(member for member in members if member.person == parent)
    to_correct = [
        member
        for member in members
        if decisions.get(member.person) is Decision.TO_CORRECT and not _is_withdrawn(member)
    ]
    known = {
        member.person: member.identity.called
        for member in members
        if member.role is Role.CHILD and decisions.get(member.person) not in {Decision.REFUSED, Decision.TO_CORRECT}
    }
    entries = [
        Entry(kind.slug, known_id(member.person), _typed_again(member) | kind.ties_again(member, mine))
        for member in to_correct
        if (kind := of_role(member.role))
    ]
    return opening_of_entourage(known, entries, [mine.identity.email] if mine.identity.email else [])


def _is_withdrawn(member: Member) -> bool:
    """A contact is declared with one right at least: who has none was withdrawn by the parent."""
    return member.role is Role.CONTACT and not member.rights


def _typed_again(member: Member) -> dict[str, list[str]]:
    """Return the answers that declare `member` as they are, as if just typed; their ties are their kind's."""
    answers = typed_again(member.identity) | {
        "residence": member.residence or "",
        "same_address": "yes" if member.address else "no",
    }
    return {name: [value] for name, value in answers.items() if value}
