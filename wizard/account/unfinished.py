"""What a family typed and has not deposited yet, in the words of the pages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wizard.kinds import KINDS
from wizard.kinds.family import linked
from wizard.models import Member
from wizard.services.wording import LINKS, RESIDENCES, ROLES, SEXES, TITLES_TYPED, TYPED
from wizard.stores.answers import Entry, known_id

_YES_NO = {"yes": "oui", "no": "non", "y": "oui"}
_WORDS: dict[str, Mapping[Any, Any]] = {
    "title": TITLES_TYPED,
    "sex": SEXES,
    "link": LINKS,
    "residence": RESIDENCES,
    "same_address": _YES_NO,
    "may_collect": _YES_NO,
    "emergency": _YES_NO,
    "single_name": _YES_NO,
}


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
        _label(name, names): ", ".join(str(_words(name, names).get(value, value)) for value in values)
        for name, values in data.items()
    }


def _label(name: str, names: Mapping[str, str]) -> str:
    if other := linked(name):
        return f"Lien avec {names.get(other, other)}"
    return str(TYPED.get(name, name))


def _words(name: str, names: Mapping[str, str]) -> Mapping[Any, Any]:
    return LINKS if linked(name) else _WORDS.get(name, names if name in {"children", "contacts"} else {})
