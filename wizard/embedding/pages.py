"""The script that puts the portal in the town's own page, and the guide for the webmaster."""

from flask import Response, request

from wizard.embedding.blueprint import blueprint
from wizard.embedding.sites import judge
from wizard.settings import get_settings
from wizard.values.text import clean
from wizard.web import htmx
from wizard.web.assets import content

SCRIPT_MAX_AGE = 3600
"""Seconds; the address never changes, so that a correction reaches every town's page within the hour."""


@blueprint.get("/embed.js")
def script() -> Response:
    """Answer the script of the town's page, at an address that stays."""
    response = content("embed.js")
    response.headers["Cache-Control"] = f"public, max-age={SCRIPT_MAX_AGE}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/integration")
def guide() -> Response:
    """Tell the webmaster what to paste, show what it gives, and whether a given site may."""
    site = clean(request.args.get("site"))[:300]
    verdict = judge(site, get_settings().embedders) if site else None
    status = 422 if verdict and not verdict.origin else 200
    return htmx.page("embedding/guide.html", status, site=site, verdict=verdict)
