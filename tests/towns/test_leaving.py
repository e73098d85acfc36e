"""The mark that a town has left is on the disk before the other machine is told to open it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.support.disk import settled
from wizard.towns import door, leaving
from wizard.towns.parcels import Link

NUMBER = "0123456789abcdef"


class Line(BytesIO):
    """What is said to the other machine, beside what is put on the disk meanwhile."""

    def __init__(self, done: list[str]) -> None:
        super().__init__()
        self.done = done

    def write(self, line: Any) -> int:
        self.done.append("said")
        return super().write(line)


def test_a_machine_that_falls_once_it_said_open_does_not_serve_the_town_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = settled(monkeypatch)
    link = Link(BytesIO(b'{"word": "opened"}\n'), Line(done))
    leaving._open_there(tmp_path, link, NUMBER, [])
    assert done[: done.index("said")] == [str(tmp_path / f"{door.LEFT}.part"), str(tmp_path)]
    assert (tmp_path / door.LEFT).read_text() == f"{NUMBER}{door.ARRIVED}"
