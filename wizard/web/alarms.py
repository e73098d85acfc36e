"""What a request shows to be wrong at the door, told once an hour by each process, whatever asks again."""

from contextlib import suppress
from logging import Logger
from sqlite3 import OperationalError

from flask import current_app

from wizard.clock import now
from wizard.db import get_db
from wizard.services import alarms
from wizard.services.alarms import Alarm


def tell(alarm: Alarm, logger: Logger, sentence: str) -> None:
    """Write a warning in the log, and where doctor reads it."""
    at, told = now(), current_app.extensions.get(alarm)
    if told and at - told < alarms.EVERY:
        return
    current_app.extensions[alarm] = at
    with suppress(OperationalError):  # a database that is busy, or not made yet, keeps nobody from the page
        if not alarms.is_new(get_db(), alarm):
            return
    logger.warning("%s; see doctor", sentence)
