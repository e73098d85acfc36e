"""The reasons that the town words itself: what was answered keeps the words it was answered in."""

from collections.abc import Iterable

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.french import typeset
from wizard.models import Action, Agent, DecisionLine, ReasonCode, Role
from wizard.stores import agent_journal
from wizard.stores import reasons as store
from wizard.stores.reasons import Reason


class NameTaken(Exception):
    """Another reason that is offered has this name."""


class Overtaken(Exception):
    """Someone else said this reason otherwise, or retired it, meanwhile; `code` is what it is said by since."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Needed(Exception):
    """« Autre » stays as it is: it is what an agent chooses when nothing else is right."""


def offered(db: Database) -> dict[str, str]:
    """Return what an agent may choose of several people at once: code → name."""
    return {one.code: one.name for one in store.offered(db)}


def offered_for(db: Database, lines: Iterable[DecisionLine]) -> dict[int, dict[str, str]]:
    """Return what an agent may choose of each person, by their role; what was chosen stays, though retired."""
    on_offer, found = store.offered(db), {}
    for line in lines:
        found[line.person] = {one.code: one.name for one in on_offer if line.role in one.roles}
        if line.reason:
            found[line.person].setdefault(line.reason, line.reason_name)
    return found


def add(db: Database, agent: Agent, name: str, sentence: str, roles: tuple[Role, ...]) -> None:
    """Offer a reason more, before « Autre »; the very same sent twice is one. Raises NameTaken."""
    wanted = (typeset(name), typeset(sentence), roles)
    with transaction(db):
        if not _is_there(db, wanted):
            store.add(db, *wanted)
            _arrange(db, [one.code for one in store.offered(db)])
            _note(db, agent)


def change(db: Database, agent: Agent, code: str, name: str, sentence: str, roles: tuple[Role, ...]) -> None:
    """Say a reason otherwise from now on. Raises Overtaken, NameTaken, Needed."""
    wanted = (typeset(name), typeset(sentence), roles)
    with transaction(db):
        current = _current(db, code)
        if current.is_retired:
            raise Overtaken(_last(db, current).code)
        if (current.name, current.sentence, current.roles) == wanted:
            return
        store.retire(db, code, now())
        if _is_there(db, wanted):  # under another code
            raise NameTaken(name)
        store.replace(db, code, store.add(db, *wanted, store.position(db, code)))
        _note(db, agent)


def retire(db: Database, agent: Agent, code: str) -> None:
    """Offer a reason no more; a second click changes nothing. Raises Needed."""
    with transaction(db):
        if store.retire(db, _current(db, code).code, now()):
            _note(db, agent)


def offer_again(db: Database, agent: Agent, code: str) -> None:
    """Offer a retired reason again, before « Autre ». Raises NameTaken."""
    with transaction(db):
        found = _current(db, code)
        if found.is_retired and any(one.name == found.name for one in store.offered(db)):
            raise NameTaken(found.name)
        if store.offer_again(db, code):
            _arrange(db, [one.code for one in store.offered(db) if one.code != code] + [code])
            _note(db, agent)


def move(db: Database, agent: Agent, code: str, place: int) -> None:
    """Put a reason at a place among those offered; a second click finds it there."""
    with transaction(db):
        codes = [one.code for one in store.offered(db)]
        if code not in codes or code == ReasonCode.OTHER:
            return
        before = list(codes)
        codes.remove(code)
        codes.insert(max(place, 0), code)
        _arrange(db, codes)
        if [one.code for one in store.offered(db)] != before:
            _note(db, agent)


def latest(db: Database, code: str) -> Reason | None:
    """Return what a reason is said by now, offered or not; None when there is no such code."""
    found = store.by_code(db, code)
    return _last(db, found) if found else None


def _last(db: Database, found: Reason) -> Reason:
    while found.replaced_by and (newer := store.by_code(db, found.replaced_by)):
        found = newer
    return found


def _current(db: Database, code: str) -> Reason:
    found = store.by_code(db, code)
    if found is None or code == ReasonCode.OTHER:
        raise Needed(code)
    return found


def _is_there(db: Database, wanted: tuple[str, str, tuple[Role, ...]]) -> bool:
    """Whether the very same is offered; one of the same name that says otherwise is in the way."""
    same = [one for one in store.offered(db) if one.name.casefold() == wanted[0].casefold()]
    if any((one.name, one.sentence, one.roles) == wanted for one in same):
        return True
    if same:
        raise NameTaken(wanted[0])
    return False


def _arrange(db: Database, codes: list[str]) -> None:
    """Put the reasons in this order, « Autre » last: it is what remains."""
    store.arrange(db, sorted(codes, key=lambda code: code == ReasonCode.OTHER))


def _note(db: Database, agent: Agent) -> None:
    agent_journal.add(db, agent.id, Action.REASONS_CHANGED, now())
