"""The routes of the API."""

from flask import Blueprint

from wizard.web import problems

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.after_request(problems.dress)
