"""A table from a spreadsheet: its header found under titles, its columns named, its rows numbered as in the file."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from wizard.services.text_files import UnusableFile

_DELIMITERS = ";,\t|"
_TITLE_LINES = 20
_ANNOUNCED = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A column: its name, how it is called in a sentence, what its title may be, the best ones first."""

    name: str
    title: str
    titles: tuple[re.Pattern[str], ...]
    required: bool = True


@dataclass(frozen=True)
class Table:
    """`titles` tells what each column found is called in the file, `ignored` names the others.

    `rows` are numbered as in the file.
    """

    titles: Mapping[str, str]
    ignored: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str]]]


def read(text: str, columns: tuple[Column, ...], progress: Callable[[int], None]) -> Table:
    """Find the header, and return the rows under it. Raises UnusableFile, here or as the rows are read."""
    delimiters = _DELIMITERS
    if announced := _ANNOUNCED.fullmatch(text.partition("\n")[0]):
        delimiters = announced[1] + _DELIMITERS
    found: list[tuple[int, int, str, list[str]]] = []
    for delimiter in delimiters:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            for number, cells in enumerate(islice(lines, _TITLE_LINES)):
                found.append((len(_places(cells, columns)), -number, delimiter, cells))
        except csv.Error:
            continue
    _known, place, delimiter, header = max(found, key=lambda one: one[:2], default=(0, 0, ";", []))
    places = _required(header, columns)
    return _table(header, places, _rows(text, delimiter, -place, places, progress))


def of_sheet(sheet: Sequence[list[str]], columns: tuple[Column, ...]) -> Table:
    """Do the same with the lines of a workbook's sheet. Raises UnusableFile."""
    tops = [(len(_places(cells, columns)), -number) for number, cells in enumerate(sheet[:_TITLE_LINES])]
    at = -max(tops, default=(0, 0))[1]
    header = sheet[at] if sheet else []
    places = _required(header, columns)
    rows = ((number, _cells(cells, places)) for number, cells in enumerate(sheet[at + 1 :], at + 2) if any(cells))
    return _table(header, places, rows)


def _required(header: list[str], columns: tuple[Column, ...]) -> dict[str, int]:
    """Tell where each column is. Raises UnusableFile when one that is needed is nowhere."""
    places = _places(header, columns)
    if missing := [column.title for column in columns if column.required and column.name not in places]:
        seen = ", ".join(f"« {title.strip()} »" for title in header if title.strip())
        raise UnusableFile(f"colonne(s) absente(s) : {', '.join(missing)}" + (f" (vu : {seen[:300]})" if seen else ""))
    return places


def _table(header: list[str], places: Mapping[str, int], rows: Iterator[tuple[int, dict[str, str]]]) -> Table:
    titles = [title.strip() for title in header]
    ignored = (title for at, title in enumerate(titles) if at not in places.values())
    return Table({name: titles[place] for name, place in places.items()}, tuple(filter(None, ignored)), rows)


def plain(title: str) -> str:
    """Return a title without case, accents nor signs: « N° de famille » is « ndefamille »."""
    text = unicodedata.normalize("NFKD", title.replace("°", "").replace("º", "").replace("№", "n")).casefold()
    return "".join(letter for letter in text if letter.isascii() and letter.isalnum())


def _places(header: list[str], columns: tuple[Column, ...]) -> dict[str, int]:
    """Tell where each column is: under the best of its titles."""
    titles = [plain(title) for title in header]
    found: dict[str, int] = {}
    for column in columns:
        for pattern in column.titles:
            matching = [place for place, title in enumerate(titles) if pattern.fullmatch(title)]
            if matching:
                found[column.name] = matching[0]
                break
    return found


def _rows(
    text: str, delimiter: str, header: int, places: Mapping[str, int], progress: Callable[[int], None]
) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(_counted(io.StringIO(text, newline=""), progress), delimiter=delimiter, strict=True)
    before = 0
    try:
        for number, cells in enumerate(reader):
            start, before = before + 1, reader.line_num
            if number > header and any(cell.strip() for cell in cells):
                yield start, _cells(cells, places)
    except csv.Error as error:
        raise UnusableFile(f'ligne {before + 1} : un guillemet (") ouvert ou fermé au mauvais endroit') from error


def _cells(cells: list[str], places: Mapping[str, int]) -> dict[str, str]:
    return {name: _value(cells[place]) for name, place in places.items() if place < len(cells)}


def _value(cell: str) -> str:
    """Return what a cell holds; « ="0042" » is how some software keeps a spreadsheet from dropping the zeros."""
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell


def _counted(lines: io.StringIO, progress: Callable[[int], None]) -> Iterator[str]:
    for line in lines:
        yield line
        progress(len(line.encode(errors="replace")))
