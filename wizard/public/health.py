"""What a supervisor asks: whether the portal serves families, and why it does not."""

import ipaddress
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, jsonify

from wizard.clock import now
from wizard.public.blueprint import blueprint
from wizard.services.checks import CHECKS, Finding, Level, examine
from wizard.settings import get_settings

_PATH = "/healthz"
_LOOK = "health"
_GOOD_FOR = timedelta(seconds=2)
_RETRY_AFTER = 5
_QUICK = tuple(check for check in CHECKS if check.quick)

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


@blueprint.get(_PATH)
def health() -> Response:
    """Answer 200 « ok », 200 « degraded » when families are served but something is to be seen to, 503 « down ».

    503 is for what keeps families from being served, since a proxy that asks here sends nobody any more. Anyone may
    read the reasons, which are those of an error page, or that mails are late: files, versions, addresses and what
    would help an attack are told by `doctor` alone, to who holds the machine.
    """
    look: _Look = current_app.extensions[_LOOK]
    faults = [one for one in look.found() if one.fault]
    if not faults:
        return jsonify(status="ok")
    down = any(one.level is Level.DOWN for one in faults)
    reasons = [{"name": one.name, "sentence": f"{one.subject} : {one.sentence}."} for one in faults]
    response = jsonify(status="down" if down else "degraded", reasons=reasons)
    if down:
        response.status_code = 503
        response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


class _Look:
    """What was last seen of a portal. However many ask, it looks once in a while, for one request at a time."""

    def __init__(self) -> None:
        self._looking, self._at = Lock(), datetime.min.replace(tzinfo=UTC)
        self._found: tuple[Finding, ...] = ()

    def found(self) -> tuple[Finding, ...]:
        with self._looking:
            if not timedelta() <= now() - self._at < _GOOD_FOR:
                self._found = tuple(examine(get_settings(), _QUICK))
                self._at = now()
            return self._found


def init_app(app: Flask) -> None:
    """Look for whoever asks; this machine may, by whatever name it gives the portal: no link is made from it there."""
    app.extensions[_LOOK] = _Look()
    inner: WSGI = app.wsgi_app
    host = get_settings(app).hosts[0]

    def named(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == _PATH and _is_here(environ.get("REMOTE_ADDR", "")):
            environ["HTTP_HOST"] = host
        return inner(environ, start_response)

    app.wsgi_app = named  # type: ignore[method-assign]


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
