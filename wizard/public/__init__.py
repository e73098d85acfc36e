"""What is open to all: the pages about the portal, and what a page asks while one types."""

from wizard.public import health, lookup, mending, metrics, pages
from wizard.public.blueprint import blueprint, lookups, monitors

__all__ = ["blueprint", "health", "lookup", "lookups", "mending", "metrics", "monitors", "pages"]
