"""The only reader of HTMX's request headers: the same template as a whole page or as a fragment."""

from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from wizard.web.varying import vary

_HEADERS = ("HX-Request", "HX-Request-Type", "HX-History-Restore-Request")


def wants_fragment() -> bool:
    """Whether the answer is swapped into a page that is already there."""
    sent = request.environ  # asked several times a page: `request.headers` looks for a name ten times longer
    return (
        sent.get("HTTP_HX_REQUEST") == "true"
        and sent.get("HTTP_HX_REQUEST_TYPE") != "full"
        and sent.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
    )


def page(template: str, status: int = 200, push_url: str | None = None, **context: Any) -> Response:
    """Render `template` whole or, for HTMX, as the fragment of it; `push_url` is the address it then takes."""
    return shown(drawn(template, **context), status, push_url)


def drawn(template: str, **context: Any) -> str:
    """Return what `page` shows."""
    layout = "layouts/fragment.html" if wants_fragment() else "layouts/page.html"
    return render_template(template, layout=layout, **context)


def shown(html: str, status: int = 200, push_url: str | None = None) -> Response:
    """Answer with what was drawn, as `page` does."""
    response = make_response(html, status)
    if push_url and wants_fragment():
        response.headers["HX-Push-Url"] = push_url
    return response


def part(template: str, target: str, status: int = 200, **context: Any) -> Response:
    """Render what HTMX puts in place of the element `target`, whatever its form was to replace."""
    response = make_response(render_template(template, **context), status)
    response.headers.update({"HX-Retarget": target, "HX-Reswap": "outerHTML"})
    return response


def swappable(status: int) -> int:
    """Return the status under which HTMX shows a page that says itself why it refuses.

    HTMX swaps a 422 and leaves the page as it is for a 429, which as a rule has no form to show.
    """
    return 422 if status == 429 and wants_fragment() else status


def see_other(location: str) -> BaseResponse:
    """Send the browser to `location` after a POST; HTMX, which would swap what it finds there, leaves the page."""
    if not wants_fragment():
        return redirect(location, 303)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = location
    return response


def init_app(app: Flask) -> None:
    """Tell caches that these headers change the answer."""

    @app.after_request
    def tell(response: Response) -> Response:
        if response.mimetype == "text/html":
            vary(response, *_HEADERS)
        return response
