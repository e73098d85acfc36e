"""What a change did to the rows of a household, to put it back: that alone, and not what was changed since."""

from collections.abc import Iterable, Iterator, Mapping
from json import dumps
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import NotFoundError

# Not what stores/merges.py does: an answer is called back whatever the family did meanwhile, which stays. It is put
# back cell by cell, where nothing changed since, in the few tables that an answer writes; numbers do not move.

Row = dict[str, Any]
Rows = Mapping[str, Mapping[tuple[Any, ...], Row]]
"""Table → key → row."""
Change = Mapping[str, list[list[Row | None]]]
"""Table → rows, each as it was and as it then was; None is no row."""

# Rows whose columns change one without the other: of the rest, what was changed since is kept whole.
_OF_MANY_DATES = {"dossiers", "dossier_people"}
_PEOPLE = "(SELECT value FROM json_each(:people))"


def rows(db: Database, household: int) -> Rows:
    """Return all that an answer to a household may change, of it and of those of whom it ever spoke.

    Not names: they follow from the declarations that are accepted.
    """
    query = """SELECT person FROM household_members WHERE household = :household
        UNION SELECT person FROM dossier_people JOIN dossiers ON id = dossier WHERE household = :household"""
    people = [person for (person,) in db.execute(query, {"household": household})]
    values = {"household": household, "people": dumps(people)}
    own = ("dossiers", "household_members", "residences", "confirmations", "invitations")
    return (
        _keyed(db, own, "household = :household", values)
        | _keyed(db, ("dossier_people",), "dossier IN (SELECT id FROM dossiers WHERE household = :household)", values)
        | _keyed(db, ("declarations", "addresses"), f"person IN {_PEOPLE}", values)
        | _keyed(db, ("contact_rights", "tokens"), f"contact IN {_PEOPLE}", values)
        | _keyed(db, ("family_links",), f"adult IN {_PEOPLE} OR child IN {_PEOPLE}", values)
    )


def _keyed(db: Database, tables: Iterable[str], where: str, values: Row) -> dict[str, dict[tuple[Any, ...], Row]]:
    return {table: {_key(db, table, row): row for row in db.table(table).rows_where(where, values)} for table in tables}


def _key(db: Database, table: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in db.table(table).pks)


def difference(before: Rows, after: Rows) -> Change:
    """Return the rows that are not the same."""
    return {table: found for table in before if (found := list(_changed(before[table], after[table])))}


def _changed(before: Mapping[tuple[Any, ...], Row], after: Mapping[tuple[Any, ...], Row]) -> Iterator[list[Row | None]]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield [before.get(key), after.get(key)]


def put_back(db: Database, change: Change) -> None:
    """Let these rows be as they were; what was changed in them since stays."""
    for table, found in change.items():
        for before, after in found:
            _put_back(db, table, before, after)


def _put_back(db: Database, table: str, before: Row | None, after: Row | None) -> None:
    key = _key(db, table, before or after or {})
    try:
        now = db.table(table).get(key)
    except NotFoundError:
        now = None
    if now is None:
        if after is None and before:
            db.table(table).insert(before)
    elif before is None:
        if now == after:
            db.table(table).delete(key)
    elif after and (table in _OF_MANY_DATES or now == after):
        cells = {name: value for name, value in before.items() if value != after[name] and now[name] == after[name]}
        if cells:
            db.table(table).update(key, cells)
