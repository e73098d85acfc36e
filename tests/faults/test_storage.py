"""A disk that is full or read-only, a database that another process holds, memory that runs short."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.conftest import as_root
from tests.faults.crowd import KILLS, Crowd, families
from tests.journey.test_storage import held
from tests.support.commands import SHARING_NOTHING
from tests.support.portal import Portal

TIMES = max(1, KILLS // 100)
CGROUPS = Path("/sys/fs/cgroup/memory")
LIMIT = 256 << 20
# Bytes that the processes cannot but take: a portal without a family has as much.
LEAST = 80 << 20


def fill(folder: Path) -> Path:
    """Fill a disk to the last byte; return what fills it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1 << 12)):
            pass
    return ballast


def until_nobody_is_served(crowd: Crowd) -> None:
    """Wait until two seconds go by without a promise: the logs of the databases have some room left in them."""
    deadline, before = time.monotonic() + 60, -1
    while len(crowd.promised) > before:
        assert time.monotonic() < deadline, "the disk is not full"
        before = len(crowd.promised)
        time.sleep(2)


@as_root
@pytest.mark.slow
def test_a_full_disk_loses_nothing(on_small_disk: Portal) -> None:
    with families(on_small_disk) as crowd:
        for _time in range(TIMES):
            crowd.wait_for(2)
            ballast = fill(on_small_disk.instance)
            until_nobody_is_served(crowd)
            ballast.unlink()
            crowd.wait_for(4)
    count = crowd.count()
    print(f"\ndisk full {TIMES} times: {count}")
    assert (count.lost, count.doubled, count.unsent, count.sent_twice) == (0, 0, 0, 0)


@as_root
@pytest.mark.slow
def test_a_disk_found_read_only_loses_nothing(on_small_disk: Portal) -> None:
    with families(on_small_disk) as crowd:
        crowd.wait_for(4)
        on_small_disk.stop()
        subprocess.run(["mount", "-o", "remount,ro", on_small_disk.instance], check=True)
        with pytest.raises(OSError):
            on_small_disk.start()
        subprocess.run(["mount", "-o", "remount,rw", on_small_disk.instance], check=True)
        on_small_disk.start()
        crowd.wait_for(4)
    count = crowd.count()
    print(f"\ndisk found read-only: {count}")
    assert (count.lost, count.doubled, count.unsent, count.sent_twice) == (0, 0, 0, 0)


@pytest.mark.slow
def test_a_database_that_another_process_holds_loses_nothing(portal: Portal) -> None:
    with families(portal) as crowd:
        for _time in range(TIMES):
            crowd.wait_for(2)
            with held(portal.instance / "portail.db"):
                time.sleep(6.5)  # longer than a writer is waited for
            crowd.wait_for(4)
    count = crowd.count()
    print(f"\ndatabase held {TIMES} times: {count}")
    assert (count.lost, count.doubled, count.unsent, count.sent_twice) == (0, 0, 0, 0)


@pytest.mark.slow
@pytest.mark.skipif(not os.access(CGROUPS, os.W_OK), reason="memory is limited here by no group of ours")
def test_in_256_megabytes_it_does_all_its_work(portal: Portal) -> None:
    portal.stop()
    group = CGROUPS / f"portail-{os.getpid()}"
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text(str(LIMIT))
        (group / "cgroup.procs").write_text(str(os.getpid()))
        portal.inside = SHARING_NOTHING
        portal.start()  # it and its processes are born in the group: none is born of another process of the tests
        (CGROUPS / "cgroup.procs").write_text(str(os.getpid()))
        with families(portal) as crowd:
            crowd.wait_for(12 * TIMES)
        count, most = crowd.count(), int((group / "memory.max_usage_in_bytes").read_text())
        portal.stop()
    finally:
        (CGROUPS / "cgroup.procs").write_text(str(os.getpid()))
        with suppress(OSError):
            group.rmdir()
    print(f"\nat most 256 MB, {most >> 20} used, files that may be read again included: {count}")
    assert (count.lost, count.doubled, count.unsent, count.sent_twice, count.again) == (0, 0, 0, 0, 0)
    assert most > LEAST, "they were born elsewhere"
    assert "starting it again" not in portal.log.read_text()
