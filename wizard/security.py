"""What each answer and each request must respect: headers, origin of a POST, host, size."""

import hashlib
import hmac
import ipaddress
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request

from wizard.htmx import wants_fragment
from wizard.settings import Settings

# The account and the town hall live at top level; everything else may be shown in the town's page.
_NEVER_FRAMED = {"account", "townhall"}
_MAX_BODY = 64 * 1024


def is_cross_site() -> bool:
    """Whether another site made the browser open this page."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def is_framed() -> bool:
    """Whether this page is shown in the town's page."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


def network() -> str:
    """Return a keyed hash of the caller's network (IPv4 address, IPv6 /64): enough to count, not to identify."""
    return networks()[0]


def networks() -> tuple[str, ...]:
    """Return keyed hashes of the caller's network and of those around it, which one customer may hold whole."""
    address = _caller()
    if address is None:
        return (keyed_hash(""),)
    prefixes = (32,) if address.version == 4 else (64, 56, 48)
    return tuple(keyed_hash(str(ipaddress.ip_network((address, prefix), strict=False))) for prefix in prefixes)


def limited_network() -> str | None:
    """Return `network()`, or None from a network that the town trusts: no limit applies there."""
    return next(iter(limited_networks()), None)


def limited_networks() -> tuple[str, ...]:
    """Return `networks()`, or none from a network that the town trusts."""
    address, trusted = _caller(), current_app.config["PORTAIL"].trusted_networks
    return () if address and any(address in known for known in trusted) else networks()


def _caller() -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the caller's address; an IPv4 one written as IPv6 is itself, not of one network with all others."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def keyed_hash(text: str) -> str:
    """Return an HMAC-SHA-256 of `text`, 32 hexadecimal digits."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _refuse_foreign_posts() -> None:
    """Refuse a POST that another site's page caused (OWASP: Fetch Metadata, then Origin)."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        if site != "same-origin":
            abort(403)
    elif origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def _refuse_huge_bodies() -> None:
    """Refuse a body too long before any view, even one that would not read it."""
    if (request.content_length or 0) > _MAX_BODY:
        abort(413)


def _policy(app: Flask, settings: Settings) -> dict[bool, str]:
    common = (
        "default-src 'none'; script-src 'self'; "
        f"style-src '{app.extensions['assets'].css_hash}'; img-src 'self' data:; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
    )
    return {True: common + " ".join(["'self'", *settings.embedders]), False: common + "'none'"}


def init_app(app: Flask, settings: Settings) -> None:
    """Guard each request, dress each answer."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _MAX_BODY
    app.config["TRUSTED_HOSTS"] = list(settings.hosts)
    policy = _policy(app, settings)
    app.before_request(_refuse_foreign_posts)
    app.before_request(_refuse_huge_bodies)
    app.jinja_env.globals["is_framed"] = is_framed

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers.setdefault("Cache-Control", "no-store")
        if settings.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        # A fragment is read by fetch, which ignores these: 500 bytes a step, on links where they count.
        if response.mimetype == "text/html" and not wants_fragment():
            framed = request.blueprint not in _NEVER_FRAMED
            headers.setdefault("Content-Security-Policy", policy[framed])
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
            if not framed:
                headers["X-Frame-Options"] = "DENY"
        elif response.mimetype == "image/svg+xml":  # the town's logo: opened by itself, a page that may hold scripts
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response
