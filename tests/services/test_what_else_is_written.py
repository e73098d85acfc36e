"""What the rarer gestures write, row by row, and their mails, word for word: `written_else.txt`.

As in `test_what_is_written.py`: a gesture begins where the former left the town, an hour later.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.services.test_what_is_written import (
    NETWORKS,
    SECRET,
    Gesture,
    Town,
    answer,
    name_the_contact,
    without_chance,
    written,
)
from tests.support.families import a_co_parent, a_family
from wizard.clock import now
from wizard.db import transaction
from wizard.models import AgentRole, Decision, DecisionLine, Role
from wizard.services import (
    accepting,
    agent_roles,
    agents,
    bounces,
    confirming,
    consumers,
    decisions,
    family_imports,
    inviting,
    nearly_known,
    notices,
    one_day,
    personal_data,
    reasons,
    reviewing,
)
from wizard.services.accepting import Ticked
from wizard.services.decisions import Choice
from wizard.services.delivery_reports import Report
from wizard.services.handover import PROFILES, sending
from wizard.stores import journal

EXPECTED = Path(__file__).with_name("written_else.txt")
FILE = "cle_enfance;nom;prenom;courriel\nOUD-1;Martin;Camille;parent1@exemple.fr\nOUD-2;Durand;Anne;anne@exemple.fr\n"
PHONE = "+33698765432"
pytestmark = pytest.mark.usefixtures("app_context")


def accept_all(town: Town, given_name: str, email: str | None) -> None:
    """Accept another family, whose contact reads her mail."""
    family = a_family(town.db, "Morel", given_name)
    if email:
        to = f"json_set(data, '$.identity.email', '{email}')"
        town.db.execute(f"UPDATE declarations SET data = {to} WHERE person = ?", (family.lines[2].person,))
    choices = [Choice(DecisionLine(line.person, Decision.ACCEPTED, None, None), 0) for line in family.lines]
    seen = journal.latest_change(town.db, family.id)
    decisions.decide_and_answer(town.db, town.agent, family.id, choices, seen, "https://o.example/espace")


def accept_together(town: Town) -> None:
    family = a_family(town.db, "Petit", "Zoé", "+33611111111")
    ticked = [Ticked(family.reference, journal.latest_change(town.db, family.id)), Ticked(town.asked.reference, 99)]
    accepting.accept(town.db, town.agent, ticked, "https://o.example/espace")


def report(town: Town, action: str, status: str) -> None:
    """Let the last mail to the parent come back, or arrive."""
    query = "SELECT message_id FROM outbox WHERE recipient = ? ORDER BY id DESC"
    ((message_id,), *_others) = town.db.execute(query, (town.account.email,)).fetchall()
    assert bounces.note(town.db, Report(message_id, action, status), now())
    assert not bounces.note(town.db, Report(f"{message_id}.other", action, status), now())


def be_refused(town: Town) -> None:
    query = "SELECT message_id FROM outbox WHERE recipient = ? ORDER BY id DESC"
    (message_id,) = town.db.execute(query, (town.account.email,)).fetchone()
    with transaction(town.db):
        bounces.refused(town.db, message_id, "550 5.2.1 closed", now())


def call(town: Town, token: str) -> None:
    consumer = consumers.known(town.db, token, NETWORKS)
    consumers.note_call(town.db, consumer, "families", 3)


def import_families(town: Town, text: str = FILE) -> None:
    shown = family_imports.prepare(town.db, text.encode(), None)
    sealed = family_imports.seal(town.agent, shown)
    family_imports.carry_out(town.db, town.agent, sealed)
    family_imports.carry_out(town.db, town.agent, sealed)


def export(town: Town, *, changes_only: bool) -> None:
    sending.export(town.db, town.agent, PROFILES["csv"], BytesIO(), changes_only=changes_only)


def see_all(town: Town) -> None:
    seen = {kind: range(9) for kind in notices.KINDS}
    notices.see(town.db, town.agent, seen)
    notices.see(town.db, town.agent, seen)


def code_of_the_last_reason(town: Town) -> str:
    return str(town.db.execute("SELECT code FROM motives ORDER BY rowid DESC").fetchone()[0])


GESTURES: dict[str, Gesture] = {
    "accept a family whose contact reads her mail": lambda town: accept_all(town, "Ève", "anne@exemple.fr"),
    "accept one whose contact has no mail": lambda town: accept_all(town, "Ana", None),
    "answer": answer,
    "accept several at once": accept_together,
    "look before exporting": lambda town: sending.note_preview(town.db, town.agent),
    "export": lambda town: export(town, changes_only=False),
    "export what changed": lambda town: export(town, changes_only=True),
    "name a contact": name_the_contact,
    "agree": lambda town: confirming.agree(town.db, town.token("named")),
    "decline": lambda town: confirming.decline(town.db, town.token("named")),
    "decline again": lambda town: confirming.decline(town.db, town.token("named")),
    "take out what is gone": lambda town: sending.taken_out(
        town.db, town.agent, PROFILES["csv"], town.family.household, [f"{town.contact}-{town.child}-collect"]
    ),
    "let someone come on a day": lambda town: one_day.give(
        town.db, town.account, [town.child], date(2026, 11, 30), "Marc Durand", PHONE
    ),
    "let someone whose name is an address come": lambda town: one_day.give(
        town.db, town.account, [town.child], date(2026, 11, 30), "Marc durand.exemple", PHONE
    ),
    "let no one come": lambda town: one_day.withdraw(town.db, town.account, [1, 9]),
    "see it": see_all,
    "invite the father": lambda town: inviting.invite(
        town.db, town.account, a_co_parent(town.db, town.family), NETWORKS
    ),
    "invite him no more": lambda town: inviting.revoke(town.db, town.account, father(town)),
    "have a mail come back": lambda town: report(town, "failed", "5.1.1"),
    "have it delayed": lambda town: report(town, "delayed", "4.2.2"),
    "have it arrive": lambda town: report(town, "delivered", "2.0.0"),
    "be refused at once": be_refused,
    "open the interface": lambda town: tokens.append(consumers.add(town.db, "Logiciel de la mairie")),
    "call it": lambda town: call(town, tokens[-1]),
    "close it": lambda town: consumers.revoke(town.db, "Logiciel de la mairie"),
    "write a reason": lambda town: reasons.add(
        town.db, town.agent, "Photo floue", "La photo est floue : envoyez-en une autre.", (Role.CHILD,)
    ),
    "write it otherwise": lambda town: reasons.change(
        town.db, town.agent, code_of_the_last_reason(town), "Photo", "La photo est floue.", (Role.CHILD, Role.CONTACT)
    ),
    "put it first": lambda town: reasons.move(town.db, town.agent, code_of_the_last_reason(town), 1),
    "offer it no more": lambda town: reasons.retire(town.db, town.agent, code_of_the_last_reason(town)),
    "offer it again": lambda town: reasons.offer_again(town.db, town.agent, code_of_the_last_reason(town)),
    "import families": import_families,
    "import them again": import_families,
    "import one with an error": lambda town: import_families(town, f"{FILE};Nobody;;\nOUD-3;Petit;Luc;non\n"),
    "put a likeness off": lambda town: nearly_known.put_off(town.db, town.agent, town.asked.household),
    "tie": lambda town: nearly_known.tie(town.db, town.agent, town.family.household, "OUD-1"),
    "confirm": lambda town: reviewing.confirm(town.db, town.account),
    "have another password": lambda town: personal_data.change_password(town.db, town.account, SECRET),
    "have another role": lambda town: give_another_role(town.db),
    "want to leave": lambda town: personal_data.ask_deletion(town.db, town.account, NETWORKS),
    "leave": lambda town: personal_data.delete(town.db, town.token("deletion")),
}
tokens: list[str] = []


def give_another_role(db: Database) -> None:
    agents.create(db, "zoe@oudon.example", SECRET)
    agent_roles.set_by_command(db, agents.known(db, "zoe@oudon.example"), AgentRole.HEALTH)


def father(town: Town) -> int:
    return int(
        town.db.execute("SELECT max(person) FROM household_members WHERE role = 'co_representative'").fetchone()[0]
    )


@pytest.fixture
def town(app: Flask, db: Database) -> Iterator[Town]:
    with time_machine.travel(datetime(2026, 11, 24, 9, 5, tzinfo=UTC), tick=False) as hand, app.test_request_context():
        yield Town(db, hand)


def test_what_each_rarer_gesture_writes(town: Town, tmp_path: Path) -> None:
    text = without_chance(town, "\n".join(written(town, GESTURES)))
    text = re.sub(r"\b[0-9A-Z]{4} ?[0-9A-Z]{4}\b", "…", text)  # the other dossiers
    (tmp_path / "written_else.txt").write_text(f"{text}\n", "utf-8")
    assert text.splitlines() == EXPECTED.read_text("utf-8").splitlines(), f"see {tmp_path}/written_else.txt"
