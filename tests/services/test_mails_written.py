"""What each gesture writes and to whom, word for word, when it leaves and how long its link serves: `mails.txt`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlite_utils import Database

from tests.support.families import ADDRESS, a_family, decide
from tests.support.outbox import WRITTEN
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
    Permission,
    ReasonCode,
    Role,
    Source,
)
from wizard.services import (
    activation,
    agent_invitations,
    confirming,
    counter,
    decisions,
    personal_data,
    recovery,
    resuming,
    retention,
    reviewing,
    trace,
)
from wizard.services.counter import Request
from wizard.services.decisions import Choice
from wizard.services.families import new_key
from wizard.settings import get_settings
from wizard.stores import accounts, agents, drafts, journal, people

EXPECTED = Path(__file__).with_name("mails.txt")
NETWORKS = ("192.0.2.1", "192.0.2.0/24")
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


def move(town: Town) -> None:
    request = Request(town.agent, Source.PHONE, tells=True)
    counter.move(town.db, request, town.family.household, ELSEWHERE, date(2026, 11, 1), [], ADDRESS.label)


def withdraw(town: Town) -> None:
    rights = [(town.child, Permission.COLLECT)]
    counter.withdraw(town.db, town.agent, town.family.household, town.contact, rights)


def sleep(town: Town) -> None:
    """Let two years pass, less some days."""
    town.hand.shift(timedelta(days=710))
    retention.purge(town.db, get_settings(), now())


GESTURES: dict[str, Callable[[Town], object]] = {
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
    "answer": answer,
    "invite an agent": lambda town: agent_invitations.invite(
        town.db, town.agent, "Paul@Oudon.example", "Paul Morel", AgentRole.ACCUEIL
    ),
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


def written(town: Town) -> Iterator[str]:
    """Do each gesture, an hour after the former, and give what is new of mails and of links."""
    for name, gesture in GESTURES.items():
        town.hand.shift(timedelta(hours=1))
        mails, tokens = (town.db.execute(f"SELECT coalesce(max(rowid), 0) FROM {one}").fetchone()[0] for one in NEW)
        gesture(town)
        yield f"## {name}"
        yield from map(str, town.db.execute(NEW["tokens"], (tokens,)).fetchall())
        for *how, recipient, subject, body in town.db.execute(NEW["outbox"], (mails,)).fetchall():
            yield f"{how} {recipient} : {subject}"
            yield from (line for line in plain(body).splitlines() if line and line not in IN_ALL)


IN_ALL = {
    "Besoin d'aide ? Appelez la mairie au 02 40 83 60 17.",
    "Mairie d'Oudon",
    "Service enfance",
    "Ce message est envoyé automatiquement : n'y répondez pas.",
}
NEW = {
    "outbox": """SELECT name, household, person, unixepoch(due_at) - unixepoch(created_at), reply IS NULL,
        recipient, subject, unsealed(body_text) FROM outbox WHERE id > ? ORDER BY id""",
    "tokens": """SELECT purpose, account, contact, email, code_hmac IS NULL,
        unixepoch(expires_at) - unixepoch(created_at) FROM tokens WHERE rowid > ? ORDER BY rowid""",
}


def test_what_each_gesture_writes(town: Town, tmp_path: Path) -> None:
    text = plain("\n".join(written(town)))
    for number, one in enumerate((town.family, town.asked), 1):
        for shown in (one.reference, f"{one.reference[:4]} {one.reference[4:]}"):
            text = text.replace(shown, f"DOSSIER {number}")
    text = re.sub(r"(?m)^\d{6}$|(?<=activation est )\d{6}", "123456", re.sub(r"/[\w-]{43}\b", "/…", text))
    (tmp_path / "mails.txt").write_text(f"{text}\n", "utf-8")
    assert text.splitlines() == EXPECTED.read_text("utf-8").splitlines(), f"see {tmp_path}/mails.txt"
