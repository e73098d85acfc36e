"""What a demonstration lacks: a parent's mailbox, an agent's phone and the town's website, in a browser."""

from wizard.demo import pages, website
from wizard.demo.blueprint import blueprint, town_website

__all__ = ["blueprint", "pages", "town_website", "website"]
