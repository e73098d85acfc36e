"""Where each person and each right of a household stands: read here by the family, its copy and the town hall alike."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from wizard.choices import CONFIRMED, NOT_CONFIRMED, RIGHTS, STAGES
from wizard.french import gettext as _
from wizard.french import moment, short_day, typeset
from wizard.models import Decision, DecisionLine, Deposited, Permission, Right, Role, Stage, Withdrawal
from wizard.services.household import Household, each_of
from wizard.services.wording import together

_TAKEN = {Stage.WITHDRAWN, Stage.DECLINED}


@dataclass(frozen=True)
class Standing:
    """Where a person stands, since when, and why when something is wrong; of a right, what its contact `said`."""

    stage: Stage
    at: datetime
    reason: str = ""
    said: str = ""

    def told(self, day: Callable[[datetime], str] = short_day) -> str:
        """Return « Validé le 3 mars 2026 », « Refusé le 3 mars 2026 : L'adresse est à confirmer. »."""
        told = str(STAGES[self.stage])
        if self.stage is not Stage.TO_CORRECT:
            told = _("%(standing)s le %(day)s", standing=told, day=day(self.at))
        return _("%(standing)s : %(reason)s", standing=told, reason=self.reason) if self.reason else told


Rights = Mapping[tuple[int, Permission], Standing]
"""Where each right stands: for which child, to do what."""
Names = Mapping[int, str]
"""What people are called."""


