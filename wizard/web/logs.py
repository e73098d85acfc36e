"""What the logs say of a request: its route, never its address; tokens are masked wherever they appear."""

import logging
import re
import sys
import time

from flask import Flask, Response, g, request

from wizard.clock import now
from wizard.hashing import keyed_hash
from wizard.web.guards import network

_access = logging.getLogger("wizard.access")
# 256 bits in base64url make 43 characters; nothing else in a log is that long.
_TOKEN = re.compile(r"[\w-]{40,}")


class _Masked(logging.Formatter):
    """Formats a record, traceback included, without the tokens it holds."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("…", super().format(record))


def configure() -> None:
    """Log to the standard error output, as a supervisor of services expects."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Masked("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("waitress.queue", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def init_app(app: Flask) -> None:
    """Log each request: method, route, status, milliseconds, and the caller under a name of the day."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log(response: Response) -> Response:
        if _access.isEnabledFor(logging.INFO):
            started = g.get("started", time.perf_counter())
            _access.info(
                "%s %s %d %.0fms %s",
                request.method,
                request.endpoint or "-",
                response.status_code,
                1000 * (time.perf_counter() - started),
                keyed_hash(f"{now().date()} {network()}")[:12],
            )
        return response
