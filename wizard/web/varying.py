"""Which headers of a request an answer depends on, as caches are told."""

from werkzeug.wrappers import Response


def vary(response: Response, *headers: str) -> None:
    """Add headers to those that caches tell answers apart by; `response.vary` would read them all first, each time."""
    told = response.headers.get("Vary")
    response.headers["Vary"] = ", ".join((told, *headers) if told else headers)
