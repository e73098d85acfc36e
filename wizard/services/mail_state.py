"""What became of the last mails to a family: here, and nowhere else, for whoever is to call them."""

from datetime import datetime

from sqlite_utils import Database

from wizard.clock import in_town
from wizard.french import gettext as _
from wizard.french import hour, moment, short_day
from wizard.services.bounces import reason
from wizard.stores import outbox
from wizard.stores.outbox import Delivery

_LAST = 3


def last(db: Database, household: int) -> tuple[str, ...]:
    """Return « envoyé le … », « en attente », « refusé : … » or both, the last mail first."""
    return tuple(map(_told, outbox.of_household(db, household, _LAST)))


def of_answer(one: Delivery) -> str:
    """Return « courriel à 10 h 52 », of one that waits, or what became of it: the journal says when it was written."""
    if one.failed_at:
        return _("courriel refusé le %(moment)s : %(error)s", moment=moment(one.failed_at), error=one.error)
    if one.sent_at is None:
        return _("courriel à %(hour)s", hour=_hour(one.due_at, one.created_at))
    words = _("courriel parti à %(hour)s", hour=_hour(one.sent_at, one.created_at))
    if one.returned:
        words = _("%(words)s, refusé : %(why)s", words=words, why=reason(one.returned))
    return str(words)


def _hour(at: datetime, written: datetime) -> str:
    """Return an hour, with its day if that is another."""
    if in_town(at).date() == in_town(written).date():
        return hour(at)
    return _("%(hour)s le %(day)s", hour=hour(at), day=short_day(at))


def _told(one: Delivery) -> str:
    if one.failed_at:
        return _("refusé le %(moment)s : %(error)s", moment=moment(one.failed_at), error=one.error or "")
    if one.sent_at and one.returned:
        words = _("envoyé le %(moment)s, refusé : %(why)s", moment=moment(one.sent_at), why=reason(one.returned))
        return str(words)
    if one.sent_at:
        return _("envoyé le %(moment)s", moment=moment(one.sent_at))
    waiting = _("en attente depuis le %(moment)s", moment=moment(one.created_at))
    return _("%(waiting)s : %(error)s", waiting=waiting, error=one.error) if one.error else waiting
