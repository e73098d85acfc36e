"""Where each person and each right of a household stands: read here by the family, its copy and the town hall alike."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlite_utils import Database

from wizard.choices import MOTIVES_TOLD, RIGHTS, STAGES
from wizard.french import moment, short_day, typeset
from wizard.models import Decision, DecisionLine, Dossier, Member, Permission, Stage, Withdrawal
from wizard.services.wording import together
from wizard.stores import dossiers, withdrawals


@dataclass(frozen=True)
class Standing:
    """Where a person stands, since when, and why when something is wrong."""

    stage: Stage
    at: datetime
    reason: str = ""

    def told(self, day: Callable[[datetime], str] = short_day) -> str:
        """Return « Validé le 3 mars 2026 », « Refusé le 3 mars 2026 : L'adresse est à confirmer. »."""
        told = str(STAGES[self.stage])
        if self.stage is not Stage.TO_CORRECT:
            told = gettext("%(standing)s le %(day)s", standing=told, day=day(self.at))
        return gettext("%(standing)s : %(reason)s", standing=told, reason=self.reason) if self.reason else told


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
        """Whether a parent took everything back from them."""
        return self.standing is not None and self.standing.stage is Stage.WITHDRAWN

    @property
    def is_to_correct(self) -> bool:
        """Whether the town hall waits for the parent to correct them."""
        return self.standing is not None and self.standing.stage is Stage.TO_CORRECT

    @property
    def words(self) -> tuple[str, ...]:
        """Return what is said of each right."""
        return sentences(self.rights, self.names)


def of_household(db: Database, household: int, members: Sequence[Member]) -> dict[int, Situation]:
    """Return where each of the `members` of a household stands."""
    standings = last_words(dossiers.of_household(db, household))
    names = {member.person: member.identity.called for member in members}
    taken = withdrawals.of_household(db, household)
    return {
        member.person: _situation(member, standings, names, [one for one in taken if one.contact == member.person])
        for member in members
    }


def sentences(rights: Rights, names: Names) -> tuple[str, ...]:
    """Return one for each permission and what came of it, its children together; with its moment, a withdrawal."""
    groups: dict[tuple[Permission, Stage, str], list[str]] = defaultdict(list)
    for (child, permission), standing in rights.items():
        at = moment(standing.at) if standing.stage is Stage.WITHDRAWN else ""
        groups[permission, standing.stage, at].append(names[child])
    return tuple(
        str(RIGHTS[stage][permission]) % {"names": together(groups[key]), "moment": at}
        for key in sorted(groups, key=lambda key: list(Permission).index(key[0]))
        for permission, stage, at in [key]
    )


def last_words(own: Iterable[Dossier]) -> dict[int, Standing]:
    """Return what was said last about each person of these dossiers: asked by a deposit, decided by an answer.

    A dossier that is reopened asks again, until it is answered again.
    """
    found = {}
    for dossier in sorted(own, key=lambda one: (one.answered_at or one.deposited_at, one.deposited_at, one.id)):
        for line in dossier.lines:
            if dossier.answered_at is None:
                found[line.person] = Standing(Stage.ASKED, dossier.deposited_at)
            elif line.decision:
                found[line.person] = Standing(Stage(line.decision), dossier.answered_at, _reason(line))
    return found


def _reason(line: DecisionLine) -> str:
    if line.decision is Decision.ACCEPTED:
        return ""
    motive = str(MOTIVES_TOLD[line.motive]) if line.motive else ""
    return f"{motive} {typeset(line.comment or '')}".strip()


def _situation(
    member: Member, standings: Mapping[int, Standing], names: Names, taken: Sequence[Withdrawal]
) -> Situation:
    """Of whom everything is withdrawn, no decision about them counts any more."""
    standing = standings.get(member.person)
    if taken and not member.rights:
        standing = Standing(Stage.WITHDRAWN, max(one.at for one in taken))
    held = _rights(member, standing, standings, names)
    return Situation(standing, withdrawn([one for one in taken if one.child in names]) | held, names)


def withdrawn(taken: Iterable[Withdrawal]) -> dict[tuple[int, Permission], Standing]:
    """Return where rights withdrawn stand, the latest word on each."""
    return {(one.child, one.what): Standing(Stage.WITHDRAWN, one.at) for one in taken}


def _rights(
    member: Member, standing: Standing | None, standings: Mapping[int, Standing], names: Names
) -> dict[tuple[int, Permission], Standing]:
    return {
        (right.child, permission): _weaker(standing, standings.get(right.child, standing))
        for right in member.rights
        if standing and right.child in names
        for permission, asked in ((Permission.COLLECT, right.may_collect), (Permission.EMERGENCY, right.emergency))
        if asked
    }


def _weaker(contact: Standing, child: Standing) -> Standing:
    """A right is worth what its contact is; and nothing yet for a child who is not accepted."""
    return child if contact.stage is Stage.ACCEPTED else contact
