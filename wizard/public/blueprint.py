"""The routes open to all: those of the pages, those that a page asks while one types; and those of monitors."""

from flask import Blueprint

from wizard.extensions import csrf
from wizard.web.framing import FramedBlueprint

blueprint = FramedBlueprint("public", __name__)
lookups = FramedBlueprint("lookup", __name__)
monitors = Blueprint("monitors", __name__)
csrf.exempt(lookups)
