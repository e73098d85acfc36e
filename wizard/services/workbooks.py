"""The lines of an XLSX workbook, as text: bounded before it is opened, nothing in it is computed or run.

openpyxl is 10 MB in each process and a fifth of a second of each command: it is loaded for who opens a workbook.
"""

import io
import re
import warnings
import zipfile
from datetime import date

from wizard.services.text_files import SAVE_AGAIN, UnusableFile

_SIGNATURE = b"PK\x03\x04"
_PARTS = 300
_UNPACKED = 32 * 1024 * 1024
"""Bytes of all its parts: what is told in its table, which zipfile reads no further than."""
_SHEETS = 5
_COLUMNS = 100
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def is_one(content: bytes) -> bool:
    """Whether a file is a workbook, or another archive; its name says nothing."""
    return content.startswith(_SIGNATURE)


def sheets(content: bytes, most: int) -> list[list[list[str]]]:
    """Return the lines of its first sheets that are not empty, of at most `most` lines. Raises UnusableFile."""
    try:
        _check(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which nobody asks for here
            return _read(content, most)
    except UnusableFile:
        raise
    except Exception:  # what a hostile archive makes zipfile, the XML parser or openpyxl raise is anything
        raise UnusableFile(f"ce classeur est abîmé : ouvrez-le dans le tableur et {SAVE_AGAIN}") from None


def _check(content: bytes) -> None:
    """Refuse what is no plain workbook, or too large once unpacked, before anything is built of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "xl/workbook.xml" not in names:
            raise UnusableFile(f"ce n'est pas un classeur .xlsx, mais un .ods ou une archive : {SAVE_AGAIN}")
        if any(name.endswith("vbaProject.bin") for name in names):
            raise UnusableFile(f"ce classeur contient des macros : {SAVE_AGAIN}")
        if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
            raise UnusableFile(f"ce classeur est trop lourd une fois décompressé : {SAVE_AGAIN}")
        for part in parts:
            # UTF-16 puts zeros between the letters.
            if part.filename.endswith((".xml", ".rels")) and _DECLARATION.search(
                archive.read(part).replace(b"\0", b"")
            ):
                raise UnusableFile(f"ce classeur n'a pas été écrit par un tableur : {SAVE_AGAIN}")


def _read(content: bytes, most: int) -> list[list[list[str]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    found = []
    for sheet in book.worksheets[:_SHEETS]:
        sheet.reset_dimensions()  # the file's word for it may be a million lines
        lines: list[list[str]] = []
        for cells in sheet.iter_rows(max_row=most + 1, max_col=_COLUMNS, values_only=True):
            lines.append([_text(cell) for cell in cells])
        if len(lines) > most:
            raise UnusableFile(f"plus de {most} lignes : partagez ce fichier en plusieurs")
        if any(map(any, lines)):
            found.append(lines)
    return found


def _text(cell: object) -> str:
    """Return a cell as one reads it: a number without « .0 », a day as it is written in France."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)
