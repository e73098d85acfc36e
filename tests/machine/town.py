"""Two families and two agents: what they are to each other, before anyone does anything."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlite_utils import Database

from tests.machine.replay import Replay
from tests.support.families import ADDRESS
from wizard import clock
from wizard.db import transaction
from wizard.models import Account, Agent, AgentRole, Decision, Dossier, Identity, KeyOrigin, Role
from wizard.services import household
from wizard.stores import accounts, agents, declarations, dossiers, people

MARKS = (("Kervarrec", "6111100"), ("Ploumanac", "6222200"))
START = datetime(2026, 1, 5, 9, tzinfo=UTC)

whose, which = st.integers(0, 1), st.integers(0, 11)
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


class Town(RuleBasedStateMachine):
    """A town hall with two families in it, and the clock that each act moves."""

    def __init__(self, app: Flask, db: Database, empty: sqlite3.Connection, password_hash: str) -> None:
        super().__init__()
        self.app, self.db, self.password_hash = app, db, password_hash
        self.typed = 0
        self.traveller = time_machine.travel(START, tick=False)
        self.time = self.traveller.start()
        empty.backup(db.conn)
        with transaction(db):
            emails = ("claire@oudon.example", "yann@oudon.example")
            numbers = [agents.add(db, email, AgentRole.CASEWORKER, "-", clock.now()) for email in emails]
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
        self.time.shift(timedelta(hours=5))
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

    def to_correct(self) -> list[Family]:
        """Return the families for whom the town waits."""
        return [
            one for one in self.families if any(line.waits_for_family for line in self.household(one).lines.values())
        ]

    def every_dossier(self) -> list[Dossier]:
        return [one for family in self.families for one in dossiers.of_household(self.db, family.account.household)]

    def open_dossiers(self) -> list[Dossier]:
        return [one for one in self.every_dossier() if not one.is_closed]

    def family_of(self, number: int) -> Family:
        return next(one for one in self.families if one.account.household == number)
