"""What the log says to who administers, line by line."""

import pytest


def logged(caplog: pytest.LogCaptureFixture, module: str) -> list[str]:
    """Return the level and the words of each line of a module."""
    return [f"{one.levelname} {one.getMessage()}" for one in caplog.records if one.name == module]
