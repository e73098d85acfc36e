"""What the role of an agent opens: the pages that name it."""

from collections.abc import Callable

import pytest
from flask import Flask, Response

from tests.townhall.browsers import Browser
from wizard.models import AgentRole
from wizard.townhall import access


@pytest.fixture
def app(own_portal: Flask) -> Flask:
    """The portal, with pages of the town hall that someone added."""

    def page() -> Response:
        return Response("ouverte", mimetype="text/plain")

    @access.open_to(frozenset({AgentRole.RECEPTION}))
    def counter() -> Response:
        return page()

    own_portal.add_url_rule("/mairie/oubliee", "townhall.forgotten", page)
    own_portal.add_url_rule("/mairie/comptoir", "townhall.counter", counter)
    return own_portal


@pytest.mark.parametrize("role", list(AgentRole))
def test_a_page_that_names_no_role_opens_to_none(signed_in: Callable[..., Browser], role: AgentRole) -> None:
    assert signed_in(role=role).client.get("/mairie/oubliee").status_code == 403


def test_a_page_that_names_no_role_leads_strangers_to_the_sign_in(a_browser: Callable[[], Browser]) -> None:
    answer = a_browser().client.get("/mairie/oubliee")
    assert (answer.status_code, answer.location) == (303, "/mairie/connexion?suite=/mairie/oubliee")


@pytest.mark.parametrize(("role", "status"), [(AgentRole.RECEPTION, 200), (AgentRole.CASEWORKER, 403)])
def test_a_page_opens_to_the_roles_that_it_names_alone(
    signed_in: Callable[..., Browser], role: AgentRole, status: int
) -> None:
    assert signed_in(role=role).client.get("/mairie/comptoir").status_code == status
