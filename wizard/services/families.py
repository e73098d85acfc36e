"""« Clé Enfance », the key of a family, and the families the town already knows by theirs."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Recognition
from wizard.services import family_files
from wizard.services.family_files import BadLine, Report, Row
from wizard.services.text_files import UnusableFile
from wizard.stores import families
from wizard.stores.families import KnownFamily
from wizard.values.keys import ALPHABET, read_key

__all__ = ["Report", "UnusableFile", "import_file", "match", "new_key", "read_file", "read_key", "save"]


class Fate(StrEnum):
    """What becomes of a line of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    SAME = "same"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Planned:
    """What a line does, or why it does nothing; `family` has the key under which the town knows it."""

    line: int
    fate: Fate
    family: KnownFamily
    said: str = ""


def new_key() -> str:
    """Return a key for a family that has none: « K7RM-4TXQ »."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def match(db: Database, account: Account) -> None:
    """Recognise the household of an account among the families known; a key that proves nothing stays announced.

    To be called in the transaction that proves the address: before, anyone could ask whom the town knows. A key is
    easily guessed: it counts with the address that the family is known by, or with its name.
    """
    announced = families.tie(db, account.household).known
    if announced and announced.email == account.email:
        families.recognise(db, account.household, announced, Recognition.EMAIL)
    elif announced and families.bears_name(db, account.person, announced):
        families.recognise(db, account.household, announced, Recognition.NAME)
    elif by_email := families.alone_with(db, account.email):
        families.recognise(db, account.household, by_email, Recognition.EMAIL)


def import_file(db: Database, path: Path, progress: Callable[[int], None] = lambda _bytes: None) -> Report:
    """Add the families of a file, or replace those that have the same key.

    `progress` is called with the bytes read since its last call. Raises UnusableFile.
    """
    known, report = read_file(path, progress)
    return save(db, known, report)


def read_file(path: Path, progress: Callable[[int], None] = lambda _bytes: None) -> tuple[tuple[Row, ...], Report]:
    """Return the families of a file, and how it was understood. Raises UnusableFile."""
    return family_files.read(path.read_bytes(), progress=progress)


def save(db: Database, rows: Iterable[Row], report: Report) -> Report:
    """Add these families, or replace those that have the same key: all that the plan says, or nothing."""
    with transaction(db):
        for one in write(db, rows):
            if one.fate is Fate.LEFT_OUT:
                report.bad_lines.append((one.line, one.said))
            elif one.fate is Fate.ADDED:
                report.added += 1
            else:
                report.updated += 1
    return report


def write(db: Database, rows: Iterable[Row]) -> tuple[Planned, ...]:
    """Do what is planned of these lines, within a transaction; a family told again is dated anew."""
    planned = plan(db, rows)
    for one in planned:
        if one.fate is not Fate.LEFT_OUT:
            families.save(db, one.family, now())
    return planned


def plan(db: Database, rows: Iterable[Row]) -> tuple[Planned, ...]:
    """Tell what each line would do."""
    rows, known = tuple(rows), families.all_known(db)
    return tuple(_planned(rows, known))


def _planned(rows: tuple[Row, ...], known: dict[str, KnownFamily]) -> Iterator[Planned]:
    told, alike = {row.family.enfance_key for row in rows}, _by_number(known)
    rivals = _by_number(told - known.keys())
    for row in rows:
        key = row.family.enfance_key
        try:
            meant = _meant(key, known, [one for one in alike[_bare(key)] if one not in told], rivals[_bare(key)])
        except BadLine as error:
            yield Planned(row.line, Fate.LEFT_OUT, row.family, str(error))
            continue
        family = KnownFamily(meant, row.family.birth_name, row.family.given_name, row.family.email)
        said = "" if meant == key else f"« {key} » dans le fichier, connue sous « {meant} »"
        yield Planned(row.line, _fate(family, known), family, said)


def _fate(family: KnownFamily, known: dict[str, KnownFamily]) -> Fate:
    if family.enfance_key not in known:
        return Fate.ADDED
    return Fate.SAME if known[family.enfance_key] == family else Fate.REPLACED


def _meant(key: str, known: dict[str, KnownFamily], candidates: list[str], rivals: list[str]) -> str:
    """Return the key under which a family is known: its own, else the one number that is the same but for its zeros.

    A spreadsheet takes these zeros off. `candidates` are such keys that no other line of the file names, `rivals` the
    lines that would be one of them. Two families are never taken for one. Raises BadLine.
    """
    if key in known or not candidates:
        return key
    if len(candidates) > 1:
        raise BadLine(f"plusieurs familles connues ont ce numéro, aux zéros du début près : {', '.join(candidates)}")
    if len(rivals) > 1:
        raise BadLine(f"la famille connue {candidates[0]} peut être plusieurs lignes : {', '.join(rivals)}")
    return candidates[0]


def _bare(key: str) -> str:
    """Return a number without the zeros before it; a key that is no number is only itself."""
    return key.lstrip("0") if key.isdigit() else f"={key}"


def _by_number(keys: Iterable[str]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        found[_bare(key)].append(key)
    return found
