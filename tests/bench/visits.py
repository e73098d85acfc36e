"""One visit from a cold cache, through a slow link: what a parent waits for, in a real Chromium."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from tests.net.link import Profile, SlowLink
from tests.net.slow_https import slow_https
from tests.support.browser import PHONE
from tests.support.walk import IDENTITY

# Playwright's own ignore_https_errors makes Chromium connect twice.
TRUSTING = "--ignore-certificate-errors"
_PATIENCE = 120_000
_PAINTED = "performance.getEntriesByName('first-contentful-paint').map(p => performance.timeOrigin + p.startTime)[0]"
_USABLE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventStart"  # the scripts have run
# HTMX's swap: the moment after the frame that shows it.
_WATCH = """() => {
  window.painted = 0;
  new MutationObserver((_changes, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.painted = performance.timeOrigin + performance.now(); }));
  }).observe(document.getElementById('main'), {childList: true});
}"""


@dataclass(frozen=True)
class Journey:
    """The sign-up as one server offers it; `swaps` when a step replaces a part of the page, by script."""

    name: str
    port: int
    scripts: bool
    swaps: bool = False


@dataclass
class Visit:
    """Milliseconds, and kilobytes on the wire, both ways."""

    first_paint: float = 0
    usable: float = 0
    first_view: float = 0
    steps: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)


def visit(browser: Browser, journey: Journey, profile: Profile, seed: int) -> Visit:
    """Open the welcome page, begin, answer the first step."""
    seen = Visit()
    with opened(browser, journey, profile, seed) as (page, link):
        page.goto("/inscription", wait_until="load", timeout=_PATIENCE)
        seen.first_paint = first_paint(page)
        seen.usable = page.evaluate(_USABLE) if journey.scripts else seen.first_paint
        seen.first_view = at_rest(link)
        step(page, link, journey, seen, "identite")
        for name in ("birth_name", "given_name"):
            page.fill(f"[name={name}]", IDENTITY[name])
        step(page, link, journey, seen, "adresse")
    return seen


@contextmanager
def opened(browser: Browser, journey: Journey, profile: Profile, seed: int) -> Iterator[tuple[Page, SlowLink]]:
    """Give an empty phone at the far end of a link."""
    with slow_https(profile, journey.port, seed) as link:
        context = browser.new_context(
            base_url=f"https://localhost:{link.port}", viewport=PHONE, java_script_enabled=journey.scripts
        )
        yield context.new_page(), link
        context.close()


def first_paint(page: Page) -> float:
    """Return the milliseconds from the address asked for to the first words on the screen."""
    return painted(page) - float(page.evaluate("performance.timeOrigin"))


def step(page: Page, link: SlowLink, journey: Journey, seen: Visit, then: str) -> None:
    """Press the main button; count until the next step is painted."""
    before = at_rest(link)
    if journey.swaps:
        page.evaluate(_WATCH)
    page.locator("main form .actions button:not([value])").last.focus()
    pressed = 1000 * time.time()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{then}", wait_until="load", timeout=_PATIENCE)
    shown = wait_for(page, "window.painted") if journey.swaps else painted(page)
    seen.steps.append(shown - pressed)
    seen.weights.append(at_rest(link) - before)


def painted(page: Page) -> float:
    return wait_for(page, _PAINTED)


def wait_for(page: Page, expression: str) -> float:
    """Return the moment that an expression gives, once it does; the pages' CSP forbids Playwright's own way."""
    deadline = time.monotonic() + _PATIENCE / 1000
    while not (moment := page.evaluate(expression)):
        assert time.monotonic() < deadline, expression
        time.sleep(0.02)
    return float(moment)


def at_rest(link: SlowLink) -> float:
    """Return the kilobytes that the link has carried, once it carries nothing more (fonts come after the rest)."""
    while True:
        before = link.up.bytes + link.down.bytes
        time.sleep(0.3 + link.rtt / 2)
        if before == link.up.bytes + link.down.bytes:
            return before / 1000


def numbers(visits: list[Visit]) -> dict[str, Any]:
    """Return all that was seen, by name."""
    return {
        "first paint": [one.first_paint for one in visits],
        "usable": [one.usable for one in visits],
        "step": [ms for one in visits for ms in one.steps],
        "first view": [one.first_view for one in visits],
        "step's weight": [kilobytes for one in visits for kilobytes in one.weights],
    }
