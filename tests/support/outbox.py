"""The mails that wait, as their readers will have them: a test's connection opens what is stored encrypted."""

from sqlite_utils import Database

from wizard.services import sealing
from wizard.services.sealing import Purpose

KEY = "the key of the tests, long enough"

WRITTEN = """SELECT name, recipient, subject, unsealed(body_text) AS body_text, unsealed(body_html) AS body_html
FROM outbox"""


def unsealing(db: Database) -> Database:
    """Give a connection the function `unsealed`, for mails written under the key of the tests."""
    cipher = sealing._cipher(Purpose.MAIL, KEY)

    def unsealed(stored: str | None) -> str | None:
        return None if stored is None else cipher.decrypt(stored.removeprefix(sealing._MARK)).decode()

    db.conn.create_function("unsealed", 1, unsealed)
    return db
