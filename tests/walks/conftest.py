"""The town behind the portal, and the folder where its screens are pictured."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Portal
from town import Town, open_town

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


@pytest.fixture(scope="session")
def town(portal: Portal) -> Iterator[Town]:
    """What nobody at a screen knows: the database, the key, the agents' phones."""
    with open_town(portal) as town:
        yield town


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """A folder that is not kept, for whoever wants to look at the screens."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS
