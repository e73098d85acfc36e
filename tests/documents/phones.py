"""A parent's phone reduced to what it sends of a document, and the photos that it takes."""

import hashlib
import io
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlite_utils import Database
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.security.actors import Actor, Cast
from tests.support.families import decide
from wizard.services.documents import asking

YEAR, KIND = "2026-2027", "assurance"
PARTIAL = "application/partial-upload"


@dataclass
class Phone:
    """Sends for a child what a town asks; `actor` is whose phone it is."""

    actor: Actor
    child: int
    kind: str = KIND
    year: str = YEAR
    token: str = ""

    @property
    def page(self) -> str:
        with self.actor.client.application.app_context():
            name = asking.name_of(self.child, self.year, self.kind)
        return f"/espace/enfants/{self.child}/dossier/{self.year}/documents/{name}"

    def headers(self, **more: str) -> dict[str, str]:
        self.token = self.token or self.actor.csrf(self.page)
        return {"X-CSRFToken": self.token, **{n.replace("_", "-"): v for n, v in more.items()}}

    def begin(self, content: bytes, page: int = 1, **values: Any) -> TestResponse:
        """Say what comes."""
        form = {"child": self.child, "kind": self.kind, "year": self.year, "page": page, "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
        return self.actor.client.post("/documents/envois", data=form | values, headers=self.headers())

    def patch(self, path: str, offset: int, part: bytes, *, last: bool = False, kind: str = PARTIAL) -> TestResponse:
        """Send a part."""
        told = self.headers(Upload_Offset=str(offset), Upload_Complete="?1" if last else "?0")
        return self.actor.client.patch(path, data=part, headers=told, content_type=kind)

    def send(self, content: bytes, page: int = 1, part: int = 16384) -> str:
        """Send a whole file, and return where it is."""
        begun = self.begin(content, page)
        offset = int(begun.headers["Upload-Offset"])
        while offset < len(content):
            end = min(offset + part, len(content))
            answer = self.patch(begun.location, offset, content[offset:end], last=end == len(content))
            assert answer.status_code == 204, (answer.status_code, answer.text)
            offset = int(answer.headers["Upload-Offset"])
        return begun.location

    def offset(self, path: str) -> str | None:
        """Ask where a file is to go on; None when there is none."""
        return self.actor.client.head(path).headers.get("Upload-Offset")

    def post(self, *files: bytes, **values: Any) -> TestResponse:
        """Send the page's form, as a browser without script does."""
        sent = [FileStorage(io.BytesIO(file), f"photo {at}.jpg") for at, file in enumerate(files)]
        data = {"csrf_token": self.actor.csrf(self.page), **values, "files": sent or [FileStorage(filename="")]}
        boundary, body = encode_multipart(data)
        return self.actor.client.post(self.page, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.fixture
def instance(instance: Path) -> Path:
    """A town that asks for a certificate of insurance, and for one of domicile."""
    path = instance / "town.toml"
    path.write_text(path.read_text().replace("# assurance", "assurance").replace("# domicile", "domicile"))
    return instance


@pytest.fixture
def phone(db: Database, cast: Cast) -> Phone:
    decide(db, cast.a.dossier.id)
    return Phone(cast.parent_a, cast.a.dossier.lines[1].person)


@pytest.fixture
def stranger(db: Database, cast: Cast) -> Phone:
    """The phone of another family."""
    decide(db, cast.b.dossier.id)
    return Phone(cast.parent_b, cast.b.dossier.lines[1].person)


@pytest.fixture
def file(db: Database, instance: Path) -> Path:
    """Where what they send is."""
    return instance / "documents.db"


def number(path: str) -> str:
    """Return the number of the upload that is there."""
    return path.rpartition("/")[2]


@cache
def noise(size: int, seed: int = 1) -> bytes:
    """Bytes that are no document."""
    return random.Random(seed).randbytes(size)


@cache
def photo(text: str = "Attestation", size: tuple[int, int] = (600, 800)) -> bytes:
    """A photo of a page."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((40, 40), text, fill="black")
    written = io.BytesIO()
    image.save(written, "JPEG")
    return written.getvalue()
