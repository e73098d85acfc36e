"""The files themselves: CSV and XLSX, alone or several in a ZIP; written line by line, and in memory alone.

They hold the families of a town, in clear: as long as the file that leaves, of which there are some megabytes.
"""

import csv
import io
import re
import zipfile
from typing import IO, TYPE_CHECKING, Any

from wizard.services.copies import harmless
from wizard.services.handover.profile import Row, Rows, Sheet

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

# No formula is made of digits and spaces alone.
_NUMBER = re.compile(r"\+?[\d ]+")
# Noethysweb takes a text with hyphens there (« Pont-du-Château ») for a date, and « None » for nothing; it drops spaces
# around.
_MISREAD = re.compile(r"None|.{4}-.{2}-.*", re.DOTALL)


def cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a phone number is as it is dialled."""
    return text if _NUMBER.fullmatch(text) else harmless(text)


def csv_file(out: IO[bytes], sheets: tuple[Sheet, ...], rows: Rows, *, bom: bool = False) -> None:
    """Write one CSV file, of the only sheet."""
    text = io.TextIOWrapper(out, "utf-8-sig" if bom else "utf-8", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(sheets[0].head)
    writer.writerows(tuple(map(cell, row)) for _sheet, row in rows)
    text.detach()


def csv_files(out: IO[bytes], sheets: tuple[Sheet, ...], rows: Rows, *, bom: bool = False) -> None:
    """Write one CSV file a sheet, in a ZIP."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {sheet.name: io.BytesIO() for sheet in sheets}
        texts = {
            name: io.TextIOWrapper(file, "utf-8-sig" if bom else "utf-8", newline="") for name, file in files.items()
        }
        writers = {name: csv.writer(text, delimiter=";") for name, text in texts.items()}
        for sheet in sheets:
            writers[sheet.name].writerow(sheet.head)
        for name, row in rows:
            writers[name].writerow(tuple(map(cell, row)))
        for name, text in texts.items():
            text.detach()
            archive.writestr(f"{name}.csv", files[name].getbuffer())


def xlsx_file(out: IO[bytes], sheets: tuple[Sheet, ...], rows: Rows, *, above: int = 0) -> None:
    """Write one workbook; `above` are the empty lines over the head of each sheet."""
    book = _book()
    pages = {sheet.name: _page(book, sheet, above) for sheet in sheets}
    for name, row in rows:
        pages[name].append([_text(pages[name], value) for value in row])
    book.save(out)


def xlsx_files(out: IO[bytes], sheets: tuple[Sheet, ...], rows: Rows, *, above: int = 0) -> None:
    """Write one workbook a sheet, in a ZIP."""
    books = {sheet.name: _book() for sheet in sheets}
    pages = {sheet.name: _page(books[sheet.name], sheet, above) for sheet in sheets}
    for name, row in rows:
        pages[name].append([_text(pages[name], value) for value in row])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, book in books.items():
            file = io.BytesIO()
            book.save(file)
            archive.writestr(f"{name}.xlsx", file.getbuffer())


def not_a_date(row: Row) -> Row:
    """Return a line that Noethysweb reads as it is written."""
    return tuple(f" {text}" if _MISREAD.fullmatch(text) else text for text in row)


def _book() -> "Workbook":
    from openpyxl import Workbook  # 10 MB, for those who write one

    return Workbook(write_only=True)


def _page(book: Any, sheet: Sheet, above: int) -> "WriteOnlyWorksheet":
    from wizard.services.handover.pages import new_page

    page = new_page(book, sheet.name)
    for _line in range(above):
        page.append([])
    page.append(list(sheet.head))
    return page


def _text(page: "WriteOnlyWorksheet", value: str) -> Any:
    """Return a cell of text: « =1+1 » is no formula and « 0612345678 » no number."""
    from openpyxl.cell import WriteOnlyCell

    if not value:
        return None
    made = WriteOnlyCell(page, value)
    made.data_type, made.number_format = "s", "@"
    return made
