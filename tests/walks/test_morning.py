"""A morning of thirty dossiers, as an agent's hand does it: what an easy one takes, and what all of it takes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import watch
from tests.support.tables import Tell
from tests.walks.checks import DESKTOP, PICTURES
from tests.walks.clerks import COMMENT, DUPLICATE, EASY, REFUSED, TO_CORRECT, ByKeys, ByMouse, Processing
from tests.walks.hand import Effort
from tests.walks.strides import Clerk, arrived
from tests.walks.town import Town
from wizard.demo import families
from wizard.models import Status
from wizard.services.duplicates import finding
from wizard.stores import dossiers

MORNING, MOST = 30, 7 * 60
# The most that a dossier may take, of clicks and keys together; what is written to the family takes its letters.
MOST_BY_MOUSE = {EASY: 2, TO_CORRECT: 8 + len(COMMENT), REFUSED: 6, DUPLICATE: 5}
MOST_BY_KEYS = {EASY: 4, TO_CORRECT: 12 + len(COMMENT), REFUSED: 12, DUPLICATE: 24}
# What is decided of the demonstration's fourteen that wait, but for the one that may be a duplicate, which is joined.
PLAN = (EASY, TO_CORRECT, EASY, REFUSED, EASY, EASY, TO_CORRECT)
Done = dict[str, list[Effort]]


@contextmanager
def a_desk(chromium: Browser, town: Town) -> Iterator[Page]:
    """Yield an agent's screen; whatever they do, no script fails and the CSP blocks nothing."""
    context = chromium.new_context(viewport=DESKTOP, locale="fr-FR", base_url=town.portal.url)
    complaints = watch(context)
    yield context.new_page()
    context.close()
    assert complaints == []


def first_day(town: Town) -> None:
    """Let the thirty families be as they were made, and who may be declared twice be found."""
    with town.database() as db:
        families.make_anew(db, town.portal.instance)
        while finding.catch_up(db):
            pass


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


def shoot(page: Page, folder: Path, name: str, top: str) -> None:
    """Picture what the screen shows from somewhere down, when `make pictures` asks for it."""
    if PICTURES:
        page.evaluate("(top) => scrollTo(0, document.querySelector(top).getBoundingClientRect().top - 16)", top)
        page.screenshot(path=folder / f"{name}.png")
        page.evaluate("scrollTo(0, 0)")


def empty_the_queue(agent: Processing) -> Done:
    """Process whatever waits, the first one open; return what each dossier took, by kind."""
    agent.hand.take()
    done: Done = defaultdict(list)
    for wanted in PLAN * 2:
        kind, effort = agent.process(wanted)
        done[kind].append(effort)
    expect(agent.page.get_by_text("Il n'y a plus de dossier à ouvrir ici")).to_be_visible()
    return done


def seconds(done: Done, number_of_each: dict[str, float]) -> tuple[float, float]:
    """Return the seconds of the hand and of the mind in a morning of so many dossiers of each kind."""
    hand = sum(number * fmean(one.gestures for one in done[kind]) for kind, number in number_of_each.items())
    return hand, sum(number * fmean(one.mind for one in done[kind]) for kind, number in number_of_each.items())


@pytest.mark.slow
@pytest.mark.long
def test_a_morning_of_thirty_dossiers_by_mouse_and_by_keys(
    chromium: Browser, thirty: Town, screenshots: Path, tell: Tell
) -> None:
    for kind_of_agent, most, name in ((ByMouse, MOST_BY_MOUSE, "claire"), (ByKeys, MOST_BY_KEYS, "rose")):
        first_day(thirty)
        number_of_each, how = mix(thirty), kind_of_agent.__name__
        with a_desk(chromium, thirty) as desk:
            agent = kind_of_agent(desk)
            Clerk(desk, thirty, thirty.a_desk(name=name)).sign_in()
            shoot(desk, screenshots, f"{name}-file", ".counts")
            agent.begin()
            arrived(desk, re.compile("^Dossier"))
            shoot(desk, screenshots, f"{name}-dossier", ".back")
            done = empty_the_queue(agent)
        for kind, efforts in done.items():
            counts = sorted({(one.clicks, one.keys, one.loads) for one in efforts})
            tell("a dossier: clicks, keys, pages loaded", how, f"{kind}: {counts}")
            assert all(one.clicks + one.keys <= most[kind] for one in efforts), f"{kind}, {how}: {counts}"
        assert all(one.loads == 1 for one in done[EASY])
        hand, mind = seconds(done, number_of_each)
        tell("a morning of thirty dossiers", how, f"{hand:.0f} s of gestures, {mind:.0f} s to make up one's mind")
        assert hand <= MOST
