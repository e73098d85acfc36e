"""The routes open to all: those of the pages, and those that a page asks while one types."""

from flask import Blueprint

from wizard.extensions import csrf

blueprint = Blueprint("public", __name__)
lookups = Blueprint("lookup", __name__)
csrf.exempt(lookups)
