"""Two records that may be of one person: compared, told apart, joined, put back."""

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.services.duplicates import comparing, merging, undoing
from wizard.services.duplicates.comparing import Comparison
from wizard.stores import dossiers, likenesses, merges
from wizard.stores.merges import Merge
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.done import lead_to
from wizard.web.sessions import current_agent


@blueprint.get("/doublons/<int:likeness>")
@open_to(PROCESSING)
def duplicate(likeness: int) -> Response:
    """Show two records side by side, with what may be done about them."""
    found = comparing.open_likeness(get_db(), current_agent(), likeness)
    return _show(found) if found else _joined_already(likeness)


@blueprint.post("/doublons/<int:likeness>/reunir")
@open_to(PROCESSING)
def join(likeness: int) -> Response:
    """Join both; of what changed meanwhile, nothing is done, and the page is shown as it is now."""
    form, db = request.form, get_db()
    try:
        merge = merging.join(
            db,
            current_agent(),
            likeness,
            form.get("seen", ""),
            form.get("account", None, int),
            form.getlist("also", int),
        )
    except merging.NoLonger:
        return _joined_already(likeness)
    except (merging.Changed, merging.CannotJoin) as refused:
        found = comparing.open_likeness(db, current_agent(), likeness) or abort(404)
        return _show(found, 409, changed=isinstance(refused, merging.Changed))
    return htmx.see_other(url_for("townhall.merged", merge=merge))


@blueprint.get("/reunions/<int:merge>")
@open_to(PROCESSING)
def merged(merge: int) -> Response:
    """Show what was joined, until when it may be undone, and what stands in the way."""
    found = undoing.open_merge(get_db(), current_agent(), merge) or abort(404)
    return _show_merge(found, undoing.changed_since(get_db(), found))


@blueprint.post("/reunions/<int:merge>/defaire")
@open_to(PROCESSING)
def undo(merge: int) -> Response:
    """Put both back as they were; a second click finds it done."""
    db = get_db()
    try:
        undone = undoing.undo(db, current_agent(), merge)
    except undoing.ChangedSince as changed:
        return _show_merge(merges.by_id(db, merge) or abort(404), str(changed), 409)
    last = dossiers.of_household(db, undone.household) if undone else ()
    if not last:
        return htmx.see_other(url_for("townhall.queue"))
    return lead_to("townhall.dossier", "defait", reference=last[0].reference)


def _joined_already(likeness: int) -> Response:
    """Lead to what became of two records that another agent, or a first click, joined."""
    found = merging.of_likeness(get_db(), likeness) or abort(404)
    return htmx.see_other(url_for("townhall.merged", merge=found.id))


def _show_merge(found: Merge, changed: str, status: int = 200) -> Response:
    homes = [one for one in (found.household, found.other) if one]
    last = [own[0].reference for own in (dossiers.of_household(get_db(), home) for home in homes) if own]
    return htmx.page(
        "townhall/merged.html",
        status,
        merge=found,
        changed=changed,
        name=likenesses.name(get_db(), found.person),
        references=last,
        last_day=undoing.last_day(found),
        refused=status == 409,
    )


@blueprint.post("/doublons/<int:likeness>/ecarter")
@open_to(PROCESSING)
def tell_apart(likeness: int) -> Response:
    """Say that they are two people; a second click finds it done."""
    comparing.tell_apart(get_db(), current_agent(), likeness)
    return _back_to(likeness)


@blueprint.post("/doublons/<int:likeness>/revoir")
@open_to(PROCESSING)
def doubt(likeness: int) -> Response:
    """Take back that they are two people."""
    comparing.doubt(get_db(), current_agent(), likeness)
    return _back_to(likeness)


def _back_to(likeness: int) -> Response:
    return htmx.see_other(url_for("townhall.duplicate", likeness=likeness, dossier=request.form.get("dossier")))


def _show(found: Comparison, status: int = 200, *, changed: bool = False) -> Response:
    return htmx.page(
        "townhall/duplicate.html",
        status,
        found=found,
        here=_here(found),
        changed=changed,
        seen=merging.seal(get_db(), found),
        refusal=merging.refusal(found),
        twins=merging.twins(get_db(), found),
        preferred=merging.preferred(found),
    )


def _here(found: Comparison) -> str:
    """Return the reference of the dossier from which the agent came, if it is one of the two."""
    known = [side.dossier.reference for side in found.sides if side.dossier]
    came = request.values.get("dossier", "")
    return came if came in known else next(iter(known), "")
