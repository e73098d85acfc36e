"""The command that erases, and what it says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlite_utils import Database

from wizard.db import connect

Run = Callable[..., Result]


def test_purge_says_what_it_erased(run: Run, db: Database) -> None:
    db.execute(
        "INSERT INTO drafts (kind, created_at, touched_at, expires_at)"
        " VALUES ('signup', '2025-01-01', '2025-01-01', '2025-01-02')"
    )
    db.close()
    result = run("purge")
    assert result.exit_code == 0, result.output
    assert "1 inscription(s) ou entourage(s) inachevés effacés." in result.output
    assert "0 espace(s) jamais activé(s) effacé(s)." in result.output


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
