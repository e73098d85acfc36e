"""The steps that are kept once drawn: the page of each is what it would be were it drawn for who asks, and nobody's."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import configured
from tests.support.client import CheckedClient
from tests.support.walk import IDENTITY, begin, go_on
from wizard import create_app
from wizard.childfile.journey import DOSSIER
from wizard.entourage.journey import ENTOURAGE
from wizard.journey.steps import Step
from wizard.settings import get_settings
from wizard.signup.journey import SIGNUP

ALIKE = [step for step in SIGNUP.journey.steps if step.alike]
WHOLE: dict[str, str] = {}
FRAMED = {"Sec-Fetch-Dest": "iframe"}
FRAGMENT = {"HX-Request": "true"}


def test_those_of_an_account_are_never_kept() -> None:
    """They name whose they are."""
    assert ALIKE and not any(step.alike for served in (ENTOURAGE, DOSSIER) for step in served.journey.steps)


@pytest.mark.parametrize("headers", [WHOLE, FRAMED, FRAGMENT], ids=["whole", "framed", "fragment"])
@pytest.mark.parametrize("step", ALIKE, ids=[step.slug for step in ALIKE])
def test_what_is_kept_is_what_would_be_drawn(
    app: Flask, client: FlaskClient, step: Step, headers: dict[str, str]
) -> None:
    before = reached(app.test_client(), step)
    for others in FRAMED, FRAGMENT, WHOLE:  # whoever asked first, and how
        app.test_client().get(before.request.path, headers=others)
    page = reached(client, step)
    kept = FlaskClient(app).get(page.request.path, get_settings(app).public_url, headers=headers)
    with app.test_request_context(page.request.path, get_settings(app).public_url, headers=headers):
        visit = SIGNUP.visit(page.request.path.split("/")[2])
        drawn = visit.show(step, step.filled(visit.draft.answers), push=True)
    assert kept.data == drawn.get_data()
    assert kept.headers.get("HX-Push-Url") == drawn.headers.get("HX-Push-Url")


def test_no_town_is_shown_the_page_of_another(app: Flask, client: FlaskClient, instance: Path, addresses: Path) -> None:
    toml = instance / "town.toml"
    toml.write_text(toml.read_text().replace("+33240836017", "+33240999999"))
    portal = create_app(configured(instance, addresses))
    portal.test_client_class = CheckedClient
    other = portal.test_client()
    for _turn in range(2):
        assert "02 40 99 99 99" not in begin(client).text
        assert "02 40 99 99 99" in begin(other).text


def test_what_was_answered_is_shown_in_its_place(client: FlaskClient) -> None:
    page = go_on(client, begin(client), "adresse")
    identity = client.get(page.request.path.replace("adresse", "identite"))
    assert f'value="{IDENTITY["birth_name"]}"' in identity.text


def reached(client: FlaskClient, step: Step) -> Any:
    """Return the page of a step, what is before it answered by one more family."""
    first = begin(client)
    return first if step is SIGNUP.journey.steps[0] else go_on(client, first, step.slug)
