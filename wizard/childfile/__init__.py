"""The third journey: the dossier administratif of each child, for one school year."""

from wizard.childfile import authorising, journey, pages, renewing
from wizard.childfile.blueprint import blueprint

__all__ = ["authorising", "blueprint", "journey", "pages", "renewing"]
