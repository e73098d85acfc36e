"""What a family typed and has not deposited yet, in the words of the pages; with all the rest, the copy of its data."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from wizard.choices import ROLES
from wizard.kinds import KINDS
from wizard.models import Account, Member, linked
from wizard.services import export, household
from wizard.services.copies import Records
from wizard.services.wording import LABELS, said
from wizard.stores import drafts
from wizard.stores.answers import TAKEN_BACK, Entry, known_id


def copy(db: Database, account: Account, *, health: bool) -> Records:
    """Return all that is kept of a family, as its parent gets it; to whoever else hands it over, no `health`."""
    members = household.read(db, account.household).everyone
    return export.collect(db, account, records(drafts.unfinished(db, account.id), members), health=health)


def records(typed: Iterable[Entry], members: Iterable[Member]) -> list[dict[str, Any]]:
    """Return one record for each person typed in a draft; `members` are the household's.

    What a draft holds for its own use is left out: it repeats what the household's records say.
    """
    people = [entry for entry in typed if entry.kind in KINDS]
    names = {known_id(member.person): member.identity.called for member in members}
    names |= {entry.id: entry.called for entry in people}
    return [{"Rôle": ROLES[KINDS[entry.kind].role]} | _answers(entry.raw, names) for entry in people]


def _answers(data: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> dict[str, str]:
    return {
        _label(name, names): ", ".join(str(_said(name, value, names)) for value in values)
        for name, values in data.items()
        if name != TAKEN_BACK
    }


def _label(name: str, names: Mapping[str, str]) -> str:
    if other := linked(name):
        return f"Lien avec {names.get(other, other)}"
    return str(LABELS.get(name, name))


def _said(name: str, value: str, names: Mapping[str, str]) -> Any:
    if name in {"children", "contacts"}:
        return names.get(value, value)
    return said("link" if linked(name) else name, value)
