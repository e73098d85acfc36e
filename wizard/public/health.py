"""What a supervisor asks: whether the portal serves families, and why it does not."""

import ipaddress
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, jsonify

from wizard.clock import now
from wizard.public.blueprint import blueprint
from wizard.services.checks import CHECKS, Finding, Level, examine
from wizard.settings import get_settings

_PATH = "/healthz"
_LAST = "health"
# However many ask, it is looked at once in this time, and by one request at a time.
_GOOD_FOR = timedelta(seconds=2)
_RETRY_AFTER = 5
_QUICK = tuple(check for check in CHECKS if check.quick)
_looking = Lock()

_Looked = tuple[datetime, tuple[Finding, ...]]
WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


@blueprint.get(_PATH)
def health() -> Response:
    """Answer 200 « ok », 200 « degraded » when families are served but something is to be seen to, 503 « down ».

    503 is for what keeps families from being served, since a proxy that asks here sends nobody any more. Anyone may
    read the reasons, which are those of an error page, or that mails are late: files, versions, addresses and what
    would help an attack are told by `doctor` alone, to who holds the machine.
    """
    faults = [one for one in _found() if one.fault]
    if not faults:
        return jsonify(status="ok")
    down = any(one.level is Level.DOWN for one in faults)
    reasons = [{"name": one.name, "sentence": f"{one.subject} : {one.sentence}."} for one in faults]
    response = jsonify(status="down" if down else "degraded", reasons=reasons)
    if down:
        response.status_code = 503
        response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


def _found() -> tuple[Finding, ...]:
    with _looking:
        kept: _Looked | None = current_app.extensions.get(_LAST)
        if kept is None or not timedelta() <= now() - kept[0] < _GOOD_FOR:
            found = tuple(examine(get_settings(), _QUICK))
            current_app.extensions[_LAST] = kept = now(), found
    return kept[1]


def init_app(app: Flask) -> None:
    """Have this machine ask by whatever name it gives the portal: no link is made from it there."""
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
