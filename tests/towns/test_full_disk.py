"""A disk that is full is one town's: those beside it are served, and write to their families, as if nothing were."""

import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import as_root
from tests.faults.test_storage import fill
from tests.serving.served import Served
from tests.support.smtp import Postman
from tests.support.waiting import wait_for
from tests.towns.conftest import write_to
from tests.towns.towns import Visitor, a_town
from wizard.towns.hosting import Hosting

pytestmark = [as_root, pytest.mark.slow]


@contextmanager
def a_small_disk(folder: Path) -> Iterator[Path]:
    """Make a disk of eight megabytes that a town has for itself."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def sign_up(served: Served, slug: str) -> tuple[int, float]:
    """Open a draft; return the status, and in how many seconds it came."""
    began = time.monotonic()
    return Visitor(served.port, f"{slug}.example").post("/inscription").status_code, time.monotonic() - began


@pytest.mark.parametrize("when", ["in use", "before its first visitor"])
def test_the_full_disk_of_a_town_touches_no_other(
    serve: Callable[..., Served],
    hosting: Hosting,
    folder: Path,
    postman: tuple[Postman, int],
    when: str,
    tmp_path: Path,
) -> None:
    taker, port = postman
    smtp = f"smtp://127.0.0.1:{port}"
    a_town(folder, "vertou", PORTAIL_SMTP_URL=smtp)
    with a_small_disk(folder / "couffe") as disk:
        for file in a_town(tmp_path, "couffe").iterdir():
            shutil.copy(file, disk)
        ballast = fill(disk) if when != "in use" else disk / "ballast"
        served = serve(folder)
        assert {sign_up(served, slug)[0] for slug in ("vertou", "ancenis")} == {303}
        if when == "in use":
            assert sign_up(served, "couffe")[0] == 303
            ballast = fill(disk)
            # The log of its database has some room left in it, which ends.
            wait_for(lambda: {sign_up(served, "couffe")[0] for _ in range(12)} == {503})
        refused = [sign_up(served, "couffe") for _ in range(12)]
        assert {status for status, _took in refused} == {503}
        beside = [sign_up(served, slug) for slug in ("vertou", "ancenis") * 6]
        assert {status for status, _took in beside} == {303}
        assert statistics.median(took for _status, took in beside) < 3.0
        hosting.look()
        write_to(hosting, "vertou", "parent@vertou.example")
        wait_for(lambda: taker.taken)
        assert "town vertou" not in served.said and "town ancenis" not in served.said
        ballast.unlink()
        wait_for(lambda: sign_up(served, "couffe")[0] == 303)
        served.stop()
