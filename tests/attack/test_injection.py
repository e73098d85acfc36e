"""sqlmap finds the hole planted for it, and none in what strangers send: `make attack` in a few seconds."""

import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.attack.planted import planted
from tests.attack.scanners import Finding, Target, answered, sqlmap
from tests.security.remote import RemoteClient


@pytest.mark.slow
def test_what_a_stranger_sends_never_becomes_sql(tmp_path: Path) -> None:
    with planted(tmp_path / "portal") as hole:
        home = urllib.parse.urljoin(hole, "/")
        step = urllib.parse.urljoin(home, RemoteClient(home).post("/inscription", {}).location)
        login = urllib.parse.urljoin(home, "/connexion")

        def scan(target: Target) -> list[Finding]:
            return sqlmap(tmp_path, target, seconds=60 if target.url == hole else 10)  # a hole found is the end of it

        with ThreadPoolExecutor() as together:
            found, *elsewhere = together.map(
                scan,
                (
                    Target(hole, "nom"),
                    Target(step, "birth_name", "birth_name=Martin&given_name=Camille&revision=0"),
                    Target(login, "username", "username=camille&password=x&csrf_token=x", token_page=login),
                ),
            )
    assert [one.path for one in found] == ["/essai"]
    assert elsewhere == [[], []]
    answers = answered((tmp_path / "portal" / "server.log").read_text())
    assert min(answers["signup.step", "422"], answers["account.login", "422"]) > 1, "both were reached, more than once"
    # A quote that ends a statement breaks it, even where nothing of it shows.
    assert {status for _route, status in answers} <= {"200", "303", "400", "422"}, answers
