"""One portal, installed once for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.deploy.installed import Portal
from tests.deploy.machine import why_not


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """What README's lines install."""
    if reason := why_not():
        pytest.skip(reason)
    portal = Portal(tmp_path_factory.mktemp("machine"))
    yield portal
    portal.machine.stop()
