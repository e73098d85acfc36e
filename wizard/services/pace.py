"""How often a journey's pages may be sent: far above what people do, from however many drafts and networks.

A refusal, TooSoon, comes before anything is read, kept, drawn, searched or hashed.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlite_utils import Database

from wizard.services import limits
from wizard.stores import drafts

_MINUTE, _QUARTER, _HOUR, _DAY = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)

# More than the families of a town who share a telephone company's address, on its opening day.
_DRAFTS_AN_HOUR = 200
# What those drafts take, were they all filled in within a minute.
_POSTS_A_MINUTE = 1500
# A family of ten declares itself in forty.
_POSTS_OF_A_DRAFT = 240
# Each of these is a sign-in or a click on « Commencer », and an address more that opens the draft.
_OPENINGS_AN_HOUR = 30
# A family needs one or two a year.
_DEPOSITS_AN_HOUR, _DEPOSITS_A_DAY = 5, 15
# An address is looked for, then corrected, then typed by hand: ten forms at most.
_ADDRESSES = 60
# What parents change of their own: a move and a wedding on one day take four, slips included.
_AMENDMENTS_AN_HOUR, _AMENDMENTS_A_DAY = 12, 24
# One, and some slips in an address; a mail to both parents each time.
_INVITATIONS_A_DAY, _OBJECTIONS_A_DAY = 6, 20
# A fortnight of neighbours in turn, prepared in one evening, slips included; nobody tries names on the town's refusals.
_ONE_DAYS_A_DAY = 20
# Three children, five documents of four pages each, and each photographed twice.
_UPLOADS_A_DAY = 120


def of_a_new_draft(db: Database, networks: Sequence[str]) -> None:
    """Count one more draft of a sign-up."""
    limits.spend(db, *limits.around("drafts", networks, _DRAFTS_AN_HOUR, _HOUR))


def of_a_post(db: Database, networks: Sequence[str], token: str | None) -> None:
    """Count what is sent to a page, its address's `token` being that of a draft, or of what came of one."""
    opened = drafts.opened_by(db, token) if token else None
    own = [(f"posts {opened}", _POSTS_OF_A_DRAFT, _HOUR)] if opened else []
    limits.spend(db, *limits.around("posts", networks, _POSTS_A_MINUTE, _MINUTE), *own)


def of_a_button(db: Database, draft: int, button: str, most: int) -> None:
    """Count one press of a button that costs more than the rest of its page, `most` in a quarter of an hour."""
    limits.spend(db, (f"button {button} {draft}", most, _QUARTER))


def of_an_opening(db: Database, account: int) -> None:
    """Count one more address for an account's draft."""
    limits.spend(db, (f"openings {account}", _OPENINGS_AN_HOUR, _HOUR))


def of_a_deposit(db: Database, account: int) -> None:
    """Count one more dossier of an account, in the transaction that deposits it."""
    hour = (f"deposits an hour {account}", _DEPOSITS_AN_HOUR, _HOUR)
    limits.spend(db, hour, (f"deposits a day {account}", _DEPOSITS_A_DAY, _DAY))


def of_an_amendment(db: Database, account: int) -> None:
    """Count one more change of what an account's parent says of themselves, in the transaction that makes it."""
    hour = (f"amendments an hour {account}", _AMENDMENTS_AN_HOUR, _HOUR)
    limits.spend(db, hour, (f"amendments a day {account}", _AMENDMENTS_A_DAY, _DAY))


def of_an_address(db: Database, account: int) -> None:
    """Count one form more of an account that asks an address, which may be looked for elsewhere."""
    limits.spend(db, (f"addresses {account}", _ADDRESSES, _QUARTER))


def of_an_invitation(db: Database, account: int) -> None:
    """Count one more person whom an account invites, in the transaction that writes to them."""
    limits.spend(db, (f"invitations {account}", _INVITATIONS_A_DAY, _DAY))


def of_an_objection(db: Database, account: int) -> None:
    """Count one more objection of an account, or one that it takes back, in the transaction that writes it."""
    limits.spend(db, (f"objections {account}", _OBJECTIONS_A_DAY, _DAY))


def of_a_one_day(db: Database, account: int) -> None:
    """Count one more person whom an account lets collect its children on one day, refused or not."""
    limits.spend(db, (f"one days {account}", _ONE_DAYS_A_DAY, _DAY))


def of_an_upload(db: Database, account: int) -> None:
    """Count one more file that an account begins to send; what goes on with one costs nothing, however often."""
    limits.spend(db, (f"uploads {account}", _UPLOADS_A_DAY, _DAY))
