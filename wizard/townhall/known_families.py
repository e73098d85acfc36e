"""The families that the town knows: a file shown then imported, who may be one of them, who is in no account.

Those who process the dossiers keep them: they read names and addresses, which an administrator never does. As for the
queue, looking at these lists is noted nowhere: they are the same for all agents; what is done from them is.
"""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from wizard.clock import now
from wizard.db import get_db
from wizard.french import gettext as _
from wizard.french import typeset
from wizard.services import families, family_files, family_imports, nearly_known, text_files
from wizard.services.family_imports import Over
from wizard.services.text_files import UnusableFile
from wizard.stores import nearly_known as store
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.web import htmx
from wizard.web.done import just_done, lead_to
from wizard.web.guards import larger_body
from wizard.web.sessions import current_agent

_PAGE = 100
_LINES = 300
"""Lines told one by one: the page of a whole town would be of no use, and those left out come first."""
_LAST = 2**63 - 1


@blueprint.get("/familles-connues")
@open_to(PROCESSING)
def known_families() -> Response:
    """Say how many families are known, and ask for a file."""
    return _ask()


@blueprint.post("/familles-connues")
@open_to(PROCESSING)
@larger_body(family_imports.LARGEST)
def read_families() -> Response:
    """Show what a file would do, line by line; nothing is written, nor kept."""
    sent, told = request.files.get("file"), request.form.get("encoding", "")
    content = sent.read() if sent else b""
    if not content:
        return _ask(_("choisissez un fichier qui n'est pas vide"), told, 422)
    try:
        shown = family_imports.prepare(get_db(), content, told if told in text_files.TELLABLE else None)
        sealed = family_imports.seal(current_agent(), shown)
    except UnusableFile as error:
        return _ask(typeset(str(error)), told, 422)
    return _page("townhall/known_families_shown.html", shown=shown, sealed=sealed, told=told, lines=_lines(shown))


@blueprint.post("/familles-connues/importer")
@open_to(PROCESSING)
@larger_body(family_imports.LARGEST)
def import_families() -> Response:
    """Do what was shown, and report it; sent twice, it tells the same."""
    try:
        done = family_imports.carry_out(get_db(), current_agent(), request.form.get("sealed", ""))
    except Over:
        return _ask(_("la lecture de ce fichier a plus d'un quart d'heure : choisissez-le de nouveau"), "", 409)
    return htmx.page("townhall/known_families_done.html", done=done, lines=_lines(done), most=_LINES, now=now())


@blueprint.get("/familles-connues/peut-etre")
@open_to(PROCESSING)
def nearly_known_families() -> Response:
    """Show households that may be a family known, and those that an agent tied."""
    before = request.args.get("avant", _LAST, int)
    found, following = nearly_known.search(get_db(), min(max(before, 0), _LAST))
    tied = store.tied_by_agents(get_db(), _PAGE) if before == _LAST else ()
    context: dict[str, Any] = {"found": found, "following": following, "tied": tied, "done": just_done()}
    return htmx.page("townhall/known_families_perhaps.html", **context)


@blueprint.post("/familles-connues/peut-etre/<int:household>")
@open_to(PROCESSING)
def tie_household(household: int) -> Response:
    """Tie a household to the family named by a button, or say that it is none."""
    number, key = min(household, _LAST), request.form.get("key", "")[:40]
    if key:
        done = "rattachee" if nearly_known.tie(get_db(), current_agent(), number, key) else "rien"
    else:
        done = "ecartee" if nearly_known.put_off(get_db(), current_agent(), number) else "rien"
    return lead_to("townhall.nearly_known_families", done)


@blueprint.get("/familles-connues/sans-compte")
@open_to(PROCESSING)
def families_without_account() -> Response:
    """List the families known that no household is, by their keys."""
    page = min(max(request.args.get("page", 1, int), 1), 1000)
    found = store.untied(get_db(), _PAGE + 1, (page - 1) * _PAGE)
    untied, more = store.counts(get_db())[1], len(found) > _PAGE
    template = "townhall/known_families_without.html"
    return htmx.page(template, found=found[:_PAGE], more=more, untied=untied, page=page)


def _ask(wrong: str = "", told: str = "", status: int = 200) -> Response:
    known, untied = store.counts(get_db())
    return _page("townhall/known_families.html", status, known=known, untied=untied, wrong=wrong, told=told)


def _page(template: str, status: int = 200, **context: Any) -> Response:
    """Show a page that asks for a file."""
    context |= {"megabytes": family_imports.LARGEST // 1024 // 1024, "most_lines": family_files.MOST_LINES // 1000}
    return htmx.page(template, status, encodings=text_files.TELLABLE, most=_LINES, **context)


def _lines(shown: family_imports.Import) -> list[families.Planned]:
    """Return the lines told one by one, those to look at first."""
    first = [families.Fate.LEFT_OUT, families.Fate.REPLACED, families.Fate.ADDED, families.Fate.SAME]
    return sorted(shown.lines, key=lambda one: (first.index(one.fate), one.line))[:_LINES]
