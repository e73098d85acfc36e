"""What each gesture writes, row by row, and its mails, word for word: `written.txt`.

A gesture begins where the former left the town, an hour later.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlite_utils import Database

from tests.support.families import ADDRESS, CAMILLE, a_family, decide
from tests.support.outbox import WRITTEN
from tests.support.rows import rows_of
from wizard.clock import now
from wizard.db import transaction
from wizard.french import plain
from wizard.models import (
    Account,
    Agent,
    AgentRole,
    Decision,
    DecisionLine,
    DraftKind,
    KeyOrigin,
    Note,
    NoteKind,
    Permission,
    PreferredContact,
    ReasonCode,
    Role,
    Source,
)
from wizard.services import (
    activation,
    agent_invitations,
    asking,
    confirming,
    counter,
    decisions,
    household,
    moving,
    notes,
    personal_data,
    recalling,
    recovery,
    resuming,
    retention,
    reviewing,
    taking,
    trace,
)
from wizard.services import agents as agents_service
from wizard.services.corrections import between
from wizard.services.counter import Request
from wizard.services.decisions import Choice
from wizard.services.families import new_key
from wizard.settings import get_settings
from wizard.stores import accounts, agents, drafts, journal, people
from wizard.stores import notes as note_store
from wizard.stores.agents import Access

EXPECTED = Path(__file__).with_name("written.txt")
NETWORKS = ("192.0.2.1", "192.0.2.0/24")
SECRET = "la brume se lève sur les coteaux"
ELSEWHERE = replace(ADDRESS, label="3 rue Haute, 44521 Oudon", street="rue Haute")
SAID = (
    (Decision.ACCEPTED, None, None),
    (Decision.TO_CORRECT, ReasonCode.OTHER, "La date est illisible."),
    (Decision.REFUSED, ReasonCode.OTHER, None),
)
pytestmark = pytest.mark.usefixtures("app_context")


class Town:
    """A family accepted, whose contact reads her mail, another one that nobody answered yet, and an agent."""

    def __init__(self, db: Database, hand: time_machine.Traveller) -> None:
        self.db, self.hand = db, hand
        found = agents.by_id(db, agents.add(db, "claire@oudon.example", AgentRole.ADMINISTRATOR, "never", now()))
        assert found
        self.agent: Agent = found
        self.family, self.asked = a_family(db), a_family(db, "Durand", "Anne")
        self.parent, self.child, self.contact = (line.person for line in self.family.lines)
        to = "json_set(data, '$.identity.email', 'jeanne@exemple.fr')"
        db.execute(f"UPDATE declarations SET data = {to} WHERE person = ?", (self.contact,))
        decide(db, self.family.id)

    @property
    def account(self) -> Account:
        found = accounts.by_id(self.db, self.family.account)
        assert found
        return found

    @property
    def other(self) -> Account:
        found = accounts.by_id(self.db, self.asked.account)
        assert found
        return found

    @property
    def note(self) -> Note:
        return note_store.of_household(self.db, self.family.household)[0]

    @property
    def access(self) -> Access:
        found = agents.access(self.db, 2)
        assert found
        return found

    def token(self, name: str) -> str:
        """Return what the link of the last mail of a name opens."""
        bodies = [one["body_text"] for one in self.db.query(WRITTEN) if one["name"] == name]
        return str(re.findall(r"/([\w-]{43})\b", bodies[-1])[0])


def sign_up(town: Town, email: str) -> int:
    with transaction(town.db):
        home = people.add_household(town.db, new_key(), KeyOrigin.GENERATED, now())
        person = people.add_person(town.db, people.members(town.db, 1)[0].identity, now())
        people.add_member(town.db, home, person, Role.REPRESENTATIVE)
        account = accounts.add(
            town.db, household=home, person=person, email=email, username=None, password_hash="-", now=now()
        )
        activation.start(town.db, account, NETWORKS)
    return account


def resume(town: Town) -> None:
    with transaction(town.db):
        draft = drafts.add(town.db, DraftKind.SIGNUP, now(), timedelta(days=1))
    resuming.send_link(town.db, draft, "brouillon@exemple.fr", NETWORKS)


def name_the_contact(town: Town) -> None:
    with transaction(town.db):
        confirming.tell(town.db, town.family.household, now())


def answer(town: Town) -> None:
    latest = journal.latest_of_each(town.db, town.asked.id)
    choices = [
        Choice(DecisionLine(line.person, *said), latest.get(line.person, 0))
        for line, said in zip(town.asked.lines, SAID, strict=True)
    ]
    seen = journal.latest_change(town.db, town.asked.id)
    decisions.decide_and_answer(town.db, town.agent, town.asked.id, choices, seen, "https://o.example/espace")


def reopen(town: Town) -> None:
    town.db.execute("UPDATE replies SET undo = NULL")  # its mail has left
    decisions.reopen(town.db, town.agent, town.asked.id)


def move(town: Town) -> None:
    request = Request(town.agent, Source.PHONE, tells=True)
    counter.move(town.db, request, town.family.household, ELSEWHERE, date(2026, 11, 1), [], ADDRESS.label)


def withdraw(town: Town) -> None:
    rights = [(town.child, Permission.COLLECT)]
    counter.withdraw(town.db, town.agent, town.family.household, town.contact, rights)


def correct(town: Town) -> None:
    """Change the names of the child and of the contact; the parent is not written to."""
    said = counter.said_of(household.read(town.db, town.family.household), town.child)
    request = Request(town.agent, Source.COUNTER, tells=False)
    after = replace(said, identity=replace(said.identity, birth_name="Petit"))
    counter.correct(town.db, request, town.family.household, town.child, said, between(said, after))


def sleep(town: Town) -> None:
    """Let two years pass, less some days."""
    town.hand.shift(timedelta(days=710))
    retention.purge(town.db, get_settings(), now())


Gesture = Callable[[Town], object]
GESTURES: dict[str, Gesture] = {
    "sign up": lambda town: sign_up(town, "neuve@exemple.fr"),
    "sign up again": lambda town: sign_up(town, town.account.email),
    "ask the mail again": lambda town: activation.resend(town.db, sign_up(town, "autre@exemple.fr"), NETWORKS),
    "go on with a draft": resume,
    "lose access": lambda town: recovery.start(town.db, town.account.email, NETWORKS),
    "have no account": lambda town: recovery.start(town.db, "inconnue@exemple.fr", NETWORKS),
    "have another password": lambda town: recovery.reset(
        town.db, town.token("lost_access"), "brouette lampe cerisier 4", NETWORKS[0]
    ),
    "want an address that is taken": lambda town: personal_data.ask_email(
        town.db, town.account, town.account.email, NETWORKS
    ),
    "want another address": lambda town: personal_data.ask_email(town.db, town.account, "c@exemple.fr", NETWORKS),
    "have it": lambda town: personal_data.change_email(town.db, town.token("email_change")),
    "name a contact": name_the_contact,
    "tell them again": lambda town: confirming.tell_again(town.db, town.account, town.contact, NETWORKS),
    "move, by an agent": move,
    "lose a right, by an agent": withdraw,
    "take": lambda town: taking.take(town.db, town.agent, town.asked.id, now()),
    "answer": answer,
    "recall": lambda town: recalling.recall(town.db, town.agent, town.asked.id),
    "answer again": answer,
    "reopen": reopen,
    "cancel": lambda town: asking.cancel(town.db, town.other, town.asked.reference),
    "correct, by an agent": correct,
    "change one's name": lambda town: personal_data.correct(
        town.db, town.account, replace(CAMILLE, usage_name="Petit", preferred_contact=PreferredContact.SMS, sms_ok=True)
    ),
    "move": lambda town: moving.move(town.db, town.account, ADDRESS, date(2026, 12, 1), [town.child]),
    "note": lambda town: notes.add(
        town.db, town.agent, town.family.household, NoteKind.SITUATION, "Séparation", "the form"
    ),
    "put it right": lambda town: notes.correct(town.db, town.agent, town.note, "Séparation en cours"),
    "know it no more": lambda town: notes.end(town.db, town.agent, town.note),
    "read what was done": lambda town: trace.read(town.db, town.agent, trace.Asked(town.family.reference), 50, 1),
    "read what an agent did": lambda town: trace.read(town.db, town.agent, trace.Asked(agent=town.agent.id), 50, 1),
    "hand a copy over": lambda town: trace.note_copy(town.db, town.agent, town.family.reference),
    "look for nobody": lambda town: decisions.note_nobody(town.db, town.agent, 999),
    "have a dossier before one's eyes": lambda town: decisions.note_reading(town.db, town.agent, town.family.id),
    "invite an agent": lambda town: agent_invitations.invite(
        town.db, town.agent, "Paul@Oudon.example", "Paul Morel", AgentRole.RECEPTION
    ),
    "invite them again": lambda town: agent_invitations.send_again(town.db, town.agent, 2),
    "accept": lambda town: agent_invitations.accept(town.db, town.token("agent_invitation"), SECRET),
    "change what they may do": lambda town: agent_invitations.change(
        town.db, town.agent, town.access, "Paul Le Bihan", AgentRole.CASEWORKER
    ),
    "have another password, as an agent": lambda town: agents_service.change_password(town.db, town.agent, SECRET),
    "reset an agent": lambda town: agents_service.reset(town.db, "paul@oudon.example", SECRET),
    "dismiss an agent": lambda town: agents_service.dismiss(town.db, "paul@oudon.example", town.agent),
    "create an agent": lambda town: agents_service.create(town.db, "zoe@oudon.example", SECRET, AgentRole.HEALTH),
    "dismiss them by a command": lambda town: agents_service.dismiss(town.db, "zoe@oudon.example"),
    "ask whether all is right": lambda town: reviewing.remind(
        town.db, replace(get_settings(), confirmation_from=(11, 25)), now()
    ),
    "want to leave": lambda town: personal_data.ask_deletion(town.db, town.account, NETWORKS),
    "erase": lambda town: trace.erase(town.db, town.agent, town.asked.reference),
    "sleep": sleep,
}


@pytest.fixture
def town(db: Database) -> Iterator[Town]:
    with time_machine.travel(datetime(2026, 11, 24, 9, 5, tzinfo=UTC), tick=False) as hand:
        yield Town(db, hand)


def written(town: Town, gestures: Mapping[str, Gesture]) -> Iterator[str]:
    """Do each gesture, an hour after the former, and give what is new of mails and of rows, what is there no more."""
    for name, gesture in gestures.items():
        town.hand.shift(timedelta(hours=1))
        before, mails = rows_of(town.db), town.db.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0]
        gesture(town)
        after = rows_of(town.db)
        yield f"## {name}"
        yield from (f"+ {row}" for row in after if row not in before)
        yield from (f"- {row}" for row in before if row not in after)
        for subject, body in town.db.execute(NEW_MAILS, (mails,)).fetchall():
            yield subject
            yield from (line for line in plain(body).splitlines() if line and line not in IN_ALL)


IN_ALL = {
    "Besoin d'aide ? Appelez la mairie au 02 40 83 60 17.",
    "Mairie d'Oudon",
    "Service enfance",
    "Ce message est envoyé automatiquement : n'y répondez pas.",
}
NEW_MAILS = "SELECT subject, unsealed(body_text) FROM outbox WHERE id > ? ORDER BY id"


def without_chance(town: Town, text: str) -> str:
    """Return what was written, in plain letters, the same each time."""
    text = plain(text)
    for number, one in enumerate((town.family, town.asked), 1):
        for shown in (one.reference, f"{one.reference[:4]} {one.reference[4:]}"):
            text = text.replace(shown, f"DOSSIER {number}")
    return re.sub(r"(?m)^\d{6}$|(?<=activation est )\d{6}", "123456", re.sub(r"/[\w-]{43}\b", "/…", text))


def test_what_each_gesture_writes(town: Town, tmp_path: Path) -> None:
    text = without_chance(town, "\n".join(written(town, GESTURES)))
    (tmp_path / "written.txt").write_text(f"{text}\n", "utf-8")
    assert text.splitlines() == EXPECTED.read_text("utf-8").splitlines(), f"see {tmp_path}/written.txt"
