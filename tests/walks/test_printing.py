"""What a family prints: its receipt, whole on one sheet, dark letters on white paper."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page
from sqlite_utils import Database

from tests.security.actors import a_receipt
from tests.support.families import JEANNE, a_family, ask
from tests.walks.town import Town
from wizard import clock
from wizard.db import transaction
from wizard.models import Declaration, Dossier, DraftKind, Right, Role
from wizard.stores import people


@pytest.fixture
def receipt(town: Town) -> str:
    """The address of a large family's receipt."""
    with town.database() as db:
        dossier = a_family(db, "Kerviel")
        child = dossier.lines[1].person
        with transaction(db):
            for number in range(8):
                _add_a_contact(db, dossier, child, f"Jeanne {chr(65 + number)}")
        return f"/entourage/{a_receipt(db, DraftKind.ENTOURAGE, dossier.account, dossier.id)}/depose"


def _add_a_contact(db: Database, dossier: Dossier, child: int, name: str) -> None:
    identity = replace(JEANNE, given_name=name)
    person = people.add_person(db, identity, clock.now())
    rights = (Right(child, may_collect=True, emergency=True),)
    ask(db, dossier.id, person, Declaration(Role.CONTACT, identity, rights=rights))


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_receipt_prints_on_one_sheet(chromium: Browser, town: Town, receipt: str, look: str) -> None:
    context = chromium.new_context(base_url=town.portal.url, color_scheme=look)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(receipt)
    assert page.locator("li:has-text('contact')").count() == 9
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    assert colours(page) == {"rgb(0, 0, 0)"}
    context.close()


def colours(page: Page) -> set[str]:
    """Return the colours of what is read on paper."""
    return set(
        page.eval_on_selector_all(
            "main :is(h1, h2, p, li):not(:has(.button))", "all => all.map(one => getComputedStyle(one).color)"
        )
    )
