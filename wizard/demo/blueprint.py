"""The routes of a demonstration: its mailbox and its phone, and the website of its town."""

from flask import Blueprint

from wizard.web.framing import FramedBlueprint

blueprint = FramedBlueprint("demo", __name__, url_prefix="/demo")
town_website = Blueprint("demonstration", __name__, url_prefix="/demo/mairie")
