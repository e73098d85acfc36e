"""One portal and one Chromium for all these tests; a phone of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streets
from chrome import PHONE, launch, watch
from playwright.sync_api import Browser, Page, sync_playwright
from running import Portal, running

from wizard.addresses import import_files


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few streets, the same in every run."""
    folder = tmp_path_factory.mktemp("streets")
    streets.write(folder / "adresses-44.csv")
    import_files([folder / "adresses-44.csv"], folder / "addresses.db")
    return folder / "addresses.db"


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, addresses: Path) -> Iterator[Portal]:
    """The demonstration, served as in production; its own network is not limited, for all phones share it."""
    settings = {
        "PORTAIL_ADDRESSES": str(addresses),
        "PORTAIL_DEMO": "1",
        "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
    }
    with running(tmp_path_factory.mktemp("portal") / "instance", settings) as portal:
        yield portal


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, portal: Portal) -> Iterator[Page]:
    """An empty phone; whatever it does, no script fails and the CSP blocks nothing."""
    context = chromium.new_context(viewport=PHONE, locale="fr-FR", has_touch=True, base_url=portal.url)
    complaints = watch(context)
    yield context.new_page()
    context.close()
    assert complaints == []
