"""The routes of what puts the portal in the town's own page."""

from flask import Blueprint

blueprint = Blueprint("embedding", __name__)
