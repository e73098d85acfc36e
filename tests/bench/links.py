"""What a parent waits for on a bad link: the portal by HTMX, as whole pages, and in GOV.UK Frontend's dress.

    make bench-links

Each round visits the three, one after the other, over a link of its own (tests/net/link.py) and real TLS.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bench.govuk import STEPS, dress
from tests.bench.steps import PORTAL, ROOT, Server
from tests.bench.visits import TRUSTING, Journey, Visit, numbers, visit
from tests.net.courier import Courier
from tests.net.link import GPRS, LOSSY_3G, SLOW_3G
from tests.support.browser import launch
from tests.support.walk import IDENTITY

KIT = ROOT / "build" / "govuk"
ROUNDS = {SLOW_3G: 5, LOSSY_3G: 7, GPRS: 3}


@contextmanager
def journeys() -> Iterator[list[Journey]]:
    """Serve the three."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "town.toml").write_bytes((ROOT / "instance" / "town.toml").read_bytes())
        portal = Server(PORTAL, Path(folder))
        write_pages(portal.port)
        kit = Server([sys.executable, str(ROOT / "tests" / "bench" / "govuk.py"), str(KIT)], KIT)
        try:
            yield [
                Journey("portal, HTMX", portal.port, scripts=True, swaps=True),
                Journey("portal, whole pages", portal.port, scripts=False),
                Journey("GOV.UK Frontend", kit.port, scripts=True),
            ]
        finally:
            kit.stop()
            portal.stop()


def write_pages(port: int) -> None:
    """Walk the portal's first pages, and write them as GOV.UK Frontend has them."""
    courier = Courier(port)
    page = courier.ask("GET", "/inscription")
    for number, step in enumerate(STEPS):
        (KIT / f"{step}.html").write_text(dress(page.text, f"/{step}"), encoding="utf-8")
        if number + 1 < len(STEPS):
            sent = courier.ask("POST", *courier.fill_in(page, **IDENTITY if number else {}))
            page = courier.ask("GET", str(sent.headers["Location"]))
    courier.hang_up()


def compare(browser: Browser, offered: list[Journey]) -> None:
    for journey in offered:
        visit(browser, journey, SLOW_3G, 0)  # the browser and the servers are warm from then on
    for profile, rounds in ROUNDS.items():
        visits: dict[str, list[Visit]] = {journey.name: [] for journey in offered}
        for seed in range(1, rounds + 1):
            for journey in offered:
                visits[journey.name].append(visit(browser, journey, profile, seed))
        print(f"\n{profile.name} (median of {rounds} visits, two steps each; worst in brackets)")
        print(f"{'':22}{'first paint':>18}{'usable':>18}{'a step':>18}{'first view':>12}{'a step':>9}")
        for name, seen_by in visits.items():
            print(f"{name:22}" + line(numbers(seen_by)), flush=True)


def line(seen: dict[str, list[float]]) -> str:
    times = (
        f"{statistics.median(seen[name]):.0f} ms ({max(seen[name]):.0f})" for name in ("first paint", "usable", "step")
    )
    weights = (f"{statistics.median(seen[name]):.1f} kB" for name in ("first view", "step's weight"))
    return "".join(f"{text:>18}" for text in times) + "{:>12}{:>9}".format(*weights)


def main() -> None:
    with sync_playwright() as playwright, journeys() as offered:
        browser = launch(playwright.chromium, TRUSTING)
        compare(browser, offered)
        browser.close()


if __name__ == "__main__":
    main()
