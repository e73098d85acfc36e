"""Behind either sample of a proxy: who dribbles keeps nobody waiting, and nothing that families send is on its disk."""

import os
import resource
import shutil
import socket
import ssl
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.deploy.installed import SITE, Portal
from tests.deploy.machine import ROOT
from tests.serving.caller import Caller
from wizard import create_app
from wizard.web import guards

pytestmark = pytest.mark.slow

SLOW = 1000 if os.environ.get("DEPLOY") else 200
# Seconds, with nothing else running; beside the other tests, what is served at all was not kept by who dribbles.
REQUESTS, LONGEST = 60, 5.0 if os.environ.get("DEPLOY") else 30.0
SAMPLE = (ROOT / "deploy" / "nginx.conf").read_text()
HEAD = f"POST /inscription HTTP/1.1\r\nHost: {SITE}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
FILES = "/espace/enfants/1/dossier/2026-2027/documents/assurance"
OPEN = """
for process in $(pidof nginx caddy); do ls -l /proc/$process/fd; done | grep -E '/(var|tmp)/.*[0-9]|deleted' || true
find /var/lib/nginx /tmp -type f -size +0
"""


class Reach:
    """The site's port, by TLS."""

    def __init__(self, portal: Portal) -> None:
        self.context = ssl.create_default_context()
        portal.authority.configure_trust(self.context)

    def open(self, begun: str, receive: int = 0) -> ssl.SSLSocket:
        """Connect, and begin to say something; `receive` is how many bytes may wait to be read."""
        raw = socket.socket()
        if receive:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        raw.settimeout(30)
        raw.connect(("127.0.0.1", 443))
        wire = self.context.wrap_socket(raw, server_hostname=SITE)
        wire.sendall(begun.encode())
        return wire


def begun(number: int) -> str:
    """Return what one who dribbles says at first: nothing, half a head, half a form, one in ten half a file."""
    if number % 10 == 0:
        return HEAD.replace("/inscription", FILES) + "Content-Length: 2000000\r\n\r\n"
    return ["", HEAD, HEAD + "Content-Length: 60000\r\n\r\n"][number % 3]


@contextmanager
def many_files() -> Iterator[None]:
    """Let this process open as many connections as it takes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * SLOW + 1024), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_who_dribbles_keeps_nobody_waiting(proxied: Portal) -> None:
    reach, ready, over = Reach(proxied), threading.Event(), threading.Event()

    def dribble() -> int:
        """Send a byte a second on each; whoever is cut comes back. Return how often."""
        wires, cut = [reach.open(begun(number)) for number in range(SLOW)], 0
        ready.set()
        while not over.wait(1.0):
            for number, wire in enumerate(wires):
                try:
                    wire.sendall(b"a")
                except OSError:
                    wire.close()
                    wires[number], cut = reach.open(begun(number)), cut + 1
        for wire in wires:
            wire.close()
        return cut

    def ask(caller: Caller) -> list[float]:
        ready.wait(120)
        took = []
        for _request in range(REQUESTS):
            start = time.monotonic()
            assert caller.ask("GET", "/inscription").status == 200
            caller.courier.hang_up()
            took.append(time.monotonic() - start)
        return took

    with many_files(), proxied.crowd() as (threads, [caller]):
        slow, asked = threads.submit(dribble), threads.submit(ask, caller)
        try:
            took = asked.result()
        finally:
            over.set()
        cut = slow.result()
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"\n{SLOW} dribble, {cut} cut; {len(took)} requests: p95 {1000 * p95:.0f} ms, at most {max(took):.2f} s")
    assert max(took) < LONGEST


@pytest.mark.parametrize(("path", "size"), [("/documents/envois/1", 256 * 1024), (FILES, 4_000_000)])
def test_what_a_family_sends_is_on_no_disk_of_the_proxy(proxied: Portal, path: str, size: int) -> None:
    head = HEAD.replace("/inscription", path) + f"Connection: close\r\nContent-Length: {size}\r\n\r\n"

    def send() -> str:
        with Reach(proxied).open(head) as wire:
            with suppress(OSError):  # the portal may say first that nobody is signed in
                wire.sendall(b"a" * (size - 10))
            time.sleep(0.5)
            return proxied.run(OPEN).stdout

    with proxied.crowd() as (threads, _callers):
        assert threads.submit(send).result() == ""


@pytest.mark.long
@pytest.mark.parametrize(("path", "size"), [("/documents/envois/1", 256 * 1024), (FILES, 4_000_000)])
def test_nor_is_what_a_browser_sends_by_http_2(proxied: Portal, path: str, size: int) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl speaks HTTP/2")
    call = (
        f"curl -sk --http2 --limit-rate {size // 4} --resolve {SITE}:443:127.0.0.1 -o /dev/null -w '%{{http_version}}'"
    )
    called = proxied.run(f"""
        head -c {size} /dev/zero > /run/body
        {call} -o /dev/null -X POST --data-binary @/run/body https://{SITE}{path} > /run/version &
        sleep 1.5
        {OPEN}
        wait $!
        cat /run/version
        """).stdout
    assert called == "2"


def test_what_a_family_takes_is_on_no_disk_of_the_proxy(proxied: Portal) -> None:
    """A server in the place of the portal answers eight megabytes, which nobody hurries to read."""
    listening, size = threading.Event(), 8_000_000

    def answer() -> None:
        with socket.create_server(("127.0.0.1", 8000)) as listener:
            listening.set()
            connection, _address = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
                connection.sendall(b"a" * size)

    def read() -> tuple[str, int]:
        listening.wait(30)
        asked = f"GET / HTTP/1.1\r\nHost: {SITE}\r\nConnection: close\r\n\r\n"
        with Reach(proxied).open(asked, receive=65536) as wire:
            time.sleep(1)
            seen = proxied.run(OPEN).stdout
            return seen, len(b"".join(iter(lambda: wire.recv(1 << 20), b"")))

    proxied.run("systemctl stop portail-famille.socket portail-famille")
    with proxied.crowd() as (threads, _callers):
        answered, taken = threads.submit(answer), threads.submit(read)
        seen, length = taken.result()
        answered.result()
    proxied.run("systemctl start portail-famille.socket portail-famille")
    assert seen == "" and length > size


def test_each_page_that_takes_files_is_given_room_by_nginx(tmp_path: Path) -> None:
    """Those whose bodies are larger than it keeps in memory are told to the portal as they come."""
    kept = int(SAMPLE.split("client_body_buffer_size ")[1].split("k;")[0]) * 1024
    begins = SAMPLE.split("location ~ ^/(")[1].split(")")[0].split("|")
    (tmp_path / "town.toml").write_bytes((ROOT / "instance" / "town.toml").read_bytes())
    app = create_app({"PORTAIL_INSTANCE": tmp_path})
    larger = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if guards._larger.get(app.view_functions[rule.endpoint], (0, 0))[0] > kept
    }
    assert len(larger) >= 3
    assert all(any(path.startswith(f"/{begin}") for begin in begins) for path in larger), larger
