"""All that a town has, as it is sent to another machine: its files, its databases, their logs."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO

from wizard.services.replacing import files_of
from wizard.settings import Settings
from wizard.towns.folder import VARIABLES
from wizard.towns.parcels import Shipment

PORTAL, DOCUMENTS, ADDRESSES = "portail.db", "documents.db", "addresses.db"
"""What the databases of a town are called where it arrives."""

LOG = "-wal"
"""What the name of a database's log ends with, for SQLite."""

# What is of this machine, and stays: the door, the marks, who serves; drafts.
_STAYS = re.compile(r"\.porte|\.partie|\.arrivee|.*\.serve|.*\.part")
_PLACES = re.compile(rb"\s*PORTAIL_(?:DATABASE|DOCUMENTS)\s*=")
_ADDRESSES = re.compile(rb"\s*PORTAIL_ADDRESSES\s*=")


@dataclass
class Baggage:
    """What there is to send, and what of it the other machine has; `shared_addresses`, it has those of this town."""

    settings: Settings
    shared_addresses: bool
    ship: Shipment
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def send_files(self) -> int:
        """Send the files that are no database, those that changed since the last time. Raises Cut, OSError."""
        present, sent = dict(self._files()), 0
        for name, path in present.items():
            status = path.stat()
            if self.seen.get(name) != (state := (status.st_mtime_ns, status.st_size)):
                self.seen[name] = state
                with self._read(name, path) as file:
                    sent += self.ship.send(name, file, status.st_mtime_ns)
        for name in self.seen.keys() - present.keys():
            del self.seen[name]
            self.ship.drop(name)
        return sent

    def send_logs(self) -> int:
        """Send what was written in the databases since the last time. Raises Cut, OSError."""
        sent = 0
        for name, path in self.databases().items():
            with suppress(FileNotFoundError), open(f"{path}{LOG}", "rb") as file:
                sent += self.ship.send(f"{name}{LOG}", file)
        return sent

    def databases(self) -> dict[str, Path]:
        """Return the databases that change: the portal's first, as who writes in both takes its lock first."""
        return {PORTAL: self.settings.database, DOCUMENTS: self.settings.documents.file}

    def _files(self) -> Iterator[tuple[str, Path]]:
        instance, addresses = self.settings.instance, self.settings.addresses
        of_databases = {file for path in self.databases().values() for file in files_of(path)}
        for path in sorted(instance.rglob("*")):
            kept = path.is_file() and path not in of_databases and not _STAYS.fullmatch(path.name)
            if kept and path != addresses:
                yield self._name(path.relative_to(instance)), path
        if addresses.is_file() and not self.shared_addresses:
            yield ADDRESSES, addresses

    def _name(self, path: Path) -> str:
        """Return the name of a file there, where the database has the name that it has unless one says another."""
        own = self.settings.database.relative_to(self.settings.instance)
        beside = path.parent == own.parent and path.name.startswith(f"{own.name}.")
        return f"{PORTAL}{path.name.removeprefix(own.name)}" if beside else path.as_posix()

    def _read(self, name: str, path: Path) -> IO[bytes]:
        if name != VARIABLES:
            return path.open("rb")
        lines = path.read_bytes().splitlines(keepends=True)
        gone = [_PLACES] if self.shared_addresses else [_PLACES, _ADDRESSES]
        return BytesIO(b"".join(line for line in lines if not any(one.match(line) for one in gone)))
