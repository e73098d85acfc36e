"""The routes open to all: those of the pages, and those that a page asks while one types."""

from wizard.extensions import csrf
from wizard.web.framing import FramedBlueprint

blueprint = FramedBlueprint("public", __name__)
lookups = FramedBlueprint("lookup", __name__)
csrf.exempt(lookups)
