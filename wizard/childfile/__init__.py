"""The third journey: the dossier administratif of each child, for one school year."""

from wizard.childfile import authorising, filling_in, pages, renewing
from wizard.childfile.blueprint import blueprint

__all__ = ["authorising", "blueprint", "filling_in", "pages", "renewing"]
