"""The security check of a sign-up: a board drawn from the draft's own state, good for one submission.

Nothing of it is stored: the board is a function of the installation's key, the draft, its revision and the
quarter of an hour; a page asked for again and again has it drawn once. A submission spends the revision, right or
wrong, so a board never serves twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from sqlite_utils import Database

from wizard.db import transaction
from wizard.french import gettext as _
from wizard.hashing import keyed_hash
from wizard.models import Draft
from wizard.services import limits
from wizard.services.captcha.board import Board, new_board
from wizard.services.refusals import Refusal
from wizard.stores import drafts

_PERIOD = 15 * 60  # seconds; a board shown is accepted for one to two periods
_FASTEST = timedelta(seconds=2)  # nobody reads the page, chooses a password and clicks in less


@dataclass(frozen=True)
class Click:
    """The icon clicked, on the board drawn for a revision of the draft and the period `shown`.

    No revision when another submission spent it; `opened_at` is when the page was opened, at the earliest.
    """

    icon: str
    revision: int | None
    shown: int
    opened_at: datetime


class NotHuman(Refusal):
    """The check is not passed."""

    def __init__(self, sentence: Any) -> None:
        super().__init__()
        self.sentence = sentence


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


def judge(db: Database, draft: Draft, click: Click, networks: Sequence[str], now: datetime) -> None:
    """Accept a click on the right icon, once and for all for this draft.

    `networks` are none where limits do not apply. Raises NotHuman, TooSoon.
    """
    if draft.human_at is not None:
        return
    _limit(db, draft.id, networks)
    if click.revision is None or not 0 <= period(now) - click.shown <= 1:
        raise NotHuman(_("L'image a changé entre-temps : regardez la nouvelle, et cliquez de nouveau."))
    if networks and now - click.opened_at < _FASTEST:
        raise NotHuman(_("C'était très rapide : regardez la nouvelle image, et cliquez de nouveau."))
    if not click.icon:
        raise NotHuman(_("Il reste le contrôle de sécurité : cliquez sur l'image demandée."))
    if click.icon != str(board(draft.id, click.revision, click.shown).answer):
        raise NotHuman(_("Ce n'était pas la bonne image. En voici une autre : cliquez sur ce qui est demandé."))
    with transaction(db):
        drafts.set_human(db, draft.id, now)


def judge_without_image(db: Database, draft: Draft, networks: Sequence[str], now: datetime) -> None:
    """Let through who cannot see the image: the code sent by mail stands for it, under stricter limits.

    RGAA 4.1, 1.5: another way to the same service. Raises TooSoon past five drafts an hour for a network.
    """
    if draft.human_at is not None:
        return
    sentence = _("Trop d'inscriptions depuis ce réseau. Réessayez dans une heure, ou cliquez sur l'image.")
    with transaction(db):
        limits.spend(db, *limits.around("no board network", networks, 5, timedelta(hours=1)), sentence=sentence)
        drafts.set_human(db, draft.id, now)


def _limit(db: Database, draft: int, networks: Sequence[str]) -> None:
    """Allow 5 answers a quarter of an hour for a draft, 20 an hour for a network. Raises TooSoon."""
    around = limits.around("board network", networks, 20, timedelta(hours=1))
    if networks:
        sentence = _("Trop d'essais en peu de temps. Attendez un quart d'heure, ou continuez sans l'image.")
        limits.spend(db, (f"board draft {draft}", 5, timedelta(minutes=15)), *around, sentence=sentence)
