"""What leaves for the town's software is on no disk of the portal, where it would be in clear."""

import io
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress

import pytest

from wizard.services.handover import formats
from wizard.services.handover.profile import Rows, Sheet

SHEETS = (Sheet("Familles", ("Nom",)), Sheet("Enfants", ("Nom",)))
ROWS: Rows = [("Familles", ("Martin",)), ("Enfants", ("Loïc",)), ("Familles", ("Petit",))]


@pytest.mark.parametrize("write", [formats.csv_files, formats.xlsx_file, formats.xlsx_files])
def test_no_file_of_an_export_is_temporary(write: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(FileNotFoundError):
        tempfile.mkstemp()
    out = io.BytesIO()
    write(out, SHEETS, ROWS)
    assert len(out.getvalue()) > 200
    assert not kept_open()


def kept_open() -> list[str]:
    """Return the files in memory that this process has open."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # that of the folder itself
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return [name for name in found if "memfd:page" in name]
