"""The software that reads the API: a token each, shown once and kept as a digest, revoked for good."""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.hashing import digest
from wizard.services import limits
from wizard.services.refusals import Refusal
from wizard.stores import api_consumers as store
from wizard.stores import ledger
from wizard.stores.api_consumers import Consumer

_MINUTE = timedelta(minutes=1)
# A first reading of ten thousand families takes a hundred and fifty.
_CALLS_A_MINUTE = 120
_WRONG_TOKENS_A_MINUTE = 30


class UnknownToken(Refusal):
    """Nobody has this token, or no more."""

    status = 401


class UnknownConsumer(Exception):
    """No consumer whose token is good has this name."""


def add(db: Database, name: str) -> str:
    """Add a consumer and return its token, which nothing will tell again. Raises ConsumerExists."""
    token = secrets.token_urlsafe(32)
    with transaction(db):
        store.add(db, name, digest(token), now())
    return token


def revoke(db: Database, name: str) -> None:
    """End the token of a consumer, in this database and in any copy of it. Raises UnknownConsumer."""
    with transaction(db):
        token = store.revoke(db, name, now())
        if token is None:
            raise UnknownConsumer(name)
        ledger.add(db, token, now())


def revoke_again(db: Database, broken: Iterable[str], at: datetime) -> int:
    """End, in a copy that is restored, the tokens revoked since: the digest of a token is its seal."""
    return store.revoke_digests(db, json.dumps(list(broken)), at)


def known(db: Database, token: str, networks: Sequence[str]) -> Consumer:
    """Return whose token this is. Raises UnknownToken, TooSoon."""
    found = store.by_digest(db, digest(token))
    if found is None:
        limits.spend(db, *limits.around("api", networks, _WRONG_TOKENS_A_MINUTE, _MINUTE))
        raise UnknownToken
    limits.spend(db, (f"api consumer {found.id}", _CALLS_A_MINUTE, _MINUTE))
    return found


def note_call(db: Database, consumer: Consumer, resource: str, items: int) -> None:
    """Write what was asked and how much was answered, and nothing of whom."""
    with transaction(db):
        store.note_call(db, consumer.id, resource, items, now())
