"""What is put on the disk for good, in the order in which it is: a machine that falls keeps nothing else for sure."""

import os

import pytest


def settled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of the files and folders that are put on the disk from now on, one after the other."""
    done: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        done.append(os.readlink(f"/proc/self/fd/{descriptor}"))

    monkeypatch.setattr(os, "fsync", fsync)
    return done
