"""Whatever a family is called, and whatever is typed anywhere, pages, files and mails show it as text."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import Cast, a_signup, an_entourage, decided
from tests.security.routes import ROUTES, address, places
from tests.support.client import CheckedClient, form_of, read, shape_of, submit, typed
from tests.support.outbox import WRITTEN
from tests.support.walk import begin
from wizard.db import transaction

TEMPLATES = Path(__file__).parents[2] / "templates"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "\"><script>alert(1)</script>",
    "' onfocus='alert(1)' autofocus='",
    "</title></textarea></select><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>",
    "javascript:alert(1)//",
    "\u202egnihton\u202c\u200b\ufeff",
    "Zoe" + "\u0308\u0301\u0327" * 20,
    "عبد الرحمن",
    "O'Brien & <b>Fils</b>",
    "=HYPERLINK(\"http://evil.example\")",
    "'; DROP TABLE people; --",
    "😀👨‍👩‍👧",
)  # fmt: skip


_HARMLESS: set[str] = set()
_SCRIPT = re.compile(r"""\b(href|src|action|formaction|hx-get|hx-post)\s*=\s*["']?\s*javascript:""", re.I)


def harmless(text: str) -> None:
    """Check that nothing in a page was made by what was typed: tags as a browser makes them, once for each shape."""
    assert not _SCRIPT.search(text)
    if (shape := shape_of(text)) in _HARMLESS:
        return
    soup = BeautifulSoup(text, "html5lib")
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        assert tag.name not in {"svg", "b", "object", "embed"} or not tag.get("onload"), tag
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post"):
            assert not str(tag.get(name, "")).strip().lower().startswith("javascript:"), tag
    assert not soup.select("img[src=x], script:not([src]), svg[onload], main b:-soup-contains(Fils)")
    _HARMLESS.add(shape)


def rename(db: Database, cast: Cast, text: str) -> None:
    """Call everyone and everything of family A `text`, past every form."""
    with transaction(db):
        mine = (text, cast.a.dossier.household)
        whose = "id IN (SELECT person FROM dossier_people JOIN dossiers ON dossiers.id = dossier WHERE household = ?2)"
        db.execute(
            f"UPDATE people SET birth_name = ?1, given_name = ?1, usage_name = ?1, email = ?1 WHERE {whose}", mine
        )
        db.execute(
            "UPDATE addresses SET label = ?1, street = ?1, city = ?1, apartment = ?1, building = ?1, floor = ?1"
            f" WHERE {whose.replace('id IN', 'person IN')}",
            mine,
        )
        fields = [f"$.identity.{name}" for name in ("birth_name", "given_name", "usage_name", "email")]
        for field in fields:
            db.execute(f"UPDATE declarations SET data = json_set(data, '{field}', ?1) WHERE person IN"
                " (SELECT person FROM dossier_people JOIN dossiers ON dossiers.id = dossier WHERE household = ?2)",
                mine)  # fmt: skip
        db.execute("UPDATE accounts SET username = ? WHERE id = ?", (text, cast.a.account.id))
        db.execute("UPDATE households SET enfance_key = ? WHERE id = ?", mine)
        db.execute("UPDATE dossier_people SET comment = ? WHERE dossier = ?", (text, cast.a.dossier.id))


