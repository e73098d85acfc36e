"""One thread's connection to the address database, and what it reads there by its key."""

from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection, connect

from wizard.addresses.schema import VERSION
from wizard.addresses.search.records import Place, Street
from wizard.addresses.search.vocabulary import Vocabulary

MAPPED = 256 * 1024 * 1024  # bytes of the file mapped: its pages are shared by all processes


class OtherVersion(Exception):
    """The file was written by another version of the program: the addresses must be imported again."""


@dataclass
class Opened:
    """One thread's connection to one version of the file."""

    db: Connection
    sources: dict[int, tuple[str, str]]
    vocabulary: Vocabulary
    places: dict[int, Place] = field(default_factory=dict)


def opened(path: Path) -> Opened:
    """Open the file for reading only; it never changes, it is replaced."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    db = connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    db.execute(f"PRAGMA mmap_size = {MAPPED}")
    db.execute("PRAGMA cache_size = -1000")
    (version,) = db.execute("SELECT value FROM facts WHERE name = 'version'").fetchone()
    if version != VERSION:
        raise OtherVersion(path)
    sources = db.execute("SELECT id, source, data_date FROM sources")
    return Opened(db, {identifier: (source, day) for identifier, source, day in sources}, Vocabulary(db))


def street_of(data: Opened, key: str) -> Street | None:
    """Return the street, lieu-dit or commune with this key, or None."""
    row = data.db.execute(
        """SELECT id, key, type, name, words, hamlets, place, source, lat, lon, doors
           FROM streets WHERE key = ?""",
        (key,),
    ).fetchone()
    return Street(*row) if row else None


def is_known(data: Opened, citycode: str) -> bool:
    """Whether there are addresses of this commune, as it is or as it was before it joined another."""
    query = "SELECT EXISTS (SELECT 1 FROM places WHERE ? IN (citycode, oldcitycode))"
    (found,) = data.db.execute(query, (citycode,)).fetchone()
    return bool(found)
