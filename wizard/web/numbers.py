"""The numbers in addresses: one that no row can have is not found, before any page asks for it."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class Number(IntegerConverter):
    """What SQLite takes for an integer, in decimal."""

    regex = r"\d{1,18}"


def init_app(app: Flask) -> None:
    """Read the numbers of all addresses so."""
    app.url_map.converters["int"] = Number
