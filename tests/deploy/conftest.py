"""One portal, installed once for the tests of this folder, and behind either proxy."""

from collections.abc import Iterator

import pytest

from tests.deploy.installed import Portal
from tests.deploy.machine import PROXIES, why_not


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """What README's lines install."""
    if reason := why_not():
        pytest.skip(reason)
    portal = Portal(tmp_path_factory.mktemp("machine"))
    yield portal
    portal.machine.stop()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxied(request: pytest.FixtureRequest, portal: Portal) -> Iterator[Portal]:
    """The portal behind one of them, on the ports of TLS and of HTTP."""
    if not (PROXIES / "ready").exists():
        pytest.skip("run `make proxies`")
    with portal.behind(request.param):
        yield portal
