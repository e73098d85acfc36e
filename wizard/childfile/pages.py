"""The dossier of a child as it stands, and the « pli » to print when health is not asked online."""

from flask import abort, request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.childfile.blueprint import blueprint
from wizard.childfile.journey import JOURNEY, own_child, own_file
from wizard.db import get_db
from wizard.services import telling
from wizard.services.childfile import asked, filing, health, status
from wizard.services.childfile.drafting import health_of
from wizard.services.childfile.wording import lines
from wizard.settings import get_settings
from wizard.stores import child_files
from wizard.web import htmx
from wizard.web.sessions import current_account


@blueprint.get("/espace/enfants/<int:child>/dossier")
@login_required  # type: ignore[untyped-decorator]
def dossier(child: int) -> Response:
    """Show where the dossiers of a child stand: what was deposited, what is missing."""
    db, account, one = get_db(), current_account(), own_child(child)
    years = filing.open_years()
    states = status.of_children(db, account, [one], reversed(years))[child]
    former = [file for file in child_files.of_children(db, [child]) if file.year not in years]
    return htmx.page(
        "childfile/dossier.html",
        child=child,
        called=one.identity.called,
        states=states,
        former=former,
        told={state.year: _told(state) for state in states if state.file},
        deposited=request.args.get("depose") if request.args.get("depose") in years else None,
        closed=get_settings().dossier.closed,
        online=get_settings().dossier.health is not None,
        first=JOURNEY.steps[0].slug,
    )


def _told(state: status.FileState) -> tuple[tuple[str, object], ...]:
    """Return the answers of a file, step by step, for the parents of its child."""
    assert state.file is not None
    answers = {**state.file.answers, **health_of(state.file)}
    return tuple((step.name, told) for step in JOURNEY.steps if (told := lines(answers, step.slug)))


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
