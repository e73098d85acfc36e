"""One portal for the tests that look at bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.portal import Portal, running


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, addresses: Path) -> Iterator[Portal]:
    """The portal as in production; its own network is not limited, for all requests come from there."""
    settings = {"PORTAIL_ADDRESSES": str(addresses), "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}
    with running(tmp_path_factory.mktemp("net") / "instance", settings) as portal:
        yield portal
