"""A morning of thirty dossiers, as an agent's hand does it: what an easy one takes, and what all of it takes."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import fmean

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import watch
from tests.support.tables import Tell
from tests.walks.checks import DESKTOP
from tests.walks.hand import Effort, Hand
from tests.walks.strides import Clerk, arrived
from tests.walks.town import Town
from wizard.demo import families
from wizard.models import Status
from wizard.services.duplicates import finding
from wizard.stores import dossiers

MORNING, MOST = 30, 7 * 60
EASY, TO_CORRECT, REFUSED, DUPLICATE = "easy", "to correct", "refused", "duplicate"
COMMENT = "Il manque un chiffre au numéro de téléphone."
WRONG = {EASY: "Répondre", TO_CORRECT: "À corriger", REFUSED: "Demande refusée"}
# What each of the demonstration's fourteen that wait is decided; one that may be a duplicate is joined, wherever it comes.
PLAN = (EASY, TO_CORRECT, EASY, REFUSED, EASY, EASY, TO_CORRECT)


@pytest.fixture
def desk(chromium: Browser, thirty: Town) -> Iterator[Page]:
    """An agent's screen; whatever they do, no script fails and the CSP blocks nothing."""
    context = chromium.new_context(viewport=DESKTOP, locale="fr-FR", base_url=thirty.portal.url)
    complaints = watch(context)
    yield context.new_page()
    context.close()
    assert complaints == []


def mix(town: Town) -> dict[str, float]:
    """Return how many of thirty dossiers are of each kind, as they are of the demonstration's."""
    with town.database() as db:
        numbers = [row[0] for row in db.execute("SELECT id FROM dossiers")]
        stands = [one.status for number in numbers if (one := dossiers.by_id(db, number))]
        alike = db.execute("SELECT count(*) FROM likenesses").fetchone()[0]
    answers = {
        EASY: stands.count(Status.ACCEPTED),
        TO_CORRECT: stands.count(Status.TO_CORRECT) + stands.count(Status.CORRECTED),
        REFUSED: stands.count(Status.REFUSED) + stands.count(Status.PARTLY_ACCEPTED),
    }
    assert all(answers.values()) and alike
    doubles = MORNING * alike / len(stands)
    return {kind: (MORNING - doubles) * one / sum(answers.values()) for kind, one in answers.items()} | {
        DUPLICATE: doubles
    }
