"""Where a photo was taken is in nothing that is kept of it: sent as phones do, looked for in each row of the documents.

`make places` sends a thousand.
"""

import os
from pathlib import Path

from flask import Flask
from sqlite_utils import Database

from tests.documents.phones import Phone, file, instance, number, phone
from tests.documents.places import KINDS, Taken, rows, told
from tests.support.tables import Tell
from wizard.db import transaction

__all__ = ["file", "instance", "phone"]

SENT = int(os.environ.get("PLACES", "10"))


def telling(one: Taken, kept: list[bytes]) -> bool:
    """Whether anything that is kept of a file tells a place, or has any tag."""
    opened = [told(each) for each in kept]
    return any(tags or any(mark in whole for mark in one.marks()) for whole, tags in opened)


def test_no_place_is_kept_of_what_phones_send(phone: Phone, db: Database, app: Flask, file: Path, tell: Tell) -> None:
    found, read = 0, 0
    for one in map(Taken, range(SENT)):
        assert telling_raw(one), one.kind
        with transaction(db):
            db.execute("DELETE FROM limits")  # no family sends a thousand a day
        sent = phone.send(one.content, part=256 * 1024)
        assert phone.post(envoi=number(sent)).status_code == 303
        with app.app_context():
            kept = list(rows(file))
        assert len(kept) == 2, "the document, and its preview: it took the place of the former one"
        found, read = found + telling(one, kept), read + len(kept)
    tell("places kept", ", ".join(KINDS), f"in {found} of {SENT} documents ({read} rows opened)")
    assert found == 0


def telling_raw(one: Taken) -> bool:
    """Whether the file that is sent tells its place to the same search: what finds nothing there would find nothing."""
    return any(mark in one.content for mark in one.marks())
