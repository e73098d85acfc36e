"""A child's dossier administratif as agents read it: documents side by side, decided in one go; its envelope, apart."""

from typing import Any

from flask import abort, request
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.models.documents import DocumentReason, DocumentState
from wizard.services import household, telling
from wizard.services.childfile import authorisations, examining, health
from wizard.services.childfile.authorisations import Purpose
from wizard.services.childfile.status import FileState
from wizard.services.childfile.wording import lines
from wizard.services.documents import keeping, opening, vault
from wizard.services.documents.wording import REFUSALS, STATES
from wizard.services.family import to_call
from wizard.stores import openings, people
from wizard.townhall.access import HEALTH, WITH_CHILDREN, open_to
from wizard.townhall.blueprint import blueprint
from wizard.values import school_years
from wizard.web import htmx, sandboxed
from wizard.web.done import DONE, lead_to
from wizard.web.sessions import current_agent

_STEPS = ("accueils", health.STEP, "sorties")
_GOOD = "accepted"


def _find(child: int, year: str) -> FileState:
    if not school_years.is_year(year):
        abort(404)
    return examining.find(get_db(), child, year) or abort(404)


@blueprint.get("/enfants/<int:child>/dossier/<year>")
@open_to(WITH_CHILDREN)
def child_file(child: int, year: str) -> Response:
    """Show the dossier of a child, and its documents; nothing of what is in the envelope."""
    _find(child, year)
    return _show(examining.read(get_db(), current_agent(), child, year) or abort(404))


@blueprint.post("/enfants/<int:child>/dossier/<year>")
@open_to(WITH_CHILDREN)
def examine(child: int, year: str) -> Response:
    """Decide of the documents of a child that the page shows: one by one, or yes to all that nobody has looked at.

    One that came since is not among them.
    """
    state, shown = _find(child, year), request.form.getlist("document", int)
    verdicts = {number: verdict for number in shown if (verdict := _verdict(request.form.get(f"d{number}", "")))}
    if "tout" in request.form:
        done = {one.id for one in state.held.values()} - {
            one.id for one in examining.to_examine(state, current_agent())
        }
        verdicts = {number: (DocumentState.ACCEPTED, None) for number in shown if number not in done} | verdicts
    if not verdicts:
        return _show(state, 422)
    report = examining.answer(get_db(), current_agent(), state, verdicts)
    return lead_to(".child_file", report.decided, child=child, year=year, partis=report.gone)


def _verdict(typed: str) -> examining.Verdict | None:
    if typed == _GOOD:
        return DocumentState.ACCEPTED, None
    return (DocumentState.REFUSED, DocumentReason(typed)) if typed in set(DocumentReason) else None


def _show(state: FileState, status: int = 200) -> Response:
    db, file, child = get_db(), state.file, state.child.person
    homes = [household.read(db, home) for home in sorted(people.homes(db, child))]
    answers = {**file.answers, **health.known_of(file)} if file else {}
    return htmx.page(
        "townhall/child_file.html",
        status,
        state=state,
        homes=[(home, to_call(home)) for home in homes],
        told=[(step, told) for step in _STEPS if (told := lines(answers, step))],
        purposes=_purposes(child, state.year),
        given=examining.given(state, current_agent()),
        born=telling.born(state.child.identity),
        openings=openings.of_documents(db, [one.id for one in state.held.values()]),
        admitted_until=examining.admitted_until(state),
        waiting=len(examining.to_examine(state, current_agent())),
        opens_envelope=current_agent().role.opens_envelopes,
        may_read_families=current_agent().role.may_process,
        nothing_chosen=status == 422,
        decided=request.args.get(DONE, type=int),
        gone=request.args.get("partis", 0, type=int),
        states=STATES,
        refusals=REFUSALS,
    )


def _purposes(child: int, year: str) -> tuple[Purpose, ...]:
    return authorisations.of_child(get_db(), child, year)


@blueprint.get("/documents/<int:document>")
@open_to(WITH_CHILDREN)
def document(document: int) -> Response:
    """Give a document, as a file to keep; the parents see that it was opened."""
    found, content = _opened(document)
    return sandboxed.document(found, content)


@blueprint.get("/documents/<int:document>/apercu/<int:page>")
@open_to(WITH_CHILDREN)
def document_preview(document: int, page: int) -> Response:
    """Give the picture of a page."""
    _found, content = _opened(document, page or abort(404))
    return sandboxed.answer(content, "image/jpeg")


def _opened(document: int, page: int = 0) -> Any:
    try:
        return opening.for_agent(get_db(), current_agent(), document, page)
    except (keeping.NoSuchDocument, vault.Unreadable):
        abort(404)


@blueprint.route("/enfants/<int:child>/pli/<year>", methods=["GET", "POST"])
@open_to(HEALTH)
def child_envelope(child: int, year: str) -> Response:
    """Ask before the envelope of a child is opened, for its parents will see it; then show what is in it, once."""
    state = _find(child, year)
    if state.file is None or state.file.sealed_at is None:
        abort(404)
    told: Any = None
    if request.method == "POST":
        told = _unsealed(child, year)
    return htmx.page("townhall/envelope.html", state=state, told=told, unreadable=told == ())


def _unsealed(child: int, year: str) -> tuple[Any, ...]:
    """Return the lines of an envelope; none when it opens no more."""
    try:
        answers = examining.open_envelope(get_db(), current_agent(), child, year)
    except vault.Unreadable:
        return ()
    return lines({health.STEP: answers}, health.STEP)
