"""What a draft holds, and how each of its rows is named: nothing else writes or reads these names.

- A step's answers are under its slug, someone's under `kind:id`.
- What was taken out, and may be put back, is under the name it had after `retire:`.
- Someone who lost a right since the draft was opened has `droit_retire` among their answers, until answered again.
- What the draft was opened with is under `ouverture`. For a sign-up: the family's key. For a family's entourage: the
  names of the rows of its people, `to_correct`, and the digest of each of these rows, `opened`; the names of those who
  were of it, `former`; those of its `parent`, and their addresses; in drafts opened when these held whom to correct
  alone, the other children as `person|given name`.

The drafts of a running town are written so: what changes here must still open them.
"""

import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from wizard.hashing import digest
from wizard.models import Answers
from wizard.values.text import clean, name

ASIDE = "retire:"
TAKEN_BACK = "droit_retire"
_OPENING = "ouverture"


@dataclass(frozen=True)
class Entry:
    """Someone of the draft: `key` names their row."""

    kind: str
    id: str
    raw: Mapping[str, list[str]]

    @property
    def key(self) -> str:
        """The row of the draft."""
        return f"{self.kind}:{self.id}"

    def value(self, field: str) -> str:
        """Return what was submitted for a field, "" when nothing was."""
        return (self.raw.get(field) or [""])[0]

    @property
    def institution(self) -> str:
        """The name of an institution, "" for a person."""
        return clean(self.value("institution"))

    @property
    def called(self) -> str:
        """How they are called, "" for someone typed in part."""
        return self.institution or name(self.value("given_name")) or name(self.value("birth_name"))


def new_id() -> str:
    """Return the id of someone about to be added: a form sent twice adds one person."""
    return secrets.token_hex(4)


def is_new_id(text: str) -> bool:
    """Whether `text` is an id that `new_id` gives."""
    return re.fullmatch(r"[0-9a-f]{8}", text) is not None


def known_id(person: int | str) -> str:
    """Return the id, in a draft, of a person deposited before; `new_id` never gives one like it."""
    return f"p{person}"


def id_of(key: str) -> str:
    """Return whose row a key names."""
    return key.partition(":")[2]


def entry_of(row: str, raw: Mapping[str, list[str]]) -> Entry | None:
    """Return whom a row tells of, set aside or not; None for one that tells of nobody."""
    kind, colon, one = row.removeprefix(ASIDE).partition(":")
    return Entry(kind, one, raw) if colon else None


def without_rights(raw: Mapping[str, list[str]], boxes: Collection[str], gone: Collection[str]) -> dict[str, list[str]]:
    """Return a contact's answers with these boxes unticked and these children gone, which is remembered."""
    left = {name: values for name, values in raw.items() if name not in boxes}
    left["children"] = [child for child in raw.get("children", []) if child not in gone]
    return left | {TAKEN_BACK: ["y"]} if left != raw else left


def opening_of_sign_up(enfance_key: str, key_origin: str, invitation: str = "") -> Answers:
    """Return the row that a sign-up starts with; `invitation` is the digest of the link that it comes from."""
    invited = {"invitation": [invitation]} if invitation else {}
    return {_OPENING: {"enfance_key": [enfance_key], "key_origin": [key_origin], **invited}}


def opening_of_entourage(
    people: Iterable[Entry], former: Iterable[Mapping[str, str]], parent: Mapping[str, str], emails: list[str]
) -> Answers:
    """Return the rows that an entourage starts with: those of the family's people, whom alone it may touch.

    `former` are the names and birth dates of those who were of it, or were refused; `parent`, of who opens it.
    """
    rows = {entry.key: dict(entry.raw) for entry in people}
    opened, known = [_digest(raw) for raw in rows.values()], [json.dumps(dict(one)) for one in former]
    opening = {"to_correct": list(rows), "opened": opened, "former": known, "emails": emails}
    return {_OPENING: opening | {"parent": [json.dumps(dict(parent))]}, **rows}


def _digest(raw: Mapping[str, list[str]]) -> str:
    """Return what tells whether someone was answered otherwise; a field left blank is one not answered."""
    return digest(json.dumps({name: values for name, values in raw.items() if any(values)}, sort_keys=True))


@dataclass(frozen=True)
class Held:
    """What a draft's rows say."""

    rows: Answers

    def value(self, step: str, field: str) -> str:
        """Return what a step submitted for a field, "" when nothing was."""
        return (self.rows.get(step, {}).get(field) or [""])[0]

    def people(self, kind: str) -> list[Entry]:
        """Return the people of a kind added in this draft, in the order they were."""
        return [entry for entry in self.everyone if entry.kind == kind]

    @property
    def everyone(self) -> list[Entry]:
        """All those added in this draft, of whatever kind."""
        entries = (entry_of(row, raw) for row, raw in self.rows.items() if not row.startswith(ASIDE))
        return [entry for entry in entries if entry]

    @property
    def removed(self) -> Entry | None:
        """Whoever was taken out last, and may be put back."""
        aside = (entry_of(row, raw) for row, raw in self.rows.items() if row.startswith(ASIDE))
        return next(filter(None, aside), None)

    @property
    def enfance_key(self) -> str:
        """The key of the family that signs up."""
        return self._opening("enfance_key")[0]

    @property
    def key_origin(self) -> str:
        """Where this key comes from."""
        return self._opening("key_origin")[0]

    @property
    def invitation(self) -> str:
        """The digest of the invitation that a sign-up comes from, "" for none."""
        return (self._opening("invitation") or [""])[0]

    @property
    def parent_emails(self) -> list[str]:
        """The addresses of the parent who opened the draft."""
        return self._opening("emails")

    @property
    def known(self) -> dict[str, str]:
        """The given name, by id, of the children deposited before: it is all the draft holds of them."""
        pairs = (text.partition("|") for text in self._opening("known"))
        return {known_id(person): called for person, _bar, called in pairs}

    @property
    def household(self) -> list[str]:
        """The keys of those of the household whom this draft may name: it touches no one else."""
        return self._opening("to_correct")

    @property
    def former(self) -> list[Entry]:
        """Those who were of the household, or were refused: what they are recognised by."""
        return self._recognised("former")

    @property
    def parent(self) -> list[Entry]:
        """The parent who opened the draft, alone: what they are recognised by."""
        return self._recognised("parent")

    def _recognised(self, name: str) -> list[Entry]:
        known = (json.loads(one) for one in self._opening(name))
        return [Entry("", "", {field: [value] for field, value in one.items()}) for one in known]

    @property
    def unchanged(self) -> list[str]:
        """The keys of those of the household who are as they were when the draft was opened."""
        opened = zip(self.household, self._opening("opened"), strict=False)
        return [key for key, before in opened if key in self.rows and _digest(self.rows[key]) == before]

    @property
    def taken_out(self) -> list[str]:
        """The keys of those of the household who were taken out of the list."""
        opened = zip(self.household, self._opening("opened"), strict=False)
        return [key for key, _before in opened if key not in self.rows]

    @property
    def persons(self) -> dict[str, int]:
        """The people of the household whom this draft may name, by their id in it."""
        ids = [*self.known, *map(id_of, self.household)]
        return {one: int(one.removeprefix(known_id(""))) for one in ids}

    def _opening(self, name: str) -> list[str]:
        return self.rows.get(_OPENING, {}).get(name, [])
