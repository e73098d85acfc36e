"""The agents' help, on one screen: the keys, and what each state means."""

from werkzeug.wrappers import Response

from wizard.townhall.access import EVERYONE, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx


@blueprint.get("/aide")
@open_to(EVERYONE)
def guide() -> Response:
    """Show the help."""
    return htmx.page("townhall/guide.html")
