"""The children's lists: dossiers to examine, incomplete, admitted for a while; what the canteen serves today."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from wizard.clock import in_town, now, today
from wizard.db import get_db
from wizard.services import gate
from wizard.services.childfile import canteen, examining, filing
from wizard.services.childfile.examining import Kind
from wizard.stores import child_files
from wizard.townhall.access import WITH_CHILDREN, open_to
from wizard.townhall.blueprint import blueprint
from wizard.values import school_years
from wizard.web import htmx
from wizard.web.done import just_done, lead_to
from wizard.web.sessions import current_agent


def _year() -> str:
    """Return the school year that an address asks for, or else the present one."""
    asked = request.values.get("annee", "")
    return asked if asked in filing.open_years() else school_years.of(today())


@blueprint.get("/dossiers-administratifs")
@open_to(WITH_CHILDREN)
def child_lists() -> Response:
    """Show the children whose dossier asks for something, one list at a time, with how many each has."""
    year, chosen = _year(), request.args.get("liste", "")
    kind = Kind(chosen) if chosen in set(Kind) else Kind.TO_EXAMINE
    lists = examining.lists(get_db(), current_agent(), year)
    return htmx.page(
        "townhall/child_lists.html",
        year=year,
        years=filing.open_years(),
        kind=kind,
        counts={one: len(lists[one]) for one in Kind},
        states=lists[kind],
        until=examining.admitted_until,
        reminded=child_files.reminded(get_db(), year),
        nobody_ticked=just_done() == "personne",
        sent=request.args.get("relances", type=int),
        today=today(),
    )


@blueprint.post("/dossiers-administratifs/relancer")
@open_to(WITH_CHILDREN)
def remind() -> Response:
    """Write to the families of the children that are ticked, or of all those whose dossier is incomplete."""
    year, kind = _year(), request.form.get("liste", Kind.INCOMPLETE.value)
    chosen = request.form.getlist("enfant", int)
    if "tous" in request.form and kind in set(Kind):
        chosen = [state.child.person for state in examining.lists(get_db(), current_agent(), year)[Kind(kind)]]
    elif not chosen:
        return lead_to(".child_lists", "personne", annee=year, liste=kind)
    count = examining.remind(get_db(), current_agent(), year, chosen)
    return htmx.see_other(url_for(".child_lists", annee=year, liste=kind, relances=count))


@blueprint.route("/cantine", methods=["GET", "POST"])
@open_to(WITH_CHILDREN)
def canteen_list() -> Response:
    """Show how many of each menu are served, and to whom; whole in itself, to print, worth nothing tomorrow.

    What a child must not be served is in the envelopes: they are opened, and the parents see it, when it is asked for.
    """
    year, at, agent = _year(), in_town(now()), current_agent()
    told: Mapping[int, Any] | None = None
    if request.method == "POST" and agent.role.opens_envelopes:
        told = canteen.allergies(get_db(), agent, year)
    menus = canteen.open_list(get_db(), agent, year)
    page = render_template(
        "townhall/canteen.html",
        menus=menus,
        number=sum(map(len, menus.values())),
        told=told,
        asks_envelopes=agent.role.opens_envelopes,
        year=year,
        at=at,
        until=gate.midnight(at),
        agent=agent,
    )
    return Response(page, mimetype="text/html")
