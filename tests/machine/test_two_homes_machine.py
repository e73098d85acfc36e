"""Two homes that share children, invite each other and contest each other's rights: what nothing may break either."""

from contextlib import suppress
from pathlib import Path

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlite_utils import Database

from tests.machine.agents import Agents
from tests.machine.parents import Parents
from tests.machine.running import live
from tests.machine.told import check_dossiers
from tests.machine.town import Family, which, whose
from wizard import clock
from wizard.db import transaction
from wizard.models import Decision, Objection, Outcome, Permission, Role, Stage
from wizard.services import export, facts, homes, household, inviting, joining, objecting, retention, standing
from wizard.stores import dossiers, invitations, objections

Held = tuple[int, int, Permission]


class TwoHomesMachine(Parents, Agents):
    """What parents, contacts and agents do, and what one home does of the other."""

    @initialize(how=which)
    def shares_a_child(self, how: int) -> None:
        """Both families are accepted; the father whom the first declared joins it by the second."""
        for who in (0, 1):
            self.deposits(who, [(Role.CHILD, how), (Role.CONTACT, 0), (Role.CO_REPRESENTATIVE, 0)], None, None, 0)
            self.settles(who, 0, [Decision.ACCEPTED])
        self.invites(0, 0)
        self.joins(1)
        assert self.seen_by(1)

    @rule(who=whose, number=which)
    def invites(self, who: int, number: int) -> None:
        family = self.families[who]
        with self.acting():
            told = inviting.standing(self.db, self.household(family))
            able = sorted(person for person, one in told.items() if one.may_be)
            if able:
                inviting.invite(self.db, family.account, able[number % len(able)], ())

    @rule(who=whose, number=which)
    def revokes(self, who: int, number: int) -> None:
        family = self.families[who]
        own = invitations.of_household(self.db, family.account.household)
        if own:
            with self.acting():
                inviting.revoke(self.db, family.account, own[number % len(own)].person)

    @rule(who=whose)
    def joins(self, who: int) -> None:
        """Follow the other home's latest invitation: it serves once, while it is open."""
        family, other = self.families[who], self.families[1 - who]
        sent = invitations.of_household(self.db, other.account.household)
        if not sent:
            return
        latest = sent[-1]
        with self.acting():
            done = joining.accept(self.db, family.account, latest)
            assert not joining.accept(self.db, family.account, latest)
        assert not done or latest.revoked_at is None

    @precondition(lambda self: self.seen_by(0) or self.seen_by(1))
    @rule(who=whose, number=which)
    def objects(self, who: int, number: int) -> None:
        seen = self.seen_by(who)
        if seen:
            contact, child, what = seen[number % len(seen)]
            with self.acting():
                objecting.object_to(self.db, self.families[who].account, contact, (child, what))

    @precondition(lambda self: self.contested())
    @rule(number=which)
    def drops(self, number: int) -> None:
        one = self.contested()[number % len(self.contested())]
        with self.acting():
            objecting.drop(self.db, self.family_of(one.household).account, one.contact, (one.child, one.what))

    @precondition(lambda self: self.contested())
    @rule(who=whose, number=which, outcome=st.sampled_from([Outcome.LIFTED, Outcome.UPHELD]))
    def decides_of_an_objection(self, who: int, number: int, outcome: Outcome) -> None:
        one = self.contested()[number % len(self.contested())]
        with self.acting(), suppress(objecting.NothingToDecide):
            objecting.decide(self.db, self.agents[who], one.id, outcome)

    @precondition(lambda self: self.typed > 8)
    @rule(who=whose)
    def deletes_the_account(self, who: int) -> None:
        """The children whom both homes have stay with the other."""
        family, other = self.families[who], self.families[1 - who]
        before = set(self.household(other).facts)
        with self.acting(), transaction(self.db):
            retention.erase(self.db, family.account, clock.now())
        assert set(self.household(other).facts) == before
        with transaction(self.db):
            self.families[who] = self.a_family(family.mark, family.number)

    def seen_by(self, who: int) -> list[Held]:
        """Return the rights, given in the other home, that a home sees."""
        with self.app.test_request_context():
            found = homes.others(self.db, self.household(self.families[who]))
        return sorted((one.person, *right) for home in found for one in home.collectors for right in one.rights)

    def contested(self) -> list[Objection]:
        own = (objections.by_household(self.db, family.account.household) for family in self.families)
        return [one for each in own for one in each if one.ended_at is None]

    # What must hold.
    @invariant()
    def facts_are_what_was_accepted_and_not_withdrawn(self) -> None:
        before = [self.household(family).members for family in self.families]
        with transaction(self.db):
            for family in self.families:
                for person in self.household(family).last:
                    facts.settle(self.db, family.account.household, person)
        assert [self.household(family).members for family in self.families] == before

    @invariant()
    def a_contested_right_is_told_as_granted_to_nobody(self) -> None:
        with self.app.test_request_context():
            for family in self.families:
                found = self.household(family)
                held = {(one.person, *right) for one in found.members for right in household.each_of(one.rights)}
                doubted = {(one.contact, one.child, one.what) for one in found.objections if one.ended_at is None}
                told = standing.situations(found).items()
                stands = [(person, *right, where.stage) for person, one in told for right, where in one.rights.items()]
                assert {one[:3] for one in stands if one[3] is Stage.ACCEPTED} == held - doubted
                self.check_what_crosses(family, held, doubted)

    def check_what_crosses(self, family: Family, held: set[Held], doubted: set[Held]) -> None:
        """The other home sees rights that are held, and of those contested, that they are."""
        other = next(one for one in self.families if one is not family)
        for home in homes.others(self.db, self.household(other)):
            for one in home.collectors:
                seen = {(one.person, *right): stands.stage for right, stands in one.rights.items()}
                assert seen.keys() <= held
                assert {right for right, stage in seen.items() if stage is Stage.CONTESTED} == doubted & seen.keys()

    @invariant()
    def no_secret_of_a_home_is_in_the_copy_of_the_other(self) -> None:
        with self.app.test_request_context():
            for family, other in zip(self.families, reversed(self.families), strict=True):
                copy = "".join(str(export.collect(self.db, family.account, [])).split()).casefold()
                mark = other.mark.casefold()
                references = [one.reference for one in dossiers.of_household(self.db, other.account.household)]
                secrets = [other.number, f"rue{mark}", f"place{mark}", f"@{mark}.example", *references]
                assert [one for one in secrets if one.casefold() in copy] == []

    @invariant()
    def nobody_is_waited_for_who_has_nothing_to_do(self) -> None:
        with self.app.test_request_context():
            check_dossiers(self.db, [self.household(family) for family in self.families])


def test_no_sequence_of_acts_breaks_what_two_homes_are_promised(
    app: Flask, db: Database, migrated: Path, password_hash: str
) -> None:
    live(lambda empty: TwoHomesMachine(app, db, empty, password_hash), migrated, 15)
