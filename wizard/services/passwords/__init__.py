"""Passwords: what is asked of them, in words, and how they are hashed without drowning the server."""

import os
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wizard.french import gettext as _
from wizard.french import ngettext

if TYPE_CHECKING:
    from wizard.services.passwords.guessing.estimate import Estimate

PARENT_MINIMUM = 12
AGENT_MINIMUM = 16
LONGEST = 128
DIGITS_ONLY_MINIMUM = 16
# 10^10 guesses: with the delays at sign-in, centuries.
ENOUGH = 10.0
# Where the scores 1 to 4 begin; 3 is the first that is accepted.
SCORES = (5.0, 8.0, ENOUGH, 13.0)

# No composition turns more than this into 128; and normalising is quadratic in a run of accents.
_READ = 1024

_WORDS = (
    _("Très facile à deviner"),
    _("Facile à deviner"),
    _("Pas encore assez solide"),
    _("Solide"),
    _("Très solide"),
)
_TOO_LONG_WORDS = _("Trop long")
_TOO_LONG = _("Raccourcissez ce mot de passe : %(longest)s caractères au plus.", longest=LONGEST)
_DIGITS_ONLY = _("Ajoutez des lettres : des chiffres seuls se devinent trop vite.")
_NEIGHBOURS = _("Évitez les touches ou les chiffres qui se suivent : ajoutez un mot ou deux.")
_DATE = _("Une date se devine vite : ajoutez un mot ou deux sans rapport avec elle.")
_TOO_GUESSABLE = _("Ce mot de passe se devine trop vite : ajoutez un mot ou deux sans rapport entre eux.")
_WEAKNESSES = {
    "personal": _("Choisissez des mots sans rapport avec vous : ni nom, ni adresse, ni courriel."),
    "spatial": _NEIGHBOURS,
    "sequence": _NEIGHBOURS,
    "repeat": _("Évitez de répéter les mêmes caractères : ajoutez un mot ou deux."),
    "date": _DATE,
    "regex": _DATE,
}

Result = TypeVar("Result")


@dataclass(frozen=True)
class Strength:
    score: int
    words: str
    reasons: tuple[str, ...]


class Busy(Exception):
    """Too many hashes are waiting: answer 503 and ask to come back in `retry_after` seconds."""

    retry_after = 2


def check(password: str, personal: Iterable[str], minimum: int = PARENT_MINIMUM) -> tuple[str, ...]:
    """Return what to do for this password to be accepted; nothing when it is."""
    return strength(password, personal, minimum).reasons


def strength(password: str, personal: Iterable[str], minimum: int = PARENT_MINIMUM) -> Strength:
    """Return how well a password resists someone who knows the person: `personal` is all the words they gave."""
    password = normalised(password)
    if not password:
        return Strength(0, str(_WORDS[0]), (_too_short(minimum),))
    if len(password) > LONGEST:
        return Strength(0, str(_TOO_LONG_WORDS), (str(_TOO_LONG),))
    estimated = load()(password, personal)
    reasons = _shape_reasons(password, minimum)
    if not reasons and estimated.log10 < ENOUGH:
        reasons = (_guessable("personal" if estimated.personal else estimated.weakness),)
    score = sum(estimated.log10 >= start for start in SCORES)
    score = min(score, 2) if reasons else score
    return Strength(score, str(_WORDS[score]), reasons)


def load() -> Callable[[str, Iterable[str]], "Estimate"]:
    """Return the estimate, its words loaded: they take half a second, which most commands never need."""
    from wizard.services.passwords.guessing.estimate import estimate

    return estimate


def normalised(password: str) -> str:
    """Return a password normalised: the same letters typed on any keyboard give the same one."""
    return unicodedata.normalize("NFKC", password[:_READ])


def _shape_reasons(password: str, minimum: int) -> tuple[str, ...]:
    if len(password) < minimum:
        return (_too_short(minimum - len(password)),)
    if password.isdigit() and len(password) < DIGITS_ONLY_MINIMUM:
        return (str(_DIGITS_ONLY),)
    return ()


def _too_short(missing: int) -> str:
    return ngettext("Ajoutez encore %(num)d caractère.", "Ajoutez encore %(num)d caractères.", missing)


def _guessable(weakness: str) -> str:
    return str(_WEAKNESSES.get(weakness, _TOO_GUESSABLE))


_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of nothing anyone can type, so that an unknown identifier takes as long as a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$e9QcHrOf8YdjpqRO3G3kWQ$/+x/Y7QjJ5AKk27hxmrAjRJbHI8ZItfUmdcC2WbOnHA"

_AT_ONCE = 1
_WAITING = 60


class _Pool:
    """One hash at a time in each process: two more take 20 MiB each, and finish no sooner on two cores."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="argon2")
        self._places = BoundedSemaphore(_AT_ONCE + _WAITING)

    def run(self, work: Callable[[], Result]) -> Result:
        if _queue() > _WAITING or not self._places.acquire(blocking=False):
            raise Busy
        try:
            return self._threads.submit(work).result()
        finally:
            self._places.release()


_pool = _Pool()


def _queue() -> int:
    return 0


def shed_when(queue: Callable[[], int]) -> None:
    """Refuse to hash while more than sixty requests wait for this process: pages that cost little go on.

    `queue` says how many do. A server of few threads keeps those who wait in its own queue, which this bounds.
    """
    global _queue
    _queue = queue


def _start_afresh() -> None:
    """Make the pool anew in a forked process, which has its counts but none of its threads."""
    global _pool
    _pool = _Pool()


os.register_at_fork(after_in_child=_start_afresh)


def hash_password(password: str) -> str:
    """Hash a password. Raises Busy when the queue is full."""
    return _pool.run(lambda: _hasher.hash(_bytes(password)))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; `None`, of an unknown identifier, takes as long and never is. Raises Busy."""
    matches = _pool.run(lambda: _matches(password_hash or _NOBODY, password))
    return matches and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, _bytes(password))
    except (VerificationError, InvalidHashError):  # another password, or a hash that no password ever gave
        return False


def _bytes(password: str) -> bytes:
    return normalised(password).encode("utf-8", "surrogatepass")