def shown(soup: BeautifulSoup) -> str:
    """Return what a page shows and holds in its fields."""
    values = [str(field.get("value", "")) for field in soup.find_all("input")]
    return soup.get_text(" ") + " ".join(values)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_family_of_any_name_is_shown_as_text(app: Flask, db: Database, cast: Cast, text: str) -> None:
    rename(db, cast, text)
    decided(db, cast.a.dossier)
    held, pages = places(app, db, cast), {}
    for actor in (cast.parent_a, cast.agent):
        for route in (one for one in ROUTES if one.method == "GET"):
            response = actor.client.get(address(route, held))
            if response.mimetype == "text/html":
                harmless(response.text)
                pages[actor.name, route.rule] = response
    for page in (
        ("parent_a", "/espace"),
        ("parent_a", "/espace/donnees"),
        ("agent", "/mairie"),
        ("agent", "/mairie/dossiers/<reference>"),
        ("agent", "/mairie/dossiers/<reference>/reponse"),
    ):
        assert text in shown(read(pages[page])), page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_copy_of_any_name_is_data(db: Database, cast: Cast, text: str) -> None:
    rename(db, cast, text)
    records = json.loads(cast.parent_a.client.get("/espace/donnees/copie.json").data)
    assert {record["Prénom"] for record in records["Personnes"]} == {text}
    content = cast.parent_a.client.get("/espace/donnees/copie.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert {len(row) for row in rows} == {4}
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_mail_about_any_name_is_text(app: Flask, db: Database, cast: Cast, text: str) -> None:
    rename(db, cast, text)
    decided(db, cast.a.dossier)
    client, path = cast.agent.client, f"/mairie/dossiers/{cast.a.dossier.reference}/reponse"
    assert submit(client, client.get(path), "reponse").status_code == 303
    for mail in db.query(f"{WRITTEN} WHERE name = 'outcome'"):
        harmless(mail["body_html"])
        soup = BeautifulSoup(mail["body_html"], "html5lib")
        assert text in soup.get_text(" ") or " ".join(text.split()) in " ".join(soup.get_text(" ").split())
        assert text in mail["body_text"]
        assert "\n" not in mail["subject"]
        assert {str(a["href"]).split("/")[2] for a in soup.select("a:not([href^=tel])")} == {"famille.oudon.example"}
        assert {str(a["href"]) for a in soup.select("a[href^=tel]")} == {"tel:+33240836017"}


def steps(client: CheckedClient, db: Database, cast: Cast) -> Iterator[str]:
    """The addresses of pages that hold a form anyone may fill in."""
    yield begin(client).request.path
    for slug in ("adresse", "contacts", "identifiants", "plus-tard"):
        yield f"/inscription/{a_signup(db)}/{slug}"
    for kind in ("membre", "co-representant", "contact"):
        yield f"/entourage/{an_entourage(db, cast.a.account.id)}/etape-1/{kind}"
    yield "/acces-oublie"
    yield "/connexion"
    yield "/entourage"
    yield "/mairie/connexion"


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_comes_back_as_text(db: Database, client: CheckedClient, cast: Cast, text: str) -> None:
    """In every field of every form at once: refused or kept, it is shown, never obeyed."""
    for path in steps(client, db, cast):
        form = form_of(read(client.get(path)))
        kept = {"csrf_token", "revision", "entry", "shown"}
        values = {name: (value if name in kept else text) for name, value in typed(form).items()}
        manual = {"manual": "1"} if path.endswith("adresse") else {}
        response = client.post(str(form["action"]), data=values | manual)
        assert response.status_code in {200, 303, 422, 429}, path
        harmless(response.text)
        harmless(client.get(path).text)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_an_agent_types_comes_back_as_text(cast: Cast, db: Database, text: str) -> None:
    client, path = cast.agent.client, f"/mairie/dossiers/{cast.a.dossier.reference}"
    found = cast.agent.post("/mairie", text=text)
    assert found.status_code in {200, 422}
    harmless(found.text)
    form = form_of(read(client.get(path)), cast.a.dossier.reference)
    values = {str(area["name"]): text for area in form.select("textarea, input[name*=comment]")}
    values |= {str(menu["name"]): "other" for menu in form.select("select")}
    values |= {str(choice["name"]): "refused" for choice in form.select("input[value=refused]")}
    response = submit(client, client.get(path), cast.a.dossier.reference, **values)
    assert response.status_code in {303, 422}
    harmless(response.text)
    harmless(client.get(path).text)
    harmless(cast.parent_a.client.get("/espace").text)


def test_no_attribute_in_single_quotes_holds_what_is_printed() -> None:
    """An apostrophe in a sentence would end it."""
    for template in sorted(TEMPLATES.rglob("*.html")):
        assert not re.search(r"='[^'>]*\{\{", template.read_text(encoding="utf-8")), template.name
