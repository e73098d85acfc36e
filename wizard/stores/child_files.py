"""The dossiers administratifs: what was deposited last for each child and school year."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from wizard.clock import moment, stamp
from wizard.models import Answers, ChildFile


def deposit(
    db: Database,
    child: int,
    year: str,
    account: int,
    answers: Answers,
    *,
    meal: str | None,
    pai: bool | None,
    sealed_at: datetime | None,
    now: datetime,
) -> int:
    """Keep what a family deposits for a child and a year, in place of what was, and return its number."""
    values = {"child": child, "year": year, "account": account, "at": stamp(now), "meal": meal, "pai": pai}
    (file,) = db.execute(
        """INSERT INTO child_files (child, year, deposited_at, deposited_by, updated_at, meal, pai, sealed_at)
        VALUES (:child, :year, :at, :account, :at, :meal, :pai, :sealed_at)
        ON CONFLICT (child, year) DO UPDATE SET deposited_by = :account, updated_at = :at, meal = :meal, pai = :pai,
            sealed_at = :sealed_at
        RETURNING id""",
        {**values, "sealed_at": stamp(sealed_at) if sealed_at else None},
    ).fetchone()
    db.execute("DELETE FROM child_file_answers WHERE file = ?", (file,))
    for step, data in answers.items():
        db.execute(
            "INSERT INTO child_file_answers (file, step, data) VALUES (?, ?, ?)",
            (file, step, json.dumps(data, ensure_ascii=False)),
        )
    return int(file)


_FILES = """
SELECT id, child, year, deposited_at, deposited_by, updated_at, meal, pai, sealed_at,
    (SELECT json_group_object(step, json(data)) FROM child_file_answers WHERE file = child_files.id)
FROM child_files
"""


def of_child(db: Database, child: int, year: str) -> ChildFile | None:
    """Return the file of a child for a year."""
    row = db.execute(_FILES + " WHERE child = ? AND year = ?", (child, year)).fetchone()
    return _file(row) if row else None


def of_children(db: Database, children: Iterable[int]) -> tuple[ChildFile, ...]:
    """Return every file of some children, the last year first."""
    query = _FILES + " WHERE child IN (SELECT value FROM json_each(?)) ORDER BY year DESC, child"
    return tuple(map(_file, db.execute(query, (json.dumps(sorted(children)),)).fetchall()))


def of_year(db: Database, year: str) -> dict[int, ChildFile]:
    """Return every file of a year, by child."""
    files = map(_file, db.execute(_FILES + " WHERE year = ?", (year,)).fetchall())
    return {file.child: file for file in files}


def reminded(db: Database, year: str) -> dict[int, datetime]:
    """Return when the homes of children were last written to about their file of a year."""
    rows = db.execute("SELECT child, at FROM reminders WHERE year = ?", (year,)).fetchall()
    return {child: moment(at) for child, at in rows}


def note_reminder(db: Database, child: int, year: str, now: datetime) -> None:
    """Write that the homes of a child are written to about its file."""
    db.execute(
        "INSERT INTO reminders (child, year, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
        (child, year, stamp(now)),
    )


def _file(row: tuple[Any, ...]) -> ChildFile:
    number, child, year, deposited, account, updated, meal, pai, sealed, answers = row
    return ChildFile(
        number,
        child,
        year,
        moment(deposited),
        account,
        moment(updated),
        meal,
        None if pai is None else bool(pai),
        moment(sealed) if sealed else None,
        json.loads(answers),
    )


def unseal(db: Database, years: Iterable[str]) -> None:
    """Write that the health answers of some years are kept no more."""
    query = "UPDATE child_files SET sealed_at = NULL WHERE year IN (SELECT value FROM json_each(?))"
    db.execute(query, (json.dumps(list(years)),))


def purge(db: Database, before: str) -> int:
    """Delete the files and the authorisations of the years before one."""
    db.execute("DELETE FROM authorisations WHERE year < ?", (before,))
    db.execute("DELETE FROM reminders WHERE year < ?", (before,))
    return db.execute("DELETE FROM child_files WHERE year < ?", (before,)).rowcount
