"""Who is declared twice: found as families declare, explained to agents, joined and put back by them alone.

No parent's page and no copy of their data tells any of it: a likeness is a question that agents ask themselves, about
two families at once, and the journal of a dossier tells agents what they made of it. What a merge made of a family's
records is in its pages and copy as all else is.
"""

from wizard.services.duplicates.showing import Alike, of_household

__all__ = ["Alike", "of_household"]
