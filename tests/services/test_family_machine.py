"""Two families, their contacts and two agents, in any order: what no sequence of acts may break.

A few hundred acts at each run of the tests; `make machine` does many thousands.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlite_utils import Database

from tests.security.actors import sign_in
from tests.support.drafting import Drafting
from tests.support.families import ADDRESS
from tests.support.replay import Replay
from tests.support.told import check_dossiers, check_rights, check_secrets, everyone_told
from wizard import clock
from wizard.db import transaction
from wizard.models import (
    Account,
    Agent,
    AgentRole,
    Decision,
    DecisionLine,
    Dossier,
    Draft,
    DraftKind,
    Identity,
    KeyOrigin,
    Motive,
    Permission,
    Role,
    Status,
    TokenPurpose,
)
from wizard.services import (
    asking,
    confirming,
    decisions,
    deposit,
    facts,
    household,
    moving,
    personal_data,
    retention,
    reviewing,
    tokens,
    withdrawing,
)
from wizard.stores import accounts, agents, declarations, dossiers, drafts, journal, people

LONG = int(os.environ.get("MACHINE", "0"))
MARKS = (("Kervarrec", "6111100"), ("Ploumanac", "6222200"))
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
LINK = "https://famille.oudon.example/espace"

whose, which = st.integers(0, 1), st.integers(0, 11)
new_people = st.lists(st.tuples(st.sampled_from([Role.CHILD, Role.CONTACT, Role.CO_REPRESENTATIVE]), which), max_size=3)
verdicts = st.lists(st.sampled_from(list(Decision)), min_size=1, max_size=4)


@dataclass
class Family:
    """A family of the machine: what it may never see is the other's `mark` and `number`."""

    mark: str
    number: str
    account: Account
    replay: Replay


@dataclass
class Page:
    """What an agent has before their eyes of a dossier, which may have changed since."""

    dossier: int
    seen: dict[int, int]
    latest: int


