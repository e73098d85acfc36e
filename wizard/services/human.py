"""The security check of a sign-up: a board drawn from the draft's own state, good for one submission.

Nothing of it is stored: the board is a function of the installation's key, the draft, its revision and the
quarter of an hour; a page asked for again and again has it drawn once. A submission spends the revision, right or
wrong, so a board never serves twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from flask_babel import lazy_gettext as _
from sqlite_utils import Database

from wizard.db import transaction
from wizard.hashing import keyed_hash
from wizard.journey import Refused, Submission
from wizard.services import limits
from wizard.services.captcha.board import Board, new_board
from wizard.stores import drafts

FIELD = "security_icon"
_PERIOD = 15 * 60  # seconds; a board shown is accepted for one to two periods
_FASTEST = timedelta(seconds=2)  # nobody reads the page, chooses a password and clicks in less


def period(now: datetime) -> int:
    """Return the quarter of an hour that a board shown at `now` belongs to."""
    return int(now.timestamp()) // _PERIOD


def board(draft: int, revision: int, period: int) -> Board:
    """Return the board of a page: the same each time that page is asked for."""
    return _drawn(keyed_hash(f"board {draft} {revision} {period}"))


@lru_cache(maxsize=256)
def _drawn(seed: str) -> Board:
    # What nobody can guess is the seed, a keyed hash; the generator only spreads it out.
    return new_board(Random(seed))  # nosec B311


def judge(db: Database, submission: Submission, icon: str, shown: int, networks: Sequence[str], now: datetime) -> None:
    """Accept a click on the right icon, once and for all for this draft.

    `shown` is the period the page says; `networks` are none where limits do not apply. Raises Refused, with
    429 when there were too many tries.
    """
    draft = submission.draft
    if draft.human_at is not None:
        return
    _limit(db, draft.id, networks)
    if not submission.fresh or not 0 <= period(now) - shown <= 1:
        raise Refused(FIELD, _("L'image a changé entre-temps : regardez la nouvelle, et cliquez de nouveau."))
    if networks and now - submission.before.touched_at < _FASTEST:
        raise Refused(FIELD, _("C'était très rapide : regardez la nouvelle image, et cliquez de nouveau."))
    if icon != str(board(draft.id, submission.revision, shown).answer):
        raise Refused(FIELD, _("Ce n'était pas la bonne image. En voici une autre : cliquez sur ce qui est demandé."))
    with transaction(db):
        drafts.set_human(db, draft.id, now)


def judge_without_image(db: Database, submission: Submission, networks: Sequence[str], now: datetime) -> None:
    """Let through who cannot see the image: the code sent by mail stands for it, under stricter limits.

    RGAA 4.1, 1.5: another way to the same service. Raises Refused with 429 past five drafts an hour for a network.
    """
    if submission.draft.human_at is not None:
        return
    with transaction(db):
        wait = limits.take_all(db, *limits.around("no board network", networks, 5, timedelta(hours=1)))
        if wait is None:
            drafts.set_human(db, submission.draft.id, now)
    if wait:
        raise Refused(
            FIELD,
            _("Trop d'inscriptions depuis ce réseau. Réessayez dans une heure, ou cliquez sur l'image."),
            429,
        )


def _limit(db: Database, draft: int, networks: Sequence[str]) -> None:
    """At most 5 answers a quarter of an hour for a draft, 20 an hour for a network."""
    around = limits.around("board network", networks, 20, timedelta(hours=1))
    if networks and limits.take_all(db, (f"board draft {draft}", 5, timedelta(minutes=15)), *around):
        raise Refused(
            FIELD,
            _("Trop d'essais en peu de temps. Attendez un quart d'heure, ou continuez sans l'image."),
            429,
        )
