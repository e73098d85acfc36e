"""A family whose child is accepted, another home of that child, and a town that may have health online."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.homes.conftest import Homes, hand, homes
from tests.support import families
from tests.support.client import CheckedClient, follow, submit
from tests.support.walk import signed_in
from wizard.models import ChildFiles, Health
from wizard.services.documents import asking

__all__ = ["hand", "homes"]

YEAR = "2026-2027"
NEXT = "2027-2028"
SCHOOL = "École privée Sainte-Anne"
CARE = {"school": SCHOOL, "level": "CE1", "services": ["cantine", "mercredi"]}
CONSENT = dict.fromkeys(("photo_inside", "photo_bulletin", "photo_web", "swimming", "transport", "outings"), "oui") | {
    "photo_web": "non"
}
HEALTH = {
    "meal": "Sans viande",
    "vaccination": "not_yet",
    "pai": "oui",
    "allergens": ["peanuts", "milk"],
    "reaction": "Appeler le 15, zébrure",
    "treatment": "non",
    "doctor_name": "Le Guen",
    "doctor_phone": "02 40 83 60 99",
    "to_know": "Il aime les girafes.",
}


@dataclass
class Files:
    """The pages of the dossier of the child of two homes."""

    homes: Homes
    set: Callable[..., None]

    @property
    def a(self) -> CheckedClient:
        return self.homes.a

    @property
    def b(self) -> CheckedClient:
        return self.homes.b

    def path(self, year: str = YEAR, slug: str = "", child: int | None = None) -> str:
        base = f"/espace/enfants/{child or self.homes.child}/dossier"
        return f"{base}/{year}/{slug}" if slug else base

    def sending(self, kind: str) -> str:
        """Return the page that sends a document of the child, which does not say its kind."""
        with self.homes.app.app_context():
            return self.path(YEAR, f"documents/{asking.name_of(self.homes.child, YEAR, kind)}")

    def answer(self, client: CheckedClient, slug: str, year: str = YEAR, **values: Any) -> TestResponse:
        return submit(client, client.get(self.path(year, slug)), self.path(year, slug), **values)

    def fill(self, client: CheckedClient, year: str = YEAR, **values: Any) -> TestResponse:
        """Answer every step that is asked, and return the summary."""
        given = {"accueils": CARE, "sante": {"meal": "Sans viande"}, "sorties": {"alone": "non"}}
        given |= {"autorisations": CONSENT, "documents": {}} | values
        page = client.get(self.path(year, "accueils"))
        while not page.request.path.endswith("recapitulatif"):
            slug = page.request.path.rpartition("/")[2]
            done = submit(client, page, page.request.path, **given[slug])
            assert done.status_code == 303, (slug, done.status_code, done.text[-3000:])
            page = client.get(done.location)
        return page

    def deposit(self, client: CheckedClient, year: str = YEAR, **values: Any) -> TestResponse:
        """Fill the dossier in and deposit it."""
        page = self.fill(client, year, **values)
        return follow(client, submit(client, page, page.request.path))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.homes.db.execute(query).fetchall()]


def a_sister(files: Files) -> int:
    """Accept another child of the same family, and return her number."""
    return families.a_sister(files.homes.db, files.homes.cast.a.dossier)


def come_back(files: Files) -> None:
    """Sign both parents in again, months later."""
    for client, family in ((files.a, files.homes.cast.a), (files.b, files.homes.cast.b)):
        signed_in(client, family.account.email)


@pytest.fixture
def files(app: Flask, homes: Homes) -> Iterator[Files]:
    """The homes, and how to change what the town asks."""

    def change(**values: Any) -> None:
        town = app.config["PORTAIL"]
        app.config["PORTAIL"] = replace(town, dossier=replace(town.dossier, **values))

    yield Files(homes, change)


@pytest.fixture
def online(files: Files) -> Files:
    """A town that has health online."""
    files.set(health=Health("Anne Le Goff", date(2026, 3, 1)))
    return files


@pytest.fixture
def spring(hand: time_machine.Traveller) -> Callable[[], None]:
    """What moves the clock to the next spring, once next year may be filed."""
    return lambda: hand.move_to("2027-05-20T09:05:00+00:00")


def town(**values: Any) -> ChildFiles:
    """What a town asks: every service, of which two are declared."""
    services = ("cantine", "matin", "soir", "mercredi", "vacances")
    return ChildFiles(**{"schools": (SCHOOL,), "services": services, "declared": ("mercredi", "vacances")} | values)
