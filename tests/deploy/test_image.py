"""The Containerfile is followed and what it makes is started, by README's own lines, on a machine of its own."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.deploy.containerfile import Config, Refused, instructions
from tests.deploy.installed import RELAY, SITE, lines_of, replaced
from tests.deploy.machine import Machine, why_not
from tests.net.courier import Courier
from tests.serving.caller import Caller
from tests.support.client import form_of, typed
from tests.support.walk import AGENT_PASSWORD, IDENTITY

pytestmark = [pytest.mark.slow, pytest.mark.long]

# What a clone brings.
CLONE = """
mkdir /opt/clone
cd /opt/source
tar -c --exclude=__pycache__ deploy instance/town.toml templates static wizard pyproject.toml requirements.txt LICENSE \
    README.md | tar -x -C /opt/clone
cat > /usr/local/sbin/podman <<.
#!/bin/sh
PYTHONPATH=/opt/source exec python3 -m tests.deploy.podman "\\$@"
.
chmod +x /usr/local/sbin/podman
"""
ADDRESSES = (
    "conteneur --entrypoint sh portail-famille"
    " -c 'portail-famille addresses import wizard/addresses/data/demonstration-*.csv'"
)
# What README tells an administrator to write: a container calls the machine, and is called by it, at that address.
EDITOR = """
sed -i -e 's|^PORTAIL_SMTP_URL=.*|PORTAIL_SMTP_URL=smtp://10.88.0.1:25|' \
    -e 's|^PORTAIL_TRUSTED_PROXY=.*|PORTAIL_TRUSTED_PROXY=10.88.0.1|' /etc/portail-famille.env"""
STORE = "/var/lib/containers"


class Town:
    """A machine on which README's lines about a container were run: the portal is served there."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        lines = next(block for number in range(12) if "podman build" in (block := lines_of(number)))
        lines = replaced(lines, r"^conteneur portail-famille addresses download 44$", ADDRESSES)
        lines = replaced(lines, r"^\$EDITOR .*$", EDITOR)
        self.begin, self.command = _statement(lines, "podman run -d "), _statement(lines, "conteneur() ")
        machine.run(CLONE + RELAY.replace("127.0.0.1:25", "0.0.0.0:25"))
        self.said = self.run(lines, input=f"{AGENT_PASSWORD}\n").stdout
        self.until_it_answers()

    def run(self, lines: str, **options: Any) -> CompletedProcess[str]:
        return self.machine.run(f"cd /opt/clone\n{lines}", **options)

    def once(self, words: str) -> str:
        """Run a command in a container of a moment, and return what it says."""
        return self.run(f"{self.command}\nconteneur {words}").stdout

    def call(self, visit: Callable[[], Any]) -> Any:
        """Have someone visit the portal, from the machine."""
        with self.machine.callers(1) as threads:
            return threads.submit(visit).result()

    def until_it_answers(self) -> None:
        try:
            self.machine.until(lambda: self.call(_healthy))
        except AssertionError as error:
            raise AssertionError(self.run("podman logs portail").stdout) from error


class Proxied(Courier):
    """A visitor, as the machine's proxy tells of them at the port that the container publishes."""

    def connect(self) -> HTTPConnection:
        return _FromTheProxy(SITE, self.port, timeout=self.patience)


class _FromTheProxy(HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.create_connection(("127.0.0.1", self.port), self.timeout)

    def endheaders(self, *args: Any, **options: Any) -> None:
        self.putheader("X-Forwarded-For", "203.0.113.9")
        super().endheaders(*args, **options)


def _statement(lines: str, begin: str) -> str:
    """Return one statement of README's lines."""
    found = re.search(rf"^{re.escape(begin)}(?:.*\\\n)*.*$", lines, re.MULTILINE)
    assert found, begin
    return found[0]


def _healthy() -> bool:
    visitor = Proxied(8000)
    try:
        answer = visitor.ask("GET", "/healthz")
    except OSError:
        return False
    visitor.hang_up()
    return answer.status == 200 and json.loads(answer.text) == {"status": "ok"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    if reason := why_not():
        pytest.skip(reason)
    machine = Machine(tmp_path_factory.mktemp("machine"))
    try:
        yield Town(machine)
    finally:
        machine.stop()


def test_doctor_finds_nothing_to_say_of_what_the_lines_make(town: Town) -> None:
    assert "  ok    Base" in town.said and "À VOIR" not in town.said


def test_a_draft_outlives_the_container_in_its_volume(town: Town) -> None:
    family = Caller(Proxied(8000), keep=False)

    def begin() -> str:
        page = family.ask("GET", "/inscription")
        first: str = family.ask("POST", *family.courier.fill_in(page)).headers["Location"]
        page = family.ask("GET", first)
        family.ask("GET", family.ask("POST", *family.courier.fill_in(page, **IDENTITY)).headers["Location"])
        return first

    first = town.call(begin)
    assert family.answered == {200: 3, 303: 2}
    town.run("podman stop portail")
    assert town.run("podman wait portail").stdout == "0\n"
    assert town.run("podman logs portail").stdout.strip().endswith("Arrêté.")
    written = town.run(f"cd {STORE}/containers/portail/layer; find . -type f").stdout
    assert written == "", "it is lost with the container"
    town.run(f"podman rm portail\n{town.begin}")
    town.until_it_answers()
    kept = typed(form_of(town.call(lambda: family.ask("GET", first)).soup))
    assert {name: kept[name] for name in IDENTITY} == {name: [value] for name, value in IDENTITY.items()}


def test_only_the_account_of_the_portal_reads_the_volumes(town: Town) -> None:
    account = town.once("--entrypoint id portail-famille -u").strip()
    files = town.run(f"find {STORE}/volumes/portail {STORE}/volumes/copies -printf '%U %m\\n'").stdout
    assert account != "0" and set(files.splitlines()) == {f"{account} 700", f"{account} 600"}


def test_its_code_is_compiled_where_its_account_may_write_nothing(town: Town) -> None:
    found = town.once(
        "--entrypoint sh portail-famille -c 'find wizard -name \\*.py; find wizard -name \\*.pyc'"
    ).split()
    assert len(found) > 500 and found[-1].endswith(".pyc")
    assert [name.endswith(".pyc") for name in found].count(True) * 2 == len(found)
    assert town.once("--entrypoint find portail-famille /opt/portail-famille -writable").strip() == ""


def test_doctor_trusts_the_proxy_that_callers_come_through(town: Town) -> None:
    assert town.call(_healthy)
    said = town.once("portail-famille doctor")
    assert "  ok    Mandataire : 10.88.0.1" in said and "courriels, doublons, purge, copies : chacun répond" in said


@pytest.mark.parametrize(
    "line", ["RUN false", "COPY nowhere ./", "COPY ../source/wizard ./", "USER nobody-here\nRUN true"]
)
def test_a_step_that_fails_fails_the_image(town: Town, line: str) -> None:
    town.run("cat > Containerfile", input=f"FROM docker.io/library/python:3.13-slim\n{line}\nENV DONE=1\n")
    done = town.run("podman build -f Containerfile -t trial .", check=False)
    assert done.returncode and "ENV DONE=1" not in done.stdout


@pytest.mark.parametrize(
    "text", ["FROM one\nRUNS true", "FROM one\nrun true", "FROM one\ntrue", "RUN true", "FROM one\nFROM two"]
)
def test_what_is_no_instruction_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        for name, words in instructions(text)[1:]:
            Config().take(name, words)
