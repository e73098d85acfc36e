"""What the portal does by itself goes on whatever happens in it."""

import logging
import threading

import pytest
from flask import Flask
from sqlite_utils import Database

from wizard import server
from wizard.settings import Settings


def test_work_that_fails_is_told_and_begins_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "_FIRST_PAUSE", 0.0)
    stop, seen = threading.Event(), []

    def work(db: Database, _settings: Settings, stop: threading.Event) -> None:
        seen.append(db.execute("SELECT count(*) FROM households").fetchone())
        if len(seen) < 3:
            raise OverflowError("date value out of range")
        stop.set()

    server._repeat(app, work, stop)

    assert len(seen) == 3
    told = [record for record in caplog.records if record.name == "wizard.server"]
    assert [record.levelno for record in told] == [logging.ERROR] * 2
    assert all("date value out of range" in str(record.exc_info[1]) for record in told if record.exc_info)


def test_work_that_is_over_is_not_begun_again(app: Flask) -> None:
    seen = []
    server._repeat(app, lambda *_: seen.append("once"), threading.Event())
    assert seen == ["once"]
