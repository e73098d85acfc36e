"""What leaves for the town's software: what a file would hold, seen before it leaves; what must be taken out there."""

import io
import re

from flask import abort, request, send_file
from werkzeug.wrappers import Response

from wizard.clock import today
from wizard.db import get_db
from wizard.services.handover import PROFILES, sending
from wizard.services.handover.preview import preview
from wizard.services.handover.profile import Profile
from wizard.settings import get_settings
from wizard.stores import exports as store
from wizard.townhall.access import PROCESSING, open_to
from wizard.townhall.blueprint import blueprint
from wizard.values.text import unaccented
from wizard.web import htmx
from wizard.web.done import just_done, lead_to
from wizard.web.sessions import current_agent

_PAGE = 50


@blueprint.get("/exports")
@open_to(PROCESSING)
def exports() -> Response:
    """List the kinds of files, each with when it last left and what must be taken out where it went."""
    last = {slug: store.last(get_db(), slug) for slug in PROFILES}
    behind = {slug: store.behind(get_db(), slug) for slug in PROFILES}
    return htmx.page("townhall/exports.html", profiles=PROFILES.values(), last=last, behind=behind)


@blueprint.get("/exports/<profile>")
@open_to(PROCESSING)
def export(profile: str) -> Response:
    """Show what a file would hold, what does not pass and why, what must be taken out of the other software."""
    known = _known(profile)
    found = preview(get_db(), known)
    sending.note_preview(get_db(), current_agent())
    page = min(max(request.args.get("page", 1, int), 1), 1000)
    told = found.told[(page - 1) * _PAGE : page * _PAGE]
    more = len(found.told) > page * _PAGE
    done = just_done()
    return htmx.page("townhall/export.html", profile=known, found=found, told=told, page=page, more=more, done=done)


@blueprint.post("/exports/<profile>")
@open_to(PROCESSING)
def download(profile: str) -> Response:
    """Send the file: all the families, or those that are new or changed since it last left."""
    known, out = _known(profile), io.BytesIO()  # some megabytes for ten thousand families
    changes_only = request.form.get("what") == "changes"
    sending.export(get_db(), current_agent(), known, out, changes_only=changes_only)
    response = send_file(out, as_attachment=True, download_name=_filename(known))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/exports/<profile>/retraits")
@open_to(PROCESSING)
def taken_out(profile: str) -> Response:
    """Write that an agent took what is gone out of the other software; a second click finds it done."""
    known, household = _known(profile), request.form.get("household", 0, int)
    sending.taken_out(get_db(), current_agent(), known, household, request.form.get("gone", "").split())
    return lead_to("townhall.export", "retrait", profile=known.slug)


def _known(slug: str) -> Profile:
    return PROFILES.get(slug) or abort(404)


def _filename(profile: Profile) -> str:
    """Return « oudon-noethysweb-2026-11-24.xlsx »."""
    town = re.sub(r"[^a-z0-9]+", "-", unaccented(get_settings().town.name).casefold()).strip("-")
    return f"{town or 'commune'}-{profile.slug}-{today()}.{profile.extension}"
