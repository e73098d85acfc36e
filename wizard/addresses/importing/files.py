"""Reads the lines of an official file, compressed or not, and counts those that cannot be used."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TextIO

from wizard.addresses.importing.formats import BadLine, Reader, Row, UnknownFormat, reader_for

GZIP = b"\x1f\x8b"
LISTED = 20  # bad lines shown one by one; the others are only counted
STRIDE = 4096  # lines between two signs of progress

# Called with the bytes read since the last call.
Progress = Callable[[int], None]


class ImportFailed(Exception):
    """The files cannot be used; nothing was changed. The message is for the administrator."""


@dataclass
class FileReport:
    """What one file gave."""

    path: Path
    source: str = ""
    data_date: str = ""
    rows: int = 0
    bad: int = 0
    bad_lines: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        self.bad += 1
        if len(self.bad_lines) < LISTED:
            self.bad_lines.append((line, reason))


def read(report: FileReport, progress: Progress) -> Iterator[Row]:
    """Yield the usable rows of the report's file; the report is complete once they are all read."""
    try:
        with report.path.open("rb") as raw:
            report.data_date = _day_of(raw, report.path)
            delimiter = _delimiter(raw)
            with _text(raw) as text:
                yield from _rows(report, text, delimiter, raw, progress)
    except (OSError, EOFError, zlib.error) as error:
        raise ImportFailed(f"{report.path.name} : fichier illisible ou tronqué ({error})") from error
    if report.bad > report.rows:
        raise ImportFailed(f"{report.path.name} : {report.bad} lignes illisibles pour {report.rows} lisibles")


def _rows(report: FileReport, text: TextIO, delimiter: str, raw: BinaryIO, progress: Progress) -> Iterator[Row]:
    lines = csv.reader(text, delimiter=delimiter)
    reader, report.source = _format(report, lines)
    told = 0
    while True:
        try:
            cells = next(lines)
            if cells:
                yield _counted(report, reader, cells)
        except StopIteration:
            break
        except (BadLine, csv.Error) as problem:
            report.refuse(lines.line_num, str(problem))
        if lines.line_num % STRIDE == 0:
            progress(raw.tell() - told)
            told = raw.tell()
    progress(report.path.stat().st_size - told)


def _counted(report: FileReport, reader: Reader, cells: list[str]) -> Row:
    row = reader(cells)
    report.rows += 1
    return row


def _format(report: FileReport, lines: Iterator[list[str]]) -> tuple[Reader, str]:
    try:
        return reader_for(next(lines, []))
    except (UnknownFormat, csv.Error):
        raise ImportFailed(
            f"{report.path.name} : ni un fichier de la BAN (adresses ou lieux-dits), ni une BAL 1.3 à 1.5"
        ) from None


def _text(raw: BinaryIO) -> io.TextIOWrapper:
    """Read a file as text, whatever its bytes: those that are not UTF-8 are replaced, and their line refused."""
    compressed = raw.read(2) == GZIP
    raw.seek(0)
    data = gzip.GzipFile(fileobj=raw) if compressed else raw
    return io.TextIOWrapper(data, encoding="utf-8-sig", errors="replace", newline="")


def _delimiter(raw: BinaryIO) -> str:
    """Return what parts the columns: the official `;`, or what a spreadsheet made of it."""
    header = _text(raw)
    first = header.readline(4096)
    header.detach()
    raw.seek(0)
    return max(";,\t", key=first.count)


def _day_of(raw: BinaryIO, path: Path) -> str:
    """Return the day the data was made: the one its compression noted, otherwise the file's."""
    head = raw.read(8)
    raw.seek(0)
    stamp = int.from_bytes(head[4:8], "little") if head[:2] == GZIP else 0
    return datetime.fromtimestamp(stamp or path.stat().st_mtime, UTC).date().isoformat()
