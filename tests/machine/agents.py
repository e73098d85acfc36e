"""What agents do, each on a page that the other, or the family, may have made old."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machine.town import Page, Town, verdicts, which, whose
from wizard import clock
from wizard.db import transaction
from wizard.models import Decision, DecisionLine, Dossier, ReasonCode
from wizard.services import decisions, household, recalling
from wizard.stores import dossiers, journal, outbox

LINK = "https://famille.oudon.example/espace"


class Agents(Town):
    """The rules of the agents."""

    @precondition(lambda self: self.every_dossier())
    @rule(who=whose, number=which)
    def opens(self, who: int, number: int) -> None:
        found = self.open_dossiers() or self.every_dossier()
        dossier = found[number % len(found)]
        with self.acting():
            decisions.open_dossier(self.db, self.agents[who], dossier.reference)
        self.turn_to(who, dossier.id)

    def turn_to(self, who: int, dossier: int) -> None:
        seen = journal.latest_of_each(self.db, dossier)
        self.pages[who] = Page(dossier, seen, journal.latest_change(self.db, dossier))

    @precondition(lambda self: self.pages)
    @rule(who=whose, chosen=verdicts, some=st.booleans())
    def decides(self, who: int, chosen: list[Decision], some: bool) -> None:
        """Decide on the page as it was read: what changed since is refused, and then nothing is kept."""
        page, dossier = self.page(who)
        if page is None or dossier is None:
            return
        decidable = decisions.decidable(household.read(self.db, dossier.household), dossier)
        asked = decidable[:1] if some else decidable
        lines = [self.line(line.person, chosen[at % len(chosen)]) for at, line in enumerate(asked)]
        latest = journal.latest_of_each(self.db, dossier.id)
        known = {line.person: line for line in dossier.asked}
        stale = any(
            latest.get(one.person, 0) != page.seen.get(one.person, 0) for one in lines if known[one.person] != one
        )
        with self.acting():
            try:
                choices = [decisions.Choice(line, page.seen.get(line.person, 0)) for line in lines]
                decisions.decide(self.db, self.agents[who], dossier.id, choices)
            except decisions.AlreadyAnswered:
                assert dossier.answered_at or not dossier.asked
            except decisions.Changed:
                assert stale
            else:
                assert not stale and dossier.answered_at is None
                self.turn_to(who, dossier.id)

    @precondition(lambda self: self.pages)
    @rule(who=whose)
    def answers(self, who: int) -> None:
        page, dossier = self.page(who)
        if page is None or dossier is None:
            return
        decided = {line.person: line.decision for line in dossier.asked if line.waits_for_town}
        with self.acting():
            try:
                decisions.answer(self.db, self.agents[who], dossier.id, page.latest, LINK)
            except decisions.AlreadyAnswered:
                assert dossier.answered_at or not dossier.asked
            except decisions.NotAllDecided:
                assert None in decided.values()
            except decisions.Changed:
                assert page.latest != journal.latest_change(self.db, dossier.id)
            else:
                assert decided
                self.family_of(dossier.household).replay.answered(dossier.id, decided)  # type: ignore[arg-type]

    @precondition(lambda self: self.every_dossier())
    @rule(who=whose, number=which)
    def cancels_the_answer(self, who: int, number: int) -> None:
        """Call the last answer back, before its mail leaves: all is again as it was, but what was done since."""
        found = [one for one in self.every_dossier() if one.answered_at] or self.every_dossier()
        dossier = found[number % len(found)]
        replay = self.family_of(dossier.household).replay
        with self.acting():
            try:
                recalling.recall(self.db, self.agents[who], dossier.id)
            except recalling.TooLate:
                assert replay.last_answer is None or replay.last_answer[0] != dossier.id
            except decisions.AnotherUnderWay:
                assert any(one.id != dossier.id and not one.is_closed for one in self.every_dossier())
            else:
                replay.recalled(dossier.id)
        self.turn_to(who, dossier.id)

    @rule()
    def mails_leave(self) -> None:
        with self.acting(), transaction(self.db):
            at = clock.now()
            while mail := outbox.claim(self.db, lease="sender", now=at, until=at):
                outbox.mark_sent(self.db, mail, at)
        for family in self.families:
            family.replay.last_answer = None

    @precondition(lambda self: self.open_dossiers())
    @rule(who=whose, number=which, chosen=verdicts)
    def settles(self, who: int, number: int, chosen: list[Decision]) -> None:
        """Open a dossier, decide on everyone, answer, at one go."""
        self.opens(who, number)
        self.decides(who, chosen, some=False)
        self.answers(who)

    @precondition(lambda self: self.every_dossier())
    @rule(who=whose, number=which)
    def reopens(self, who: int, number: int) -> None:
        found = self.every_dossier()
        dossier = found[number % len(found)]
        with self.acting():
            try:
                decisions.reopen(self.db, self.agents[who], dossier.id)
            except decisions.NotAnswered:
                found = household.read(self.db, dossier.household)
                assert not dossier.answered_at or not decisions.decidable(found, dossier)
            except decisions.AnotherUnderWay:
                assert dossier.is_closed
            except decisions.StillHeld:
                assert self.family_of(dossier.household).replay.last_answer
        self.turn_to(who, dossier.id)

    def page(self, who: int) -> tuple[Page | None, Dossier | None]:
        page = self.pages.get(who)
        return page, dossiers.by_id(self.db, page.dossier) if page else None

    @staticmethod
    def line(person: int, decision: Decision) -> DecisionLine:
        accepted = decision is Decision.ACCEPTED
        return DecisionLine(
            person, decision, None if accepted else ReasonCode.OTHER, None if accepted else "Voir la mairie."
        )
