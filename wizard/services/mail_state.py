"""What became of the last mails to a family: here, and nowhere else, for whoever is to call them."""

from flask_babel import gettext
from sqlite_utils import Database

from wizard.french import moment
from wizard.services.bounces import reason
from wizard.stores import outbox
from wizard.stores.outbox import Delivery

_LAST = 3


def last(db: Database, household: int) -> tuple[str, ...]:
    """Return « envoyé le … », « en attente », « refusé : … » or both, the last mail first."""
    return tuple(map(_told, outbox.of_household(db, household, _LAST)))


def _told(one: Delivery) -> str:
    if one.failed_at:
        return str(gettext("refusé le %(moment)s : %(error)s", moment=moment(one.failed_at), error=one.error or ""))
    if one.sent_at and one.returned:
        words = gettext("envoyé le %(moment)s, refusé : %(why)s", moment=moment(one.sent_at), why=reason(one.returned))
        return str(words)
    if one.sent_at:
        return str(gettext("envoyé le %(moment)s", moment=moment(one.sent_at)))
    waiting = gettext("en attente depuis le %(moment)s", moment=moment(one.created_at))
    return str(gettext("%(waiting)s : %(error)s", waiting=waiting, error=one.error) if one.error else waiting)