class FamilyMachine(RuleBasedStateMachine):
    """What parents, contacts and agents do; after each act, what must hold."""

    def __init__(self, app: Flask, db: Database, empty: sqlite3.Connection, password_hash: str) -> None:
        super().__init__()
        self.app, self.db, self.password_hash = app, db, password_hash
        self.typed = 0
        self.traveller = time_machine.travel(START, tick=False)
        self.time = self.traveller.start()
        empty.backup(db.conn)
        with transaction(db):
            emails = ("claire@oudon.example", "yann@oudon.example")
            numbers = [agents.add(db, email, AgentRole.INSTRUCTEUR, "-", clock.now()) for email in emails]
            self.families = [self.a_family(*mark) for mark in MARKS]
        self.agents = [self.agent(number) for number in numbers]
        self.pages: dict[int, Page] = {}

    def teardown(self) -> None:
        self.traveller.stop()

    def agent(self, number: int) -> Agent:
        found = agents.by_id(self.db, number)
        assert found
        return found

    def a_family(self, mark: str, number: str) -> Family:
        """Sign a parent up, who has deposited nothing yet."""
        self.typed += 1
        now = clock.now()
        identity = Identity(mark, f"Parent{self.typed}", mobile=f"+33{number}9999", email=f"parent@{mark}.example")
        home = replace(ADDRESS, label=f"1 rue {mark}, 44521 Oudon", street=f"rue {mark}")
        number_of = people.add_household(self.db, dossiers.new_reference(self.db), KeyOrigin.GENERATED, now)
        person = people.add_person(self.db, identity, now)
        people.add_member(self.db, number_of, person, Role.REPRESENTATIVE)
        people.set_address(self.db, person, home)
        account = accounts.add(
            self.db,
            household=number_of,
            person=person,
            email=f"compte{self.typed}@{mark.lower()}.example",
            username=None,
            password_hash=self.password_hash,
            now=now,
        )
        accounts.activate(self.db, account, now)
        found = accounts.by_id(self.db, account)
        assert found
        return Family(mark, number, found, Replay(person, identity, home))

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Act some hours after the last act; what families said meanwhile is written in their replay."""
        self.time.shift(5 * HOUR)
        known = {one.account.id: self._versions(one) for one in self.families}
        with self.app.test_request_context():
            yield
        for one in self.families:
            for said in declarations.of_household(self.db, one.account.household):
                if (said.person, said.version) not in known[one.account.id]:
                    one.replay.declared(said.dossier, said.person, said.declaration)

    def _versions(self, family: Family) -> set[tuple[int, int]]:
        declared = declarations.of_household(self.db, family.account.household)
        return {(said.person, said.version) for said in declared}

    def household(self, family: Family) -> household.Household:
        return household.read(self.db, family.account.household)

    @initialize(how=st.lists(which, min_size=2, max_size=2), chosen=verdicts)
    def deposits_for_the_first_time(self, how: list[int], chosen: list[Decision]) -> None:
        for who, one in enumerate(how):
            self.deposits(who, [(Role.CHILD, one), (Role.CONTACT, one), (Role.CO_REPRESENTATIVE, one)], None, None, 0)
            self.settles(who, 0, [Decision.ACCEPTED, *chosen])

    # What parents do.
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

    def to_correct(self) -> list[Family]:
        """Return the families for whom the town waits."""
        return [
            one for one in self.families if any(line.waits_for_family for line in self.household(one).lines.values())
        ]

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

    # What agents do.
    @precondition(lambda self: self.every_dossier())
    @rule(who=whose, number=which)
    def opens(self, who: int, number: int) -> None:
        found = self.open_dossiers() or self.every_dossier()
        dossier = found[number % len(found)]
        with self.acting():
            decisions.open_dossier(self.db, self.agents[who], dossier.reference)
        self.turn_to(who, dossier.id)

    def every_dossier(self) -> list[Dossier]:
        return [one for family in self.families for one in dossiers.of_household(self.db, family.account.household)]

    def open_dossiers(self) -> list[Dossier]:
        return [one for one in self.every_dossier() if not one.is_closed]

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
        asked = dossier.asked[:1] if some else dossier.asked
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
                assert not dossier.answered_at or not dossier.asked
            except decisions.AnotherUnderWay:
                assert dossier.is_closed
        self.turn_to(who, dossier.id)

    def page(self, who: int) -> tuple[Page | None, Dossier | None]:
        page = self.pages.get(who)
        return page, dossiers.by_id(self.db, page.dossier) if page else None

    @staticmethod
    def line(person: int, decision: Decision) -> DecisionLine:
        accepted = decision is Decision.ACCEPTED
        return DecisionLine(
            person, decision, None if accepted else Motive.OTHER, None if accepted else "Voir la mairie."
        )

    def family_of(self, number: int) -> Family:
        return next(one for one in self.families if one.account.household == number)

    # Invitations, and rights that another parent contests: their rules come here.

    @rule(who=whose)
    def reads_their_space(self, who: int) -> None:
        self.time.shift(HOUR)
        reader, other = self.families[who], self.families[1 - who]
        client = self.app.test_client()
        sign_in(client, reader.account.email)
        for path in ("/espace", "/espace/donnees", "/espace/donnees/copie.json"):
            check_secrets(self.db, client.get(path).text, other.mark, other.number, other.account.household)

    # What must hold.
    @invariant()
    def facts_are_what_was_accepted_and_not_withdrawn(self) -> None:
        for family in self.families:
            before = self.household(family)
            assert everyone_told(before) == family.replay.facts
            assert before.parent.address == family.replay.home
            with transaction(self.db):
                for person in before.last:
                    facts.settle(self.db, before.id, person)
            assert self.household(family).members == before.members

    @invariant()
    def no_right_is_told_that_is_not_held_and_nothing_of_the_other_family(self) -> None:
        with self.app.test_request_context():
            for family, other in zip(self.families, reversed(self.families), strict=True):
                copy = check_rights(self.db, family.account, family.replay)
                check_secrets(self.db, copy, other.mark, other.number, other.account.household)

    @invariant()
    def nobody_is_waited_for_who_has_nothing_to_do(self) -> None:
        with self.app.test_request_context():
            check_dossiers(self.db, [self.household(family) for family in self.families])


def test_no_sequence_of_acts_breaks_what_families_are_promised(
    app: Flask, db: Database, migrated: Path, password_hash: str
) -> None:
    empty = sqlite3.connect(migrated)
    run_state_machine_as_test(
        lambda: FamilyMachine(app, db, empty, password_hash),
        settings=settings(
            max_examples=LONG or 20,
            stateful_step_count=int(os.environ.get("STEPS", "20")),
            derandomize=not LONG,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            phases=[Phase.explicit, Phase.generate] if os.environ.get("NOSHRINK") else list(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )
    empty.close()
