"""The town behind the portal, and the folder where its screens are pictured."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from tests.support.portal import Portal
from tests.walks.checks import Examiner
from tests.walks.strides import EIGHTY_CHARACTERS, EIGHTY_LETTERS, Family, Stride
from tests.walks.town import Town, open_town

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


def a_long_family() -> Family:
    """Return a family whose names and address are as long as they may be."""
    return Family(
        email=f"{uuid4().hex}{uuid4().hex[:30]}@services-periscolaires-et-numeriques.exemple.fr",
        birth_name=EIGHTY_CHARACTERS,
        given_name=EIGHTY_LETTERS,
        child=EIGHTY_LETTERS,
        contact=EIGHTY_LETTERS,
    )


@pytest.fixture
def examiner(phone: Page, screenshots: Path) -> Iterator[Examiner]:
    """Examine pages; at the end, nothing was found."""
    folder = screenshots / "etats"
    folder.mkdir(exist_ok=True)
    examiner = Examiner(phone, folder)
    yield examiner
    assert examiner.findings == [], "\n".join(examiner.findings)


@pytest.fixture
def parent(examiner: Examiner, town: Town) -> Stride:
    """A parent with long names, whose every page is examined by the test."""
    return Stride(examiner.page, town, a_long_family())
