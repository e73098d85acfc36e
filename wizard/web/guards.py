"""What each answer and each request must respect: headers, origin of a POST, host, size, who calls."""

import ipaddress
import logging
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from wizard.extensions import login_manager
from wizard.hashing import keyed_hash
from wizard.services.alarms import Alarm
from wizard.settings import Settings, get_settings
from wizard.web import alarms
from wizard.web.belonging import last_account
from wizard.web.framing import is_framed, may_be_framed
from wizard.web.htmx import wants_fragment

logger = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Some proxies add the port: « 192.0.2.1:51234 », « [2001:db8::1]:51234 ».
_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]*)\](?::\d+)?|(?P<v4>[\d.]+):\d+")

# What a browser follows at once, unread.
_FOLLOWED = {301, 302, 303, 307, 308}
_MAX_BODY = 64 * 1024
_FIELDS_BESIDE_FILES = 4 * _MAX_BODY  # Werkzeug counts among them what it has read of a file and not yet put aside
# A view → what its body may weigh, and its fields alone.
_larger: dict[Any, tuple[int, int]] = {}


def is_cross_site() -> bool:
    """Whether another site made the browser open this page."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def sent_from_here() -> bool | None:
    """Whether a page of the portal sent this (OWASP: Fetch Metadata, then Origin); None from browsers that tell not."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    return None if origin is None else origin.rstrip("/") == f"{request.scheme}://{request.host}"


def network() -> str:
    """Return a keyed hash of the caller's network (IPv4 address, IPv6 /64): enough to count, not to identify."""
    return networks()[0]


def networks() -> tuple[str, ...]:
    """Return keyed hashes of the caller's network and of those around it, which one customer may hold whole."""
    return tuple(keyed_hash(around) for around in _around(_caller()))


def name_of_the_day(day: date) -> str:
    """Return what the log calls the caller's network, under the portal's key, on a day."""
    return _named(get_settings(), _caller(), day)


@lru_cache(maxsize=256)
def _named(_settings: Settings, caller: Address | None, day: date) -> str:
    return keyed_hash(f"{day} {keyed_hash(_around(caller)[0])}")[:12]


@lru_cache(maxsize=64)
def _around(address: Address | None) -> tuple[str, ...]:
    if address is None:
        return ("",)
    prefixes = (32,) if address.version == 4 else (64, 56, 48)
    return tuple(str(ipaddress.ip_network((address, prefix), strict=False)) for prefix in prefixes)


def limited_networks() -> tuple[str, ...]:
    """Return `networks()`, or none from a network that the town trusts: sign-ups are not limited there.

    For sign-ups alone: what one account may be tried on is limited from everywhere.
    """
    address, trusted = _caller(), get_settings().trusted_networks
    return () if address and any(address in known for known in trusted) else networks()


def _caller() -> Address | None:
    """Return the caller's address: the last that the trusted proxy wrote, as a caller writes the others."""
    peer = _address(request.remote_addr or "")
    if comes_from_the_proxy():
        return _address(request.headers.get("X-Forwarded-For", "").rpartition(",")[2]) or peer
    return peer


@lru_cache(maxsize=64)  # each request asks several times for its caller's and the proxy's
def _address(text: str) -> Address | None:
    """Return an address; an IPv4 one written as IPv6 is itself, not of one network with all others."""
    bare = text.strip().strip('"')
    if with_port := _WITH_PORT.fullmatch(bare):
        bare = with_port["v6"] or with_port["v4"] or ""
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def comes_from_the_proxy() -> bool:
    proxy = get_settings().trusted_proxy
    return proxy is not None and _address(request.remote_addr or "") == _address(proxy)


def _tell_of_an_unknown_proxy() -> None:
    """Raise an alarm, once an hour: a proxy is not declared, and its callers count as one, or someone plays a proxy."""
    if comes_from_the_proxy() or not any(name.startswith("HTTP_X_FORWARDED_") for name in request.environ):
        return
    alarms.tell(Alarm.UNTRUSTED_PROXY, logger, "X-Forwarded headers from elsewhere than PORTAIL_TRUSTED_PROXY: ignored")


def _refuse_foreign_posts() -> None:
    """Refuse a POST that another site's page caused."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} and sent_from_here() is False:
        abort(403)


class TooHeavy(RequestEntityTooLarge):
    """What is sent to a page that takes files weighs more than it takes: `most`, in bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


def larger_body(most: int, *, files: bool = False) -> Callable[[View], View]:
    """Let a page receive more than the others, such as a file: from whoever is signed in, and from nobody else.

    With `files`, in files alone: its fields weigh little.
    """

    def allow(view: View) -> View:
        _larger[view] = most, _FIELDS_BESIDE_FILES if files else most
        return view

    return allow


def _refuse_huge_bodies() -> Any:
    """Refuse a body too long before any view, even one that would not read it."""
    length = request.content_length or 0
    if length <= _MAX_BODY:
        return None
    most, fields = _larger.get(current_app.view_functions.get(request.endpoint or ""), (0, 0))
    if not most or not (current_user.is_authenticated or last_account()):
        abort(413)
    if length > most:
        raise TooHeavy(most)
    if not current_user.is_authenticated:
        return login_manager.unauthorized()  # before it is read: files are not kept for whoever signs in again
    request.max_content_length, request.max_form_memory_size = most, fields
    return None


def _policy(app: Flask, settings: Settings) -> dict[bool, str]:
    ancestors = {True: " ".join(["'self'", *settings.embedders]), False: "'none'"}
    shared_sheet = {True: "", False: " 'self'"}  # who is signed in sees no page in a frame
    return {
        framed: (
            "default-src 'none'; script-src 'self'; "
            f"style-src '{sheet.hash}'{shared_sheet[framed]}; img-src 'self' data:; connect-src 'self'; "
            f"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors[framed]}"
        )
        for framed, sheet in app.extensions["assets"].sheets.items()
    }


def _empty(response: Response) -> None:
    """Leave of a redirect where it leads: of 1,030 bytes that nobody reads, 300."""
    response.set_data(b"")
    response.headers.pop("Content-Type", None)


def init_app(app: Flask, settings: Settings) -> None:
    """Guard each request, dress each answer."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _MAX_BODY
    app.config["TRUSTED_HOSTS"] = list(settings.hosts)
    policy = _policy(app, settings)
    app.before_request(_tell_of_an_unknown_proxy)
    app.before_request(_refuse_foreign_posts)
    # First of all: the check of the token, registered before, reads the form.
    app.before_request_funcs.setdefault(None, []).insert(0, _refuse_huge_bodies)
    app.jinja_env.globals.update(is_framed=is_framed, may_be_framed=may_be_framed)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        if response.location and response.status_code in _FOLLOWED:
            _empty(response)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers.setdefault("Cache-Control", "no-store")
        if settings.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        html = response.mimetype == "text/html"
        framed = html and may_be_framed()
        if not framed:  # no other site's page loads it, be it as a picture, into a process from which it is read
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # A fragment is read by fetch, which ignores these: 500 bytes a step, on links where they count.
        if html and not wants_fragment():
            headers.setdefault("Content-Security-Policy", policy[framed])
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
            if not framed:
                headers["X-Frame-Options"] = "DENY"
        elif response.mimetype == "image/svg+xml":  # the town's logo: opened by itself, a page that may hold scripts
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response
