"""One portal and one Chromium for all the tests that drive a browser; a phone of its own for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import streets
from tests.support.browser import PHONE, launch, watch
from tests.support.portal import Portal, running
from wizard.addresses import import_files


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that drives a browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demonstration, served as in production; its own network is not limited, for all phones share it."""
    folder = tmp_path_factory.mktemp("portal")
    streets.write(folder / "adresses-44.csv")
    import_files([folder / "adresses-44.csv"], folder / "addresses.db")
    settings = {
        "PORTAIL_ADDRESSES": str(folder / "addresses.db"),
        "PORTAIL_DEMO": "1",
        "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
    }
    with running(folder / "instance", settings) as portal:
        yield portal


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
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
