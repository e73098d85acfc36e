"""The children of the account that is signed in, and the dossiers that it may file for them."""

from flask import abort

from wizard.db import get_db
from wizard.models import Member
from wizard.services.childfile import filing
from wizard.services.childfile.drafting import OwnFile
from wizard.web.sessions import current_account


def own_child(child: int) -> Member:
    """Return a child of the account's household whom the town hall accepted; answer at once for any other."""
    found = filing.children(get_db(), current_account())
    return next((one for one in found if one.person == child), None) or abort(404)


def own_file(child: int, year: str) -> OwnFile:
    """Return what opens the dossier of a child for a year that is open; answer at once for any other."""
    if year not in filing.open_years():
        abort(404)
    return OwnFile(current_account().id, own_child(child), year)
