"""The pages of the dossier administratif of each child: a parent's own, never in a frame."""

from flask import Blueprint

blueprint = Blueprint("childfile", __name__)
