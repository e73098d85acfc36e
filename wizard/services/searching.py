"""Dossiers found by what is known of someone, in the words that are theirs today."""

from sqlite_utils import Database

from wizard.db import transaction
from wizard.stores import people_search, people_words, queue_lines
from wizard.stores.queue_lines import QueuedDossier


def search(db: Database, text: str, limit: int) -> tuple[QueuedDossier, ...]:
    """Return the dossiers of someone of whom all that is typed in `text` is true."""
    catch_up(db)
    return queue_lines.read(db, people_search.dossiers_of(db, text, limit))


def catch_up(db: Database) -> None:
    """Fold whom something was written about since the last time, a few at once: nobody waits long for the lock."""
    while people_words.has_some_to_fold(db):
        with transaction(db):
            people_words.fold_some(db)
