"""The town behind the portal, and the folder where its screens are pictured."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser import PHONE, watch
from tests.support.portal import Portal, running
from tests.walks.checks import DESKTOP, Examiner
from tests.walks.strides import EIGHTY_CHARACTERS, EIGHTY_LETTERS, Family, Stride
from tests.walks.tale import Tale
from tests.walks.town import Town, open_town
from wizard.demo import agent, families

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


@pytest.fixture(params=["htmx", "sans-javascript"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Whether the browsers of this walk run scripts."""
    return bool(request.param == "htmx")


@pytest.fixture
def contexts(chromium: Browser, town: Town, scripted: bool) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    """A parent's phone and an agent's desk, where no script fails and the CSP blocks nothing."""
    options = {"locale": "fr-FR", "base_url": town.portal.url, "java_script_enabled": scripted}
    parent = chromium.new_context(viewport=PHONE, has_touch=True, **options)
    agent = chromium.new_context(viewport=DESKTOP, **options)
    complaints = [watch(parent), watch(agent)]
    yield parent, agent
    parent.close()
    agent.close()
    assert complaints == [[], []]


@pytest.fixture
def tale(
    contexts: tuple[BrowserContext, BrowserContext], town: Town, scripted: bool, screenshots: Path
) -> Iterator[Tale]:
    """A phone and a desk; where scripts run, each new state is examined, and at the end nothing was found."""
    folder = screenshots / "annees"
    folder.mkdir(exist_ok=True)
    tale = Tale(*(context.new_page() for context in contexts), town=town, folder=folder, examined=scripted)
    yield tale
    assert tale.findings == [], "\n".join(tale.findings)


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory, addresses: Path) -> Iterator[Town]:
    """A town that nobody else walks in, with the demonstration's thirty families at its town hall."""
    settings = {"PORTAIL_ADDRESSES": str(addresses), "PORTAIL_DEMO": "1"}
    with running(tmp_path_factory.mktemp("thirty"), settings) as portal, open_town(portal) as town:
        with town.database() as db:
            agent.prepare(db, portal.instance)
            families.prepare(db, portal.instance)
        yield town
