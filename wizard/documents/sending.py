"""The page that sends one document: photographed, chosen, or brought to the town hall; with and without script."""

from typing import Any

from flask import request, url_for
from flask_login import login_required
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from wizard.db import get_db
from wizard.documents.blueprint import blueprint
from wizard.french import gettext as _
from wizard.hashing import keyed_hash
from wizard.models import Destination
from wizard.services.documents import asking, keeping, receiving, uploads
from wizard.services.documents.asking import Wanted
from wizard.services.refusals import Refusal
from wizard.stores import child_files
from wizard.web import htmx
from wizard.web.done import DONE, told
from wizard.web.guards import larger_body
from wizard.web.sessions import current_account

_TOGETHER = 30
"""Megabytes of a form: the photos of a document as phones take them; with the script, they are sent one by one."""
_NEWS = {
    "envoye": _("Document envoyé : la mairie va le lire."),
    "promis": _("C'est noté : vous l'apporterez en mairie."),
}
_MOVES = {"monter": -1, "descendre": 1}


@blueprint.route("/espace/enfants/<int:child>/dossier/<year>/documents/<name>", methods=["GET", "POST"])
@larger_body(_TOGETHER * 1024 * 1024, files=True)
@login_required  # type: ignore[untyped-decorator]
def send(child: int, year: str, name: str) -> Response:
    """Ask for a document, say why, keep its pages as they come, then make it of them."""
    account, kind = current_account(), asking.kind_named(child, year, name)
    wanted = asking.wanted(get_db(), account, Destination(account.id, child, year, kind)) if kind else None
    if wanted is None:
        raise NotFound
    if request.method == "GET":
        return _page(wanted)
    if "plus_tard" in request.form:
        keeping.promise(get_db(), account, wanted.to.kind, wanted.owner, year)
        return _again(wanted, "promis")
    try:
        pages = _pages(wanted.to)
        if _arranged(wanted.to, pages):
            return _again(wanted)
        receiving.finish(get_db(), account, wanted, pages)
    except Refusal as refusal:
        return _page(wanted, refusal)
    return _again(wanted, "envoye")


def _pages(to: Destination) -> list[int]:
    """Return the pages, in the order of the form: those that were there, then the files that come with it.

    All that can be kept is, then the first refusal is raised.
    """
    pages, refused = request.form.getlist("envoi", int), None
    for file in request.files.getlist("files"):
        if not file.filename:
            continue  # a field left empty
        try:
            kept = uploads.take(get_db(), to, file.stream)
        except Refusal as refusal:
            refused = refused or refusal
        else:
            pages += [] if kept.id in pages else [kept.id]
    if refused:
        raise refused
    return pages


def _arranged(to: Destination, pages: list[int]) -> bool:
    """Do what a button of a page asks; False when the document is to be sent."""
    button = next((name for name in (*_MOVES, "retirer", "ajouter") if name in request.form), None)
    if button is None:
        return False
    known, number = {one.id: one for one in uploads.pages(to)}, request.form.get(button, 0, int)
    if button == "retirer" and number in known:
        uploads.cancel(known[number])
    order = [one for one in pages if one in known]
    if button in _MOVES and number in order:
        at = order.index(number)
        order.insert(max(0, at + _MOVES[button]), order.pop(at))
    uploads.arrange(order)
    return True


def _page(wanted: Wanted, refusal: Refusal | None = None) -> Response:
    account, sent = current_account(), uploads.pages(wanted.to)
    held = keeping.held(get_db(), account.household, wanted.to.child, wanted.to.year)
    status = refusal.status if refusal else 200
    return htmx.page(
        "documents/send.html",
        status,
        wanted=wanted,
        held=held.get(wanted.kind.slug),
        pages=[one for one in sent if one.whole],
        unfinished=sum(not one.whole for one in sent),
        wrong=_said(refusal) if refusal else "",
        news=told(_NEWS),
        most=_TOGETHER,
        owner=keyed_hash(f"documents of {account.id}"),
        here=_here(wanted.to),
        back=_dossier(wanted.to),
    )


def _said(refusal: Refusal) -> Any:
    if isinstance(refusal, receiving.UnreadableFile) and refusal.at:
        return _("Page %(page)s : %(sentence)s", page=refusal.at, sentence=refusal.sentence)
    return refusal.sentence


@blueprint.app_template_global("sending_url")
def address(child: int, year: str, kind: str, **query: Any) -> str:
    """Return the page that sends a document: its kind, which may be about health, is not to be read there."""
    return url_for("documents.send", child=child, year=year, name=asking.name_of(child, year, kind), **query)


def _here(to: Destination, **query: Any) -> str:
    return address(to.child, to.year, to.kind, **query)


def _dossier(to: Destination) -> str:
    """Return the page that asks for the document: a step, until the dossier is deposited."""
    if child_files.of_child(get_db(), to.child, to.year):
        return url_for("childfile.dossier", child=to.child)
    return url_for("childfile.step", child=to.child, year=to.year, slug="documents")


def _again(wanted: Wanted, done: str | None = None) -> Response:
    return htmx.see_other(_here(wanted.to, **{DONE: done}))
