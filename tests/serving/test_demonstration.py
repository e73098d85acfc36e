"""The demonstration: prepared by its command, the same when started again, absent from production."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.serving.served import Served
from wizard import create_app
from wizard.db import connect
from wizard.demo import agent
from wizard.models import AgentRole
from wizard.services import agents as service
from wizard.stores import agents

Serve = Callable[..., Served]
PAGES = ("/demo/courriels", "/demo/courriels/x", "/demo/telephone", "/demo/mairie", "/demo/familles")


def credentials(served: Served) -> tuple[str, str]:
    """Return what the command says of the agent."""
    assert served.port
    found = re.search(r"/mairie \((\S+), mot de passe (\S+)\)", served.said)
    assert found, served.said
    return found[1], found[2]


def code_of(db: Database, email: str) -> str | None:
    return next(phone.code for phone in agent.phones(db)[0] if phone.email == email)


def phone_answers(port: int) -> bool:
    """Whether the pages are served: from then on, a signal stops them cleanly."""
    with urllib.request.urlopen(f"http://localhost:{port}/demo/telephone") as page:
        return bool(page.status == 200)


def test_the_demonstration_is_ready_and_the_same_when_started_again(serve: Serve, instance: Path) -> None:
    first = serve(command="demo")
    email, password = credentials(first)
    assert phone_answers(first.port)
    assert first.stop() == 0
    second = serve(command="demo")
    assert credentials(second) == (email, password)
    assert phone_answers(second.port)
    assert second.stop() == 0

    app = create_app({"PORTAIL_INSTANCE": instance})
    with app.app_context(), closing(connect(instance / "portail.db")) as db:
        for role, address in agent.EMAILS.items():
            assert code_of(db, address) is None
            found = service.check_password(db, address, password)
            shown = code_of(db, address)
            assert found is not None and shown is not None and found.role is role
            known = agents.by_id(db, found.id)
            assert known is not None and service.enrol(db, known, shown)
        assert agent.EMAILS.keys() == set(AgentRole) and email in agent.EMAILS.values()
    assert (instance / "agent.txt").stat().st_mode & 0o077 == 0


def test_the_demonstration_is_never_made_in_production(serve: Serve, instance: Path) -> None:
    served = serve(command="demo", PORTAIL_DEMO="0")
    assert served.process.wait(20) == 1
    assert served.said.startswith("Erreur : Réservé à la démonstration") and not (instance / "agent.txt").exists()


@pytest.mark.parametrize("settings", [{}, {"PORTAIL_DEMO": "1", "PORTAIL_PUBLIC_URL": "https://famille.oudon.example"}])
def test_its_pages_do_not_exist_in_production(instance: Path, settings: dict[str, str]) -> None:
    production = create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_SECRET_KEY": "long enough a key", **settings})
    paths = {str(rule) for rule in production.url_map.iter_rules()}
    assert not [path for path in paths if path.startswith("/demo")]


@pytest.mark.parametrize("path", PAGES)
def test_its_pages_answer_a_stranger_without_a_failure(served: Served, path: str) -> None:
    try:
        status = urllib.request.urlopen(f"http://localhost:{served.port}{path}").status
    except urllib.error.HTTPError as error:
        status = error.code
    made = not path.endswith(("/x", "/familles"))  # the families are made by the command « demo », not by « serve »
    assert status == (200 if made else 404)
