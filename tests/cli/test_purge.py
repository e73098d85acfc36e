"""The command that erases, and what it says."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlite_utils import Database

from wizard.clock import now, stamp
from wizard.db import connect
from wizard.services import regularly
from wizard.services.regularly import Done
from wizard.settings import load

Run = Callable[..., Result]


def leave_a_draft(db: Database) -> None:
    begun, past = stamp(now() - timedelta(days=2)), stamp(now() - timedelta(days=1))
    rows = "INSERT INTO drafts (kind, created_at, touched_at, expires_at) VALUES ('signup', ?, ?, ?)"
    db.execute(rows, [begun, begun, past])


def test_purge_says_what_it_erased(run: Run, db: Database) -> None:
    leave_a_draft(db)
    db.close()
    result = run("purge")
    assert result.exit_code == 0, result.output
    assert "1 inscription(s) ou entourage(s) inachevés effacés." in result.output
    assert "0 espace(s) jamais activé(s) effacé(s)." in result.output


def test_purge_asks_whether_a_clock_that_leapt_is_right(run: Run, db: Database) -> None:
    leave_a_draft(db)
    database = load().database
    regularly.note(database, Done.PURGE, now() - timedelta(days=8))
    result = run("purge")
    assert result.exit_code == 1 and "« purge --clock-is-right »" in result.output
    assert db.execute("SELECT count(*) FROM drafts").fetchone() == (1,)
    result = run("purge", "--clock-is-right")
    assert result.exit_code == 0 and db.execute("SELECT count(*) FROM drafts").fetchone() == (0,)
    assert run("purge").exit_code == 0


@pytest.mark.usefixtures("impatient")
def test_purge_fails_when_a_reader_keeps_what_is_erased(run: Run, db: Database, instance: Path) -> None:
    db.execute("BEGIN")
    db.execute("SELECT count(*) FROM people").fetchone()
    writer = connect(instance / "portail.db")
    writer.execute("INSERT INTO tombstones (deleted_at) VALUES ('2026-11-24')")
    writer.close()
    result = run("purge")
    assert result.exit_code == 1
    assert "jusqu'à la prochaine purge" in result.output
