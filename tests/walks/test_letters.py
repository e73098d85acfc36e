"""Every mail fits a phone: nothing is cut, in light, in dark, with text twice as large."""

from pathlib import Path
from typing import Any

import pytest
from flask import render_template
from playwright.sync_api import Page

from tests.mail.letters import CONTEXTS
from tests.support.browser import PHONE
from tests.walks.checks import DESKTOP, LOOKS, NARROW, PLAIN, contrasts, shoot
from tests.walks.measures import OUT_OF_PLACE
from tests.walks.town import Town


def written(town: Town, name: str) -> str:
    """Return the HTML part of a mail, to a parent who has a name."""
    with town.app.app_context():
        return render_template(f"mail/{name}/body.html", given_name="Samira", **CONTEXTS[name])


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_mail_fits_a_phone(phone: Page, town: Town, screenshots: Path, name: str) -> None:
    folder = screenshots / "courriels"
    folder.mkdir(exist_ok=True)
    phone.set_content(written(town, name))
    found: dict[str, Any] = {}
    for size in (NARROW, PHONE, DESKTOP):
        phone.set_viewport_size(size)
        found[f"{size['width']} pixels"] = phone.evaluate(OUT_OF_PLACE)
    for look, media in LOOKS.items():
        phone.emulate_media(**PLAIN | media)
        found[look] = contrasts(phone)
    phone.emulate_media(**PLAIN)
    shoot(phone, folder, name)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
