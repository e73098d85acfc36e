"""A real Chromium, and what is asked of it."""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, Frame, Page, ViewportSize, expect

from tests.support.waiting import PATIENCE, T, wait_for

# Chromium without its windows first: the same engine, a third of the processor's time. All of it is in tests/matrix.
INSTALLED = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
PHONE: ViewportSize = {"width": 360, "height": 740}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Sites of other people, all on this machine.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
]
# Five seconds by itself: less than what a busy machine may take, and than what a page waits before it tries again.
expect.set_options(timeout=PATIENCE * 1000)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def launch(chromium: BrowserType, *more: str) -> Browser:
    """Start the system's Chromium, or Playwright's own where there is none; `more` arguments for it."""
    path = next((path for path in INSTALLED if path.is_file()), None)
    return chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])


def watch(context: BrowserContext) -> list[str]:
    """Return the list that collects what must never happen: script errors, CSP violations."""
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
    )
    return complaints


def wait_until(page: Page, look: Callable[[], T]) -> T:
    """Return what `look` answers once it is true of what a page, or the town's page around it, does by itself."""
    return wait_for(look, pause=lambda seconds: page.wait_for_timeout(1000 * seconds))


# What passes has its nodes told too, ten times what is asked: it stays in the browser.
_VIOLATIONS = """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations
  .map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)"""


@cache
def axe_script() -> str:
    """Return the checker itself."""
    spec = find_spec("axe_playwright_python")
    assert spec and spec.origin
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def bring_axe(page: Page) -> None:
    """Have the pages come with the checker, but for their frames: all pages but the first find it compiled."""
    page.add_init_script(f"if (self === top) {{{axe_script()}}}")


def axe(page: Page | Frame, rules: list[str] = RULES) -> list[str]:
    """Return what the accessibility checker objects to, one line a rule, with the elements."""
    page.wait_for_load_state()  # without its style, nothing is as large as it will be
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe_script())
    found: list[str] = page.evaluate(_VIOLATIONS, rules)
    return found
