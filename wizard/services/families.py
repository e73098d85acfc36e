"""« Clé Enfance », the key of a family, and the families the town already knows by theirs."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.models import Account, Recognition
from wizard.services import table_files, text_files
from wizard.services.table_files import Column
from wizard.services.text_files import UnusableFile
from wizard.stores import families
from wizard.stores.families import KnownFamily
from wizard.values.emails import normalise_email
from wizard.values.keys import ALPHABET, read_key
from wizard.values.text import clean

__all__ = ["Report", "UnusableFile", "import_file", "match", "new_key", "read_file", "read_key", "save"]

_LONGEST_NAME = 80

# What the title of each column may be, without case, accents nor signs; the best ones first.
_OF_WHOM = r"(d?u?(parent|responsable|representant)(legal)?)?1?"
_TITLES = {
    "enfance_key": (
        r"(n|no|num|numero|code|id|identifiant|ref|reference|matricule|cles?|clefs?)(de?l?a?|du)"
        r"?(familles?|foyer|enfance|dossierfamille)",
        r"famille(n|no|num|numero|code|id|cle)",
        r"cles?|clefs?",
    ),
    "birth_name": (
        rf"nom(de)?naissance{_OF_WHOM}|nomdejeunefille",
        rf"(noms?|nom(de)?(la)?famille|patronyme){_OF_WHOM}",
    ),
    "given_name": (rf"prenoms?(usuel|dusage)?{_OF_WHOM}",),
    "email": (
        rf"(adresse)?(de)?(courriel|e?mail|mel|messagerie)(electronique)?s?(famille)?{_OF_WHOM}",
        rf"(adresse|courrier)electronique{_OF_WHOM}",
    ),
}
_COLUMNS = tuple(
    Column(name, title, tuple(map(re.compile, _TITLES[name])), required=name != "email")
    for name, title in zip(_TITLES, ("cle_enfance", "nom", "prenom", "courriel"), strict=True)
)


class _BadLine(ValueError):
    """The message says what is wrong."""


@dataclass
class Report:
    """What an import did, and how the file was understood.

    `bad_lines` holds the number of each line left out, and why; `without_email` of those whose address is wrong.
    """

    added: int = 0
    updated: int = 0
    encoding: str = ""
    mended: tuple[int, ...] = ()
    ignored: tuple[str, ...] = ()
    bad_lines: list[tuple[int, str]] = field(default_factory=list)
    without_email: list[tuple[int, str]] = field(default_factory=list)


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
    """Add the families of a CSV file, or replace those that have the same key.

    `progress` is called with the bytes read since its last call. Raises UnusableFile.
    """
    known, report = read_file(path, progress)
    return save(db, known, report)


def read_file(
    path: Path, progress: Callable[[int], None] = lambda _bytes: None
) -> tuple[tuple[KnownFamily, ...], Report]:
    """Return the families of a CSV file, and how it was understood. Raises UnusableFile."""
    text = text_files.read(path.read_bytes())
    table = table_files.read(text.content, _COLUMNS, progress)
    report = Report(encoding=text.encoding, mended=text.mended, ignored=table.ignored)
    return tuple(_families(table, report)), report


def save(db: Database, known: Iterable[KnownFamily], report: Report) -> Report:
    """Add these families, or replace those that have the same key."""
    with transaction(db):
        for family in known:
            if families.save(db, family, now()):
                report.added += 1
            else:
                report.updated += 1
    return report


def _families(table: table_files.Table, report: Report) -> Iterator[KnownFamily]:
    """The usable lines of the table; the others go to the report."""
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        try:
            family = _family(cells)
            if family.enfance_key in seen:
                raise _BadLine(f"même clé qu'à la ligne {seen[family.enfance_key]}")
        except _BadLine as error:
            report.bad_lines.append((number, str(error)))
            continue
        if family.email is None and cells.get("email", "").strip():
            report.without_email.append((number, "courriel incorrect, famille importée sans lui"))
        seen[family.enfance_key] = number
        yield family


def _family(cells: dict[str, str]) -> KnownFamily:
    values = {name: clean(cells.get(name)) for name in _TITLES}
    key = read_key(values["enfance_key"], shortest=1)
    if key is None:
        raise _BadLine("clé illisible" if values["enfance_key"] else "clé absente")
    for name, title in (("birth_name", "nom"), ("given_name", "prénom")):
        if not values[name]:
            raise _BadLine(f"{title} absent")
        if len(values[name]) > _LONGEST_NAME:
            raise _BadLine(f"{title} de plus de {_LONGEST_NAME} caractères")
        if "\ufffd" in values[name]:
            raise _BadLine(f"{title} dont des lettres sont perdues : « {values[name]} »")
        if meant := text_files.garbled(cells[name]):
            raise _BadLine(f"{title} abîmé : « {values[name]} », sans doute « {clean(meant)} »")
    return KnownFamily(key, values["birth_name"], values["given_name"], _email(values["email"]))


def _email(text: str) -> str | None:
    try:
        validate_email(text, check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        return None
    return normalise_email(text)
