"""A household as it is and as its family asks it to be, and where each stands: read from records alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.families import ADDRESS, CAMILLE, DOMINIQUE, INES, JEANNE, LOIC
from wizard.french import plain
from wizard.models import (
    Decision,
    DecisionLine,
    Declaration,
    Deposited,
    Dossier,
    Link,
    Member,
    Permission,
    Residence,
    Right,
    Role,
    Withdrawal,
)
from wizard.services import standing
from wizard.services.counter import NotTheirs, said_of
from wizard.services.household import Household, declaration_of, in_force, without

pytestmark = pytest.mark.usefixtures("app_context")

PARENT, CHILD, CONTACT, BABY, FATHER, AUNT = 1, 2, 3, 4, 5, 6
DAYS = [datetime(2026, 3, day, 9, tzinfo=UTC) for day in range(1, 29)]
BOTH = (Right(CHILD, may_collect=True, emergency=True),)
COLLECT, EMERGENCY = (CHILD, Permission.COLLECT), (CHILD, Permission.EMERGENCY)

CAMILLE_AS_SHE_IS = Member(PARENT, Role.REPRESENTATIVE, CAMILLE, ADDRESS, {CHILD: Link.MOTHER}, (), None)
LOIC_AS_HE_IS = Member(CHILD, Role.CHILD, LOIC, ADDRESS, {}, (), Residence.ALTERNATING)
JEANNE_AS_SHE_IS = Member(CONTACT, Role.CONTACT, JEANNE, None, {CHILD: Link.GRANDPARENT}, BOTH, None)

SAID = {
    PARENT: Declaration(Role.REPRESENTATIVE, CAMILLE, address=ADDRESS),
    CHILD: Declaration(Role.CHILD, LOIC, Residence.ALTERNATING, same_address=True, links={PARENT: Link.MOTHER}),
    CONTACT: Declaration(Role.CONTACT, JEANNE, links={CHILD: Link.GRANDPARENT}, rights=BOTH),
    BABY: Declaration(Role.CHILD, INES, same_address=True, links={PARENT: Link.MOTHER, FATHER: Link.FATHER}),
    FATHER: Declaration(Role.CO_REPRESENTATIVE, DOMINIQUE, links={CHILD: Link.STEP_PARENT}, invite=True),
    AUNT: Declaration(Role.CONTACT, replace(JEANNE, given_name="Anne"), links={CHILD: Link.AUNT_UNCLE}, rights=BOTH),
}
ACCEPTED = {PARENT, CHILD, CONTACT}


def deposited(person: int, version: int = 1, dossier: int = 1, **changed: object) -> Deposited:
    accepted = DAYS[5] if person in ACCEPTED and version == 1 else None
    return Deposited(person, version, dossier, DAYS[version], accepted, replace(SAID[person], **changed))  # type: ignore[arg-type]


def line(person: int, decision: Decision | None = None, **known: datetime) -> DecisionLine:
    return DecisionLine(person, decision, None, None, SAID[person].role, reason_told="", **known)  # type: ignore[arg-type]


def dossier(number: int, *lines: DecisionLine) -> Dossier:
    answered = DAYS[5] if number == 1 else None
    return Dossier(number, f"DOSSIER{number}", 1, 1, DAYS[0], None, answered, None, lines)


ANSWERED = [line(one, Decision.ACCEPTED, answered_at=DAYS[5]) for one in sorted(ACCEPTED)]


def home(*more: Deposited, lines: tuple[DecisionLine, ...] = (), taken: tuple[Withdrawal, ...] = ()) -> Household:
    """Return a home accepted in a first dossier, which asks more in a second one."""
    return Household(
        1,
        (CAMILLE_AS_SHE_IS, LOIC_AS_HE_IS, JEANNE_AS_SHE_IS),
        (dossier(2, *lines), dossier(1, *ANSWERED)),
        (*map(deposited, sorted(ACCEPTED)), *more),
        taken,
    )


def taken(contact: int, what: Permission, day: int = 20, version: int = 1, *, declined: bool = False) -> Withdrawal:
    return Withdrawal(
        day, contact, CHILD, what, version, DAYS[day], None, None, "Jeanne", "Loïc", None, declined=declined
    )


def told(found: Household) -> dict[int, list[str]]:
    """Return where each person stands, and what is said of their rights."""
    return {number: [plain(one.told), *map(plain, one.words)] for number, one in standing.situations(found).items()}


CAN = ["Peut venir chercher Loïc.", "À appeler en cas d'urgence pour Loïc."]
ASKED = ["Demandé : venir chercher Loïc.", "Demandé : appel en cas d'urgence pour Loïc."]
SETTLED = {
    PARENT: ["Validé le 6 mars 2026"],
    CHILD: ["Validé le 6 mars 2026"],
    CONTACT: ["Validé le 6 mars 2026", *CAN],
}


@pytest.mark.parametrize(
    ("found", "otherwise"),
    [
        (home(), {}),
        (
            home(deposited(CONTACT, 2, 2), lines=(line(CONTACT),)),
            {CONTACT: ["Modification demandée le 3 mars 2026", *CAN]},
        ),
        (
            home(deposited(CONTACT, 2, 2, leaves=True), lines=(line(CONTACT),)),
            {CONTACT: ["Retrait demandé le 3 mars 2026", *CAN]},
        ),
        (
            home(deposited(CONTACT, 2, 2), lines=(line(CONTACT, withdrawn_at=DAYS[9]),)),
            {CONTACT: SETTLED[CONTACT]},
        ),
        (
            home(deposited(CONTACT, 2, 2), lines=(line(CONTACT, Decision.REFUSED, answered_at=DAYS[9]),)),
            {CONTACT: ["Refusé le 10 mars 2026", *CAN]},
        ),
        (
            home(deposited(CONTACT, 2, 2), lines=(line(CONTACT, Decision.TO_CORRECT, answered_at=DAYS[9]),)),
            {CONTACT: ["À corriger", *CAN]},
        ),
        (home(deposited(PARENT, 2, 2), lines=(line(PARENT),)), {PARENT: ["Demandé le 3 mars 2026"]}),
        (home(deposited(BABY, 1, 2), lines=(line(BABY),)), {BABY: ["Demandé le 2 mars 2026"]}),
        (home(deposited(BABY, 1, 2), lines=(line(BABY, withdrawn_at=DAYS[9]),)), {}),
        (home(deposited(AUNT, 1, 2), lines=(line(AUNT),)), {AUNT: ["Demandé le 2 mars 2026", *ASKED]}),
        (home(deposited(FATHER, 1, 2), lines=(line(FATHER),)), {FATHER: ["Demandé le 2 mars 2026"]}),
    ],
    ids=["settled", "changed", "leaving", "asked no more", "refused", "to correct", "parent", "baby", "no baby any",
        "aunt", "father"],
)  # fmt: skip
def test_each_stands_where_the_last_that_is_asked_of_them_does(
    found: Household, otherwise: dict[int, list[str]]
) -> None:
    assert told(found) == SETTLED | otherwise


def test_who_is_asked_for_no_more_stands_as_they_were_accepted_themselves() -> None:
    found = home(deposited(CONTACT, 2, 2), lines=(line(CONTACT, withdrawn_at=DAYS[9]),))
    sooner = [replace(one, accepted_at=DAYS[4]) if one.person == CONTACT else one for one in found.declared[:3]]
    assert told(replace(found, declared=(*sooner, found.declared[3])))[CONTACT] == ["Validé le 5 mars 2026", *CAN]


def test_what_is_taken_back_is_told_and_all_of_it_before_the_rest() -> None:
    lost = home(
        deposited(AUNT, 1, 2),
        lines=(line(AUNT),),
        taken=(taken(AUNT, Permission.COLLECT, 20), taken(AUNT, Permission.EMERGENCY, 21, declined=True)),
    )
    assert told(lost)[AUNT] == [
        "A refusé le 22 mars 2026",
        "Ne peut plus venir chercher Loïc depuis le 21 mars 2026 à 10 h 00.",
        "A refusé, le 22 mars 2026 à 10 h 00, qu'on l'appelle en cas d'urgence pour Loïc.",
    ]
    one = home(deposited(AUNT, 1, 2), lines=(line(AUNT),), taken=(taken(AUNT, Permission.COLLECT),))
    assert told(one)[AUNT] == [
        "Demandé le 2 mars 2026",
        "Ne peut plus venir chercher Loïc depuis le 21 mars 2026 à 10 h 00.",
        "Demandé : appel en cas d'urgence pour Loïc.",
    ]
    where = {number: (one.is_withdrawn, one.is_declined) for number, one in standing.situations(lost).items()}
    assert where == {PARENT: (False, False), CHILD: (False, False), CONTACT: (False, False), AUNT: (True, True)}


def test_what_declares_a_member_says_who_they_are_and_to_whom() -> None:
    said = {one.person: declaration_of(one, CAMILLE_AS_SHE_IS) for one in home().members}
    assert said == {one: SAID[one] for one in ACCEPTED}
    assert declaration_of(LOIC_AS_HE_IS, replace(CAMILLE_AS_SHE_IS, links={})).links == {}
    assert declaration_of(replace(JEANNE_AS_SHE_IS, address=ADDRESS), CAMILLE_AS_SHE_IS).same_address


def test_a_right_taken_back_is_none_of_what_was_declared_until_then() -> None:
    for version, rights in ((1, ()), (2, BOTH)):
        gone = [taken(CONTACT, what) for what in Permission]
        assert in_force(deposited(CONTACT, version), gone).declaration.rights == rights
    assert in_force(deposited(CONTACT), [taken(AUNT, Permission.COLLECT)]) == deposited(CONTACT)
    assert without(BOTH, [COLLECT]) == (Right(CHILD, may_collect=False, emergency=True),)
    assert without(BOTH, [EMERGENCY, (BABY, Permission.COLLECT)]) == (Right(CHILD, may_collect=True, emergency=False),)
    assert without(BOTH, [COLLECT, EMERGENCY]) == ()


def test_the_family_is_read_as_it_is_and_as_it_asks_to_be() -> None:
    named = replace(JEANNE, given_name="Janie")
    found = home(
        deposited(CONTACT, 2, 2, identity=named, rights=(Right(BABY, may_collect=True, emergency=False),)),
        deposited(BABY, 1, 2),
        deposited(FATHER, 1, 2, leaves=False),
        deposited(AUNT, 1, 2, leaves=True),
        lines=(line(CONTACT), line(BABY), line(FATHER), line(AUNT)),
    )
    baby = Member(BABY, Role.CHILD, INES, ADDRESS, {}, (), None)
    links = {CHILD: Link.STEP_PARENT, BABY: Link.FATHER}
    father = Member(FATHER, Role.CO_REPRESENTATIVE, DOMINIQUE, None, links, (), None, invite=True)
    mother = replace(CAMILLE_AS_SHE_IS, links={CHILD: Link.MOTHER, BABY: Link.MOTHER})
    assert found.everyone == (mother, LOIC_AS_HE_IS, JEANNE_AS_SHE_IS, baby, father)
    asked = {one.person: one for one in found.asked}
    assert asked[CONTACT].identity == named and asked[CONTACT].rights[0].child == BABY
    assert asked[PARENT] == mother and asked[FATHER] == father and asked[BABY] == baby
    assert set(asked) == {PARENT, CHILD, CONTACT, BABY, FATHER, AUNT}
    assert [found.leaves(one) for one in (AUNT, CONTACT, CHILD)] == [True, False, False]
    assert found.current(CONTACT) == found.pending[CONTACT].declaration
    assert found.current(PARENT) == SAID[PARENT] and found.current(CHILD) == SAID[CHILD] and found.current(99) is None
    assert found.rights_of(CONTACT) == (COLLECT, EMERGENCY, (BABY, Permission.COLLECT))
    assert found.rights_of(AUNT) == (COLLECT, EMERGENCY) and found.rights_of(CHILD) == ()
    assert found.names == {PARENT: "Camille Martin", CHILD: "Loïc Martin", CONTACT: "Jeanne Le Goff",
        BABY: "Inès Martin", FATHER: "Dominique Durand", AUNT: "Anne Le Goff"}  # fmt: skip
    assert found.open_dossier == found.dossiers[0] and home().open_dossier is None


def test_the_ties_that_were_accepted_stay_even_to_a_child_who_is_none_yet() -> None:
    rights = (*BOTH, Right(BABY, may_collect=True, emergency=False))
    found = replace(home(), declared=tuple(deposited(one, rights=rights) for one in sorted(ACCEPTED)))
    assert {one.person: one.rights for one in found.asked} == {PARENT: (), CHILD: rights, CONTACT: rights}


def test_the_town_hall_reads_of_a_parent_what_is_true_and_of_the_others_what_is_asked() -> None:
    named = replace(CAMILLE, given_name="Camilla")
    found = home(
        deposited(PARENT, 2, 2, identity=named),
        deposited(FATHER, 1, 2),
        deposited(BABY, 1, 2),
        lines=(line(PARENT), line(FATHER), line(BABY)),
    )
    assert said_of(found, PARENT) == SAID[PARENT]
    assert said_of(found, CHILD) == SAID[CHILD] and said_of(found, CONTACT) == SAID[CONTACT]
    assert said_of(found, FATHER).links == {CHILD: Link.STEP_PARENT, BABY: Link.FATHER}
    with pytest.raises(NotTheirs):
        said_of(found, 99)
