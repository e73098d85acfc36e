"""« Clé Enfance », the key of a family, and the families the town already knows by theirs."""

import csv
import io
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from sqlite_utils import Database

from wizard.clock import now
from wizard.db import transaction
from wizard.forms import clean, normalise_email
from wizard.models import Account
from wizard.stores import families
from wizard.stores.families import KnownFamily, Recognition

# No 0 O, 1 I L, U V: what is read aloud or copied by hand comes back right.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
_OURS = re.compile(f"([{_ALPHABET}]{{4}})-?([{_ALPHABET}]{{4}})")
# Keys of a town's former software: letters and digits in groups.
_OTHERS = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_LONGEST_NAME = 80

_COLUMNS = {
    "enfance_key": {"cleenfance", "clefenfance", "cle", "clef", "clefamille", "codefamille", "numerofamille"},
    "birth_name": {"nom", "nomdenaissance", "nomnaissance", "nomdefamille", "nomfamille"},
    "given_name": {"prenom", "prenoms"},
    "email": {"courriel", "email", "mail", "adressemail", "adressecourriel", "adresseelectronique"},
}
_REQUIRED = ("enfance_key", "birth_name", "given_name")


class UnusableFile(ValueError):
    """The file cannot be imported at all; the message says why. Nothing was changed."""


class _BadLine(ValueError):
    """The message says what is wrong."""


@dataclass
class Report:
    """What an import did; `bad_lines` holds the number of each line left out, and why."""

    added: int = 0
    updated: int = 0
    bad_lines: list[tuple[int, str]] = field(default_factory=list)


def new_key() -> str:
    """Return a key for a family that has none: « K7RM-4TXQ »."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def read_key(text: str) -> str | None:
    """Return the key typed, as it is stored, or None: case and spaces do not count, nor does our hyphen."""
    key = re.sub(r"\s", "", text).upper()
    if ours := _OURS.fullmatch(key):
        return f"{ours[1]}-{ours[2]}"
    return key if 4 <= len(key) <= 24 and _OTHERS.fullmatch(key) else None


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
    report = Report()
    try:
        known = list(_read(path, report, progress))
    except csv.Error as error:
        raise UnusableFile(f"ce n'est pas un tableau CSV ({error})") from error
    with transaction(db):
        for family in known:
            if families.save(db, family, now()):
                report.added += 1
            else:
                report.updated += 1
    return report


def _read(path: Path, report: Report, progress: Callable[[int], None]) -> Iterator[KnownFamily]:
    """The usable lines of the file; the others go to the report."""
    text = _text(path)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(_counted(lines, progress), delimiter=_delimiter(text.partition("\n")[0]))
    columns = _columns(next(reader, []))
    seen: dict[str, int] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            family = _family(dict(zip(columns, cells, strict=False)))
            if family.enfance_key in seen:
                raise _BadLine(f"même clé qu'à la ligne {seen[family.enfance_key]}")
        except _BadLine as error:
            report.bad_lines.append((reader.line_num, str(error)))
            continue
        seen[family.enfance_key] = reader.line_num
        yield family


def _text(path: Path) -> str:
    """Decode as UTF-8, else as Windows does in France; a byte that neither knows is shown as « � »."""
    content = path.read_bytes().replace(b"\0", b"")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _counted(lines: Iterable[str], progress: Callable[[int], None]) -> Iterator[str]:
    for line in lines:
        yield line
        progress(len(line.encode()))


def _delimiter(header: str) -> str:
    return max(";,\t", key=header.count)


def _columns(header: list[str]) -> list[str]:
    """Name each column of the file after ours, whatever its case, accents and spaces."""
    names = []
    for title in header:
        plain = unicodedata.normalize("NFKD", title).casefold()
        plain = "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
        names.append(next((name for name, titles in _COLUMNS.items() if plain in titles), plain))
    if missing := [name for name in _REQUIRED if name not in names]:
        french = dict(zip(_REQUIRED, ("cle_enfance", "nom", "prenom"), strict=True))
        raise UnusableFile(f"colonne(s) absente(s) : {', '.join(french[name] for name in missing)}")
    return names


def _family(cells: dict[str, str]) -> KnownFamily:
    values = {name: clean(cells.get(name)) for name in _COLUMNS}
    key = read_key(values["enfance_key"])
    if key is None:
        raise _BadLine("clé illisible" if values["enfance_key"] else "clé absente")
    for name, title in (("birth_name", "nom"), ("given_name", "prénom")):
        if not values[name]:
            raise _BadLine(f"{title} absent")
        if len(values[name]) > _LONGEST_NAME:
            raise _BadLine(f"{title} de plus de {_LONGEST_NAME} caractères")
    return KnownFamily(key, values["birth_name"], values["given_name"], _email(values["email"]))


def _email(text: str) -> str | None:
    if not text:
        return None
    try:
        validate_email(text, check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        raise _BadLine("courriel incorrect") from None
    return normalise_email(text)
