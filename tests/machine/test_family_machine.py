"""Two families, their contacts and two agents, in any order: what no sequence of acts may break.

A few hundred acts at each run of the tests; `make machine` does thousands, others each time.
"""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlite_utils import Database

from tests.machine.agents import Agents
from tests.machine.parents import Parents
from tests.machine.running import live
from tests.machine.told import check_dossiers, check_rights, check_secrets, everyone_told
from tests.machine.town import verdicts, which, whose
from tests.support.walk import signed_in
from wizard.db import transaction
from wizard.models import Decision, Role
from wizard.services import facts


class FamilyMachine(Parents, Agents):
    """What parents, contacts and agents do; after each act, what must hold."""

    @initialize(how=st.lists(which, min_size=2, max_size=2), chosen=verdicts)
    def deposits_for_the_first_time(self, how: list[int], chosen: list[Decision]) -> None:
        for who, one in enumerate(how):
            self.deposits(who, [(Role.CHILD, one), (Role.CONTACT, one), (Role.CO_REPRESENTATIVE, one)], None, None, 0)
            self.settles(who, 0, [Decision.ACCEPTED, *chosen])

    # Invitations, and rights that another parent contests: their rules come here.

    @rule(who=whose)
    def reads_their_space(self, who: int) -> None:
        self.time.shift(timedelta(hours=1))
        reader, other = self.families[who], self.families[1 - who]
        client = self.app.test_client()
        signed_in(client, reader.account.email)
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
    live(lambda empty: FamilyMachine(app, db, empty, password_hash), migrated, 20)
