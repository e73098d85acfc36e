"""What brings a town to another machine, badly: it cuts the line once, just before a word of the conversation arrives.

python -m tests.towns.relay WORD SCAR COMMAND…

Or, as the word, « bend »: a byte of each piece of a file is another; « forget »: no log of a database arrives.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

BEND, FORGET = "bend", "forget"
TO_THERE = (BEND, FORGET, "move", "piece", "check", "settle", "verify", "open", "opened?")
TO_HERE = ("go", "fine", "ready", "opened", "answer")


def carry(hears: IO[bytes], says: IO[bytes], cut_before: str, scar: Path) -> None:
    """Carry words and pieces one way, until the one that never arrives."""
    while line := hears.readline():
        told = json.loads(line)
        if told["word"] == cut_before and not scar.exists():
            scar.touch()
            os._exit(1)
        body = hears.read(told["size"]) if told["word"] == "piece" else b""
        if cut_before == BEND and body:
            body = bytes([body[0] ^ 1]) + body[1:]
        if cut_before != FORGET or not body or not told["name"].endswith("-wal"):
            says.write(line + body)
            says.flush()
    says.close()


def main() -> None:
    word, scar, *command = sys.argv[1:]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin and child.stdout
    way = sys.stdin.buffer, child.stdin, word if word in TO_THERE else "", Path(scar)
    threading.Thread(target=carry, args=way, daemon=True).start()
    carry(child.stdout, sys.stdout.buffer, word if word in TO_HERE else "", Path(scar))


if __name__ == "__main__":
    main()
