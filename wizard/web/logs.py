"""What the logs say of a request: its route, never its address; and the reference that its error page gives.

A caller has a name of the day: a hash under the portal's key, so that a flood is seen and nobody is found again.
"""

import logging
import re
import secrets
import sys
import time

from flask import Flask, Response, g, request, request_started

from wizard.clock import now
from wizard.values.keys import ALPHABET
from wizard.web.guards import comes_from_the_proxy, name_of_the_day
from wizard.web.log_lines import TEXT, formatter, is_journal

_access = logging.getLogger("wizard.access")
# What nginx and other proxies draw: 32 hexadecimal digits, or a UUID. Nothing else fits, a name or a token no more.
_DRAWN_BY_A_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}


def configure(form: str = TEXT) -> None:
    """Log to the standard error output, as a supervisor of services expects."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form, journal=is_journal(sys.stderr)))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("waitress.queue", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def reference() -> str:
    """Return what names this request in each of its lines: drawn at random, it says nothing of anyone."""
    return str(g.get("reference", "-"))


def on_step(slug: str) -> None:
    """Say in the lines to come which step of a journey is asked for: one that the journey has."""
    g.step = f"{request.endpoint}:{slug}"


def method() -> str:
    """Return the method asked, which a caller may invent."""
    return request.method if request.method in _METHODS else "-"


def seconds() -> float:
    """Return since when this request is being answered."""
    return time.perf_counter() - float(g.get("started", time.perf_counter()))


def init_app(app: Flask) -> None:
    """Log each request: method, route, status, milliseconds, and the caller under a name of the day."""

    def start(_app: Flask) -> None:
        g.started, g.step, g.reference = time.perf_counter(), None, _given() or _drawn()

    # Before anything that may refuse the request.
    request_started.connect(start, app, weak=False)
    app.jinja_env.globals["incident"] = reference

    @app.after_request
    def log(response: Response) -> Response:
        if _access.isEnabledFor(logging.INFO):
            fields = {
                "method": method(),
                "route": request.endpoint or "-",
                "status": response.status_code,
                "ms": round(1000 * seconds()),
                "caller": name_of_the_day(now().date()),
            }
            _access.info("%(method)s %(route)s %(status)d %(ms)dms %(caller)s", fields, extra={"fields": fields})
        return response


def _given() -> str | None:
    """Return the reference that the trusted proxy's own log has; what anybody else says is not read."""
    given = request.headers.get("X-Request-Id", "") if comes_from_the_proxy() else ""
    return given if _DRAWN_BY_A_PROXY.fullmatch(given) else None


def _drawn() -> str:
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(10))
    return f"{letters[:5]}-{letters[5:]}"
