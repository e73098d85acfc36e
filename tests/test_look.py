"""What every page bears: its town first, its one stylesheet; what greets, and says what comes next."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.security.actors import Cast
from tests.support.client import CheckedClient, read, submit
from tests.support.walk import CHILD, RELATIVE, add, deposit, open_entourage, sign_in, sign_up
from wizard import create_app
from wizard.web.templating import initial

STATIC = Path(__file__).parents[1] / "static"
PAGES = [
    "/",
    "/inscription",
    "/connexion",
    "/acces-oublie",
    "/entourage",
    "/confidentialite",
    "/mairie/connexion",
    "/x",
]


@pytest.mark.parametrize("path", PAGES)
def test_the_town_comes_first_on_every_page(client: CheckedClient, path: str) -> None:
    link = read(client.get(path)).select_one(".banner a")
    assert link and link["href"] == "/"
    assert link.get_text(" ", strip=True) == "Mairie d'Oudon Portail famille"


def test_the_towns_own_page_has_said_its_name_around_a_frame(client: CheckedClient) -> None:
    for path in ("/", "/inscription", "/entourage"):
        framed = read(client.get(path, headers={"Sec-Fetch-Dest": "iframe"}, follow_redirects=True))
        assert framed.select_one("h1") and not framed.select_one(".banner")
        assert framed.select_one("footer [href='/']")  # whose way back to the first page is here


def with_logo(instance: Path) -> FlaskClient:
    """Return a client of a town that has a logo."""
    (instance / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    town = (instance / "town.toml").read_text(encoding="utf-8")
    (instance / "town.toml").write_text(town.replace("[town]", '[town]\nlogo = "logo.svg"', 1), encoding="utf-8")
    return create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_PUBLIC_URL": "http://localhost"}).test_client()


def test_its_logo_comes_before_its_name(instance: Path) -> None:
    banner = read(with_logo(instance).get("/")).select_one(".banner a")
    assert banner and [child.name for child in banner.find_all(True, recursive=False)] == ["img", "span"]
    assert banner.img and banner.img["alt"] == ""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_the_stylesheet_that_its_policy_allows(client: CheckedClient, path: str) -> None:
    page = client.get(path)
    (style,) = read(page).select("style")
    digest = b64encode(hashlib.sha256(style.get_text().encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["Content-Security-Policy"]


def test_pages_that_may_be_framed_do_not_carry_the_sheet_of_the_others(client: CheckedClient) -> None:
    sheets = {path: str(read(client.get(path)).style) for path in ("/inscription", "/connexion")}
    assert ".timeline" in sheets["/connexion"] and ".timeline" not in sheets["/inscription"]


def test_pages_of_who_is_signed_in_share_a_stylesheet_asked_for_once(cast: Cast) -> None:
    pages = [cast.parent_a.client.get(path) for path in ("/espace", "/espace/donnees")]
    pages += [cast.agent.client.get(path) for path in ("/mairie", "/mairie/aide")]
    assert {read(page).style for page in pages} == {None}
    assert all("'self'" in policy(page, "style-src") for page in pages)
    (address,) = {str(link["href"]) for page in pages for link in read(page).select("link[rel=stylesheet]")}
    sheet = cast.anonymous.client.get(address)
    assert sheet.mimetype == "text/css" and ".banner" in sheet.text and ".timeline" in sheet.text
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_page_that_may_be_framed_takes_no_stylesheet_from_a_file(client: CheckedClient) -> None:
    assert "'self'" not in policy(client.get("/inscription"), "style-src")


def policy(page: TestResponse, name: str) -> str:
    """Return what the policy of a page says of one thing."""
    found = page.headers["Content-Security-Policy"].split("; ")
    return next(rule for rule in found if rule.startswith(f"{name} "))


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Samira", "S"),
        ("élodie", "É"),
        ("'tHooft", "T"),
        ("काव्य", "क"),
        ("Зоя", "З"),
        ("3e étage", "E"),
        ("<b>", "B"),
        ("Ñuño", "Ñ"),
        ("李", "李"),
    ],
)
def test_an_initial_stands_for_a_person_and_is_not_read_aloud(name: str, letter: str) -> None:
    assert initial(name) == f'<span class="initial" aria-hidden="true">{letter}</span>'


@pytest.mark.parametrize("name", ["", "–", "12", "…"])
def test_a_name_without_letters_has_no_initial(name: str) -> None:
    assert initial(name) == ""


def test_the_end_of_the_sign_up_thanks_by_name_and_says_what_comes_next(client: CheckedClient) -> None:
    page = read(sign_up(client))
    panel = page.select_one(".panel")
    assert panel and panel.h1 and "Merci Camille" in panel.get_text()
    assert page.select("h2")[0].get_text().replace("\u202f", " ") == "Et maintenant ?"
    assert "la mairie répond sous 3 à 6 jours" in page.get_text().replace("\u00a0", " ")


def test_the_deposit_says_what_comes_next(parent: CheckedClient) -> None:
    page = read(deposit(parent, add(parent, open_entourage(parent), "membre", **CHILD)))
    assert page.select_one(".panel .large") and page.select_one(".panel h1")
    said = page.get_text().replace("\u00a0", " ")
    for sentence in (
        "Un courriel",
        "il sera traité sous 3 à 6 jours",
        "dès que la mairie aura répondu",
        "rien à faire",
    ):
        assert sentence in said


def test_each_persons_card_has_an_initial(parent: CheckedClient) -> None:
    step_1 = add(parent, open_entourage(parent), "membre", **CHILD)
    page = read(add(parent, step_1, "contact", **RELATIVE, may_collect="y"))
    cards = page.select(".card")
    assert len(cards) == 2
    for card in cards:
        assert card.select_one(".initial").get_text() == card.h3.get_text()[0]  # type: ignore[union-attr]


def test_the_space_greets_its_parent(parent: CheckedClient) -> None:
    sign_in(parent)
    assert "Bonjour Camille" in parent.get("/espace").text.replace("\u00a0", " ")


def test_a_persons_words_stand_beside_their_initial(parent: CheckedClient) -> None:
    page = read(add(parent, open_entourage(parent), "membre", **CHILD))
    for initial_of in page.select(".initial"):
        beside = initial_of.find_next_sibling("div")
        assert beside and beside.h3 and beside.p and not beside.form


def test_the_error_of_a_question_of_two_boxes_comes_before_both(parent: CheckedClient) -> None:
    step_1 = add(parent, open_entourage(parent), "membre", **CHILD)
    page = read(submit(parent, parent.get(f"{step_1.request.path}/contact"), **RELATIVE))
    (error,) = page.select(".error")
    asked = error.find_parent("fieldset")
    assert asked and "invalid" in asked["class"]
    assert [box["name"] for box in error.find_all_next("input", type="checkbox")] == ["may_collect", "emergency"]
    assert page.select_one("#may_collect")["aria-describedby"].split() == [error["id"]]  # type: ignore[index]
    assert page.select_one("#summary a")["href"] == "#may_collect"  # type: ignore[index]


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda sheet: sheet.name)
def test_no_width_changes_a_colour(sheet: Path) -> None:
    """A word and what is under it have the same colours on a phone and at a desk: either shows whether one can read."""
    widths = re.findall(r"@media [^{]*width[^{]*\{(.*?)\n\}", sheet.read_text(encoding="utf-8"), re.S)
    assert widths
    rules = [rule for inside in widths for rule in re.findall(r"([^{}]+)\{([^{}]*)\}", inside)]
    painted = [one[0].strip() for one in rules if re.search(r"(^|[\s;-])(color|background|opacity|filter)\b", one[1])]
    assert painted == ([".queue [data-label]::before"] if sheet.name == "bureau.css" else [])


def test_a_template_reads_the_globals_themselves_not_a_map_over_them(app: Flask) -> None:
    """A map is copied name by name for each template of a page: a twentieth of its time."""
    assert app.jinja_env.get_template("layouts/page.html").globals is app.jinja_env.globals
