"""A town of ten thousand families that moves while it is served: how long it is closed, by how much it holds.

.venv/bin/python -m tests.bench.moving [MEGABYTES OF DOCUMENTS]
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.bench.town import Town
from tests.support.commands import FROM_NOTHING
from tests.towns.conftest import serving
from tests.towns.towns import Visitor, a_town
from wizard.db import connect, transaction

FAMILIES, WAITING, DOCUMENTS, PAGE = 10_000, 300, 100, 250_000
# Seconds; a town that would be closed for longer stays where it is.
MOST = 2.0


def fill(town: Path, megabytes: int) -> None:
    """Give a town, made by who serves it, its families and their documents."""
    with closing(connect(town / "portail.db")) as db:
        Town(FAMILIES, WAITING).write(db)
    with closing(connect(town / "documents.db")) as kept, transaction(kept):
        for number in range(megabytes * 1024 * 1024 // PAGE):
            row = {"document": number, "page": 1, "year": "2026", "key": b"k", "sealed": os.urandom(PAGE)}
            kept.table("contents").insert(row | {"kept_at": "2026-11-24T03:49:00+00:00"})


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    with tempfile.TemporaryDirectory() as root:
        here, there = Path(root) / "here", Path(root) / "there"
        town = a_town(here, "oudon")
        there.mkdir()
        served, other = serving(here), serving(there)
        try:
            assert Visitor(served.port, "oudon.example").get("/").status_code == 200
            fill(town, megabytes)
            size = (town / "portail.db").stat().st_size // 1024**2
            to = shlex.join([*FROM_NOTHING, "--towns", str(there), "towns", "receive"])
            move = [*FROM_NOTHING, "--towns", str(here), "towns", "move", "oudon", "--to", to, "--at-most", "60"]
            told = subprocess.run(move, check=True, stdout=subprocess.PIPE, text=True).stdout
            assert Visitor(other.port, "oudon.example").get("/").status_code == 200
        finally:
            served.stop()
            other.stop()
    closed = re.search(r"fermée (\S+) s", told)
    assert closed, told
    print(f"{FAMILIES} familles ({size} Mo), {megabytes} Mo de documents : fermée {closed[1]} s", flush=True)
    if float(closed[1]) > MOST:
        sys.exit(f"plus que {MOST} s")


if __name__ == "__main__":
    main()
