"""The first page of an administrator, and what is to be deleted soon."""

from werkzeug.wrappers import Response

from wizard import clock
from wizard.db import get_db
from wizard.services import deletions as service
from wizard.settings import get_settings
from wizard.townhall.access import ADMINISTRATION, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx


def first_page() -> Response:
    """Say what an administrator keeps, and what is to be deleted soon."""
    return htmx.page("townhall/administration.html", to_come=_to_come())


@blueprint.get("/conservation")
@open_to(ADMINISTRATION)
def deletions() -> Response:
    """Show what will be deleted and when, by reference: no name is needed to know it."""
    return htmx.page("townhall/deletions.html", to_come=_to_come(), kept=get_settings().retention)


def _to_come() -> tuple[service.ToCome, ...]:
    return service.to_come(get_db(), get_settings().retention, clock.now())
