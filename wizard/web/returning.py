"""Where signing in leads: to a page of a closed list, never to an address that someone else made up.

An address that holds a token is no page of these lists: whoever wrote it would lead another into their own draft.
"""

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

PARENTS = (
    "account.home",
    "account.data",
    "account.identity",
    "account.move",
    "account.confirm",
    "account.change_password",
    "account.ask_email",
    "account.ask_deletion",
    "account.withdraw",
    "account.object_to",
    "account.one_day",
    "documents.documents",
    "documents.send",
    "entourage.start",
    "childfile.dossier",
    "childfile.step",
    "childfile.authorisations",
    "childfile.renew",
)
AGENTS = (
    "townhall.queue",
    "townhall.dossier",
    "townhall.answer",
    "townhall.gate",
    "townhall.figures",
    "townhall.family",
    "townhall.sheet",
    "townhall.correct",
    "townhall.move",
    "townhall.withdraw",
    "townhall.note",
    "townhall.exports",
    "townhall.change_password",
)
"""The endpoints of each side; the first is where one goes without a wish."""


def own_page(path: str, pages: tuple[str, ...]) -> str:
    """Return the address, written anew, of the page of `pages` that `path` is; of the first when it is none."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return url_for(pages[0])
    return url_for(endpoint, **values) if endpoint in pages else url_for(pages[0])
