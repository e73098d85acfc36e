"""A client that checks every page it gets, and the few gestures of a person: read, fill in, submit."""

import re
from functools import lru_cache
from hashlib import sha256
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from wizard.french import plain

ORIGIN = "https://famille.oudon.example"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class CheckedClient(FlaskClient):
    """Every HTML answer must be strict HTML5, with unique ids, French typography, and nothing the CSP would block.

    Once checked, its spaces become those that one types, so that tests compare sentences as written.
    """

    origin = ORIGIN

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", self.origin)
        response = super().open(*args, **kwargs)
        followed = bool(response.history)  # then this one was opened, and checked, on the way
        if response.mimetype == "text/html" and response.data and not response.content_encoding and not followed:
            text = response.get_data(as_text=True)
            check(text)
            response.set_data(plain(text))
        return response


_BREAKS = re.compile(r" (?<=\S )[:;?!»](?![\w/])|« ")  # which begins by what is rare, to be found fast
_WORDS = re.compile(r'(?<=>)[^<]+|(?<==")[^"]+')
_RISKY = re.compile(r"&[^;\s]*;?|[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]")


class Shapes:
    """The shapes of pages that were found valid: parsing one takes 30 ms, and a run sees some hundreds.

    In a folder, where there is one: what was checked by another worker, or yesterday by these very rules, is not again.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._valid: set[str] = set()
        self._rules = Path(__file__).read_bytes() + version("html5lib").encode()

    def add(self, shape: str) -> None:
        self._valid.add(name := self._name(shape))
        if self.folder:
            (self.folder / name).touch()

    def __contains__(self, shape: str) -> bool:
        name = self._name(shape)
        return name in self._valid or bool(self.folder and (self.folder / name).exists())

    def _name(self, shape: str) -> str:
        return sha256(self._rules + shape.encode("utf-8", "surrogatepass")).hexdigest()


VALID = Shapes()


def check(text: str) -> None:
    """Parse strictly; refuse double ids, errors in disorder, inline scripts and styles, spaces that break a line."""
    ids = re.findall(r'\sid="([^"]*)"', text)
    assert len(ids) == len(set(ids)), f"ids used twice: {sorted(one for one in ids if ids.count(one) > 1)}"
    wrong = re.findall(r'<li><a href="#([^"]*)"', text.partition('id="summary"')[2].partition("</div>")[0])
    there = [one for one in ids if one in wrong]
    assert wrong == there, f"errors told as {wrong}, which the page has as {there}"
    if _BREAKS.search(text):
        found = badly_spaced(BeautifulSoup(text, "html.parser"))
        assert not found, f"plain spaces where a line must not break: {found}"
    if (shape := shape_of(text)) not in VALID:
        check_shape(text)
        VALID.add(shape)


def shape_of(text: str) -> str:
    """Return a page with `x` for its words and values, but for what may be invalid: entities, control characters."""
    return _WORDS.sub(lambda words: _shape_of_words(words[0]), text)


@lru_cache(maxsize=1 << 16)  # the same ones come back on every page
def _shape_of_words(words: str) -> str:
    return "".join(_RISKY.findall(words)) + ("x" if words.strip() else " ")


def check_shape(text: str) -> None:
    """Check what does not depend on the words of a page: its tags, their attributes, its entities."""
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(text) if text.lstrip().lower().startswith("<!doctype") else parser.parseFragment(text)
    soup = BeautifulSoup(text, "html.parser")
    assert not soup.select("[style], script:not([src]), [onclick], [onload]")
    for form in soup.find_all("form"):
        assert form.get("action"), "a form without action"


def badly_spaced(soup: BeautifulSoup) -> list[str]:
    """Return the sentences, shown or read aloud, with a plain space beside a double punctuation sign."""
    attributes = ("aria-label", "alt", "title")
    shown = [text for text in soup.find_all(string=True) if not isinstance(text, PreformattedString)]
    told = [str(text) for text in shown if not text.find_parent(["style", "script", "code", "textarea"])]
    told += [
        str(value)
        for tag in soup.find_all(True)
        for name, value in tag.attrs.items()
        if name in attributes or (name.startswith("data-") and isinstance(value, str))
    ]
    return [text for text in told if _BREAKS.search(text)]


def read(response: TestResponse) -> BeautifulSoup:
    """Return a page as soup, to look at only: who reads the same page next gets the same soup."""
    return _soup_of(response.text)


@lru_cache(maxsize=8)
def _soup_of(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser", store_line_numbers=False)


def main_of(response: TestResponse, *ignored: str) -> str:
    """Return the swapped region: `<main>` of a page, all but the title of a fragment; white space folded.

    `ignored` are selectors of what changes from one submission to the next.
    """
    soup = BeautifulSoup(response.text, "html.parser")
    for selector in ignored:
        for tag in soup.select(selector):
            tag.extract()
    main = soup.find("main")
    if main is None:
        if soup.title:
            soup.title.extract()
        main = soup
    return " ".join("".join(str(child) for child in main.children).split())


def form_of(page: BeautifulSoup, action: str | None = None) -> Tag:
    """Return the page's form, or the one posting to an address that ends with `action`."""
    forms = [*page.select("main form"), *page.find_all("form")]  # what the page is about first
    return next(form for form in forms if str(form["action"]).split("?")[0].endswith(action or ""))


_FORMS = re.compile(r'<form\b[^>]*\baction="([^"]*)".*?</form>', re.S)


@lru_cache(maxsize=64)
def _form_in(text: str, action: str | None) -> tuple[str, Tag]:
    """Return where the form that `form_of` would find goes, and itself: read alone, in a third of the page's time."""
    main = text.find("<main"), text.find("</main>")
    forms = sorted(_FORMS.finditer(text), key=lambda form: not main[0] < form.start() < main[1])
    found = next(form for form in forms if unescape(form[1]).split("?")[0].endswith(action or ""))
    return unescape(found[1]), form_of(BeautifulSoup(found[0], "html.parser"))


def typed(form: Tag) -> dict[str, Any]:
    """Return what a browser would submit if nothing were touched, buttons left out."""
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name]"):
        kind = field.get("type", "text")
        if kind in {"radio", "checkbox"} and not field.has_attr("checked"):
            continue
        value = field.get_text().removeprefix("\n") if field.name == "textarea" else field.get("value", "")
        values.setdefault(str(field["name"]), []).append(value)
    for menu in form.select("select[name]"):
        chosen = menu.select_one("option[selected]") or menu.find("option")
        values.setdefault(str(menu["name"]), []).append(chosen.get("value", "") if chosen else "")
    return values


def submit(client: FlaskClient, page: TestResponse, action: str | None = None, **values: Any) -> TestResponse:
    """Fill in the page's form and press its main button, as a browser without JavaScript does."""
    to, form = _form_in(page.text, action)
    return client.post(to, data=typed(form) | values)


def follow(client: FlaskClient, response: TestResponse) -> TestResponse:
    """Follow a redirect after a POST."""
    assert response.status_code == 303, (response.status_code, response.text[:2000])
    return client.get(response.location)


def errors(response: TestResponse) -> dict[str, str]:
    """Return the sentence shown beside each field in error."""
    return {
        str(tag["id"]).removesuffix("-error"): tag.get_text(" ", strip=True)
        for tag in read(response).select(".error[id$=-error]")
    }
