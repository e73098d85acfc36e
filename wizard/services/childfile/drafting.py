"""The draft of a child's dossier: its account's session opens it, and what it says of health is never plain in it."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlite_utils import Database

from wizard.clock import now, stamp
from wizard.db import transaction
from wizard.events import draft_opened
from wizard.models import Account, Answers, ChildFile, Draft, DraftKind, Member
from wizard.services.childfile import authorisations, health
from wizard.services.documents import vault
from wizard.services.keys import Data
from wizard.settings import get_settings
from wizard.stores import child_files, drafts
from wizard.values import school_years

KEPT = timedelta(days=30)
"""How long a draft waits after its last saved step: a document may take that long to find."""

CHILD, BEGUN = "enfant", "depart"
"""What a draft says beside its steps: of whom it is, and as of which deposit it was begun."""

_SEALED = "sealed"


@dataclass(frozen=True)
class OwnFile:
    """What opens the draft that an account has of a child's dossier: its session."""

    account: int
    child: Member
    year: str

    @property
    def subject(self) -> str:
        """What the draft is of: « 12/2026-2027 »."""
        return f"{self.child.person}/{self.year}"

    def load(self, db: Database, *, late: bool = False) -> Draft | None:
        draft = drafts.load_own(db, self.account, DraftKind.CHILD_FILE, self.subject, now())
        if draft is not None:
            draft.answers.update(self._opened(draft.answers.get(health.STEP)))
            draft.answers[CHILD] = about(self.child, self.year)
        return draft

    def touch(self, db: Database, draft: int, _idle: timedelta | None) -> int | None:
        return drafts.touch(db, draft, now(), KEPT)

    def kept(self, step: str, data: Data) -> Data:
        if step != health.STEP:
            return data
        if get_settings().dossier.health is None:
            return health.known(data)
        return {_SEALED: [vault.seal_text(self.year, json.dumps(data))]}

    def _opened(self, data: Data | None) -> Answers:
        """Return the answers about health, when they can still be read."""
        if data is None or _SEALED not in data:
            return {}
        try:
            return {health.STEP: json.loads(vault.unseal_text(self.year, data[_SEALED][0]))}
        except vault.Unreadable:
            return {health.STEP: {}}


def about(child: Member, year: str) -> Data:
    """Return what the forms of the dossier are told of the child."""
    born = child.identity.birthdate
    return {
        "child": [str(child.person)],
        "called": [child.identity.called],
        "birthdate": [born.isoformat()] if born else [],
        "year": [year],
    }


def open_draft(db: Database, account: Account, key: OwnFile) -> None:
    """Open the draft of a dossier unless there is one: filled with what was deposited for that year, or the one before.

    What a parent authorised is asked anew each year.
    """
    if drafts.load_own(db, account.id, DraftKind.CHILD_FILE, key.subject, now()):
        return
    child, year = key.child.person, key.year
    file = child_files.of_child(db, child, year)
    answers = _answers(db, account, file) if file else _of_last_year(db, child, year)
    begun = {BEGUN: {"updated_at": [stamp(file.updated_at)]}} if file else {}
    with transaction(db):
        if drafts.load_own(db, account.id, DraftKind.CHILD_FILE, key.subject, now()):
            return  # by another tab, which may have answers in it
        drafts.drop_own(db, account.id, DraftKind.CHILD_FILE, key.subject)  # one that expired
        draft = drafts.add(db, DraftKind.CHILD_FILE, now(), KEPT, account.id, key.subject)
        for step, data in {**begun, **answers}.items():
            drafts.save(db, draft, step, key.kept(step, data))
    draft_opened.send(DraftKind.CHILD_FILE)


def _answers(db: Database, account: Account, file: ChildFile) -> Answers:
    """Return what was deposited, with what this parent authorised: never what the other did."""
    own = authorisations.answers_of(db, account, file.child, file.year)
    return {**file.answers, **health_of(file), **own}


def _of_last_year(db: Database, child: int, year: str) -> Answers:
    file = child_files.of_child(db, child, school_years.before(year))
    if file is None:
        return {}
    answers = {**file.answers, **health_of(file)}
    answers.get("accueils", {}).pop("level", None)
    return answers


def health_of(file: ChildFile) -> Answers:
    """Return the answers about health of a file, for its parents; what cannot be read any more is asked anew."""
    found = health.answers_of(file, opened(file) or {})
    return {health.STEP: found} if found else {}


def opened(file: ChildFile) -> Data | None:
    """Return what the envelope of a file holds; None when there is none, or when it cannot be read any more."""
    with suppress(vault.Unreadable):
        return vault.unseal(file.child, file.year) if file.sealed_at else None
    return None
