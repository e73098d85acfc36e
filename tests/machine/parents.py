"""What parents, and the contacts whom they name, do."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machine.drafting import Drafting
from tests.machine.town import Family, Town, which, whose
from wizard import clock
from wizard.db import transaction
from wizard.models import Draft, DraftKind, Permission, Role, Status, TokenPurpose
from wizard.services import (
    asking,
    confirming,
    deposit,
    moving,
    personal_data,
    retention,
    reviewing,
    tokens,
    withdrawing,
)
from wizard.stores import drafts

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
new_people = st.lists(st.tuples(st.sampled_from([Role.CHILD, Role.CONTACT, Role.CO_REPRESENTATIVE]), which), max_size=3)


class Parents(Town):
    """The rules of the parents."""

    @rule(who=whose, new=new_people, changed=st.none() | which, removed=st.none() | which, variant=which)
    def deposits(
        self, who: int, new: list[tuple[Role, int]], changed: int | None, removed: int | None, variant: int
    ) -> None:
        family = self.families[who]
        with self.acting():
            draft = Drafting(self.household(family), family.mark, family.number)
            if changed is not None and (one := draft.pick(changed)):
                draft.change(one, variant)
            if removed is not None and (one := draft.pick(removed)):
                draft.remove(one)
            for role, how in sorted(new, key=lambda one: one[0] is not Role.CHILD):
                if role is Role.CHILD or draft.children:
                    self.typed += 1
                    draft.add(role, how, f"{self.typed:08x}")
            self.deposit(family, draft)

    @precondition(lambda self: self.to_correct())
    @rule(number=which, variant=which)
    def corrects(self, number: int, variant: int) -> None:
        """Correct all that is to correct, or send again what was typed."""
        found = self.to_correct()
        family = found[number % len(found)]
        with self.acting():
            lines = self.household(family).lines
            draft = Drafting(self.household(family), family.mark, family.number)
            asked = [one for one, person in draft.persons.items() if person in lines and lines[person].waits_for_family]
            for one in asked if variant % 3 else ():
                draft.change(one, variant)
            if asked:
                self.deposit(family, draft)
            if lines[family.account.person].waits_for_family:
                personal_data.correct(self.db, family.account, family.replay.identity)

    @precondition(lambda self: self.open_dossiers())
    @rule(number=which)
    def thinks_better_of_it(self, number: int) -> None:
        """Take out all those of an open dossier about whom the town has not answered."""
        found = self.open_dossiers()
        dossier = found[number % len(found)]
        family = self.family_of(dossier.household)
        with self.acting():
            draft = Drafting(self.household(family), family.mark, family.number)
            waiting = {line.person for line in dossier.asked if line.waits_for_town}
            for one in [one for one, person in draft.persons.items() if person in waiting]:
                draft.remove(one)
            self.deposit(family, draft)

    def deposit(self, family: Family, draft: Drafting) -> None:
        now = clock.now()
        with transaction(self.db):
            number = drafts.add(self.db, DraftKind.ENTOURAGE, now, HOUR, family.account.id)
        opened = Draft(number, DraftKind.ENTOURAGE, family.account.id, 0, None, now, {})
        removed = [draft.persons[one] for one in draft.removed]
        was = self.household(family).facts
        with suppress(deposit.NothingAsked):
            deposit.deposit(self.db, opened, draft.asked())
        for person in removed:
            if person in was and was[person].role is Role.CONTACT:
                family.replay.withdrawn(person, None)

    @precondition(lambda self: self.open_dossiers())
    @rule(number=which)
    def cancels(self, number: int) -> None:
        found = self.open_dossiers()
        dossier = found[number % len(found)]
        with self.acting():
            try:
                asking.cancel(self.db, self.family_of(dossier.household).account, dossier.reference)
            except asking.TooLate:
                assert dossier.status is not Status.DEPOSITED

    @precondition(lambda self: self.rights())
    @rule(number=which, all_of_them=st.booleans())
    def withdraws(self, number: int, all_of_them: bool) -> None:
        found = self.rights()
        family, contact, right = found[number % len(found)]
        chosen = None if all_of_them else frozenset({right})
        with self.acting():
            withdrawing.withdraw(self.db, family.account, contact, chosen)
        family.replay.withdrawn(contact, chosen)

    def rights(self) -> list[tuple[Family, int, tuple[int, Permission]]]:
        """Return what may be taken back, from whom."""
        return [
            (family, one.person, right)
            for family in self.families
            for found in [self.household(family)]
            for one in found.everyone
            for right in found.rights_of(one.person)
        ]

    @precondition(lambda self: self.awaited())
    @rule(who=whose, number=which)
    def declines(self, who: int, number: int) -> None:
        """A contact says no, by the link of a mail."""
        self.answers_their_mail(self.families[who], number, yes=False)

    @precondition(lambda self: self.awaited())
    @rule(who=whose, number=which)
    def agrees(self, who: int, number: int) -> None:
        self.answers_their_mail(self.families[who], number, yes=True)

    def awaited(self) -> bool:
        return self.db.execute("SELECT 1 FROM confirmations WHERE agreed_at IS NULL").fetchone() is not None

    def answers_their_mail(self, family: Family, number: int, *, yes: bool) -> None:
        told = confirming.waiting(self.household(family))
        if told:
            contact, email = sorted(told.items())[number % len(told)]
            with self.acting():
                with transaction(self.db):
                    link = tokens.issue(
                        self.db, TokenPurpose.CONTACT, contact=contact, email=email, lifetime=YEAR, replacing=False
                    )
                assert (confirming.agree if yes else confirming.decline)(self.db, link.token)
            if not yes:
                family.replay.withdrawn(contact, None)

    @rule(who=whose, variant=which)
    def changes_their_own(self, who: int, variant: int) -> None:
        family = self.families[who]
        with self.acting():
            family.replay.identity = replace(family.replay.identity, usage_name=f"{family.mark}-{variant}")
            personal_data.correct(self.db, family.account, family.replay.identity)

    @rule(who=whose, variant=which)
    def moves(self, who: int, variant: int) -> None:
        family = self.families[who]
        with self.acting():
            label = f"{variant} place {family.mark}, 44521 Oudon"
            family.replay.home = replace(family.replay.home, label=label, street=f"place {family.mark}")
            movers = [one.person for one in moving.housemates(self.db, family.account)][variant % 2 :]
            moving.move(self.db, family.account, family.replay.home, clock.today(), movers)

    @rule(who=whose)
    def confirms(self, who: int) -> None:
        with self.acting():
            reviewing.confirm(self.db, self.families[who].account)
            assert not reviewing.is_asked(self.db, self.families[who].account)

    @precondition(lambda self: self.typed > 8)
    @rule(who=whose)
    def deletes_the_account(self, who: int) -> None:
        """Nothing is left of them; someone of the same name signs up."""
        family = self.families[who]
        with self.acting():
            with transaction(self.db):
                retention.erase(self.db, family.account, clock.now())
            like = f"%{family.mark}%"
            assert self.db.execute("SELECT count(*) FROM people WHERE birth_name LIKE ?", (like,)).fetchone() == (0,)
            with transaction(self.db):
                self.families[who] = self.a_family(family.mark, family.number)
