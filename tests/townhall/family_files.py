"""Files of the families known, plain or hostile, as an agent sends them; and what became of them."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
from sqlite_utils import Database

from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.stores import agent_journal, families

PAGE = "/mairie/familles-connues"
HEADER = "N° famille;Nom de famille;Prénom;Adresse e-mail;Quartier\n"


def workbook(*lines: tuple[Any, ...], sheet: str = "Familles") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for line in lines:
        page.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(browser: Browser, content: bytes, name: str = "familles.csv", encoding: str = "") -> int:
    """Choose a file and have it read; return the status."""
    browser.get(PAGE)
    file = (io.BytesIO(content), name)
    return browser.send("Lire le fichier", file=file, encoding=encoding).status_code


def known(db: Database) -> dict[str, tuple[str, str, str | None]]:
    return {key: (one.birth_name, one.given_name, one.email) for key, one in families.all_known(db).items()}


def told(browser: Browser) -> list[str]:
    """What the table tells of each line."""
    return [" ".join(row.get_text(" ").split()) for row in browser.page.select("table.queue tbody tr")]


def imports(db: Database) -> int:
    return [one.action for one in agent_journal.since(db, now() - timedelta(days=1))].count("families_imported")


def multipart(fields: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return what a browser sends of a form that holds a file; Werkzeug's client leaves the large ones open."""
    head = b'--limit\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    parts = [head % (name.encode(), b"", value.encode()) for name, values in fields.items() for value in values]
    parts.append(head % (b"file", b'; filename="familles.xlsx"', content))
    return {"data": b"".join(parts) + b"--limit--\r\n", "content_type": "multipart/form-data; boundary=limit"}


def hostile_workbook(**parts: bytes) -> bytes:
    """Return a workbook some parts of which are replaced, or added."""
    file, good = (
        io.BytesIO(),
        zipfile.ZipFile(io.BytesIO(workbook(("N° famille", "Nom", "Prénom"), (1, "Roux", "Léo")))),
    )
    given = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in {*good.namelist(), *given}:
            archive.writestr(name, given[name] if name in given else good.read(name))
    return file.getvalue()


def archive(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr(name, content)
    return file.getvalue()
