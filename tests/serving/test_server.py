"""The server as a whole: what it owes to those who wait, and to who stops it."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from html import unescape
from pathlib import Path

import pytest

from tests.serving.served import Served, is_alive
from tests.support.commands import FROM_NOTHING, ROOT, run
from tests.support.waiting import PATIENCE, wait_for
from wizard import create_app
from wizard.db import connect, transaction
from wizard.services.outbox import enqueue

Serve = Callable[..., Served]
TOKEN = "t" * 43
both_ways = pytest.mark.parametrize("processes", ["2", "1"])
"""Two processes that answer and others beside them, or one that does everything."""
CHILDREN = {"2": 4, "1": 0}
"""Two that answer, one for mails, one for those of the demonstration; none beside the one."""


def get(port: int, path: str = "/healthz", **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@both_ways
def test_it_serves_on_its_port_and_stops_cleanly_when_asked(serve: Serve, processes: str) -> None:
    served = serve("--processes", processes)
    assert get(served.port)[0] == 200
    children = served.children(CHILDREN[processes])

    assert served.stop() == 0

    assert served.said.endswith("Arrêté.\n") and "Traceback" not in served.said
    assert not any(map(is_alive, children))


@both_ways
def test_ctrl_c_stops_it_too(serve: Serve, processes: str) -> None:
    served = serve("--processes", processes)
    get(served.port)
    children = served.children(CHILDREN[processes])
    for pid in (*children, served.process.pid):  # a terminal sends it to all of them
        os.kill(pid, signal.SIGINT)
    assert served.process.wait(20) == 0
    assert not any(map(is_alive, children)) and "Traceback" not in served.said


@both_ways
def test_a_request_under_way_is_answered_before_it_stops(serve: Serve, processes: str) -> None:
    served = serve("--processes", processes)
    with socket.create_connection(("127.0.0.1", served.port), timeout=15) as half:
        half.sendall(
            b"POST /inscription HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\na="
        )
        get(served.port)
        served.process.send_signal(signal.SIGTERM)
        with pytest.raises(TimeoutError):
            half.settimeout(1.5)
            half.recv(1)
        half.settimeout(15)
        half.sendall(b"b")
        answer = half.recv(65536)
    assert re.match(rb"HTTP/1.1 [234]\d\d ", answer)
    assert served.process.wait(20) == 0


def shares_after_a_rest(served: Served) -> list[int]:
    """Return how many connections each web process has: one was stopped during the first twenty, of forty."""
    get(served.port)
    rested, busy = served.children(CHILDREN["2"])[:2]

    def sockets(pid: int) -> int:
        count = 0
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                count += "socket:" in os.readlink(one)
        return count

    wait_for(lambda: sockets(rested) == sockets(busy))  # the connection that asked first is closed
    before, staying = sockets(rested), []
    for rest in (signal.SIGSTOP, signal.SIGCONT):
        os.kill(rested, rest)
        for _ in range(20):
            staying.append(http.client.HTTPConnection("127.0.0.1", served.port, timeout=10))
            staying[-1].request("GET", "/healthz")
            assert staying[-1].getresponse().read()
    shares = [sockets(rested) - before, sockets(busy) - before]
    for connection in staying:
        connection.close()
    assert sum(shares) == 40
    return shares


def test_who_has_fewer_connections_takes_the_next_ones(serve: Serve) -> None:
    # Ten, were they whose who is fastest. On a machine with too much to do, it is not always there to take them.
    assert any(shares_after_a_rest(serve())[0] >= 15 for _ in range(10))


@both_ways
def test_idle_connections_do_not_hold_the_stop(serve: Serve, processes: str) -> None:
    served = serve("--processes", processes)
    with socket.create_connection(("127.0.0.1", served.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200")
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(9) == 0, "a request under way is given ten seconds"


def test_a_process_that_dies_is_started_again(serve: Serve) -> None:
    served = serve()
    get(served.port)
    before = served.children(CHILDREN["2"])
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not set(served.children(len(before))) & set(before))
    assert get(served.port)[0] == 200
    assert served.said.count("starting it again") == len(before)
    assert served.stop() == 0


def test_the_processes_end_with_the_one_that_watches_them(serve: Serve) -> None:
    served = serve()
    get(served.port)
    children = served.children(CHILDREN["2"])
    served.stop(signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, children)))


def test_a_server_that_was_killed_leaves_its_port_and_its_database_to_the_next_at_once(serve: Serve) -> None:
    killed = serve()
    port = killed.port
    with socket.create_connection(("127.0.0.1", port)) as under_way:
        under_way.sendall(b"POST /inscription HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na=")
        get(port)
        killed.stop(signal.SIGKILL)
        served = serve(port=port)
        assert served.port == port and get(port)[0] == 200


def test_a_second_server_of_a_town_says_so_in_one_sentence(serve: Serve, instance: Path) -> None:
    first = serve()
    for port in (first.port, 0):
        second = serve(port=port)
        assert second.process.wait(20) == 1
        assert second.said == f"Erreur : Un autre portail sert déjà {instance / 'portail.db'} : arrêtez-le d'abord.\n"
    assert get(first.port)[0] == 200
    assert first.stop() == 0
    assert get(serve().port)[0] == 200


def test_a_port_already_taken_is_one_sentence(serve: Serve, tmp_path: Path) -> None:
    first = serve()
    second = serve(port=first.port, PORTAIL_DATABASE=str(tmp_path / "another.db"))
    assert second.process.wait(20) == 1
    assert second.said == (
        f"Erreur : Impossible d'écouter sur 127.0.0.1, port {first.port} : il est déjà pris. "
        "Choisissez-en un autre avec --port.\n"
    )
    assert get(first.port)[0] == 200


def test_a_wrong_setting_is_one_sentence(serve: Serve) -> None:
    served = serve(PORTAIL_PUBLIC_URL="http://famille.oudon.example")
    assert served.process.wait(20) == 1
    assert served.said.startswith("Erreur : PORTAIL_PUBLIC_URL : ") and served.said.count("\n") == 1


@both_ways
def test_a_mail_leaves_at_once_and_shows_in_the_demonstration(serve: Serve, instance: Path, processes: str) -> None:
    served = serve("--processes", processes)
    port = served.port
    app = create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_PUBLIC_URL": f"http://localhost:{port}"})
    db = connect(instance / "portail.db")
    with app.app_context(), transaction(db):
        enqueue(db, "deletion", "camille@exemple.fr", link=f"http://localhost:{port}/suppression/{TOKEN}")
    db.close()

    page = wait_for(lambda: 'href="/demo/courriels/' in (page := get(port, "/demo/courriels")[1]) and page)

    found = re.search(r'href="(/demo/courriels/[^"]+)">([^<]+)<', page)
    assert found and unescape(found[2]) == "Mairie d'Oudon – Confirmez la suppression de votre espace"
    status, letter = get(port, found[1])
    assert status == 200 and f'<a href="http://localhost:{port}/suppression/{TOKEN}"' in letter
    status, html = get(port, f"{found[1]}/html")
    assert status == 200 and "Supprimer mon espace" in html
    assert get(port, "/demo/courriels/..%2Ftown.toml")[0] == 404


def test_the_mailbox_takes_another_port_when_its_own_is_taken(serve: Serve, instance: Path) -> None:
    first = serve()
    assert get(first.port)[0] == 200  # both have the file of documents: it is made by then
    second = serve(PORTAIL_DATABASE=str(instance / "other.db"))
    assert get(second.port)[0] == 200
    assert second.children(CHILDREN["2"]) and "starting it again" not in first.said + second.said


def test_the_log_names_routes_and_holds_no_token_nor_question_nor_address(serve: Serve) -> None:
    served = serve()
    port = served.port
    get(port, f"/activation/{TOKEN}?courriel=camille@exemple.fr")
    get(port, f"/inscription/{TOKEN}/identite")
    wait_for(lambda: served.said.count("wizard.access") >= 2)
    assert TOKEN not in served.said and "camille" not in served.said and "127.0.0.1" not in served.said
    assert re.search(r"INFO wizard\.access GET \S+ \d{3} \d+ms [0-9a-f]{12}\n", served.said)


def test_a_caller_is_believed_about_its_address_only_through_the_proxy(serve: Serve) -> None:
    def callers(served: Served) -> set[str]:
        for address in ("192.0.2.1", "192.0.2.2"):
            get(served.port, **{"X-Forwarded-For": address})
        wait_for(lambda: served.said.count("GET public.health") == 2)
        served.stop()
        return set(re.findall(r"public\.health 200 \d+ms (\w+)", served.said))

    direct = callers(serve())
    assert len(direct) == 1
    behind = callers(serve(PORTAIL_TRUSTED_PROXY="127.0.0.1"))
    assert len(behind) == 2 and not behind & direct


def test_a_caller_behind_the_proxy_does_not_choose_their_address(serve: Serve) -> None:
    served = serve(PORTAIL_TRUSTED_PROXY="127.0.0.1")
    for invented in ("198.51.100.1, ", "198.51.100.2, 10.0.0.1, ", "::1, ", "<x>, ", ""):
        get(served.port, **{"X-Forwarded-For": f"{invented}192.0.2.1"})
    wait_for(lambda: served.said.count("GET public.health") == 5)
    assert len(set(re.findall(r"public\.health 200 \d+ms (\w+)", served.said))) == 1


@pytest.mark.parametrize("trusted", [{}, {"PORTAIL_TRUSTED_PROXY": "127.0.0.1"}], ids=["direct", "behind a proxy"])
def test_what_proxies_say_of_the_scheme_and_the_host_is_not_read(serve: Serve, trusted: dict[str, str]) -> None:
    served = serve(**trusted)
    expected = get(served.port, "/")
    assert expected[0] == 200
    for headers in (
        {"X-Forwarded-Proto": "https, https"},
        {"X-Forwarded-Proto": "gopher"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "70000"},
        {"X-Forwarded-For": "192.0.2.1, unknown", "X-Forwarded-By": "x"},
        {"Forwarded": "for=;host=evil.example;proto=x"},
    ):
        assert get(served.port, "/", **headers) == expected, headers


def test_an_undeclared_proxy_is_an_alarm_in_the_log_and_in_doctor(serve: Serve) -> None:
    def doctor() -> str:
        return next(line for line in run("doctor", **served.settings).stdout.splitlines() if "Mandataire" in line)

    served = serve()
    get(served.port, "/")
    assert "X-Forwarded" not in served.said and doctor().startswith("  ok  ")
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"):
        get(served.port, "/", **{"X-Forwarded-For": address})
    wait_for(lambda: served.said.count(" 200 ") >= 6)
    assert served.said.count("WARNING wizard.web.guards X-Forwarded headers") == 1
    assert "192.0.2" not in served.said
    told = doctor()
    assert told.startswith("À VOIR") and "PORTAIL_TRUSTED_PROXY" in told and "192.0.2" not in told
    served.stop()
    served = serve(PORTAIL_TRUSTED_PROXY="127.0.0.1")
    get(served.port, "/", **{"X-Forwarded-For": "192.0.2.1"})
    assert doctor().startswith("  ok  ")


FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("version", "lengths"),
    [
        (b"1.1", b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
        (b"1.1", b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\nConnection: keep-alive\r\n"),
        (b"1.1", b"transfer-encoding:chunked\r\nCONTENT-LENGTH:\t0\r\n"),
        (b"1.1", b"Transfer-Encoding:\r\nContent-Length: 8\r\n"),
        (b"1.1", b"Transfer-Encoding: chunked\r\nContent-Length: 8, 3\r\n"),
        (b"1.0", b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\nConnection: keep-alive\r\n"),
        (b"1.0", b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n"),
    ],
)
def test_a_request_that_tells_its_length_in_two_ways_ends_its_connection(
    served: Served, version: bytes, lengths: bytes
) -> None:
    head = b"POST /inscription HTTP/%b\r\nHost: localhost\r\n%b%b\r\n" % (version, FORM, lengths)
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as caller:
        caller.sendall(head + b"3\r\na=b\r\n0\r\n\r\n" + SMUGGLED)
        with suppress(ConnectionResetError):  # it closes with what it did not read
            answer = caller.makefile("rb").read()
            assert answer.startswith(b"HTTP/%b 400 " % version) and answer.count(b"HTTP/1.") == 1
            assert b'"status"' not in answer


def test_a_body_in_chunks_alone_keeps_its_connection(served: Served) -> None:
    caller = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    caller.connect()
    connection = caller.sock
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/x-www-form-urlencoded"}
    for _request in range(2):
        caller.request("POST", "/inscription", iter([b"a=", b"b"]), headers, encode_chunked=True)
        answer = caller.getresponse()
        answer.read()
        assert answer.status == 303 and caller.sock is connection
    caller.close()


def test_a_body_that_does_not_say_its_length_is_measured_too(served: Served) -> None:
    for size, expected in ((1000, b"303"), (64 * 1024 + 1, b"413"), (3 * 1024 * 1024, b"413")):
        with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as caller:
            caller.sendall(
                b"POST /inscription HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
            )
            with suppress(OSError):  # it may answer, and close, before all is sent
                caller.sendall(b"%x\r\na=" % (size + 2) + b"b" * size + b"\r\n0\r\n\r\n")
            assert caller.recv(65536).split()[1] == expected, size


def test_a_flood_of_sign_ins_is_told_to_come_back_and_the_rest_is_served(serve: Serve) -> None:
    served = serve()
    callers = [socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) for _caller in range(300)]
    for number, caller in enumerate(callers):
        form = b"username=camille%03d&password=pas+le+bon" % number
        caller.sendall(
            b"POST /entourage HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(form), form)
        )
    assert get(served.port, "/")[0] == 200
    answers = [caller.makefile("rb").read().decode() for caller in callers]
    for caller in callers:
        caller.close()
    wrong = sum(answer.startswith("HTTP/1.1 422 ") for answer in answers)
    refused = [answer for answer in answers if answer.startswith("HTTP/1.1 503 ")]
    assert wrong >= 60 and len(refused) >= 60 and wrong + len(refused) == 300
    assert all(re.search(r"^Retry-After: \d+\r$", answer, re.M) for answer in refused)


def test_a_restore_is_refused_while_it_serves(serve: Serve, instance: Path, tmp_path: Path) -> None:
    served = serve()
    get(served.port)
    backup = run("backup", str(tmp_path / "nuit.db"), **served.settings)
    assert backup.returncode == 0, backup.stderr
    refused = run("restore", str(tmp_path / "nuit.db"), **served.settings)
    assert refused.returncode == 1 and "est ouverte par le portail" in refused.stderr
    assert get(served.port)[0] == 200
    assert served.stop() == 0
    assert run("restore", str(tmp_path / "nuit.db"), **served.settings).returncode == 0


def test_mails_can_be_sent_by_a_command_of_their_own(instance: Path) -> None:
    settings = {"PORTAIL_INSTANCE": str(instance), "PORTAIL_SMTP_URL": "smtp://127.0.0.1:1"}
    assert run("migrate", **settings).returncode == 0
    command = [*FROM_NOTHING, "mail", "send", "--watch"]
    environment = {**os.environ, **settings}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as sender:
        app = create_app({"PORTAIL_INSTANCE": instance})
        db = connect(instance / "portail.db")
        with app.app_context(), transaction(db):
            enqueue(db, "no_account", "camille@exemple.fr")
        db.close()
        assert sender.stderr is not None
        assert "no mail can leave: ConnectionRefusedError" in sender.stderr.readline()
        sender.terminate()
        assert sender.wait(20) == 0


def test_slow_callers_keep_nobody_waiting(served: Served) -> None:
    port = served.port
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
    try:
        for connection in slow:
            connection.sendall(b"POST /inscription HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na")
        assert [get(port)[0] for _ in range(30)] == [200] * 30
    finally:
        for connection in slow:
            connection.close()


def test_an_answer_has_no_server_signature_and_a_huge_request_is_refused(served: Served) -> None:
    port = served.port
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.headers["Server"] is None
        assert json.load(answer)["status"] == "degraded"  # it has no addresses
    assert get(port, **{"X-Padding": "x" * 40_000})[0] == 431
