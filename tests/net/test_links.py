"""On a slow link nothing stands between the page's own bytes and its first words, and a step is one round trip.

Bounds are ratios within the run, for machines that do much else; `make bench-links` tells the milliseconds.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.bench.visits import TRUSTING, Journey, first_paint, opened, visit
from tests.net.link import SLOW_3G
from tests.support.browser import launch
from tests.support.portal import Portal


@pytest.fixture(scope="module")
def trusting(chromium: Browser) -> Iterator[Browser]:
    """A Chromium that trusts the certificates of the tests."""
    browser = launch(chromium.browser_type, TRUSTING)
    yield browser
    browser.close()


def test_the_first_words_come_as_soon_as_the_page(trusting: Browser, portal: Portal) -> None:
    journey = Journey("portal", portal.port, scripts=True)

    def painted(path: str, seed: int) -> float:
        with opened(trusting, journey, SLOW_3G, seed) as (page, _link):
            page.goto(path, wait_until="commit")
            return first_paint(page)

    # A busy machine delays one page or the other, not each time; what blocks the paint, each time.
    quickest = {"/healthz": float("inf"), "/inscription": float("inf")}
    for seed in range(6):
        quickest = {path: min(best, painted(path, seed)) for path, best in quickest.items()}
        if quickest["/inscription"] < quickest["/healthz"] + 1.2 * SLOW_3G.rtt:
            return
    pytest.fail(f"something that blocks the paint is asked for after the page: {quickest}")


def test_a_step_by_htmx_takes_three_quarters_of_a_page_s_time_at_most(trusting: Browser, portal: Portal) -> None:
    by_htmx, pages = list[float](), list[float]()
    for seed in range(3):  # a busy machine adds as much to both, not each time
        swapped = visit(trusting, Journey("HTMX", portal.port, scripts=True, swaps=True), SLOW_3G, seed)
        whole = visit(trusting, Journey("whole pages", portal.port, scripts=False), SLOW_3G, seed)
        assert max(swapped.weights) < 0.5 * min(whole.weights)
        by_htmx, pages = [*by_htmx, *swapped.steps], [*pages, *whole.steps]
        if min(by_htmx) < 0.75 * min(pages):
            return
    pytest.fail(f"{min(by_htmx):.2f} s by HTMX, {min(pages):.2f} s by pages")
