"""The kinds of people that a family declares, each in its file; in the order the pages show them."""

from wizard.kinds import child, co_representative, contact
from wizard.kinds.kind import Kind
from wizard.models import Answers, Role
from wizard.stores.answers import Entry, Held

KINDS = {kind.slug: kind for kind in (co_representative.KIND, child.KIND, contact.KIND)}


def added(answers: Answers) -> list[Entry]:
    """Return everyone added in this draft."""
    return [entry for kind in KINDS for entry in Held(answers).people(kind)]


def of_role(role: Role) -> Kind | None:
    """Return the kind under which someone of a household is declared again: the first of that role."""
    return next((kind for kind in KINDS.values() if kind.role is role), None)
