"""The same pages in GOV.UK Frontend's dress, served as constants by the same kind of server.

    python -m tests.bench.govuk FOLDER

serves FOLDER (the pages as `dress` wrote them, and what npm installed) until it is ended, and prints its port.
The content is the portal's own, word for word; the CSS, the script and the fonts its CSS asks for are
GOV.UK Frontend's, compressed ahead of time and kept by the browser, as the portal's scripts are.
"""

import gzip
import socket
import sys
from functools import cache
from pathlib import Path

import brotli
import waitress
from bs4 import BeautifulSoup, Tag
from flask import Flask, Response, redirect
from werkzeug.wrappers import Response as BaseResponse

STEPS = ("inscription", "identite", "adresse")
_CLASSES = {
    "h1": "govuk-heading-l",
    "h2": "govuk-heading-m",
    "p": "govuk-body",
    "a": "govuk-link",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list",
    "label": "govuk-label",
    "select": "govuk-select",
    "input": "govuk-input",
    "button": "govuk-button",
    ".field": "govuk-form-group",
    ".hint": "govuk-hint",
    ".visually-hidden": "govuk-visually-hidden",
    "header": "govuk-template__header govuk-width-container",
    "footer": "govuk-footer",
    "main": "govuk-main-wrapper govuk-width-container",
}
# Scripts in the page where its documentation has them: nothing of it waits for a file that it could do without.
_PAGE = """<!DOCTYPE html>
<html lang="fr" class="govuk-template">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/govuk-frontend.min.css">
</head>
<body class="govuk-template__body">
<script>document.body.className += ' js-enabled govuk-frontend-supported';</script>
{body}
<script type="module" src="/govuk-frontend.min.js"></script>
<script type="module">import {{initAll}} from '/govuk-frontend.min.js'; initAll();</script>
</body>
</html>
"""


def dress(page: str, action: str) -> str:
    """Return a page of the portal in GOV.UK's dress, its form posting to `action`."""
    soup = BeautifulSoup(page, "html.parser")
    for tag in soup.select("script, style, [hidden], #status"):
        tag.decompose()
    for selector, classes in _CLASSES.items():
        for tag in soup.select(selector):
            tag["class"] = [*tag.get("class", []), classes]
    for tag in soup.select("button"):
        tag["data-module"] = "govuk-button"
    for tag in soup.find_all(True):
        tag.attrs = {name: value for name, value in tag.attrs.items() if not name.startswith("hx-")}
    form = soup.select_one("main form")
    assert isinstance(form, Tag) and soup.body and soup.title
    form["action"] = action
    return _PAGE.format(title=soup.title.string, body=soup.body.decode_contents())


def serve(folder: Path) -> None:
    """Serve the pages: a POST leads to the next one by a redirect."""
    app = Flask("govuk", static_folder=None)
    pages = {step: gzip.compress((folder / f"{step}.html").read_bytes(), 6) for step in STEPS}
    installed = folder / "node_modules" / "govuk-frontend" / "dist" / "govuk"

    @app.get("/<step>")
    def page(step: str) -> Response:
        if step in pages:
            headers = {"Content-Encoding": "gzip", "Cache-Control": "no-store"}
            return Response(pages[step], mimetype="text/html", headers=headers)
        return _asset(step, (installed / step).read_bytes())

    @app.get("/assets/fonts/<name>")
    def font(name: str) -> Response:
        return _asset(name, (installed / "assets" / "fonts" / name).read_bytes())

    @app.post("/<step>")
    def answer(step: str) -> BaseResponse:
        return redirect(f"/{STEPS[STEPS.index(step) + 1]}", 303)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"http://localhost:{listener.getsockname()[1]}", flush=True)
        waitress.serve(app, sockets=[listener], threads=4, asyncore_use_poll=True, channel_timeout=330, ident=None)


_compressed = cache(brotli.compress)


def _asset(name: str, body: bytes) -> Response:
    kinds = {"css": "text/css", "js": "text/javascript", "woff2": "font/woff2"}
    response = Response(body, mimetype=kinds[name.rpartition(".")[2]])
    if not name.endswith("woff2"):
        response.set_data(_compressed(body))
        response.headers["Content-Encoding"] = "br"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
