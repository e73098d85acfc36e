"""What a real server writes while a family goes through all of the portal: routes and times, nobody's name."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pyotp
import pytest
import time_machine
from flask.testing import FlaskClient

from tests.security.remote import RemoteClient
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.portal import Portal, running
from tests.support.walk import CHILD, EMAIL, PASSWORD, add, link_of, open_entourage, sign_in, walk
from wizard.clock import now
from wizard.db import connect
from wizard.migrations import migrate
from wizard.models import AgentRole
from wizard.services import passwords
from wizard.stores import agents
from wizard.web import logs

AGENT, AGENT_PASSWORD = "instruction@oudon.example", "quatre rivières bleues 8"
NEW_PASSWORD = "brouette lampe cerisier 4"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.4"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with running(tmp_path / "town", {"PORTAIL_TRUSTED_NETWORKS": ""}) as portal:
        db = connect(tmp_path / "town" / "portail.db")
        migrate(db)
        agents.add(db, AGENT, AgentRole.CASEWORKER, passwords.hash_password(AGENT_PASSWORD), now())
        db.close()
        yield portal


def browser(portal: Portal) -> FlaskClient:
    """A remote browser, in the shoes of the tests' client."""
    return cast(FlaskClient, RemoteClient(portal.url))


def mail(portal: Portal, subject: str) -> str:
    part = portal.mail_to(EMAIL, subject).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def a_family_s_life(portal: Portal) -> set[str]:
    """Sign up, activate, declare, fail to sign in, recover, sign in, correct; return the tokens met on the way."""
    parent, frame = browser(portal), browser(portal)
    confirmation = walk(parent)
    activation = link_of(mail(portal, "Création"), "/activation")
    submit(parent, parent.get(activation), password=PASSWORD)
    submit(parent, parent.get("/espace"), "deconnexion")
    step = open_entourage(frame)
    add(frame, step, "membre", **CHILD)
    recap = follow(frame, submit(frame, frame.get(step.request.path), "etape-1"))
    deposited = follow(frame, submit(frame, recap, "etape-2"))
    parent.get("/adresses?q=12+rue+du+Moulin")
    sign_in(parent, password="pas le bon du tout")
    submit(parent, parent.get("/acces-oublie"), email=EMAIL)
    recovery = link_of(mail(portal, "Votre accès"), "/mot-de-passe")
    submit(parent, parent.get(recovery), password=NEW_PASSWORD)
    sign_in(parent, password=NEW_PASSWORD)
    assert "Martin" in parent.get("/espace").text
    submit(parent, parent.get("/espace/donnees/identite"), given_name="Camille")
    paths = (confirmation, step, deposited)
    return {page.request.path.split("/")[2] for page in paths} | {activation.split("/")[2], recovery.split("/")[2]}


def an_agent_s_day(portal: Portal) -> set[str]:
    """Sign in, search, open a dossier; return what was secret or personal in it."""
    agent: Any = browser(portal)
    page = follow(agent, submit(agent, agent.get("/mairie/connexion"), email=AGENT, password=AGENT_PASSWORD))
    found = re.search(r"\b[A-Z2-7]{32}\b", read(page).get_text().replace(" ", "").replace("\u00a0", ""))
    assert found
    queue = follow(agent, submit(agent, page, code=pyotp.TOTP(found[0]).at(now())))
    link = read(queue).select_one("a[href^='/mairie/dossiers/']")
    assert link is not None
    assert "Loïc" in agent.get(str(link["href"])).text
    submit(agent, queue, "mairie", text="Martin")
    return {found[0], str(link["href"]).rsplit("/", 1)[1], AGENT}


@pytest.mark.slow
def test_a_whole_life_leaves_no_name_no_token_and_no_address_in_the_log(portal: Portal) -> None:
    secrets = a_family_s_life(portal) | an_agent_s_day(portal)
    portal.stop()
    log = portal.log.read_text()
    assert len(re.findall(r"wizard\.access (GET|POST) [a-z_.]+ \d{3} \d+ms [0-9a-f]{12}$", log, re.MULTILINE)) > 40
    personal = {
        EMAIL, "camille", "Martin", "Camille", "Loïc", "Moulin", "44521", "0612345678", "+33612345678", "2019", "03/09",
        PASSWORD, NEW_PASSWORD, AGENT_PASSWORD, "girafe", "127.0.0.1:", "suite=", "q=",
    }  # fmt: skip
    leaked = {text for text in personal | secrets if text.casefold() in log.casefold()}
    assert leaked == set()
    assert "Traceback" not in log and "ERROR" not in log


def test_a_caller_has_a_name_of_the_day_and_each_network_its_own(
    client: CheckedClient, caplog: pytest.LogCaptureFixture
) -> None:
    def caller(address: str, days: int = 0) -> str:
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            client.get("/connexion", environ_base={"REMOTE_ADDR": address})
        return caplog.messages[-1].rsplit(" ", 1)[1]

    with caplog.at_level(logging.INFO, "wizard.access"), time_machine.travel("2026-11-24T09:00:00Z", tick=False):
        here, again, morrow, elsewhere = caller(HERE), caller(HERE), caller(HERE, days=1), caller(ELSEWHERE)
    assert here == again and len({here, morrow, elsewhere}) == 3


def test_a_token_is_masked_wherever_a_log_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Our own lines hold none; a library's message, or the words of an error, may."""
    token, before = "x" * 43, (logging.root.handlers[:], logging.root.level)
    logs.configure()
    try:
        raise LookupError(f"/inscription/{token}/identite")
    except LookupError:
        logging.getLogger("library").exception("no page at %s", token)
        logging.getLogger("library").warning("no page at /inscription/%s for Martin", token)
    finally:
        logging.root.handlers[:], logging.root.level = before
    told = capsys.readouterr().err
    assert "no page at …\n" in told and "builtins.LookupError\n" in told and "test_logs.py:" in told
    assert token not in told and "Martin" not in told and "inscription" not in told
