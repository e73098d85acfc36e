"""One portal for the tests that look at bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.portal import Portal, running


@pytest.fixture(scope="session")
def settings(addresses: Path) -> dict[str, str]:
    """Those of production; its own network is not limited, for all requests come from there."""
    return {"PORTAIL_ADDRESSES": str(addresses), "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]) -> Iterator[Portal]:
    """The portal as in production."""
    with running(tmp_path_factory.mktemp("net") / "instance", settings) as portal:
        yield portal


@pytest.fixture
def frail(tmp_path: Path, settings: dict[str, str]) -> Iterator[Portal]:
    """A portal of this test's own, to be killed."""
    with running(tmp_path / "instance", settings) as portal:
        yield portal
