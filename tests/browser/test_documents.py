"""A document photographed on a phone: made smaller there, sent part by part, gone on with after a cut or a close."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.support.browser import PHONE, axe, watch
from tests.support.photos import a_photo
from tests.support.portal import Portal
from tests.support.walk import PASSWORD
from tests.walks.town import Town, open_town
from wizard.services.documents import vault

YEAR = "2026-2027"


def photo(*drawn: Any) -> dict[str, Any]:
    """Return what a phone sends."""
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": a_photo(*drawn)}


@pytest.fixture(scope="module")
def town(portal: Portal) -> Iterator[Town]:
    with open_town(portal) as town:
        yield town


def signed_in(context: BrowserContext, town: Town) -> tuple[Page, int]:
    """Return the page of a phone whose parent is about to send the certificate of their child."""
    dossier, email = town.a_family(accepted=True)
    child = dossier.lines[1].person
    page = context.new_page()
    page.goto(f"/connexion?suite={town.document_page(child, YEAR)}")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form .button").click()
    expect(page.locator("h1")).to_have_text(re.compile("assurance"))
    return page, child


def documents(town: Town, child: int) -> list[dict[str, Any]]:
    with town.database() as db:
        return list(db.query("SELECT * FROM documents WHERE child = ?", (child,)))


def arrived(page: Page, rank: int) -> None:
    """Wait until a page of the document is there."""
    shown(page, rank, "arrivée")


def shown(page: Page, rank: int, state: str) -> None:
    """Wait until a page of the document is told to be so."""
    where = page.locator(f"#pages li:nth-child({rank}) [data-state]")
    expect(where).to_have_text(re.compile(state), timeout=60_000)


def sizes(town: Town, child: int) -> list[tuple[int, int]]:
    """Return the shape of each page of the child's one document, and check that it tells no place."""
    (document,) = documents(town, child)
    with town.app.app_context():
        previews = [vault.preview(document["id"], page) for page in range(1, document["pages"] + 1)]
        kept = vault.content(document["id"])
    assert b"GPS" not in kept and b"Exif" not in kept
    return [Image.open(io.BytesIO(one)).size for one in previews]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def context(request: pytest.FixtureRequest, chromium: Browser, portal: Portal) -> Iterator[BrowserContext]:
    """A phone with its camera, and the script or not."""
    context = chromium.new_context(
        viewport=PHONE, locale="fr-FR", is_mobile=True, has_touch=True, base_url=portal.url,
        java_script_enabled=request.param,
    )  # fmt: skip
    context.scripts = request.param  # type: ignore[attr-defined]
    complaints = watch(context)
    yield context
    context.close()
    assert complaints == []


def test_photos_make_a_document_with_and_without_script(context: BrowserContext, town: Town) -> None:
    page, child = signed_in(context, town)
    scripts, sent = context.scripts, []  # type: ignore[attr-defined]
    assert ("réduite sur votre téléphone" in page.locator("#limits").inner_text()) == scripts
    page.on("request", lambda one: sent.append(len(one.post_data_buffer or b"")) if one.method == "PATCH" else None)
    page.set_input_files("#photo", photo())
    if scripts:
        arrived(page, 1)
        assert 0 < sum(sent) <= 300_000  # of four megabytes
        assert axe(page) == []
    else:
        page.get_by_role("button", name="Ajouter cette page").click()
    page.set_input_files("#files", photo((600, 800), "Verso, de travers"))
    if scripts:
        arrived(page, 2)
        page.get_by_role("button", name="Monter la page 2").click()
        expect(page.get_by_role("button", name="Descendre la page 1")).to_be_focused()
    page.get_by_role("button", name="Envoyer ce document").click()
    expect(page.locator("#news")).to_have_text(re.compile("Document envoyé"))
    upright = [width < height for width, height in sizes(town, child)]
    assert upright == ([False, True] if scripts else [True, False])


def failing(page: Page, method: str, times: int) -> list[Route]:
    """Lose the next requests of a method; return those that were."""
    lost: list[Route] = []

    def handle(route: Route) -> None:
        if route.request.method == method and len(lost) < times:
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    page.route("**/documents/envois*", handle)
    page.route("**/documents/envois/*", handle)
    return lost


@pytest.mark.parametrize("context", [True], indirect=True, ids=["script"])
def test_a_browser_closed_on_the_way_goes_on_with_what_is_missing(context: BrowserContext, town: Town) -> None:
    page, child = signed_in(context, town)
    failing(page, "PATCH", 10**6)
    page.set_input_files("#photo", photo())
    shown(page, 1, "nouvel essai")
    address = page.url
    page.close()
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Reprendre l'envoi").click()
    arrived(page, 1)
    page.reload()
    expect(page.get_by_role("button", name="Reprendre l'envoi")).to_be_hidden()  # nothing is kept any more
    arrived(page, 1)
    page.get_by_role("button", name="Envoyer ce document").click()
    expect(page.locator("#news")).to_have_text(re.compile("Document envoyé"))
    assert len(sizes(town, child)) == 1


@pytest.mark.parametrize("context", [True], indirect=True, ids=["script"])
def test_signing_out_wipes_what_waits_on_the_phone(context: BrowserContext, town: Town) -> None:
    page, _child = signed_in(context, town)
    failing(page, "PATCH", 10**6)
    page.set_input_files("#photo", photo())
    shown(page, 1, "nouvel essai")
    page.goto("/espace")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto("/confidentialite")
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_a_page_is_moved_only_where_it_may_go(context: BrowserContext, town: Town) -> None:
    page, _child = signed_in(context, town)
    for rank in (1, 2, 3):
        page.set_input_files("#files", photo((600, 800), f"Page {rank}"))
        if context.scripts:  # type: ignore[attr-defined]
            arrived(page, rank)
        else:
            page.get_by_role("button", name="Ajouter cette page").click()
    moves = page.locator("#pages [name=monter], #pages [name=descendre]").all()
    offered = [move.inner_text().split()[0] for move in moves if move.is_visible()]
    assert offered == ["Descendre", "Monter", "Descendre", "Monter"]


@pytest.mark.parametrize("context", [True], indirect=True, ids=["script"])
def test_what_was_wrong_is_said_no_more_once_a_page_is_there(context: BrowserContext, town: Town) -> None:
    page, _child = signed_in(context, town)
    title = page.title()
    page.get_by_role("button", name="Envoyer ce document").click()
    expect(page.locator("#summary")).to_be_focused()
    assert page.title() != title
    page.set_input_files("#files", photo((600, 800), "Recto"))
    arrived(page, 1)
    expect(page.locator("#summary, #files-error, .invalid, [aria-invalid]")).to_have_count(0)
    assert page.title() == title
    assert axe(page) == []
