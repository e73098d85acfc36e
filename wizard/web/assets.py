"""Static files: read and compressed once for all the applications of a process, named by their content, never asked for
twice."""

import gzip
import hashlib
import mimetypes
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, current_app, request, url_for
from rcssmin import cssmin
from rjsmin import jsmin

from wizard.web.framing import FramedBlueprint
from wizard.web.varying import vary

blueprint = FramedBlueprint("assets", __name__)

_TEXT = {".css", ".js", ".svg", ".txt"}
_AS_PUBLISHED = {"htmx.js"}  # by its authors, minified already


@dataclass(frozen=True)
class Asset:
    """One file with its two compressed forms; `name` carries a hash of the content."""

    name: str
    mimetype: str
    body: bytes
    encoded: dict[str, bytes]


@dataclass(frozen=True)
class Sheet:
    """A stylesheet, which goes inside the page, and what the page's policy knows it by."""

    css: str
    hash: str


class Assets:
    """The files of `static/`; the stylesheet of a page, by whether the page may be shown in a frame.

    A page that one meets first holds its own: it is drawn as it comes. Those of who is signed in, of which one reads
    many, share a file, asked for once.
    """

    def __init__(self, folder: Path, colour: str) -> None:
        self.names: dict[str, str] = {}
        self.files: dict[str, Asset] = {}
        for path in sorted(folder.glob("*.*")):
            if path.suffix != ".css":
                self._add(path.name, _read(path))
        common, bureau = (_style(folder / name) for name in ("portail.css", "bureau.css"))
        self.sheets = {True: _sheet(common, colour), False: _sheet(common + bureau, colour)}
        self._add("connecte.css", self.sheets[False].css.encode())

    def _add(self, name: str, body: bytes) -> None:
        asset = _asset(name, body)
        self.names[name] = asset.name
        self.files[asset.name] = asset


@cache
def _asset(name: str, body: bytes) -> Asset:
    path = Path(name)
    named = f"{path.stem}.{hashlib.sha256(body).hexdigest()[:10]}{path.suffix}"
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(named, mimetype, body, _encoded(body) if path.suffix in _TEXT else {})


@cache
def _style(path: Path) -> str:
    return str(cssmin(path.read_text(encoding="utf-8")))


@cache
def _read(path: Path) -> bytes:
    body = path.read_bytes()
    return jsmin(body.decode()).encode() if path.suffix == ".js" and path.name not in _AS_PUBLISHED else body


def _encoded(body: bytes) -> dict[str, bytes]:
    """Compress as hard as can be: 30 ms a file."""
    return {"br": brotli.compress(body), "gzip": gzip.compress(body, 9)}


@cache
def _sheet(css: str, colour: str) -> Sheet:
    css = css.replace("#1f5f8b", colour)
    return Sheet(css, "sha256-" + b64encode(hashlib.sha256(css.encode()).digest()).decode())


@blueprint.get("/static/<name>")
def file(name: str) -> Response:
    """Answer a static file, for ever: another content has another name."""
    response = _answer(_assets().files.get(name) or abort(404))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def content(name: str) -> Response:
    """Answer `static/<name>`, compressed as asked, for whoever serves it at an address of its own."""
    assets = _assets()
    return _answer(assets.files[assets.names[name]])


def _answer(asset: Asset) -> Response:
    coding = next((c for c in ("br", "gzip") if c in asset.encoded and request.accept_encodings[c]), None)
    response = Response(asset.encoded[coding] if coding else asset.body, mimetype=asset.mimetype)
    if coding:
        response.headers["Content-Encoding"] = coding
    vary(response, "Accept-Encoding")
    return response


def asset_url(name: str) -> str:
    """Return the address of `static/<name>`."""
    return url_for("assets.file", name=_assets().names[name])


def _assets() -> Assets:
    assets: Assets = current_app.extensions["assets"]
    return assets


def init_app(app: Flask, folder: Path, colour: str) -> None:
    """Read the files and give the templates `asset_url` and the stylesheets."""
    assets = app.extensions["assets"] = Assets(folder, colour)
    app.jinja_env.globals.update(asset_url=cache(asset_url), sheets=assets.sheets)
    app.register_blueprint(blueprint)
