"""Where each person and each right of a household stands: read here by the family, its copy and the town hall alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext
from sqlite_utils import Database

from wizard.choices import MOTIVES_TOLD, RIGHTS, STAGES
from wizard.french import short_day, typeset
from wizard.models import Decision, DecisionLine, Dossier, Member, Permission, Stage
from wizard.services.wording import together
from wizard.stores import dossiers


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


@dataclass(frozen=True)
class Situation:
    """Where a person stands, None while nothing was asked, and each right; `names` are the family's."""

    standing: Standing | None
    rights: Rights
    names: Mapping[int, str]

    @property
    def told(self) -> str:
        """Return where the person stands, in words."""
        return self.standing.told() if self.standing else ""

    @property
    def words(self) -> tuple[str, ...]:
        """Return a sentence for each permission and what came of it, its children together."""
        order = list(Permission)
        told = sorted((order.index(permission), one.stage, child) for (child, permission), one in self.rights.items())
        return tuple(
            str(RIGHTS[stage][order[at]]) % {"names": together([self.names[child] for *_, child in group])}
            for (at, stage), group in groupby(told, key=lambda one: one[:2])
        )


def of_household(db: Database, household: int, members: Sequence[Member]) -> dict[int, Situation]:
    """Return where each of the `members` of a household stands."""
    standings = last_words(dossiers.of_household(db, household))
    names = {member.person: member.identity.called for member in members}
    return {member.person: _situation(member, standings, names) for member in members}


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


def _situation(member: Member, standings: Mapping[int, Standing], names: Mapping[int, str]) -> Situation:
    standing = standings.get(member.person)
    rights = {
        (right.child, permission): _weaker(standing, standings.get(right.child, standing))
        for right in member.rights
        if standing and right.child in names
        for permission, asked in ((Permission.COLLECT, right.may_collect), (Permission.EMERGENCY, right.emergency))
        if asked
    }
    return Situation(standing, rights, names)


def _weaker(contact: Standing, child: Standing) -> Standing:
    """A right is worth what its contact is; and nothing yet for a child who is not accepted."""
    return child if contact.stage is Stage.ACCEPTED else contact
