"""`make attack`: a real server on loopback, scanned from fresh drafts and signed-in sessions.

First the scanners must find a hole planted for them, and the load must see a page planted to stall the portal. Then
whatever the scanners find in the portal, and is not in the reviewed list with its reason, is a failure; so is a 500,
a route they hardly reached, or others who wait twice as long while hostile forms arrive.
"""

import re
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask

from tests.attack import load
from tests.attack.load import Hostile, Load
from tests.attack.planted import planted
from tests.attack.scanners import Finding, Target, answered, sqlmap, wapiti
from tests.security.actors import (
    Family,
    a_link,
    a_parent,
    a_receipt,
    a_signup,
    an_agent,
    an_entourage,
    sign_agent_in,
)
from tests.security.remote import RemoteClient
from tests.support.portal import Portal, running
from tests.support.walk import PASSWORD, signed_in
from wizard import create_app
from wizard.db import connect
from wizard.models import AgentRole, DraftKind
from wizard.services import passwords

HERE = Path(__file__).parent

# Route → how many times it must have done its work (neither 400, for a form without its token, nor 404, 405), or the
# scan means nothing: a tenth of what is reached on two quiet cores, or less. Where the password is the only field, a
# few tries are all that an account has, from anywhere; of its identity, a dozen changes an hour.
FLOORS = {
    "signup.step": 200, "signup.later": 20, "signup.confirmation": 10, "entourage.person": 400, "entourage.step": 20,
    "entourage.begin": 20, "lookup.addresses": 30, "account.login": 60, "account.lost": 40, "account.identity": 30,
    "account.ask_email": 30, "account.change_password": 30, "account.ask_deletion": 5, "townhall.queue": 80,
    "townhall.search": 20, "townhall.decide": 200, "townhall.answer": 10,
}  # fmt: skip
_WORKED = ("200", "303", "409", "422")


class Attack:
    """The portal under attack, and the browsers of those it is attacked from."""

    def __init__(self, portal: Portal, folder: Path) -> None:
        self.portal, self.folder = portal, folder
        self.db = connect(portal.instance / "portail.db")
        self.app: Flask = create_app(portal.settings | {"PORTAIL_INSTANCE": portal.instance})
        password_hash = passwords.hash_password(PASSWORD)
        self.family: Family = a_parent(self.db, "Kervarrec", password_hash)
        self.waiting = a_parent(self.db, "Trévidic", password_hash).account.id
        self.db.execute("UPDATE accounts SET activated_at = NULL WHERE id = ?", (self.waiting,))
        an_agent(self.db, "instruction@oudon.example", AgentRole.CASEWORKER, password_hash)
        self.stranger, self.parent, self.agent = (cast(Any, RemoteClient(portal.url)) for _person in range(3))
        signed_in(self.parent, self.family.account.email)
        sign_agent_in(self.agent, self.db, "instruction@oudon.example")
        for browser, path in ((self.stranger, "/connexion"), (self.parent, "/espace"), (self.agent, "/mairie")):
            browser.get(path)  # the cookie then holds the secret of all the pages' forms

    def url(self, path: str) -> str:
        return self.portal.url + path

    def as_a_stranger(self) -> list[Finding]:
        """Crawl and attack from fresh drafts."""
        slugs = ("identite", "adresse", "contacts", "identifiants", "plus-tard")
        start = [self.url(f"/inscription/{a_signup(self.db)}/{slug}") for slug in slugs]
        for tail in ("etape-1", "etape-1/membre", "etape-1/contact", "etape-2"):
            start.append(self.url(f"/entourage/{an_entourage(self.db, self.family.account.id)}/{tail}"))
        start.append(self.url(f"/mot-de-passe/{a_link(self.app, self.db, 'password', self.waiting)}"))
        start.append(self.url(f"/inscription/{a_receipt(self.db, DraftKind.SIGNUP, self.waiting, None)}/confirmation"))
        start += [self.url(path) for path in ("/entourage", "/acces-oublie", "/adresses?q=loire")]
        return wapiti(self.folder, start, cookies=self.stranger.cookies)

    def as_a_parent(self) -> list[Finding]:
        """Crawl and attack, signed in."""
        own = [self.url("/espace"), self.url("/espace/donnees")]
        own += [f"{own[1]}/{form}" for form in ("identite", "courriel", "mot-de-passe", "suppression")]
        return wapiti(self.folder, own, cookies=self.parent.cookies, avoid=self.ends)

    def as_an_agent(self) -> list[Finding]:
        """Crawl and attack the town hall's side, signed in."""
        dossier = self.url(f"/mairie/dossiers/{self.family.dossier.reference}")
        desk, cookies = [self.url("/mairie"), self.url("/mairie?etat=traites&page=1"), dossier], self.agent.cookies
        # The answer by itself: the many fields of the decisions would leave it no time.
        answer = wapiti(self.folder, [f"{dossier}/reponse"], cookies=cookies, avoid=self.ends, scope="page", seconds=15)
        return answer + wapiti(self.folder, desk, cookies=cookies, avoid=self.ends)

    @property
    def ends(self) -> list[str]:
        """What would sign the scanner out."""
        return [self.url("/deconnexion"), self.url("/mairie/deconnexion")]

    def with_sql(self) -> list[Finding]:
        """Inject SQL into each kind of value that reaches the database, two requests at a time."""
        with ThreadPoolExecutor(2) as two:
            found = two.map(lambda target: sqlmap(self.folder, target), self.targets())
            return [finding for findings in found for finding in findings]

    def targets(self) -> Iterator[Target]:
        """The requests to inject into."""
        agent, login = self.agent.cookies, self.url("/connexion")
        draft = self.url(f"/inscription/{a_signup(self.db)}")
        yield Target(self.url("/adresses?q=rue+de+la+loire"), "q")
        yield Target(self.url("/communes?postcode=44521"), "postcode")
        yield Target(f"{draft}/contacts", "mobile,email", "mobile=0612345678&email=a%40exemple.fr&revision=0")
        yield Target(f"{draft}/identite", "birth_name,revision", "birth_name=Martin&given_name=Camille&revision=0")
        yield Target(self.url("/inscription/abcdef*/identite"))
        yield Target(self.url("/activation/abcdef*"))
        yield Target(login, "username", "username=camille&password=x&csrf_token=x", token_page=login)
        lost = self.url("/acces-oublie")
        yield Target(lost, "email", "email=camille%40exemple.fr&csrf_token=x", token_page=lost)
        desk = self.url("/mairie")
        yield Target(desk, "text", "text=Kervarrec&csrf_token=x", agent, token_page=desk)
        yield Target(f"{desk}?etat=traites&page=1", "etat,page", cookies=agent)
        yield Target(f"{desk}/dossiers/{self.family.dossier.reference}*", cookies=agent)


