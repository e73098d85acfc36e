"""When a mail that anyone may cause leaves: at once, later, or not before it is asked for again.

No count that strangers can use up silences the owner of an address: each network has its share of an address, each
purpose its own counts, and what a whole purpose or a whole address is asked beyond waits its turn, an hour at most.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database

from wizard.clock import now
from wizard.hashing import keyed_hash
from wizard.services import limits
from wizard.stores import limits as store
from wizard.values.emails import mailbox

logger = logging.getLogger(__name__)

_HOUR = timedelta(hours=1)

# What one network may have sent to one address in an hour, of one purpose: a slip in it, a second and a third try.
SHARE = 4
# To all addresses, from one network; twice as many from each wider one.
PER_NETWORK = 30
# To one address from all networks, and to all addresses: as many again wait for their turn.
PER_ADDRESS = 6
# Above what a town's opening day needs; the alarm is an error in the log.
IN_ALL = 1000


class Purpose(StrEnum):
    """What a mail is for: the counts of one are never spent by another."""

    ACTIVATION = "activation"
    RECOVERY = "recovery"
    CONTACT = "contact"
    INVITATION = "invitation"
    OTHER = "other"


@dataclass(frozen=True)
class Turn:
    """A mail leaves at `at`; `refused`, it does not, and may be asked for again then."""

    at: datetime
    refused: bool = False

    @property
    def later(self) -> bool:
        """Whether it is kept in the outbox until its turn."""
        return not self.refused and self.at > now()

    @property
    def status(self) -> int:
        """The status of the answer of a page that tells it."""
        return 429 if self.refused else 200


def at_once() -> Turn:
    """Return the turn of a mail that nothing holds back."""
    return Turn(now())


def take(db: Database, purpose: Purpose, email: str, networks: Sequence[str], *, always: bool = False) -> Turn:
    """Count a mail to an address, in the open transaction, and return its turn.

    `networks` are the caller's, narrowest first; none where they do not count. The first mail of an hour from a
    wide network does not wait for those that others had sent to the address. `always` has it wait its turn, an hour
    at the most, where it would have been refused for what others asked; so does an activation where it would have been
    for the crowd of an opening day: whoever signed up is waiting for it.
    """
    if networks and (wait := _own_limits(db, purpose, email, networks)):
        return Turn(now() + wait, refused=True)
    crowd, own = _queue(db, f"mails {purpose}", IN_ALL), timedelta()
    if crowd:
        logger.error("%s mails held back: more than %d asked for within an hour", purpose, IN_ALL)
    if not (networks and _is_first(db, purpose, email, networks[-1])):
        own = _queue(db, f"mails {purpose} {_hashed(email)}", PER_ADDRESS)
    too_long = own if purpose is Purpose.ACTIVATION else max(crowd, own)
    if too_long > _HOUR and not always:
        return Turn(now() + too_long - _HOUR, refused=True)
    return Turn(now() + min(max(crowd, own), _HOUR))


def _hashed(email: str) -> str:
    return keyed_hash(mailbox(email))


def _own_limits(db: Database, purpose: Purpose, email: str, networks: Sequence[str]) -> timedelta | None:
    """Count what the caller's own networks ask; None when they may."""
    share = (f"share {purpose} {_hashed(email)} {networks[0]}", SHARE, _HOUR)
    return limits.take_all(db, share, *limits.around(f"mails {purpose}", networks, PER_NETWORK, _HOUR))


def _is_first(db: Database, purpose: Purpose, email: str, network: str) -> bool:
    return limits.take(db, f"first {purpose} {_hashed(email)} {network}", 1, _HOUR) is None


def _queue(db: Database, bucket: str, rate: int) -> timedelta:
    """Take a place in a queue of `rate` mails an hour: none to wait for the first `rate`, an hour for the last of the
    next `rate`, more for what may not enter it.
    """
    left = store.take(db, bucket, 2 * rate, 2 * _HOUR.total_seconds(), now())
    return _HOUR * max(0.0, (rate - left) / rate) if left < rate else timedelta()
