"""Thirty made-up families at the demonstration's town hall, in every state; one button makes them anew."""

import fcntl
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from wizard import clock, private_files
from wizard.db import transaction
from wizard.demo import agent as demo_agent
from wizard.demo import people
from wizard.demo.living import Life, sign_up
from wizard.demo.people import CHILD, CO_PARENT, CONTACT, NEIGHBOUR, OTHER_CHILD, PARENT
from wizard.models import Agent, Decision, Permission
from wizard.services import inviting, joining, moving, objecting, personal_data, retention
from wizard.services.passwords import hash_password
from wizard.settings import get_settings
from wizard.stores import accounts, agents, invitations, outbox

Act = Callable[[Life], None]


def deposits(life: Life) -> None:
    """Declare one child, the other parent, a grandparent and a neighbour."""
    life.deposit(CHILD, CO_PARENT, CONTACT, NEIGHBOUR)


def deposits_alone(life: Life) -> None:
    """Declare two children and a grandparent."""
    life.deposit(CHILD, OTHER_CHILD, CONTACT)


def has_a_newborn(life: Life) -> None:
    """Declare a second child, a year later."""
    life.deposit(OTHER_CHILD)


def corrects(life: Life) -> None:
    """Type the grandparent's phone again."""
    contact = life.made.people[CONTACT]
    life.deposit(changes=[replace(contact, identity=replace(contact.identity, phone="+33261910817"))])


def is_wed(life: Life) -> None:
    """Take another name in use, which the town is told."""
    personal_data.correct(life.db, life.account, replace(life.made.parent, usage_name="Cadoret"))


def moves(life: Life) -> None:
    """Go and live in the next town."""
    moving.move(life.db, life.account, people.next_town(life.made.home), clock.today(), ())


def asks_from_elsewhere(life: Life) -> None:
    """Declare everyone, from another town."""
    moves(life)
    deposits(life)


def withdraws(life: Life) -> None:
    """Take back what the grandparent might do."""
    life.withdraw(CONTACT)


def declares_a_child_there_already(life: Life) -> None:
    """Declare the child of the family before, as the other parent does who knows nothing of it."""
    other = people.made(life.made.number - 1).people[CHILD]
    life.deposit(changes=[replace(other, my_link=life.made.people[CHILD].my_link)])


def cancels(life: Life) -> None:
    """Ask nothing after all."""
    life.cancel()


def is_opened(life: Life) -> None:
    """Be read by the agent, who was called away."""
    life.open()


def is_decided(life: Life) -> None:
    """Wait for its answer, all decided."""
    life.decide({})


def is_accepted(life: Life) -> None:
    """Be answered: everyone is accepted."""
    life.answer({})


def is_to_correct(life: Life) -> None:
    """Be answered: the grandparent's phone is wrong."""
    life.answer({CONTACT: Decision.TO_CORRECT})


def is_partly_accepted(life: Life) -> None:
    """Be answered: the neighbour is refused."""
    life.answer({NEIGHBOUR: Decision.REFUSED})


def is_refused(life: Life) -> None:
    """Be answered: nobody is accepted."""
    life.answer(dict.fromkeys((PARENT, *life.known), Decision.REFUSED))


def invites(life: Life) -> None:
    """Invite the other parent to a home of their own."""
    inviting.invite(life.db, life.account, life.known[CO_PARENT], ())


def files(life: Life) -> None:
    """Deposit the child's dossier administratif: a document is still to be sent."""
    if get_settings().dossier.schools:
        life.file(CHILD)


# What each did, so many days ago; whoever comes first signed up that day. The first two share their children.
_STORIES: tuple[tuple[tuple[int, Act], ...], ...] = (
    ((120, deposits), (117, is_accepted), (9, invites)),
    ((19, deposits_alone), (15, is_accepted)),
    ((200, deposits), (197, is_accepted), (3, has_a_newborn)),
    ((90, deposits_alone), (88, is_accepted), (2, withdraws)),
    ((80, deposits), (76, is_accepted), (1, is_wed)),
    ((75, deposits), (70, is_accepted), (1, moves)),
    ((60, deposits_alone), (57, is_accepted)),
    ((45, deposits), (41, is_accepted), (2, files)),
    ((33, deposits), (29, is_accepted)),
    ((24, deposits_alone), (22, is_accepted)),
    ((50, deposits), (47, is_partly_accepted)),
    ((30, deposits), (25, is_partly_accepted)),
    ((40, deposits_alone), (37, is_refused)),
    ((21, deposits), (18, is_to_correct)),
    ((12, deposits_alone), (9, is_to_correct)),
    ((8, deposits), (6, is_to_correct)),
    ((14, deposits), (12, is_to_correct), (5, corrects)),
    ((10, deposits_alone), (8, is_to_correct), (1, corrects)),
    ((9, deposits), (9, cancels)),
    ((16, deposits),),
    ((11, deposits_alone), (10, is_opened)),
    ((7, deposits), (6, is_opened)),
    ((6, deposits_alone), (4, is_decided)),
    ((6, deposits),),
    ((5, declares_a_child_there_already),),
    ((4, asks_from_elsewhere),),
    ((3, deposits_alone),),
    ((2, deposits),),
    ((1, deposits_alone),),
    ((0, deposits),),
)

HOW_MANY = len(_STORIES)


def prepare(db: Database, instance: Path) -> None:
    """Make the families unless they are there."""
    if accounts.by_email(db, people.email(0)) is None:
        make_anew(db, instance)


def make_anew(db: Database, instance: Path) -> None:
    """Delete the families and make them again, one click after the other; whoever else tried things out stays."""
    with open(instance / "familles.lock", "w", opener=private_files.opener) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for number in range(HOW_MANY):
            if account := accounts.by_email(db, people.email(number)):
                with transaction(db):
                    retention.erase(db, account, clock.now())
        _make(db, hash_password(demo_agent.password(instance)))


def _make(db: Database, password_hash: str) -> None:
    """Let each family do what it did, when it did; nothing of it is written to anyone."""
    agent = agents.by_email(db, demo_agent.EMAIL)
    assert agent is not None
    lives = [_live(db, agent, password_hash, number, story) for number, story in enumerate(_STORIES)]
    with _ago(3, 0):
        _share(*lives[:2])
    with transaction(db):
        for life in lives:
            outbox.forget(db, life.made.email)
            outbox.forget(db, life.made.people[CO_PARENT].identity.email or "")


def _live(db: Database, agent: Agent, password_hash: str, number: int, story: tuple[tuple[int, Act], ...]) -> Life:
    with _ago(story[0][0] + 1, number):
        life = sign_up(db, agent, people.made(number), password_hash)
    for days, act in story:
        with _ago(days, number):
            act(life)
    return life


def _ago(days: int, number: int) -> AbstractContextManager[None]:
    return clock.earlier(timedelta(days=days, minutes=17 * number % 240))


def _share(inviter: Life, guest: Life) -> None:
    """Let the second family be a home of the first one's child, and object to the grandparent."""
    sent = invitations.of_household(inviter.db, inviter.account.household)
    joining.accept(guest.db, guest.account, sent[-1])
    right = (inviter.known[CHILD], Permission.COLLECT)
    objecting.object_to(guest.db, guest.account, inviter.known[CONTACT], right)
