"""The API that the town's software reads: a token each, read only, no cookie and no session."""

from wizard.api import resources
from wizard.api.blueprint import blueprint

__all__ = ["blueprint", "resources"]
