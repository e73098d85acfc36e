"""The routes of what puts the portal in the town's own page."""

from wizard.web.framing import FramedBlueprint

blueprint = FramedBlueprint("embedding", __name__)
