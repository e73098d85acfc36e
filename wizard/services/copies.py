"""The files in which a copy of one's data leaves: JSON for programs, CSV for spreadsheets."""

import csv
import io
import json
from collections.abc import Callable

Record = dict[str, str]
Records = dict[str, list[Record]]
"""The sections of a copy: what each thing is called, and what it is."""

# A spreadsheet runs as a formula what begins so, spaces apart (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_json(records: Records) -> bytes:
    """Return the records as an indented JSON document."""
    return json.dumps(records, ensure_ascii=False, indent=2).encode()


def as_csv(records: Records) -> bytes:
    """Return one line for each answer, as French spreadsheets open them: semicolons, byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(("Rubrique", "Numéro", "Donnée", "Valeur"))
    for title, section in records.items():
        for number, record in enumerate(section, 1):
            for label, value in record.items():
                writer.writerow((title, number, label, harmless(value)))
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


KINDS: dict[str, tuple[str, Callable[[Records], bytes]]] = {
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
}
"""The kinds of file: what each is sent as, and what writes it."""