def blind(folder: Path) -> list[str]:
    """Return what the scanners missed in the hole planted for them."""
    reports = folder / "reports"
    with planted(folder / "planted") as url:
        found = wapiti(reports, [url], seconds=20)
        kinds = {one.kind for one in found if one.path == "/essai"}
        missed = [f"wapiti misses the planted {kind}" for kind in WANTED if not any(kind in one for one in kinds)]
        if not sqlmap(reports, Target(url, "nom"), seconds=30):
            missed.append("sqlmap misses the planted SQL injection")
    return missed


WANTED = ("SQL Injection", "Cross Site Scripting")


def rows() -> list[dict[str, str]]:
    """Return the reviewed list."""
    return cast(list[dict[str, str]], tomllib.loads((HERE / "reviewed.toml").read_text())["finding"])


def reviewed(finding: Finding) -> bool:
    """Whether a person looked at this finding at this address, and wrote why it is none."""
    return any(
        row["kind"] == finding.kind and re.fullmatch(row["path"], finding.path) and row["says"] in finding.detail
        for row in rows()
    )


def unreached(log: str) -> list[str]:
    """Return the routes hardly scanned, and those that failed."""
    answers = answered(log)
    failed = [f"{route} answered {status}" for (route, status) in answers if status.startswith("5")]
    reached = {route: sum(answers[route, status] for status in _WORKED) for route in FLOORS}
    return failed + [
        f"{route} was only reached {reached[route]} times" for route, floor in FLOORS.items() if reached[route] < floor
    ]


def scan(attack: Attack) -> set[Finding]:
    """Attack from everywhere, and tell how it goes."""
    findings: set[Finding] = set()
    for phase in (attack.as_a_stranger, attack.as_a_parent, attack.as_an_agent, attack.with_sql):
        started = time.monotonic()
        found = phase()
        print(f"{phase.__name__}: {len(found)} findings in {time.monotonic() - started:.0f} s.", flush=True)
        findings.update(found)
    return findings


def unmoved(folder: Path) -> bool:
    """Whether a page that stalls the portal goes unnoticed."""
    with planted(folder / "stalled") as url:
        stalled = Load(cast(int, urlsplit(url).port), folder / "stalled")
        stalled.forms = [Hostile(kind, ["/lourd"], b"x=1") for kind in load.KINDS]
        return not load.problems(*stalled.compare(1, 5))


def under_load(folder: Path) -> list[str]:
    """Return what is wrong while hostile forms arrive at a portal behind its proxy."""
    with running(folder / "loaded", {"PORTAIL_TRUSTED_PROXY": "127.0.0.1"}) as portal:
        return load.problems(*Load(portal.port, portal.instance).compare(5, 8))


def main() -> int:
    """Scan, and load; return the exit code."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "reports").mkdir()
        if missed := blind(folder):
            print(*missed, sep="\n")
            return 1
        print("The planted hole is found.", flush=True)
        if unmoved(folder):
            print("The planted page stalls nobody: the load is too light, or looks elsewhere.")
            return 1
        print("The planted page is seen to stall others.", flush=True)
        loaded = under_load(folder)
        with running(folder / "town", {"PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}) as portal:
            findings = scan(Attack(portal, folder / "reports"))
            portal.stop()
            problems = loaded + unreached(portal.log.read_text())
    accepted = {one for one in findings if reviewed(one)}
    for one in sorted(findings - accepted, key=str):
        problems.append(f"{one.scanner}: {one.kind} at {one.path}\n    {one.detail}")
    print(*problems, sep="\n")
    print(f"{len(findings)} findings, {len(accepted)} of them reviewed; {len(problems)} problems.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
