"""Who of a family passes to software that takes parents and children alone, and why the others do not."""

from collections.abc import Callable
from dataclasses import dataclass

from wizard.french import gettext as _
from wizard.models import Member
from wizard.services.handover import cells
from wizard.services.handover.families import Family
from wizard.services.handover.profile import Finding


@dataclass(frozen=True)
class Passing:
    """Who passes: nobody when the parent does not, or no child does."""

    adults: tuple[Member, ...]
    children: tuple[Member, ...]
    findings: tuple[Finding, ...]

    @property
    def everyone(self) -> tuple[Member, ...]:
        """Who passes, adults first."""
        return (*self.adults, *self.children)


def passing(family: Family, stopped_adult: Callable[[Member], str] = cells.stopped_adult, most: int = 99) -> Passing:
    """Return who of a family passes, at `most` so many adults."""
    if why := stopped_adult(family.parent):
        return _nobody(family, _("%(why)s Toute la famille attend.", why=why))
    children, findings = [], []
    for child in family.children:
        if why := cells.stopped_child(family, child):
            findings.append(Finding((child.person,), why))
        else:
            children.append(child)
    if not children:
        reasons = " ".join(one.words for one in findings)
        return _nobody(family, _("%(reasons)s Aucun enfant ne passe : la famille non plus.", reasons=reasons))
    adults = [family.parent]
    for other in family.others:
        if why := stopped_adult(other) or _too_many(other, len(adults) >= most):
            findings.append(Finding((other.person,), why))
        else:
            adults.append(other)
    return Passing(tuple(adults), tuple(children), tuple(findings))


def _nobody(family: Family, words: str) -> Passing:
    return Passing((), (), (cells.whole_family(family, words),))


def _too_many(member: Member, full: bool) -> str:
    if not full:
        return ""
    return _("%(name)s : ce logiciel ne prend que deux responsables.", name=member.identity.name)
