"""An import in two gestures: what a file would do is shown, then done.

Between the two, nothing is kept here: what was read goes out with the page, encrypted, and comes back with the button.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.clock import moment, now, stamp
from wizard.db import transaction
from wizard.models import Action, Agent
from wizard.services import families, family_files, sealing
from wizard.services.families import Fate, Planned
from wizard.services.family_files import Row
from wizard.services.sealing import Purpose, State
from wizard.services.text_files import UnusableFile
from wizard.stores import agent_journal
from wizard.stores.families import KnownFamily

LARGEST = 4 * 1024 * 1024
"""Bytes of a file, and of what goes out with the page."""
_GOOD_FOR = timedelta(minutes=15)


class Over(Exception):
    """What was shown cannot be imported any more: too old, another agent's, or not of this portal."""


@dataclass(frozen=True)
class Import:
    """What a file does line by line, how it was understood, and three of its names to judge by."""

    at: datetime
    encoding: str
    mended: tuple[int, ...]
    titles: tuple[str, ...]
    ignored: tuple[str, ...]
    lines: tuple[Planned, ...]

    def count(self, fate: str) -> int:
        """Count the lines that have this fate."""
        return sum(one.fate == fate for one in self.lines)

    @property
    def sample(self) -> list[KnownFamily]:
        """Three families, names with accents first."""
        return family_files.accents_first(tuple(_rows(self)))


def prepare(db: Database, content: bytes, told: str | None) -> Import:
    """Read a file, in the encoding `told` or else recognised, and tell what it would do. Raises UnusableFile."""
    rows, report = family_files.read(content, told)
    if not rows and not report.bad_lines:
        raise UnusableFile("aucune famille sous les titres des colonnes")
    without = dict(report.without_email)
    lines = [_with(one, without.get(one.line)) for one in families.plan(db, rows)]
    lines += [Planned(number, Fate.LEFT_OUT, report.named[number], why) for number, why in report.bad_lines]
    lines.sort(key=lambda one: one.line)
    return Import(now(), report.encoding, report.mended, report.titles, report.ignored, tuple(lines))


def seal(agent: Agent, shown: Import) -> str:
    """Return what goes out with the page. Raises UnusableFile when that would be too much."""
    lines = [[one.line, one.fate, *_values(one.family), one.said] for one in shown.lines]
    values = [agent.id, stamp(shown.at), shown.encoding, lines]
    packed = zlib.compress(json.dumps(values, ensure_ascii=False).encode())
    sealed = sealing.seal(Purpose.IMPORT, b64encode(packed).decode())
    if len(sealed) > LARGEST - 64 * 1024:
        raise UnusableFile("trop de familles pour une page : partagez ce fichier en plusieurs")
    return sealed


def carry_out(db: Database, agent: Agent, sealed: str) -> Import:
    """Do what was shown, and tell it; sent twice, it tells the same and is noted once. Raises Over."""
    shown = _unseal(agent, sealed)
    with transaction(db):
        done = {one.line: one for one in families.write(db, _rows(shown))}
        changed = any(one.fate in {Fate.ADDED, Fate.REPLACED} for one in done.values())
        if changed or not agent_journal.did(db, agent.id, Action.FAMILIES_IMPORTED, shown.at):
            agent_journal.add(db, agent.id, Action.FAMILIES_IMPORTED, now())
    return replace(shown, lines=tuple(_told(one, done.get(one.line)) for one in shown.lines))


def _told(shown: Planned, done: Planned | None) -> Planned:
    """Tell what a line did; what it had done already, by a first click, is told as that click did."""
    if done is None or done.fate is Fate.SAME:
        return shown
    return replace(done, said=done.said or shown.said)


def _with(one: Planned, warning: str | None) -> Planned:
    return replace(one, said=", ".join(filter(None, (one.said, warning))))


def _rows(shown: Import) -> Iterator[Row]:
    """Return the lines to write; their keys are those under which the town knew them when they were shown."""
    return (Row(one.line, one.family) for one in shown.lines if one.fate is not Fate.LEFT_OUT)


def _values(family: KnownFamily) -> list[str | None]:
    return [family.enfance_key, family.birth_name, family.given_name, family.email]


def _unseal(agent: Agent, sealed: str) -> Import:
    """Read what came back. What is not encrypted is refused, though some stored secrets are not yet."""
    if sealing.state(Purpose.IMPORT, sealed) not in {State.CURRENT, State.FORMER}:
        raise Over
    packed = b64decode(sealing.unseal(Purpose.IMPORT, sealed))
    whose, at, encoding, lines = json.loads(zlib.decompress(packed))
    if whose != agent.id or not timedelta() <= now() - moment(at) <= _GOOD_FOR:
        raise Over
    planned = (Planned(line, Fate(fate), KnownFamily(*family), said) for line, fate, *family, said in lines)
    return Import(moment(at), encoding, (), (), (), tuple(planned))
