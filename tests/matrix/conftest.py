"""The portal behind the tests' own internet, and the engines that go there."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import which

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from tests.matrix.engines import PROGRAMS, Browsers, Mode, screen
from tests.matrix.internet import EVIL, PORTAL, TOWN, Internet, connected
from tests.matrix.visitor import Visitor
from tests.support.portal import Portal, running

_PAGE = "<!doctype html><meta charset=utf-8><title>Une commune</title><h1>Une commune</h1>"
_SCRIPT = f'{_PAGE}<div data-portail-famille></div><script src="https://{PORTAL}/embed.js" defer></script>'
_FRAME = f'{_PAGE}<iframe src="https://{PORTAL}/" title="Portail famille" width="100%" height="1400"></iframe>'
WITH_SCRIPT, PLAIN = "/", "/sans-script"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, addresses: Path) -> Iterator[Portal]:
    """The portal as in production, reached over TLS, with a town's site that may embed it."""
    settings = {
        "PORTAIL_PUBLIC_URL": f"https://{PORTAL}",
        "PORTAIL_ADDRESSES": str(addresses),
        "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
    }
    with running(tmp_path_factory.mktemp("matrix") / "instance", settings, f"https://{TOWN}") as portal:
        yield portal


@pytest.fixture(scope="session")
def sites(served: Portal) -> Iterator[Internet]:
    """The three sites."""
    pages = {WITH_SCRIPT: _SCRIPT, PLAIN: _FRAME}
    with connected(Internet(served.port, {TOWN: pages, EVIL: pages})) as internet:
        yield internet


@pytest.fixture
def internet(sites: Internet) -> Internet:
    """The three sites, where nothing was heard yet."""
    sites.forget()
    return sites


@pytest.fixture(scope="session")
def display() -> Iterator[None]:
    with screen():
        yield


@pytest.fixture(scope="session")
def browsers(sites: Internet, display: None) -> Iterator[Browsers]:
    """The engines, all behind the sites' proxy."""
    with closing(Browsers(sites.port)) as browsers:
        yield browsers


@pytest.fixture
def driver(mode: Mode, scripts: bool, internet: Internet, browsers: Browsers) -> Iterator[WebDriver]:
    """An engine in a mode. Where it is not installed the test is skipped; not where every commit is judged."""
    if "CI" not in os.environ and not all(which(program) for program in PROGRAMS[mode.engine]):
        pytest.skip(f"{mode.engine} is not installed")
    with browsers.lent(mode, scripts=scripts) as driver:
        yield driver


@pytest.fixture
def parent(driver: WebDriver, scripts: bool) -> Visitor:
    """A parent before the town's page: with its script, or with the frame alone where JavaScript is off."""
    return Visitor(driver, f"https://{TOWN}{WITH_SCRIPT if scripts else PLAIN}")
