"""What towns had is kept when a second home becomes possible."""

from pathlib import Path

from tests.support.families import a_family
from tests.support.families_before import no_merge
from wizard.clock import now
from wizard.db import connect, transaction
from wizard.migrations import migrate, migrations
from wizard.models import Action, AgentRole
from wizard.stores import agent_journal, agents, journal


def test_the_journals_kept_before_are_kept_by_the_migration(tmp_path: Path) -> None:
    db = connect(tmp_path / "before.db")
    with transaction(db):
        migrations.apply(db, stop_before="m0012_two_homes")
    with no_merge(db):
        family = a_family(db)
    with transaction(db):
        agent = agents.add(db, "claire@oudon.example", AgentRole.INSTRUCTEUR, "-", now())
        journal.add(db, family.id, Action.OPENED, now(), agent)
        agent_journal.add(db, agent, Action.LOOKED_UP, now(), family.reference)
    queries = ("SELECT * FROM journal", "SELECT * FROM agent_journal", "SELECT * FROM people")
    before = [db.execute(query).fetchall() for query in queries]
    assert "m0012_two_homes" in migrate(db)
    assert [db.execute(query).fetchall() for query in queries] == before
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
