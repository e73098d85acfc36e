"""What two web processes count is read as one, from whichever answers, in files that nobody else reads."""

import os
import re
import signal
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.serving.served import Served
from tests.support.waiting import wait_for
from wizard.settings import load
from wizard.web import metrics

TOKEN = "3f9a07bc11d2e8465a90c7bb"
COUNT = 'portail_request_duration_seconds_count{method="GET",route="public.accessibility",status="2xx"}'
Serve = Callable[..., Served]


def get(port: int, path: str) -> str:
    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def counted(port: int) -> int:
    found = re.search(re.escape(COUNT) + r" (\d+)\.0$", get(port, "/metrics"), re.MULTILINE)
    return int(found[1]) if found else 0


def mapped(pid: int) -> Path | None:
    """Return the file that a process counts in."""
    found = re.search(r"/\S+/portail-famille-\d+-\w+/histogram_\d+\.db", Path(f"/proc/{pid}/maps").read_text())
    return Path(found[0]) if found else None


def ask_until_both_answered(served: Served) -> int:
    """Return how many requests it took."""
    port, asked = served.port, 0
    get(port, "/healthz")
    with ThreadPoolExecutor(8) as callers:
        while asked < 40 or not all(map(mapped, served.children(4)[:2])):
            assert asked < 400, "one process answers all"
            asked += len(list(callers.map(lambda _one: get(port, "/accessibilite"), range(40))))
    return asked


@pytest.mark.slow
def test_the_processes_count_together_in_files_of_their_own(serve: Serve) -> None:
    served = serve(PORTAIL_METRICS_TOKEN=TOKEN)
    asked, webs = ask_until_both_answered(served), served.children(4)[:2]
    assert {counted(served.port) for _scrape in range(8)} == {asked}, "whichever answers"
    file = mapped(webs[0])
    assert file is not None and stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    os.kill(webs[0], signal.SIGKILL)
    wait_for(lambda: webs[0] not in served.children(4))
    assert counted(served.port) == asked, "what a process counted outlives it"

    assert served.stop() == 0 and not file.parent.exists()


def test_what_killed_servers_left_is_deleted_at_the_next_start_and_what_lives_is_not(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    prefix = f"portail-famille-{os.geteuid()}-"
    left, others, aside = (memory / name for name in (f"{prefix}killed", "portail-famille-1-x", "elsewhere"))
    for folder in (left, others, aside):
        folder.mkdir(parents=True)
        (folder / "histogram_1.db").touch()
    (memory / f"{prefix}link").symlink_to(aside)
    monkeypatch.setattr(metrics, "_MEMORY", memory)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back at the end
    settings = load({"PORTAIL_INSTANCE": str(instance), "PORTAIL_METRICS_TOKEN": TOKEN})
    metrics.share(settings)
    first = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    metrics.share(settings)
    second = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    assert first != second and first.is_dir(), "it lives"
    assert stat.S_IMODE(second.stat().st_mode) == 0o700 and not list(second.iterdir())
    assert not left.exists() and list(others.iterdir()) and list(aside.iterdir())
