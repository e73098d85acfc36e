"""Whatever is sent to the agents' forms: an answer that says what to do, never a 500, never a half-kept decision."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.support.client import HTMX
from tests.support.families import a_family
from tests.townhall.browsers import Browser
from wizard.stores import dossiers

pytestmark = pytest.mark.slow

FUZZ = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ANY_TEXT = st.one_of(
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace").decode()),
    st.sampled_from(
        ["", "accepted", "refused", "to_correct", "other", "duplicate", "-1", "9" * 5000, "²", "<b>", "'--"]
    ),
)


def test_no_input_breaks_a_dossier(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    action, kept = browser.fields("Enregistrer toutes")
    names = [*kept, *(f"p{line.person}-decision" for line in dossier.lines), "save", "p999-decision"]

    @FUZZ
    @given(st.dictionaries(st.sampled_from(names), st.lists(ANY_TEXT, max_size=2), max_size=8), st.booleans())
    def send(values: dict[str, list[str]], by_htmx: bool) -> None:
        data = {**values, "csrf_token": kept["csrf_token"]}
        answer = browser.client.post(action, data=data, headers=HTMX if by_htmx else {})
        assert answer.status_code in {200, 204, 303, 409, 422}
        after = dossiers.by_id(db, dossier.id)
        assert after is not None
        assert all(line.reason for line in after.lines if line.decision in {"refused", "to_correct"})

    send()


def test_no_input_breaks_the_search_or_the_answer(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    browser = signed_in()
    token = browser.fields("Chercher")[1]["csrf_token"]

    @FUZZ
    @given(ANY_TEXT)
    def send(text: str) -> None:
        found = browser.client.post("/mairie", data={"csrf_token": token, "text": text})
        assert found.status_code in {200, 303, 422}
        answer = browser.client.post(
            f"/mairie/dossiers/{dossier.reference}/reponse", data={"csrf_token": token, "seen": text}
        )
        assert answer.status_code == 409

    send()


def test_no_input_breaks_the_sign_in(a_browser: Callable[[], Browser]) -> None:
    browser = a_browser()
    browser.get("/mairie/connexion")
    token = browser.fields("Continuer")[1]["csrf_token"]

    @settings(FUZZ, max_examples=20)
    @given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
    def send(email: str, password: str, suite: str) -> None:
        data = {"csrf_token": token, "email": email, "password": password, "suite": suite}
        assert browser.client.post("/mairie/connexion", data=data).status_code in {422, 429}

    send()
