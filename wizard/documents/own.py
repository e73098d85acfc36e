"""« Mes documents »: what is held, for whom, until when, who opened it; take it, send another, delete it."""

from flask import abort, request
from flask_login import login_required
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.documents.blueprint import blueprint
from wizard.services.childfile.health import STEP
from wizard.services.childfile.wording import lines
from wizard.services.documents import keeping, opening, own, vault
from wizard.services.documents.wording import REFUSALS, STATES
from wizard.web import htmx, sandboxed
from wizard.web.done import just_done, lead_to
from wizard.web.sessions import current_account


@blueprint.get("/espace/documents")
@login_required  # type: ignore[untyped-decorator]
def documents() -> Response:
    """Show all that is held for a family, and what became of it."""
    db, account = get_db(), current_account()
    if not own.has_any(db, account):
        abort(404)
    return htmx.page(
        "documents/own.html",
        removed=just_done() == "supprime",
        shown=own.of_account(db, account),
        envelopes=own.envelopes(db, account),
        household=account.household,
        states=STATES,
        refusals=REFUSALS,
    )


@blueprint.get("/espace/documents/<int:document>")
@login_required  # type: ignore[untyped-decorator]
def download(document: int) -> Response:
    """Give a document, as a file."""
    try:
        found, content = opening.for_parent(get_db(), current_account(), document)
    except keeping.NoSuchDocument:
        abort(404)
    except vault.Unreadable:
        return htmx.page("documents/unreadable.html", 410)
    return sandboxed.document(found, content)


@blueprint.get("/espace/documents/<int:document>/apercu/<int:page>")
@login_required  # type: ignore[untyped-decorator]
def preview(document: int, page: int) -> Response:
    """Give the picture of a page."""
    try:
        _found, content = opening.for_parent(get_db(), current_account(), document, page or abort(404))
    except (keeping.NoSuchDocument, vault.Unreadable):
        abort(404)
    return sandboxed.answer(content, "image/jpeg")


@blueprint.route("/espace/documents/<int:document>/supprimer", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
def remove(document: int) -> Response:
    """Ask before a document is deleted, then do it; a second click finds it done."""
    db, account = get_db(), current_account()
    found = own.find(db, account, document)
    if request.method == "POST":
        if found:
            keeping.remove(db, account, document)
        return lead_to("documents.documents", "supprime")
    if found is None:
        abort(404)
    return htmx.page("documents/remove.html", one=found)


@blueprint.get("/espace/documents/pli/<int:child>/<year>")
@login_required  # type: ignore[untyped-decorator]
def envelope(child: int, year: str) -> Response:
    """Give back to a parent what was said of a child's health, as a text."""
    try:
        answers = opening.envelope_for_parent(get_db(), current_account(), child, year)
    except (keeping.NoSuchDocument, vault.Unreadable):
        abort(404)
    told = [f"{line.label} {line.said}" for line in lines({STEP: answers}, STEP)]
    return sandboxed.answer(
        "\r\n".join((year, *told, "")).encode(), "text/plain; charset=utf-8", f"pli-sante-{year}.txt"
    )
