"""A parent about to declare their entourage."""

import pytest
from browsing import CheckedClient
from walking import open_entourage
from werkzeug.test import TestResponse


@pytest.fixture
def step_1(parent: CheckedClient) -> TestResponse:
    """Step 1 of an activated parent, in the frame."""
    return open_entourage(parent)
