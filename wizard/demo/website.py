"""The demonstration's town website: another site, whose tab « Portail Famille » shows the portal."""

from pathlib import Path

from flask import Response, abort, make_response, render_template, request, send_file

from wizard.demo.blueprint import town_website

STYLE = Path(__file__).with_name("town.css")

# Tab → its name. The first is what the demonstration is about.
TABS = {
    "portail-famille": "Portail Famille",
    "actualites": "Actualités",
    "enfance": "Enfance et jeunesse",
    "demarches": "Vos démarches",
}


@town_website.get("", defaults={"tab": "portail-famille"})
@town_website.get("/<tab>")
def town(tab: str) -> Response:
    """Show a tab of the town's website, the portal coming from the other loopback host."""
    if tab not in TABS:
        abort(404)
    portal = _other_site()
    response = make_response(render_template("demo/town.html", tab=tab, tabs=TABS, portal_origin=portal))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src data:; script-src {portal}; frame-src {portal}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response


@town_website.get("/style.css")
def style() -> Response:
    """Send the stylesheet of the town's own look, nothing like the portal's."""
    return send_file(STYLE, mimetype="text/css", max_age=0)


def _other_site() -> str:
    """Return the portal's origin on the loopback host that is another site than this page's."""
    host, _, port = request.host.rpartition(":") if ":" in request.host else (request.host, "", "")
    other = "localhost" if host == "127.0.0.1" else "127.0.0.1"
    return f"http://{other}:{port}" if port else f"http://{other}"
