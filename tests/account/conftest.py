"""A morning that the test may move, for those who come to it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine


@pytest.fixture
def hand() -> Iterator[time_machine.Traveller]:
    """What moves the clock, stopped on a Tuesday at five past ten in Paris."""
    with time_machine.travel(datetime(2026, 11, 24, 9, 5, tzinfo=UTC), tick=False) as hand:
        yield hand
