"""A new draft for a family already known: the children by their given name, whoever is to correct in full."""

from collections.abc import Mapping, Sequence

from wizard.entourage.people import family
from wizard.identities import typed_again
from wizard.models import Answers, Decision, Member, Role

_KINDS = {
    Role.CO_REPRESENTATIVE: family.CO_REPRESENTATIVE,
    Role.CHILD: family.CHILD,
    Role.CONTACT: family.CONTACT,
}


def opening(members: Sequence[Member], parent: int, decisions: Mapping[int, Decision]) -> Answers:
    """Return the rows that a new draft starts with; the first lists whom of the household it may touch."""
    children = [
        member
        for member in members
        if member.role is Role.CHILD and decisions.get(member.person) is not Decision.REFUSED
    ]
    to_correct = [
        member
        for member in members
        if member.role in _KINDS and decisions.get(member.person) is Decision.TO_CORRECT and not _is_withdrawn(member)
    ]
    known = [f"{child.person}|{child.identity.called}" for child in children if child not in to_correct]
    emails = [member.identity.email for member in members if member.person == parent and member.identity.email]
    rows = {
        f"{_KINDS[member.role]}:{family.known_id(member.person)}": _typed_again(member, members, parent)
        for member in to_correct
    }
    return {family.OPENING: {"known": known, "to_correct": list(rows), "emails": emails}, **rows}


def _is_withdrawn(member: Member) -> bool:
    """A contact is declared with one right at least: who has none was withdrawn by the parent."""
    return member.role is Role.CONTACT and not member.rights


def _typed_again(member: Member, members: Sequence[Member], parent: int) -> dict[str, list[str]]:
    """Return the answers that declare `member` as they are, as if just typed."""
    answers = typed_again(member.identity) | {
        "residence": member.residence or "",
        "same_address": "yes" if member.address else "no",
    }
    raw = {name: [value] for name, value in answers.items() if value}
    return raw | _ties(member, members, parent)


def _ties(member: Member, members: Sequence[Member], parent: int) -> dict[str, list[str]]:
    if member.role is Role.CHILD:
        mine = next(one for one in members if one.person == parent).links.get(member.person)
        return {"link": [mine]} if mine else {}
    if member.role is Role.CO_REPRESENTATIVE:
        return {f"link_{family.known_id(child)}": [link] for child, link in member.links.items()}
    ties = {"children": [family.known_id(right.child) for right in member.rights]}
    ties["link"] = [str(link) for link in member.links.values()][:1]
    ties |= {"may_collect": ["y"]} if any(right.may_collect for right in member.rights) else {}
    return ties | ({"emergency": ["y"]} if any(right.emergency for right in member.rights) else {})
