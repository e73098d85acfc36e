"""Portals of one test each, to be broken."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.portal import Portal, running

SETTINGS = {"PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk")


@pytest.fixture
def portal(tmp_path: Path, addresses: Path) -> Iterator[Portal]:
    with running(tmp_path / "instance", SETTINGS | {"PORTAIL_ADDRESSES": str(addresses)}) as portal:
        yield portal


@pytest.fixture
def on_small_disk(tmp_path: Path, addresses: Path) -> Iterator[Portal]:
    """A portal whose folder is a disk of 32 MB of its own."""
    instance = tmp_path / "instance"
    instance.mkdir()
    with _disk(instance), running(instance, SETTINGS | {"PORTAIL_ADDRESSES": str(addresses)}) as portal:
        yield portal


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
