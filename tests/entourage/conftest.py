"""A parent about to declare their entourage."""

import pytest
from werkzeug.test import TestResponse

from tests.support.client import CheckedClient
from tests.support.walk import open_entourage


@pytest.fixture
def step_1(parent: CheckedClient) -> TestResponse:
    """Step 1 of an activated parent, in the frame."""
    return open_entourage(parent)
