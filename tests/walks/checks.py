"""What every page must respect, checked in the browser: axe-core, and the French rules (RGAA) it does not know."""

import os
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize, expect

from tests.support.browser import PHONE, axe, bring_axe
from tests.walks.measures import OUT_OF_PLACE

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 640}
Sizes = tuple[ViewportSize, ...]
Seen = tuple[ViewportSize, Literal["dark", "light"], str]
SEEN: tuple[Seen, ...] = ((DESKTOP, "dark", "bureau, sombre"), (PHONE, "light", "téléphone"))
"""How each page is looked at: each size once, each look once, for no width changes a colour (tests/test_look.py)."""
PHONES: Sizes = (NARROW, PHONE)
LOOKS: dict[str, dict[str, Any]] = {
    "clair": {},
    "sombre": {"color_scheme": "dark"},
    "contraste": {"forced_colors": "active"},
}
PICTURES = "PICTURES" in os.environ
"""Whether `make pictures` asks for the screens."""
PLAIN: dict[str, Any] = {"color_scheme": "light", "forced_colors": "none"}

# Each returns the sentences that say what is wrong.
_PAGE_RULES = """() => {
  const wrong = [], all = (selector) => Array.from(document.querySelectorAll(selector));
  const text = (element) => (element.getAttribute('aria-label') || element.textContent).trim().replace(/\\s+/g, ' ');
  const seen = (element) => element.getClientRects().length > 0;
  const failing = all('.error, #summary').some(seen);
  if (failing && all('#question').some(seen)) wrong.push('a question among errors');
  if (document.documentElement.lang !== 'fr') wrong.push('the page does not say that it is in French');
  if (all('h1').length !== 1) wrong.push(`${all('h1').length} h1`);
  if (!/ – Portail famille d'Oudon$/.test(document.title)) wrong.push(`title: ${document.title}`);
  if (/^Erreur\\s:/.test(document.title) !== failing) wrong.push(`title of an error? ${document.title}`);
  if (all('#summary li').length && all('#summary li a').length !== all('#summary li').length)
    wrong.push('an error that leads nowhere');
  all('#summary a').forEach((link) => {
    if (!document.querySelector(link.hash)) wrong.push(`no ${link.hash} for « ${text(link)} »`);
  });
  all('fieldset').forEach((set) => {
    if (!set.firstElementChild || set.firstElementChild.tagName !== 'LEGEND' || !text(set.firstElementChild))
      wrong.push(`a fieldset without legend: ${set.id}`);
  });
  all('input[type=radio], input[type=checkbox]').forEach((box) => {
    const group = all(`input[name="${box.name}"]`);
    if (group.length > 1 && !box.closest('fieldset')) wrong.push(`choices that are no group: ${box.name}`);
  });
  const places = {};
  all('a[href]').filter(seen).forEach((link) => {
    const name = text(link);
    if (!name) wrong.push(`a link without name: ${link.outerHTML}`);
    if (places[name] && places[name] !== link.href) wrong.push(`two links named « ${name} »`);
    places[name] = link.href;
    if (link.target === '_blank' && !/nouvel onglet/.test(name)) wrong.push(`opens a tab unannounced: ${name}`);
  });
  all('button').filter(seen).forEach((button) => {
    if (!text(button)) wrong.push(`a button without name: ${button.outerHTML}`);
  });
  all('[tabindex]').forEach((one) => { if (one.tabIndex > 0) wrong.push(`tabindex ${one.tabIndex}`); });
  all('.error').filter(seen).forEach((error) => {
    const said = all('[aria-describedby]').some((field) =>
      field.getAttribute('aria-describedby').split(' ').includes(error.id) &&
      (field.getAttribute('aria-invalid') === 'true' || field.tagName === 'FIELDSET'));
    if (error.id && !said) wrong.push(`no field says its error: ${text(error)}`);
  });
  all('input:not([type=hidden]), select, textarea').filter(seen).forEach((field) => {
    if (field.required && !all(`label[for="${field.id}"] .required`).length && field.type !== 'radio')
      wrong.push(`required, but not marked: ${field.name}`);
  });
  return wrong;
}"""

_LED = """(href) => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  return href.startsWith('#') && one.matches(href) && box.height > 0 && box.top < innerHeight && box.bottom > 0;
}"""


def contrasts(page: Page) -> list[str]:
    """Return what cannot be read well, as the page is shown now."""
    return axe(page, ["color-contrast"])


def shoot(page: Page, folder: Path, name: str, sizes: Sizes = PHONES) -> None:
    """Picture a screen as two phones show it, or in other sizes, in each look, when `make pictures` asks for it."""
    if not PICTURES:
        return
    for look, media in LOOKS.items():
        page.emulate_media(**PLAIN | media)
        for size in sizes:
            page.set_viewport_size(size)
            page.screenshot(path=folder / f"{name}-{size['width']}-{look}.png", full_page=True, caret="initial")
    page.emulate_media(**PLAIN)


class Examiner:
    """Looks at each page of a visit in turn, at phone and desktop size, in light and dark, and keeps its findings."""

    def __init__(self, page: Page, folder: Path, pictured: Sizes = PHONES) -> None:
        self.pictured = pictured
        self.page = page
        bring_axe(page)
        self.folder = folder
        self.findings: list[str] = []
        self.seen: list[str] = []

    def look(self, name: str) -> None:
        """Check the page as it stands."""
        self.seen.append(name)
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)  # a button is paler while it sends
        for size, look, kind in SEEN:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=look)
            self._note(f"{name}, {kind}", axe(self.page))
        shoot(self.page, self.folder, name, self.pictured)
        self._note(name, self.page.evaluate(_PAGE_RULES))
        self._widths(name)
        self.page.set_viewport_size(PHONE)
        self._errors(name)

    def _widths(self, name: str) -> None:
        """Look at a desk's screen, one of 320 pixels (WCAG 1.4.10), a phone's with text twice as large (1.4.4)."""
        for size in (DESKTOP, NARROW):
            self.page.set_viewport_size(size)
            self._note(f"{name}, {size['width']} pixels", self.page.evaluate(OUT_OF_PLACE))
        self.page.set_viewport_size(PHONE)
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        self._note(f"{name}, 200 %", self.page.evaluate(OUT_OF_PLACE))
        self.page.evaluate("document.documentElement.style.fontSize = ''")

    def _errors(self, name: str) -> None:
        """Press each link of an error: what it is about has the focus, and is on the screen."""
        for link in self.page.locator("#summary a, .error a").all():
            link.click()
            if not self.page.evaluate(_LED, link.get_attribute("href")):
                self._note(f"{name}, erreur", [f"« {link.inner_text()} » leads to nothing"])

    def _note(self, where: str, wrong: list[str]) -> None:
        self.findings += [f"{where}: {one}" for one in wrong]
