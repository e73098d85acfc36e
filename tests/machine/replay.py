"""What is true of a family, told by replaying in dicts what was accepted and withdrawn: it knows nothing of tables."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from wizard.models import Address, Decision, Declaration, Identity, Link, Permission, Residence, Role

Rights = frozenset[tuple[int, Permission]]


@dataclass(frozen=True)
class Fact:
    """Someone of the family as they are."""

    role: Role
    identity: Identity
    links: Mapping[int, Link]
    rights: Rights
    residence: Residence | None


@dataclass
class Said:
    """What was said of someone in a dossier; `lost` are the rights withdrawn since."""

    dossier: int
    declaration: Declaration
    accepted: bool = False
    lost: set[tuple[int, Permission]] = field(default_factory=set)

    @property
    def rights(self) -> Rights:
        """The rights that it still gives, once accepted."""
        return rights_in(self.declaration) - self.lost


def rights_in(declaration: Declaration) -> Rights:
    """Return each right that a declaration asks."""
    boxes = {Permission.COLLECT: "may_collect", Permission.EMERGENCY: "emergency"}
    return frozenset(
        (right.child, what) for right in declaration.rights for what, box in boxes.items() if getattr(right, box)
    )


@dataclass
class Replay:
    """The history of a family, in the order that it happened."""

    parent: int
    identity: Identity
    home: Address
    said: dict[int, list[Said]] = field(default_factory=lambda: defaultdict(list))
    last_answer: tuple[int, list[tuple[Said, bool]]] | None = None

    def declared(self, dossier: int, person: int, declaration: Declaration) -> None:
        """Something more is said of someone."""
        self.said[person].append(Said(dossier, declaration))

    def answered(self, dossier: int, decided: Mapping[int, Decision]) -> None:
        """An answer leaves: what it accepts is so, what it no more accepts is not; of who was to leave, only that."""
        every = [said for person in self.said for said in self.said[person]]
        before = [(said, said.accepted) for said in every]
        for person, decision in decided.items():
            own = [said for said in self.said[person] if said.dossier == dossier]
            for said in own if decision is not Decision.ACCEPTED else ():
                said.accepted &= own[-1].declaration.leaves and not said.declaration.leaves
            if decision is Decision.ACCEPTED:
                own[-1].accepted = True

        self.last_answer = dossier, [(said, was) for said, was in before if said.accepted != was]

    def recalled(self, dossier: int) -> None:
        """The last answer did not leave: what it made so, or no more so, is as before it."""
        assert self.last_answer and self.last_answer[0] == dossier
        for said, was in self.last_answer[1]:
            said.accepted = was
        self.last_answer = None

    def withdrawn(self, contact: int, rights: Rights | None) -> None:
        """Rights are taken back from a contact, or all of them: None; nothing said until now gives them any more."""
        for said in self.said[contact]:
            said.lost |= rights_in(said.declaration) if rights is None else rights

    @property
    def facts(self) -> dict[int, Fact]:
        """Everyone of the family: the parent, and those of whom something was accepted, unless it is that they left."""
        true = {person: accepted[-1] for person in self.said if (accepted := self._accepted(person))}
        others = {one: said for one, said in true.items() if one != self.parent and not said.declaration.leaves}
        here = {self.parent, *others}
        parent = Fact(Role.REPRESENTATIVE, self.identity, self._links(self.parent, others), frozenset(), None)
        return {self.parent: parent} | {
            one: Fact(
                said.declaration.role,
                said.declaration.identity,
                self._links(one, others),
                frozenset(right for right in said.rights if right[0] in here),
                said.declaration.residence,
            )
            for one, said in others.items()
        }

    def _accepted(self, person: int) -> list[Said]:
        return [said for said in self.said[person] if said.accepted]

    @staticmethod
    def _links(adult: int, true: Mapping[int, Said]) -> dict[int, Link]:
        """Return who an adult is to each child: as the child said, unless the adult says it themselves."""
        if adult in true and true[adult].declaration.role is Role.CHILD:
            return {}
        children = {one: said.declaration for one, said in true.items() if said.declaration.role is Role.CHILD}
        of_children = {child: said.links[adult] for child, said in children.items() if adult in said.links}
        own = true[adult].declaration.links if adult in true else {}
        return of_children | {child: link for child, link in own.items() if child in children}
