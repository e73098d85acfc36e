"""What is deleted for good: a household with its people, and the trace that an account existed."""

import json
from datetime import datetime

from sqlite_utils import Database

from wizard.clock import stamp

_DECLARED = """
SELECT person FROM household_members WHERE household = :household
UNION SELECT person FROM dossier_people JOIN dossiers ON id = dossier WHERE household = :household
"""


def household(db: Database, household: int) -> None:
    """Delete a household, its accounts, its dossiers, and all whom it declared but those of another household too."""
    # Whoever stays was looked for by the phones and the addresses of this household too.
    known = f"DELETE FROM likeness_keys WHERE person IN ({_DECLARED}) RETURNING person"
    compared = {person for (person,) in db.execute(known, {"household": household}).fetchall()}
    own = db.execute(
        f"""SELECT person FROM ({_DECLARED}) AS here WHERE NOT EXISTS
            (SELECT 1 FROM household_members WHERE person = here.person AND household <> :household)
            AND NOT EXISTS (SELECT 1 FROM dossier_people JOIN dossiers ON id = dossier
                WHERE person = here.person AND household <> :household)""",
        {"household": household},
    ).fetchall()
    db.execute("UPDATE outbox SET address_hmac = NULL WHERE household = ?", (household,))
    # Nobody is left to say that they object no more.
    db.execute(
        """UPDATE one_day SET contested_at = NULL, contested_by = NULL, seen_at = NULL, seen_by = NULL
        WHERE contested_by = ?""",
        (household,),
    )
    db.execute("DELETE FROM households WHERE id = ?", (household,))
    people = json.dumps([person for (person,) in own])
    db.execute("DELETE FROM people WHERE id IN (SELECT value FROM json_each(?))", (people,))
    db.execute(
        """INSERT INTO likeness_due SELECT id FROM people WHERE id IN (SELECT value FROM json_each(?))
            AND id NOT IN (SELECT person FROM likeness_due)""",
        (json.dumps(sorted(compared)),),
    )


def bury(db: Database, account: int, household: int, now: datetime) -> None:
    """Keep of a deleted account that there was one, under a number that none up to it, nor up to its household's, has.

    Neither an account nor a household is given again a number that one had before.
    """
    query = """
    INSERT INTO tombstones (id, deleted_at) VALUES ((SELECT max(coalesce(max(id) + 1, 0), ?, ?) FROM tombstones), ?)
    """
    db.execute(query, (account, household, stamp(now)))


def empty_log(db: Database) -> bool:
    """Bring the write-ahead log into the database and cut it to nothing: what was deleted is then in neither.

    False when a reader that does not end kept it from being complete.
    """
    busy, _pages, _moved = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return bool(busy == 0)
