"""The portal in the town's own page: the script that puts it there, and the guide for the webmaster."""

from wizard.embedding import pages
from wizard.embedding.blueprint import blueprint

__all__ = ["blueprint", "pages"]
