"""Going on with a sign-up on another day or another device, by a link in a mail."""

from collections.abc import Sequence
from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import TokenPurpose
from wizard.services import mail_turns, outbox, tokens
from wizard.services.mail_turns import Purpose, Turn
from wizard.services.opening import lifetime
from wizard.settings import get_settings
from wizard.stores import drafts

LINK_LIFETIME = timedelta(hours=24)


def send_link(db: Database, draft: int, email: str, networks: Sequence[str]) -> Turn:
    """Send the link that opens a draft, unless its turn is refused."""
    with transaction(db):
        turn = mail_turns.take(db, Purpose.OTHER, email, networks)
        if not turn.refused:
            issued = tokens.issue(db, TokenPurpose.RESUME, draft=draft, lifetime=LINK_LIFETIME)
            link = f"{get_settings().public_url}/inscription/reprendre/{issued.token}"
            outbox.enqueue(db, "resume", email, due_at=turn.at, link=link)
    return turn


def is_good(db: Database, link: str) -> bool:
    """Whether a link still opens its draft; nothing is consumed."""
    return tokens.peek(db, TokenPurpose.RESUME, link) is not None


def follow(db: Database, link: str) -> str | None:
    """Return a token of the draft that a link opens, once; None when it no longer serves.

    The draft moves to this mailbox's reader: whoever began it holds it no more.
    """
    with transaction(db):
        found = tokens.consume(db, TokenPurpose.RESUME, link)
        if found is None or found.draft is None:
            return None
        drafts.drop_tokens(db, found.draft)
        return drafts.add_token(db, found.draft, now(), lifetime())
