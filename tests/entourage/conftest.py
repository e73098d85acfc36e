"""A parent about to declare their entourage."""

import pytest
from browsing import CheckedClient
from sqlite_utils import Database
from walking import open_entourage, sign_up
from werkzeug.test import TestResponse

from wizard import clock
from wizard.db import transaction
from wizard.stores import accounts


@pytest.fixture
def step_1(client: CheckedClient, db: Database) -> TestResponse:
    """Step 1 of an activated parent, in the frame."""
    sign_up(client)
    with transaction(db):
        accounts.activate(db, 1, clock.now())
    return open_entourage(client)
