"""The dossier of a child as it stands, and the « pli » to print when health is not asked online."""

from flask import abort, request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.childfile import standing
from wizard.childfile.blueprint import blueprint
from wizard.childfile.own import own_child, own_file
from wizard.db import get_db
from wizard.services import telling
from wizard.services.childfile import asked, health
from wizard.settings import get_settings
from wizard.stores import child_files
from wizard.web import htmx


@blueprint.get("/espace/enfants/<int:child>/dossier")
@login_required  # type: ignore[untyped-decorator]
def dossier(child: int) -> Response:
    """Show where the dossiers of a child stand: what was deposited, what is missing."""
    return standing.show(own_child(child), request.args.get("depose"))


@blueprint.get("/espace/enfants/<int:child>/dossier/<year>/pli")
@login_required  # type: ignore[untyped-decorator]
def envelope(child: int, year: str) -> Response:
    """Show the page to print, fill in by hand and hand over, sealed: nothing of it is kept here."""
    if get_settings().dossier.health is not None:
        abort(404)
    one = own_file(child, year).child
    file = child_files.of_child(get_db(), child, year)
    town = get_settings().dossier
    told = {**file.answers, **health.known_of(file)} if file else {"accueils": {"services": list(town.services)}}
    return htmx.page(
        "childfile/envelope.html",
        child=child,
        name=one.identity.name,
        born=telling.born(one.identity),
        year=year,
        questions=asked.on_paper(town, year, one.identity.birthdate, told),
        documents=[each for each in asked.documents(town, year, one.identity.birthdate, told) if not each.online],
    )
