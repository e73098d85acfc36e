"""The pages of a workbook that is written: openpyxl puts each in a file of its own, which is kept in memory here.

It is 10 MB, for those who write one: this module is loaded then.
"""

import io
import os

from openpyxl import Workbook
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter


class _InMemory(WorksheetWriter):  # type: ignore[misc]
    """Writes a page where no disk is: it would be in clear there, under a name that a crash leaves."""

    def __init__(self, page: WriteOnlyWorksheet) -> None:
        self._kept = io.FileIO(os.memfd_create("page"))
        super().__init__(page, f"/proc/self/fd/{self._kept.fileno()}")

    def cleanup(self) -> None:
        self._kept.close()


def new_page(book: Workbook, name: str) -> WriteOnlyWorksheet:
    """Add a page to a workbook."""
    page = book.create_sheet(name)
    page._writer = _InMemory(page)
    page._writer.write_top()
    return page
