"""The samples of nginx and of Caddy, before the portal that README installs: a family walks through them."""

import http.client
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.deploy.installed import SITE, Portal, answers
from tests.serving.caller import Caller

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def who_dribbles_a_head_is_cut(proxied: Portal) -> Iterator[None]:
    """Letter by letter, while the other tests run; at the end, the proxy heard no more of them after 20 seconds."""

    def dribble(caller: Caller) -> float:
        connection = caller.courier.connect()
        connection.connect()
        started = time.monotonic()
        connection.sock.settimeout(1)
        with suppress(ConnectionError, ssl.SSLError):
            while time.monotonic() < started + 60:
                connection.sock.sendall(b"E")
                with suppress(TimeoutError):
                    if not connection.sock.recv(4096):
                        break
        connection.close()
        return time.monotonic() - started

    with proxied.crowd() as (threads, [caller]):
        heard = threads.submit(dribble, caller)
        yield
        assert 18 < heard.result() < 40


def test_a_family_signs_up_through_it(proxied: Portal) -> None:
    with proxied.crowd() as (threads, [caller]):
        title = threads.submit(caller.sign_up, "camille.martin@exemple.fr").result()
    assert title == "Confirmation de création de votre espace"
    assert set(caller.answered) == {200, 303}


def test_http_leads_to_https(proxied: Portal) -> None:
    def ask() -> tuple[int, str | None]:
        connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=10)
        connection.request("GET", "/inscription", headers={"Host": SITE})
        answer = connection.getresponse()
        connection.close()
        return answer.status, answer.headers["Location"]

    with proxied.crowd() as (threads, _callers):
        assert threads.submit(ask).result() == (308, f"https://{SITE}/inscription")


def test_no_request_fails_while_the_portal_starts_again(proxied: Portal) -> None:
    over = threading.Event()

    def insist(caller: Caller) -> None:
        while not over.is_set():
            caller.begin_a_sign_up()

    with proxied.crowd(4) as (threads, callers):
        calls = [threads.submit(insist, caller) for caller in callers]
        try:
            for _start in range(3):
                before = _answered(callers).total()
                proxied.machine.until(lambda before=before: _answered(callers).total() > before + 40)
                proxied.run("systemctl restart portail-famille")
        finally:
            over.set()
        for call in calls:
            call.result()
    answered = _answered(callers)
    assert set(answered) == {200, 303} and answered.total() > 120


def _answered(callers: list[Caller]) -> Counter[int]:
    return sum((caller.answered for caller in callers), Counter())


def test_what_a_visitor_says_of_where_they_come_from_is_not_passed_on(proxied: Portal) -> None:
    """Seen by a server in the place of the portal, which keeps what it hears."""
    listening = threading.Event()

    def hear() -> str:
        with socket.create_server(("127.0.0.1", 8000)) as listener:
            listening.set()
            connection, _address = listener.accept()
            with connection:
                heard = connection.recv(1 << 16).decode()
                connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        return heard

    def ask(caller: Caller) -> int:
        listening.wait()
        connection = caller.courier.connect()
        connection.request("GET", "/", headers={"X-Forwarded-For": "203.0.113.7", "X-Request-Id": "f" * 32})
        status = connection.getresponse().status
        connection.close()
        return status

    proxied.run("systemctl stop portail-famille.socket portail-famille")
    with proxied.crowd() as (threads, [caller]):
        said, status = threads.submit(hear), threads.submit(ask, caller)
        assert status.result() == 204
    proxied.run("systemctl start portail-famille.socket portail-famille")
    heard = said.result().lower()
    assert f"\r\nhost: {SITE}\r\n" in heard and "\r\nx-forwarded-for: 127.0.0.1\r\n" in heard
    assert "x-request-id" not in heard


def test_without_the_socket_of_systemd_caddy_waits_for_the_portal(proxied: Portal) -> None:
    """As in a container; nginx cannot."""
    if proxied.run("systemctl is-active caddy", check=False).returncode:
        pytest.skip("only Caddy waits for a port that nobody listens on")
    proxied.run("systemctl stop portail-famille.socket portail-famille")
    with proxied.crowd() as (threads, [caller]):
        asked = threads.submit(caller.ask, "GET", "/inscription")
        time.sleep(1)
        assert not asked.done()
        proxied.run("systemctl start portail-famille.socket portail-famille")
        assert asked.result().status == 200


def test_the_address_of_a_sign_up_is_in_no_log(proxied: Portal) -> None:
    """Not even in that of what fails."""
    with proxied.crowd() as (threads, [caller]):
        page = threads.submit(caller.ask, "GET", "/inscription").result()
        answer = threads.submit(lambda: caller.ask("POST", *caller.courier.fill_in(page))).result()
        address = answer.headers["Location"]
        proxied.run("systemctl stop portail-famille.socket portail-famille")
        lost = threads.submit(hang_up_on_one)
        proxied.machine.until(lambda: threads.submit(answers, 8000).result())
        assert threads.submit(caller.ask, "POST", address, {}).result().status == 502
        lost.result()
        proxied.run("systemctl start portail-famille.socket portail-famille")
    said = proxied.run("journalctl --no-pager; cat /var/log/nginx/* || true").stdout
    assert "signup.begin" in said and address.split("/")[2] not in said


def hang_up_on_one() -> None:
    """Take the place of the portal, for as long as it takes to hang up on one request."""
    with socket.create_server(("127.0.0.1", 8000)) as listener:
        while True:
            connection, _address = listener.accept()
            with connection:
                if connection.recv(1 << 16):
                    return
