"""What a page submits to a draft that was finished, or closed, since the request read it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.exceptions import HTTPException

from tests.support.client import ORIGIN, CheckedClient
from tests.support.walk import begin, sign_up
from wizard import clock
from wizard.db import get_db, transaction
from wizard.models import Draft, DraftKind
from wizard.services import opening, saving
from wizard.services.keys import Token
from wizard.signup.journey import SIGNUP
from wizard.stores import drafts

CLOSINGS: dict[str, Callable[[Database, Draft, str], None]] = {
    "finished": lambda db, draft, _token: drafts.finish(db, draft, 1, None, clock.now() + opening.lifetime()),
    "its address closed": lambda db, _draft, token: drafts.drop_token(db, token),
}


def rows(db: Database) -> list[tuple[object, ...]]:
    return db.execute("SELECT step, data, revision FROM draft_answers JOIN drafts ON id = draft").fetchall()


@pytest.fixture
def opened(app: Flask, client: CheckedClient, db: Database) -> tuple[Draft, str]:
    """A draft under way and its address, in a portal that has one account."""
    sign_up(client)
    token = begin(app.test_client()).request.path.split("/")[2]
    draft = drafts.load(db, token, DraftKind.SIGNUP, clock.now())
    assert draft is not None
    return draft, token


@pytest.mark.parametrize("closing", CLOSINGS)
def test_nothing_is_saved_in_a_draft_that_closed_meanwhile(
    app_context: None, opened: tuple[Draft, str], db: Database, closing: str
) -> None:
    draft, token = opened
    with transaction(db):
        CLOSINGS[closing](db, draft, token)
    before, key = rows(db), Token(DraftKind.SIGNUP, token)
    with pytest.raises(saving.Closed):
        saving.save(db, draft, key, "identite", {"birth_name": ["Martin"]}, rendered_at=0, idle=None)
    with pytest.raises(saving.Closed):
        saving.move(db, draft, key, "ouverture", drafts.set_aside, None)
    with pytest.raises(saving.Closed):
        saving.save_late(db, draft, key, "identite", {"birth_name": ["Martin"]})
    assert rows(db) == before


def test_a_page_sent_while_another_click_finishes_its_draft_leads_where_that_one_does(
    app: Flask, opened: tuple[Draft, str]
) -> None:
    draft, token = opened
    with app.test_request_context(f"/inscription/{token}/identite", base_url=ORIGIN, method="POST"):
        visits = [SIGNUP.visit(token) for _gesture in range(3)]
        with transaction(get_db()):
            CLOSINGS["finished"](get_db(), draft, token)
        with pytest.raises(HTTPException) as kept:
            visits[0].keep("identite", {"birth_name": ["Martin"]})
        with pytest.raises(HTTPException) as moved:
            visits[1].move("ouverture", drafts.set_aside)
        with pytest.raises(HTTPException) as late:
            visits[2].keep_late("identite", {"birth_name": ["Martin"]})
    for answered in (kept, moved, late):
        assert answered.value.response is not None
        assert answered.value.get_response().headers["Location"].endswith(f"/{token}/confirmation")
