"""Every installation comes to the same tables: what was released is frozen, and each version's database migrates."""

import ast
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from sqlite_utils import Database

from wizard import migrations
from wizard.migrations import migrate, pending, unknown

RELEASED = Path(__file__).with_name("released")
KEPT = sorted(RELEASED.glob("*.sql"))
"""The database of each version, and of the day before the first."""


@contextmanager
def database(script: str = "") -> Iterator[Database]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(script)
        yield Database(connection)


def shape(db: Database) -> dict[tuple[str, str], str]:
    """Return each table, index and trigger as it was written, whatever its spaces."""
    rows = db.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE '%sqlite_%'")
    return {(kind, name): " ".join(sql.split()) for kind, name, sql in rows}


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_the_database_of_an_earlier_version_becomes_one_made_today(kept: Path) -> None:
    with database() as fresh, database(kept.read_text(encoding="utf-8")) as old:
        migrate(fresh)
        assert pending(old) and not unknown(old)

        migrate(old)

        assert shape(old) == shape(fresh)
        assert not pending(old) and old.execute("PRAGMA foreign_key_check").fetchall() == []


def test_each_version_of_the_changelog_has_its_database() -> None:
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = {line.split()[1] for line in changelog.splitlines() if line.startswith("## ") and " – " in line}
    assert versions <= {path.stem for path in KEPT}


def _migrations() -> dict[str, str]:
    """Return a fingerprint of each migration as it is written, whatever its spaces."""
    source = Path(migrations.__file__).read_text(encoding="utf-8")
    functions = [
        one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name[:2] in {"m0", "d0"}
    ]
    written = {one.name: " ".join((ast.get_source_segment(source, one) or "").split()) for one in functions}
    return {name: sha256(text.encode()).hexdigest()[:16] for name, text in written.items()}


def test_a_migration_that_was_published_is_never_edited() -> None:
    """A new one goes to the end of migrations.py; once published, its line to released/migrations.toml."""
    frozen = tomllib.loads((RELEASED / "migrations.toml").read_text(encoding="utf-8"))
    written = _migrations()
    assert {name: written.get(name) for name in frozen} == frozen
