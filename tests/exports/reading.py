"""The files that leave, read again by other means than those that wrote them: csv, openpyxl, zipfile."""

import csv
import html
import io
import zipfile
from typing import IO, Any

from openpyxl import load_workbook

Lines = list[dict[str, str]]


def csv_lines(data: bytes, encoding: str = "utf-8") -> Lines:
    """Return the lines of a CSV file, by column."""
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline=""), delimiter=";", strict=True))


def sheets(file: IO[bytes] | Any, head: int = 0) -> dict[str, Lines]:
    """Return the lines of each sheet of a workbook, all of whose cells are text; `head` is the line of the columns."""
    book = load_workbook(file, read_only=True)
    found: dict[str, Lines] = {}
    for page in book.worksheets:
        rows = [[cell.value for cell in row] for row in page.rows]
        assert all(value is None or isinstance(value, str) for row in rows for value in row)
        assert not any(cell.data_type in {"f", "e"} for row in page.rows for cell in row)
        columns = rows[head]
        found[page.title] = [
            dict(zip(columns, [value or "" for value in row] + [""] * len(columns), strict=False))
            for row in rows[head + 1 :]
        ]
    book.close()
    return found


def archive(file: IO[bytes]) -> dict[str, bytes]:
    """Return what a ZIP holds, which must be sound."""
    with zipfile.ZipFile(file) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def words(data: bytes) -> list[str]:
    """Return what can be read in a file and in what it holds, however deep, whatever way its letters are written."""
    if data[:2] != b"PK":
        return [html.unescape(data.decode("utf-8-sig", "replace"))]
    return [text for part in archive(io.BytesIO(data)).values() for text in words(part)]
