"""A document photographed on a phone: made smaller there, sent part by part, gone on with after a cut or a close."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.photos import a_photo
from tests.support.portal import Portal
from tests.support.walk import PASSWORD
from tests.walks.town import Town, open_town

PHOTO = {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
YEAR = "2026-2027"


@pytest.fixture(scope="module")
def town(portal: Portal) -> Iterator[Town]:
    with open_town(portal) as town:
        yield town


def signed_in(context: BrowserContext, town: Town) -> tuple[Page, int]:
    """Return the page of a phone whose parent is about to send the certificate of their child."""
    dossier, email = town.a_family(accepted=True)
    child = dossier.lines[1].person
    page = context.new_page()
    page.goto(f"/connexion?suite=/espace/enfants/{child}/dossier/{YEAR}/documents/assurance")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .button").click()
    expect(page.locator("h1")).to_have_text(re.compile("assurance"))
    return page, child


def documents(town: Town, child: int) -> list[dict[str, Any]]:
    with town.database() as db:
        return list(db.query("SELECT * FROM documents WHERE child = ?", (child,)))