@dataclass(frozen=True)
class Situation:
    """Where a person stands, None while nothing was asked, and each right; `names` are the family's."""

    standing: Standing | None
    rights: Rights
    names: Names

    @property
    def told(self) -> str:
        """Return where the person stands, in words."""
        return self.standing.told() if self.standing else ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether a parent took everything back from them, or they declined it."""
        return self.standing is not None and self.standing.stage in _TAKEN

    @property
    def is_declined(self) -> bool:
        """Whether it is they who declined."""
        return self.standing is not None and self.standing.stage is Stage.DECLINED

    @property
    def is_to_correct(self) -> bool:
        """Whether the town hall waits for the parent to correct them."""
        return self.standing is not None and self.standing.stage is Stage.TO_CORRECT

    @property
    def words(self) -> tuple[str, ...]:
        """Return what is said of each right."""
        return sentences(self.rights, self.names)


# A right that is taken back or contested is so from then on.
_AT_A_MOMENT = {*_TAKEN, Stage.CONTESTED}


def situations(found: Household) -> dict[int, Situation]:
    """Return where each person of a household stands, asked, refused and withdrawn included."""
    names = {member.person: member.identity.called for member in found.everyone}
    standings = {person: standing for person in names if (standing := _of_person(found, person))}
    return {person: Situation(standings.get(person), _rights(found, person, standings), names) for person in names}


def around(found: Household, known: Mapping[int, Situation]) -> dict[int, dict[Permission, tuple[str, ...]]]:
    """Return, for each child, who may collect them and who is called; of whom this is only asked, it is said.

    Whose account it is, who reads it, is left out. The other parent needs no right for it.
    """
    told: dict[int, dict[Permission, list[str]]] = {
        member.person: {what: [] for what in Permission} for member in found.everyone if member.role is Role.CHILD
    }
    for member in found.everyone:
        stands, is_there = known[member.person].standing, member.person in found.facts
        if member.role is Role.CO_REPRESENTATIVE and (is_there or (stands and stands.stage in _GIVEN_OR_ASKED)):
            name = named(member.identity.name, stands) if stands and not is_there else member.identity.name
            for child in told.keys() & {child for child, link in member.links.items() if link.is_parental}:
                for names in told[child].values():
                    names.append(name)
    for member in found.everyone:
        for (child, what), stands in known[member.person].rights.items():
            if child in told and stands.stage in _GIVEN_OR_ASKED:
                told[child][what].append(named(member.identity.name, stands))
    return {child: {what: tuple(names) for what, names in asked.items()} for child, asked in told.items()}


_GIVEN_OR_ASKED = {Stage.ACCEPTED, Stage.CONTESTED, Stage.ASKED, Stage.TO_CORRECT}


def named(name: str, stands: Standing) -> str:
    """Return a name, and where their right stands unless it is accepted: « Jeanne Petit (demandé) »."""
    if stands.stage is Stage.ACCEPTED:
        return name
    return _("%(name)s (%(standing)s)", name=name, standing=str(STAGES[stands.stage]).lower())


def sentences(rights: Rights, names: Names) -> tuple[str, ...]:
    """Return one for each permission and what came of it, its children together; with its moment, a withdrawal."""
    groups: dict[tuple[Permission, Stage, str, str], list[str]] = defaultdict(list)
    for (child, permission), standing in rights.items():
        at = moment(standing.at) if standing.stage in _AT_A_MOMENT else ""
        groups[permission, standing.stage, at, standing.said].append(names[child])
    return tuple(
        f"{RIGHTS[stage][permission] % {'names': together(groups[key]), 'moment': at}} {said}".strip()
        for key in sorted(groups, key=lambda key: list(Permission).index(key[0]))
        for permission, stage, at, said in [key]
    )


def _of_person(found: Household, person: int) -> Standing | None:
    """Return where a person stands: what an answer accepted holds until another one leaves."""
    one, line = found.last.get(person), found.lines.get(person)
    if one is None or line is None:
        return None
    taken = [each for each in found.withdrawals if each.contact == person]
    if taken and not _held(found, person) and not one.declaration.rights:
        return _lost(max(taken, key=lambda each: each.at))
    if one.accepted_at:
        return Standing(Stage.ACCEPTED, one.accepted_at)
    if line.waits_for_town:
        return Standing(_asked(found, one), one.declared_at)
    if line.is_asked and line.decision and line.answered_at:
        return Standing(Stage(line.decision), line.answered_at, _reason(line))
    return _before(found, person)


def _asked(found: Household, one: Deposited) -> Stage:
    """Tell apart those asked for, and those who are there and asked to be otherwise or to leave."""
    if one.person not in found.facts or one.person == found.parent.person:
        return Stage.ASKED
    return Stage.LEAVING if one.declaration.leaves else Stage.CHANGING


def _before(found: Household, person: int) -> Standing | None:
    """Return where someone stands of whom the family took back what it asked last."""
    accepted = [one.accepted_at for one in found.declared if one.person == person and one.accepted_at]
    return Standing(Stage.ACCEPTED, accepted[-1]) if accepted else None


def _reason(line: DecisionLine) -> str:
    if line.decision is Decision.ACCEPTED:
        return ""
    return f"{line.reason_told} {typeset(line.comment or '')}".strip()


def withdrawn(taken: Iterable[Withdrawal]) -> dict[tuple[int, Permission], Standing]:
    """Return where rights withdrawn stand, the latest word on each."""
    return {(one.child, one.what): _lost(one) for one in taken}


def _lost(one: Withdrawal) -> Standing:
    if not one.declined:
        return Standing(Stage.WITHDRAWN, one.at)
    return Standing(Stage.DECLINED, one.at, said=_confirmed(Stage.DECLINED, one.agreed_at) if one.agreed_at else "")


def _confirmed(stage: Stage, at: datetime) -> str:
    return str(CONFIRMED[stage]) % {"day": short_day(at)}


def _held(found: Household, person: int) -> tuple[Right, ...]:
    return found.facts[person].rights if person in found.facts else ()


def _rights(found: Household, person: int, standings: Mapping[int, Standing]) -> Rights:
    """Return where each right of a contact stands: granted, it is a fact; any other is as far as what asks it."""
    taken = [one for one in found.withdrawals if one.contact == person and one.child in standings]
    told = dict(withdrawn(taken))
    standing, one, line = standings.get(person), found.last.get(person), found.lines.get(person)
    if standing and one and line and line.is_asked:
        for child, permission in each_of(one.declaration.rights):
            if child in standings:
                told[child, permission] = _weaker(standing, standings[child])
    granted = dict.fromkeys(each_of(_held(found, person)), standing)
    said = _said(found, person)
    told |= {
        right: Standing(Stage.ACCEPTED, stands.at, said=said.get(right, ""))
        for right, stands in granted.items()
        if stands
    }
    contested = [one for one in found.objections if one.contact == person and one.ended_at is None]
    return told | {
        (one.child, one.what): Standing(Stage.CONTESTED, one.at)
        for one in contested
        if (one.child, one.what) in granted and one.child in standings
    }


def _said(found: Household, person: int) -> dict[tuple[int, Permission], str]:
    """Return what a contact says of the rights that they were told of by mail."""
    return {
        (one.child, one.what): _confirmed(Stage.ACCEPTED, one.agreed_at) if one.agreed_at else str(NOT_CONFIRMED)
        for one in found.confirmations
        if one.contact == person
    }


def _weaker(contact: Standing, child: Standing) -> Standing:
    """Return where a right that is not granted stands: as far as its contact; once accepted, as far as its child."""
    one = child if contact.stage is Stage.ACCEPTED else contact
    return Standing(Stage.ASKED, one.at) if one.stage in {Stage.CHANGING, Stage.LEAVING} else one
