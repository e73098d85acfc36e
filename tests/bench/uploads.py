"""A photo sent from a phone: bytes and seconds on slow links that break, beside tus-js-client and its Node server.

    make bench-uploads

A real Chromium sends over a link of its own (tests/net/link.py) and real TLS. `python -m tests.bench.uploads kills`
runs one of its parts: links, cuts, closed, kills, crowd.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.bench.crowd import crowd
from tests.bench.visits import TRUSTING
from tests.net.link import GPRS_UP, SLOW_3G, Profile, SlowLink
from tests.net.sender import YEAR
from tests.net.slow_https import slow_https
from tests.net.test_uploads import kills
from tests.support.browser import ARGUMENTS, INSTALLED, PHONE, launch
from tests.support.photos import a_photo
from tests.support.portal import Portal, running
from tests.support.walk import PASSWORD
from tests.walks.town import Town, open_town
from wizard.db import get_documents
from wizard.services.documents import uploads

ROOT = Path(__file__).parents[2]
TUS = ROOT / "build" / "tus"
CUTS, EVERY, KILLS = 20, 10.0, 200
PATIENCE = 900_000  # milliseconds


@dataclass(frozen=True)
class Way:
    """One way of sending: the address of its page, and what it shows once a file has arrived."""

    name: str
    port: int
    page: str
    done: str


@dataclass
class Sent:
    """What a file took: its bytes, those on the link each way, seconds."""

    size: int
    up: int
    down: int
    seconds: float

    def __str__(self) -> str:
        both = (self.up + self.down) / self.size
        return (
            f"{self.size / 1000:7.0f} kB, up {self.up / 1000:7.0f} kB (x {self.up / self.size:.3f}),"
            f" both ways x {both:.3f}, {self.seconds:6.1f} s"
        )


def send(page: Page, link: SlowLink, way: Way, file: dict[str, Any], size: int, every: float = 0.0) -> Sent:
    """Give the page a file, and wait until it has arrived; the link breaks `every` so many seconds."""
    asked: list[float] = []
    page.on("request", lambda one: asked.append(time.monotonic()) if one.method == "POST" else None)
    up, down, over = link.up.bytes, link.down.bytes, threading.Event()
    page.set_input_files("#files", [file])  # type: ignore[list-item]
    if every:
        threading.Thread(target=_break, args=(link, every, over), daemon=True).start()
    page.locator(way.done).first.wait_for(timeout=PATIENCE)
    over.set()
    return Sent(size, link.up.bytes - up, link.down.bytes - down, time.monotonic() - asked[0])


def _break(link: SlowLink, every: float, over: threading.Event) -> None:
    for _ in range(CUTS):
        if over.wait(every):
            return
        link.cut()


@contextmanager
def visiting(browser: Browser, way: Way, profile: Profile, cookies: list[Any]) -> Iterator[tuple[Page, SlowLink]]:
    """Give a phone at the far end of a link, the page open."""
    with slow_https(profile, way.port) as link:
        context = browser.new_context(base_url=f"https://localhost:{link.port}", viewport=PHONE)
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(way.page, wait_until="load", timeout=PATIENCE)
        yield page, link
        context.close()


@dataclass(frozen=True)
class Phone:
    """A parent signed in: their cookies, the page that they send from, and their child."""

    cookies: list[Any]
    way: Way
    child: int


def a_phone(browser: Browser, town: Town) -> Phone:
    """Sign a parent in, off the link."""
    dossier, email = town.a_family(accepted=True)
    child = dossier.lines[1].person
    page = town.document_page(child, YEAR)
    context = browser.new_context(base_url=town.portal.url)
    _sign_in(context.new_page(), page, email)
    cookies = context.cookies()
    context.close()
    return Phone(cookies, Way("portal", town.portal.port, page, "[data-state]:has-text('arriv')"), child)


def _sign_in(page: Page, path: str, email: str) -> None:
    page.goto(f"/connexion?suite={path}")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .button").click()
    page.wait_for_url(f"**{path}")


def received(town: Town) -> bytes:
    """Return the file that arrived last."""
    with town.app.app_context():
        number, account = get_documents().execute("SELECT id, account FROM uploads ORDER BY id DESC").fetchone()
        found = uploads.find(account, number)
        assert found and found.whole
        return uploads.content(found)


@contextmanager
def tus_server() -> Iterator[int]:
    """Serve tus-js-client, and what it sends to."""
    (TUS / "files").mkdir(exist_ok=True)
    script = ["node", str(ROOT / "tests" / "bench" / "tus.mjs"), str(TUS)]
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"localhost:(\d+)", process.stdout.readline())
        assert found
        try:
            yield int(found[1])
        finally:
            process.terminate()


def photo(content: bytes) -> dict[str, Any]:
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": content}


def links(browser: Browser, town: Town, tus: int) -> None:
    """A photo of 12 megapixels, made smaller by the portal; the same bytes by tus-js-client."""
    for profile in (SLOW_3G, GPRS_UP):
        phone = a_phone(browser, town)
        with visiting(browser, phone.way, profile, phone.cookies) as (page, link):
            sent = send(page, link, phone.way, photo(a_photo()), 1)
        small = received(town)
        sent.size = len(small)
        print(f"\n{profile.name}: a photo of {len(a_photo()) / 1000:.0f} kB\n{phone.way.name:28}{sent}", flush=True)
        for way in ways_of_tus(tus):
            with visiting(browser, way, profile, []) as (page, link):
                print(f"{way.name:28}{send(page, link, way, photo(small), len(small))}", flush=True)


def ways_of_tus(port: int) -> list[Way]:
    done = "text=arrived"
    return [
        Way("tus-js-client, one request", port, "/", done),
        Way("tus-js-client, 64 kB", port, "/?part=65536", done),
    ]


def cuts(browser: Browser, town: Town, tus: int) -> None:
    """A file of several megabytes while the link breaks every ten seconds."""
    content = b"%PDF-1.7\n" + os.urandom(7_500_000)
    print(f"\n{SLOW_3G.name}, broken every {EVERY:.0f} s, {CUTS} times", flush=True)
    phone = a_phone(browser, town)
    file = {"name": "attestation.pdf", "mimeType": "application/pdf", "buffer": content}
    with visiting(browser, phone.way, SLOW_3G, phone.cookies) as (page, link):
        print(f"{phone.way.name:28}{send(page, link, phone.way, file, len(content), EVERY)}", flush=True)
    for way in ways_of_tus(tus):
        with visiting(browser, way, SLOW_3G, []) as (page, link):
            print(f"{way.name:28}{send(page, link, way, file, len(content), EVERY)}", flush=True)


def closed(playwright: Playwright, town: Town) -> None:
    """A browser killed on the way, opened again: what is sent twice."""
    phone_browser = launch(playwright.chromium, TRUSTING)
    phone = a_phone(phone_browser, town)
    phone_browser.close()
    with tempfile.TemporaryDirectory() as profile, slow_https(SLOW_3G, town.portal.port) as link:
        context = _own_browser(playwright, profile, link)
        parts: list[int] = []
        page = _send_from(context, phone, parts)
        page.set_input_files("#files", [photo(a_photo())])  # type: ignore[list-item]
        page.locator("[data-state]:has-text('sur')").first.wait_for(timeout=PATIENCE)
        time.sleep(2.0)  # what is kept in the browser is on its disk, and a part is under way
        _kill(profile)
        link.cut()
        with suppress(Exception):
            context.close()
        context = _own_browser(playwright, profile, link)
        page = _send_from(context, phone, parts)
        page.get_by_role("button", name="Reprendre l'envoi").click()
        page.locator(phone.way.done).first.wait_for(timeout=PATIENCE)
        twice = sum(parts) - len(received(town))
        print(f"\nbrowser killed: {twice} bytes sent twice; its parts: {parts}", flush=True)
        context.close()


def _send_from(context: BrowserContext, phone: Phone, parts: list[int]) -> Page:
    """Open the page that sends, and note how long each part is."""
    context.add_cookies(phone.cookies)
    page = context.new_page()
    page.on("request", lambda one: parts.append(len(one.post_data_buffer or b"")) if one.method == "PATCH" else None)
    page.goto(phone.way.page, timeout=PATIENCE)
    return page


def _own_browser(playwright: Playwright, profile: str, link: SlowLink) -> BrowserContext:
    path = next((path for path in INSTALLED if path.is_file()), None)
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=path,
        args=[*ARGUMENTS, TRUSTING],
        base_url=f"https://localhost:{link.port}",
        viewport=PHONE,
    )


def _kill(profile: str) -> None:
    """Kill the browser of this profile, as a phone does that needs its memory."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if profile.encode() in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)


def killed(portal: Portal, town: Town) -> None:
    """The server killed at any moment: `kills` fails at the first part acknowledged that is not there."""
    arrived = kills(portal, town, KILLS, 8_000_000)
    print(f"\nserver killed {KILLS} times: 0 parts acknowledged were lost; {arrived} files arrived whole", flush=True)


@contextmanager
def a_town() -> Iterator[tuple[Portal, Town]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8"}
        with running(Path(folder) / "instance", settings) as portal, open_town(portal) as town:
            yield portal, town


def main() -> None:
    asked = sys.argv[1:] or ["links", "cuts", "closed", "crowd", "kills"]
    with sync_playwright() as playwright, a_town() as (portal, town), tus_server() as tus:
        browser = launch(playwright.chromium, TRUSTING)
        for part, run in {"links": links, "cuts": cuts}.items():
            if part in asked:
                run(browser, town, tus)
        browser.close()
        if "closed" in asked:
            closed(playwright, town)
    with a_town() as (portal, town):
        if "crowd" in asked:
            crowd(portal, town)
        if "kills" in asked:
            killed(portal, town)


if __name__ == "__main__":
    main()
