"""A file of the families that the town knows, CSV or XLSX: its columns, its lines, what is wrong with each."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email

from wizard.services import table_files, text_files, workbooks
from wizard.services.table_files import Column, Table
from wizard.services.text_files import UnusableFile
from wizard.stores.families import KnownFamily
from wizard.values.emails import normalise_email
from wizard.values.keys import read_key
from wizard.values.text import clean

MOST_LINES = 50_000
_LONGEST_NAME = 80

# What the title of each column may be, without case, accents nor signs; the best ones first.
_OF_WHOM = r"(d?u?(parent|responsable|resp|representant|repr?|rl|titulaire|usager|allocataire)(legal)?)?1?"
_TITLES = {
    "enfance_key": (
        r"(n|no|num|nro|numero|code|id|identifiant|ref|reference|matricule|cles?|clefs?)(de?l?a?|du)"
        r"?(comptes?)?(familles?|famil|foyer|enfance|dossierfamille|famillecompte|comptefamille)",
        r"(compte)?famille(n|no|num|numero|code|id|ref|cle)",
        r"cles?|clefs?",
    ),
    "birth_name": (
        rf"nom(de)?naissance{_OF_WHOM}|nomdejeunefille",
        rf"(noms?|nom(de)?(la)?(famille|foyer)|patronyme){_OF_WHOM}",
    ),
    "given_name": (rf"prenoms?(usuel|dusage)?{_OF_WHOM}",),
    "email": (
        rf"(adresses?)?(de)?(courriel|e?mail|mel|messagerie)(electronique)?s?(dela)?(famille|foyer|contact)?{_OF_WHOM}",
        rf"(adresse|courrier)electronique{_OF_WHOM}",
    ),
}
_COLUMNS = tuple(
    Column(name, title, tuple(map(re.compile, _TITLES[name])), required=name != "email")
    for name, title in zip(_TITLES, ("N° famille", "Nom", "Prénom", "Adresse e-mail"), strict=True)
)


class BadLine(ValueError):
    """The message says what is wrong."""


@dataclass
class Report:
    """What an import did, and how the file was understood.

    `titles` tells how the file calls each column. `bad_lines` holds the number of each line left out, and why; `named`,
    whom they name, as written; `without_email` of those whose address is wrong.
    """

    added: int = 0
    updated: int = 0
    encoding: str = ""
    mended: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    bad_lines: list[tuple[int, str]] = field(default_factory=list)
    named: dict[int, KnownFamily] = field(default_factory=dict)
    without_email: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """A family, and the line of the file that tells it."""

    line: int
    family: KnownFamily


def read(
    content: bytes, told: str | None = None, progress: Callable[[int], None] = lambda _bytes: None
) -> tuple[tuple[Row, ...], Report]:
    """Return the families of a file, and how it was understood, in the encoding `told` or else recognised.

    `progress` is called with the bytes read since its last call. Raises UnusableFile.
    """
    if workbooks.is_one(content):
        table, report = _of_sheets(workbooks.sheets(content, MOST_LINES)), Report(encoding="XLSX")
        progress(len(content))
    else:
        # Counted first: a million of empty lines costs a second to look at one by one.
        if max(content.count(b"\n"), content.count(b"\r")) > 2 * MOST_LINES:
            raise UnusableFile(_too_many())
        text = text_files.read(content, told)
        table = table_files.read(text.content, _COLUMNS, progress)
        report = Report(encoding=text.encoding, mended=text.mended)
    report.titles, report.ignored = tuple(table.titles.values()), table.ignored
    return tuple(_rows(table, report)), report


def accents_first(rows: tuple[Row, ...]) -> list[KnownFamily]:
    """Return three families to judge a file by: names with accents first, for they tell a wrong encoding."""
    known = [row.family for row in rows]
    return sorted(known, key=lambda one: (one.birth_name + one.given_name).isascii())[:3]


def _too_many() -> str:
    return f"plus de {MOST_LINES} lignes : partagez ce fichier en plusieurs"


def _of_sheets(sheets: list[list[list[str]]]) -> Table:
    """Return the table of the first sheet that has one; if none has, what is wrong is told of the first."""
    refused: list[UnusableFile] = []
    for sheet in sheets or [[]]:
        try:
            return table_files.of_sheet(sheet, _COLUMNS)
        except UnusableFile as error:
            refused.append(error)
    raise refused[0]


def _rows(table: Table, report: Report) -> Iterator[Row]:
    """Yield the usable lines of the table; the others go to the report."""
    seen: dict[str, int] = {}
    for count, (number, cells) in enumerate(table.rows):
        if count == MOST_LINES:
            raise UnusableFile(_too_many())
        try:
            family = _family(cells)
            if family.enfance_key in seen:
                raise BadLine(f"même clé qu'à la ligne {seen[family.enfance_key]}")
        except BadLine as error:
            report.bad_lines.append((number, str(error)))
            report.named[number] = _as_written(cells)
            continue
        if family.email is None and cells.get("email", "").strip():
            report.without_email.append((number, "courriel incorrect, famille importée sans lui"))
        seen[family.enfance_key] = number
        yield Row(number, family)


def _family(cells: dict[str, str]) -> KnownFamily:
    values = {name: clean(cells.get(name)) for name in _TITLES}
    key = read_key(values["enfance_key"], shortest=1)
    if key is None:
        raise BadLine("clé illisible" if values["enfance_key"] else "clé absente")
    for name, title in (("birth_name", "nom"), ("given_name", "prénom")):
        if not values[name]:
            raise BadLine(f"{title} absent")
        if len(values[name]) > _LONGEST_NAME:
            raise BadLine(f"{title} de plus de {_LONGEST_NAME} caractères")
        if "\ufffd" in values[name]:
            raise BadLine(f"{title} dont des lettres sont perdues : « {values[name]} »")
        if meant := text_files.garbled(cells[name]):
            raise BadLine(f"{title} abîmé : « {values[name]} », sans doute « {clean(meant)} »")
    return KnownFamily(key, values["birth_name"], values["given_name"], _email(values["email"]))


def _as_written(cells: dict[str, str]) -> KnownFamily:
    """Return whom a line that is left out names, for whoever looks for it in the file: at most what a name may be."""
    key, birth_name, given_name, email = (clean(cells.get(name))[:_LONGEST_NAME] for name in _TITLES)
    return KnownFamily(key, birth_name, given_name, _email(email))


def _email(text: str) -> str | None:
    try:
        validate_email(text, check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        return None
    return normalise_email(text)
