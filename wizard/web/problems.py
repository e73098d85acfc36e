"""Errors as programs read them (RFC 9457), of the addresses that are the API's."""

import json
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException

PREFIX = "/api/"
_KEPT = {"Retry-After", "Allow", "WWW-Authenticate"}


def asked() -> bool:
    """Whether it is a program that asks."""
    return request.path.startswith(PREFIX)


def answer(error: HTTPException, title: Any, advice: Any) -> Response:
    """Return a problem: what a view says of it, or what the portal's pages do."""
    own = error.description if error.description != type(error).description else advice
    status = error.code or 500
    told = {"type": "about:blank", "title": str(title), "status": status, "detail": str(own)}
    response = Response(json.dumps(told, ensure_ascii=False), status, mimetype="application/problem+json")
    for name, value in error.get_headers(request.environ):
        if name in _KEPT:
            response.headers[name] = value
    return dress(response)


def dress(response: Response) -> Response:
    """Keep the answer from being shown in a page, or run by a browser."""
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Frame-Options"] = "DENY"
    return response
