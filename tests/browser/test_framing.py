"""In the town's page, across two sites, in Chromium: its third-party cookies are blocked, as they are by default."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Page, expect

from tests.support.answering import answering
from tests.support.browser import PHONE, axe, wait_until
from tests.support.portal import Portal


def frame_of(page: Page) -> Frame:
    """Return the portal's frame, loaded."""
    expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
    return page.frames[1]


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def height(page: Page) -> float:
    """Return the height of the frame in the town's page, once it is that of its content."""

    def fits() -> float:
        frame = page.locator("iframe").bounding_box()
        content = inside(page).locator("html").evaluate("e => e.getBoundingClientRect().height")
        return frame["height"] if frame and 0 <= frame["height"] - content <= 1 else 0

    return wait_until(page, fits)


@pytest.fixture(params=["localhost", "127.0.0.1"])
def town(request: pytest.FixtureRequest, phone: Page, portal: Portal) -> Page:
    """The town's page, under each of the two names; the portal is then on the other."""
    phone.goto(f"http://{request.param}:{portal.port}/demo/mairie")
    frame_of(phone)
    return phone


def test_the_script_makes_the_frame_with_its_title(town: Page) -> None:
    frame = town.locator("[data-portail-famille] iframe")
    assert frame.get_attribute("title") == "Portail famille"
    assert frame.get_attribute("allow") == ""
    assert town.locator("[data-portail-famille] a").count() == 0


def test_the_frame_is_as_high_as_its_content(town: Page) -> None:
    for page, title in (("Vos données", "Vos données personnelles"), ("Accueil", "Bienvenue sur le portail famille")):
        inside(town).get_by_role("link", name=page).click()
        expect(inside(town).locator("h1")).to_have_text(title)
        assert height(town)


def test_the_frame_follows_a_phone_that_turns(town: Page) -> None:
    before = height(town)
    town.set_viewport_size({"width": 740, "height": 360})
    wait_until(town, lambda: height(town) < before)


def test_a_page_opened_from_the_bottom_of_the_frame_begins_at_its_top(town: Page) -> None:
    inside(town).get_by_role("link", name="Vos données").click()
    expect(inside(town).locator("h1")).to_have_text("Vos données personnelles")
    assert height(town)
    inside(town).get_by_role("link", name="Accessibilité").click()
    expect(inside(town).locator("h1")).to_have_text("Déclaration d'accessibilité")

    def begins() -> bool:
        top = town.locator("iframe").bounding_box()
        return bool(top and -1 < top["y"] < PHONE["height"])

    wait_until(town, begins)


def test_in_a_frame_the_portal_stays_light_and_offers_a_page_of_its_own(chromium: Browser, portal: Portal) -> None:
    context = chromium.new_context(viewport=PHONE, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{portal.other_site}/demo/mairie")
    paper = "e => getComputedStyle(e).backgroundColor"
    assert frame_of(page).locator("body").evaluate(paper) == "rgb(255, 255, 255)"
    with context.expect_page() as opened:
        inside(page).get_by_role("link", name="Continuer en pleine page").click()
    alone = opened.value
    expect(alone.locator("h1")).to_have_text("Bienvenue sur le portail famille")
    assert alone.locator("body").evaluate(paper) != "rgb(255, 255, 255)"
    assert not alone.get_by_text("Continuer en pleine page").is_visible()
    context.close()


@pytest.fixture
def strangers(tmp_path: Path, portal: Portal) -> Iterator[str]:
    """A site that is not the town's, with the portal in a frame."""
    (tmp_path / "index.html").write_text(
        f'<!doctype html><title>Ailleurs</title><script src="{portal.url}/embed.js" defer></script>'
    )
    handler = partial(_Silent, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with answering(server):
        yield f"http://evil.test:{server.server_address[1]}/"


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_strangers_site_shows_nothing_of_the_portal(chromium: Browser, strangers: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text))
    page.goto(strangers)
    expect(page.locator("iframe")).to_be_attached()
    wait_until(page, lambda: any("frame-ancestors" in text for text in refusals))
    wait_until(page, lambda: page.frames[1].url)
    assert page.frames[1].url == "chrome-error://chromewebdata/"
    context.close()


def test_the_frame_is_accessible(town: Page) -> None:
    assert axe(frame_of(town)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/confidentialite", "/accessibilite", "/integration?site=a", "/nulle-part"])
def test_the_public_pages_are_accessible(phone: Page, path: str, scheme: str) -> None:
    phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    phone.goto(path)
    assert axe(phone) == []


@pytest.mark.parametrize("path", ["/", "/confidentialite", "/accessibilite", "/integration"])
def test_nothing_overflows_a_screen_of_320_pixels(phone: Page, path: str) -> None:
    phone.set_viewport_size({"width": 320, "height": 568})
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
