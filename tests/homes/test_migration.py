"""What towns had is kept when a second home becomes possible."""

from pathlib import Path

from tests.support.families_before import a_family_before
from wizard.clock import now
from wizard.db import connect, transaction
from wizard.migrations import migrate, migrations
from wizard.models import Action, AgentRole
from wizard.stores import agent_journal, agents, journal

# In the shape of then: today's stores may ask for what later migrations add.
FAMILY = """
INSERT INTO households (id, enfance_key, key_origin, created_at) VALUES (1, '1', 'generated', '2026-03-03');
INSERT INTO people (id, birth_name, given_name, created_at) VALUES (1, 'Martin', 'Camille', '2026-03-03');
INSERT INTO household_members VALUES (1, 1, 'representative');
INSERT INTO accounts (id, household, person, email, password_hash, created_at)
    VALUES (1, 1, 1, 'camille@exemple.fr', '-', '2026-03-03');
INSERT INTO dossiers (id, reference, household, account, deposited_at) VALUES (1, 'AAAABBBB', 1, 1, '2026-03-03');
"""


def test_the_journals_kept_before_are_kept_by_the_migration(tmp_path: Path) -> None:
    db = connect(tmp_path / "before.db")
    with transaction(db):
        migrations.apply(db, stop_before="m0008_facts_and_declarations")
    with transaction(db):
        family = a_family_before(db)
        agent = agents.add(db, "claire@oudon.example", AgentRole.CASEWORKER, "-", now())
        journal.add(db, family.dossiers[0], Action.OPENED, now(), agent)
        agent_journal.add(db, agent, Action.LOOKED_UP, now(), "K7RM4TXQ")
    people = ", ".join(row[1] for row in db.execute("PRAGMA table_info(people)"))
    kept = "SELECT id, at, agent, action, reference FROM agent_journal"
    queries = ("SELECT * FROM journal", kept, f"SELECT {people} FROM people")
    before = [db.execute(query).fetchall() for query in queries]
    assert {"m0012_two_homes", "m0014_notes_and_corrections"} <= set(migrate(db))
    assert [db.execute(query).fetchall() for query in queries] == before
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
