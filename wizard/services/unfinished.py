"""What a family typed and has not deposited yet, in the words of the pages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wizard.models import Member
from wizard.services.wording import LABELS, ROLES_TYPED, said
from wizard.stores.drafts import ASIDE

Typed = Mapping[str, Sequence[str]]

_LINK = "link_"  # before the id of the person whom a link is with


def records(rows: Iterable[tuple[str, Typed]], members: Iterable[Member]) -> list[dict[str, Any]]:
    """Return one record for each person typed; `rows` are those of the drafts, `members` the household's.

    What a draft holds for its own use is left out: it repeats what the household's records say.
    """
    parts = ((step.removeprefix(ASIDE).partition(":"), data) for step, data in rows)
    people = [(kind, entry, data) for (kind, _colon, entry), data in parts if kind in ROLES_TYPED]
    names = {f"p{member.person}": member.identity.called for member in members}
    names |= {entry: _called(data) for _kind, entry, data in people}
    return [{"Rôle": ROLES_TYPED[kind]} | _answers(data, names) for kind, _entry, data in people]


def _called(data: Typed) -> str:
    names = (data.get(field, ("",))[0] for field in ("institution", "given_name", "birth_name"))
    return next((name for name in names if name), "")


def _answers(data: Typed, names: Mapping[str, str]) -> dict[str, str]:
    return {
        _label(name, names): ", ".join(str(_said(name, value, names)) for value in values)
        for name, values in data.items()
    }


def _label(name: str, names: Mapping[str, str]) -> str:
    if name.startswith(_LINK):
        other = name.removeprefix(_LINK)
        return f"Lien avec {names.get(other, other)}"
    return str(LABELS.get(name, name))


def _said(name: str, value: str, names: Mapping[str, str]) -> Any:
    if name in {"children", "contacts"}:
        return names.get(value, value)
    return said("link" if name.startswith(_LINK) else name, value)
