"""The mails that wait, as their readers will have them: a test's connection opens what is stored encrypted."""

from sqlite_utils import Database

from wizard.services import sealing
from wizard.services.sealing import Purpose

KEY = "the key of the tests, long enough"
DOCUMENTS_KEY = "the key of the tests' documents"

WRITTEN = """SELECT name, recipient, subject, unsealed(body_text) AS body_text, unsealed(body_html) AS body_html
FROM outbox"""


def due_now(db: Database) -> None:
    """Let the mails that are held leave now: those of an answer wait ten minutes."""
    db.execute("UPDATE outbox SET due_at = created_at WHERE sent_at IS NULL AND failed_at IS NULL AND tries = 0")


def all_sent(db: Database) -> None:
    """Let the mails that wait have left, and the answers that wrote them stand for good."""
    db.execute("UPDATE outbox SET sent_at = created_at, tries = 1 WHERE sent_at IS NULL AND failed_at IS NULL")
    db.execute("UPDATE replies SET undo = NULL")


def unsealing(db: Database) -> Database:
    """Give a connection the function `unsealed`, for mails written under the key of the tests."""
    cipher = sealing._cipher(Purpose.MAIL, KEY)

    def unsealed(stored: str | None) -> str | None:
        return None if stored is None else cipher.decrypt(stored.removeprefix(sealing._MARK)).decode()

    db.conn.create_function("unsealed", 1, unsealed)
    return db
