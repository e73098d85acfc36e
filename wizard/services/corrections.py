"""What an agent says otherwise of someone: the fields that differ, put over whatever is said of them elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wizard.models import FACTS, Changes, Declaration, Link, Residence, link_field
from wizard.services import amending


@dataclass(frozen=True)
class Correction:
    """What is said otherwise of someone; a tie that is not said is left as it is."""

    identity: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[int, Link] = field(default_factory=dict)
    residence: Residence | None = None
    same_address: bool | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether it changes nothing."""
        return self == Correction()

    def of(self, said: Declaration) -> Declaration:
        """Return what is then said of them."""
        return replace(
            said,
            identity=replace(said.identity, **self.identity),
            links={**said.links, **self.links},
            residence=self.residence or said.residence,
            same_address=said.same_address if self.same_address is None else self.same_address,
        )

    def told(self, said: Declaration) -> Changes:
        """Return what it changes of what was `said`, as it is kept."""
        after = self.of(said)
        pairs = {name: (getattr(said, name), getattr(after, name)) for name in ("residence", "same_address")}
        links = {link_field(other): (said.links.get(other), link) for other, link in self.links.items()}
        changed = {name: (old, new) for name, (old, new) in (pairs | links).items() if old != new}
        return {**amending.of_identity(said.identity, after.identity), **changed}


def between(before: Declaration, after: Declaration) -> Correction:
    """Return what `after` says otherwise than `before`, of what an agent may change."""
    pairs = {name: (getattr(before.identity, name), getattr(after.identity, name)) for name in FACTS}
    return Correction(
        identity={name: new for name, (old, new) in pairs.items() if old != new},
        links={other: link for other, link in after.links.items() if before.links.get(other) != link},
        residence=after.residence if after.residence != before.residence else None,
        same_address=after.same_address if after.same_address != before.same_address else None,
    )
