"""The routes of the documents."""

from flask import Blueprint

blueprint = Blueprint("documents", __name__)
