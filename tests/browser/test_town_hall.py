"""An agent at work in Chromium: one decision saved at a time, nothing else on the page disturbed."""

from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlite_utils import Database

from tests.support.browser import axe, watch
from tests.support.families import a_family, ask, found, with_a_father
from tests.support.portal import Portal
from tests.support.walk import AGENT_PASSWORD
from tests.townhall.test_queue_batch import an_easy_one, by_a_notice, by_an_objection
from wizard import create_app
from wizard.clock import now
from wizard.db import close_connections, get_db, transaction
from wizard.models import Declaration, Dossier, Identity, Link, Role
from wizard.services import agents
from wizard.stores import people

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 640}
TABLET = {"width": 700, "height": 1000}


@pytest.fixture(scope="module")
def waiting(portal: Portal) -> list[Dossier]:
    """Dossiers that wait, of three people and of five, and an agent to process them."""
    app = create_app(portal.settings)
    with app.app_context():
        db = get_db()
        agents.create(db, "claire@oudon.example", AGENT_PASSWORD)
        deposited = [a_family(db, "Kerviel"), of_five(db, "Ploumanac", "Anne"), of_five(db, "Trégor", "Rozenn")]
    close_connections()
    return deposited


def of_five(db: Database, name: str, given_name: str) -> Dossier:
    """A family with a father and a second child, like no other."""
    phone = f"+336{sum(map(ord, name)):08}"
    dossier = with_a_father(db, a_family(db, name, given_name, phone))
    anna = Declaration(Role.CHILD, Identity(name, "Anna"), links={dossier.lines[0].person: Link.MOTHER})
    with transaction(db):
        ask(db, dossier.id, people.add_person(db, anna.identity, now()), anna)
    return found(db, dossier.id)


@pytest.fixture
def desk(chromium: Browser, portal: Portal) -> Iterator[Page]:
    """A wide screen; whatever it does, no script fails and the CSP blocks nothing."""
    context = chromium.new_context(viewport=DESK, locale="fr-FR", base_url=portal.url)
    complaints = watch(context)
    yield context.new_page()
    context.close()
    assert complaints == []


def test_an_agent_decides_with_the_page_staying_in_place(desk: Page, waiting: list[Dossier]) -> None:
    dossier, by_mouse, by_keyboard = waiting
    sign_in(desk, "claire@oudon.example")
    assert axe(desk) == []
    desk.set_viewport_size(TABLET)
    assert axe(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk.set_viewport_size(DESK)

    desk.get_by_role("link", name=f"{dossier.reference[:4]} {dossier.reference[4:]}").click()
    mother, child, contact = (desk.locator(f"#personne-{line.person}") for line in dossier.lines)
    assert axe(desk) == []
    mother.get_by_label("Préciser").check()
    mother.get_by_label("Précision pour la famille").fill("à voir")
    child.get_by_role("button", name="Enregistrer").click()
    expect(child.get_by_role("alert")).to_be_focused()
    assert axe(desk) == []
    child.get_by_label("Demande acceptée").check()
    child.get_by_role("button", name="Enregistrer").click()
    expect(child.get_by_text("Décision enregistrée : Demande acceptée")).to_be_focused()
    expect(mother.get_by_label("Précision pour la famille")).to_have_value("à voir")
    expect(desk.locator("#reponse")).to_contain_text("Il reste 2 décisions")
    expect(desk.locator("#journal")).to_contain_text("Décision : Loïc Kerviel, demande acceptée")

    mother.get_by_label("Demande acceptée").check()
    contact.get_by_label("À corriger", exact=True).check()
    contact.get_by_label("Motif").select_option("missing_information")
    contact.get_by_label("Précision pour la famille").press("Enter")
    expect(desk.get_by_role("button", name="Relire et envoyer la réponse")).to_be_visible()
    desk.get_by_role("button", name="Relire la réponse").click()
    expect(desk.get_by_role("heading", name="Réponse au dossier")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("button", name="Envoyer la réponse").dblclick()
    expect(desk.get_by_role("button", name="Annuler l'envoi")).to_be_visible()
    expect(desk.locator("#journal").get_by_text("Réponse donnée à la famille")).to_have_count(1)
    assert axe(desk) == []

    loads: list[str] = []
    desk.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    answer_the_easy_one(desk, by_mouse, lambda: desk.get_by_role("button", name="Tout accepter et répondre").click())
    assert len(loads) == 1, "the dossier, in which its answer is shown"
    answer_the_easy_one(desk, by_keyboard, lambda: refuse_and_leave_it(desk, by_keyboard))


def sign_in(desk: Page, email: str) -> None:
    """Sign in for the first time, as far as the queue."""
    desk.goto("/mairie")
    assert axe(desk) == []
    desk.get_by_label("Courriel professionnel").fill(email)
    desk.get_by_label("Mot de passe").fill(AGENT_PASSWORD)
    desk.get_by_role("button", name="Continuer").click()
    assert axe(desk) == []
    secret = desk.locator("#secret").inner_text().replace(" ", "")
    desk.get_by_label("Code à 6 chiffres").fill(pyotp.TOTP(secret).at(now()))
    desk.get_by_role("button", name="Se connecter").click()
    expect(desk.get_by_role("heading", name="Dossiers à traiter")).to_be_visible()


def to_be_read(db: Database, dossier: Dossier) -> None:
    """Let a right be taken back by a parent, and contested by another one."""
    with transaction(db):
        by_a_notice(db, None, dossier)
        by_an_objection(db, None, dossier)


def test_back_in_the_queue_no_box_is_ticked_for_a_family_that_came_in_its_place(desk: Page, portal: Portal) -> None:
    app = create_app(portal.settings)
    with app.app_context():
        agents.create(get_db(), "rose@oudon.example", AGENT_PASSWORD)
        for name in ("Abgrall", "Bodiguel", "Cozanet", "Dréano"):
            an_easy_one(get_db(), name, f"+337{sum(map(ord, name)):08}")
        for name in ("Evanno", "Falhun"):
            to_be_read(get_db(), an_easy_one(get_db(), name, f"+337{sum(map(ord, name)):08}"))
    close_connections()
    sign_in(desk, "rose@oudon.example")
    assert axe(desk) == []
    desk.set_viewport_size(PHONE)
    top = desk.locator("table.queue").evaluate("table => table.getBoundingClientRect().top")
    assert top <= 2 * PHONE["height"], "in sight after one screen, whatever the families did"
    desk.set_viewport_size(DESK)
    boxes = desk.locator("input[name=dossier]")
    accepted = [boxes.nth(number).get_attribute("value") for number in range(2)]
    for number in range(2):
        boxes.nth(number).check()
    desk.get_by_role("button", name="Accepter les dossiers cochés").click()
    expect(desk.get_by_text("2 dossiers acceptés sur 2.")).to_be_visible()
    desk.go_back()
    for value in accepted:
        expect(desk.locator(f"input[name=dossier][value='{value}']")).to_have_count(0)
    expect(boxes.nth(1)).to_be_visible()  # others came in their place
    expect(desk.locator("input[name=dossier]:checked")).to_have_count(0)


def answer_the_easy_one(desk: Page, dossier: Dossier, gesture: Callable[[], None]) -> None:
    """Open a dossier of five people, all of it on a screen and a half, and answer it by one gesture."""
    desk.goto(f"/mairie/dossiers/{dossier.reference}")
    rows = desk.locator("article.row")
    bottom = "rows => rows.pop().getBoundingClientRect().bottom + scrollY"
    notices = "found => found.reduce((sum, one) => sum + one.offsetHeight, 0)"  # the other family of the test is alike
    told = desk.locator(".row .notice").evaluate_all(notices)
    assert rows.count() == 5 and rows.evaluate_all(bottom) - told <= 1200
    gesture()
    expect(desk.locator("#journal").get_by_text("Réponse donnée à la famille")).to_have_count(1)
    expect(desk.get_by_role("button", name="Annuler l'envoi")).to_be_visible()


def refuse_and_leave_it(desk: Page, dossier: Dossier) -> None:
    """Choose by the keyboard alone, be warned before leaving that unsaved, come back, answer by one chord."""
    rows = [desk.locator(f"#personne-{line.person}") for line in dossier.lines]
    for key in ("j", "j", "j", "k", "r"):
        desk.keyboard.press(key)
    expect(rows[1].get_by_label("Demande refusée")).to_be_checked()
    expect(rows[1].get_by_label("Motif")).to_be_focused()
    for key in ("d", "Escape", "a"):  # in the list, a letter is a reason's
        desk.keyboard.press(key)
    expect(rows[1].get_by_label("Demande acceptée")).to_be_checked()
    asked: list[str] = []
    desk.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.keyboard.press("?")
    desk.wait_for_url("**/mairie/aide")
    assert asked == ["beforeunload"]
    assert axe(desk) == []
    desk.go_back()
    box = desk.get_by_label("Touches A, R, C, J, K")
    box.uncheck()
    desk.keyboard.press("j")
    expect(rows[0]).not_to_be_focused()
    box.check()
    box.blur()
    desk.keyboard.press("j")
    expect(rows[0]).to_be_focused()
    desk.keyboard.press("Control+Enter")


def test_on_a_phone_a_motive_has_the_whole_width_and_no_number_that_is_compared_is_cut(
    desk: Page, portal: Portal
) -> None:
    app = create_app(portal.settings)
    with app.app_context():
        agents.create(get_db(), "anne@oudon.example", AGENT_PASSWORD)
        one, _other = (a_family(get_db(), "Guillevic", "Anne", f"+3378{number:07}") for number in (8888888, 9999999))
    close_connections()
    sign_in(desk, "anne@oudon.example")
    desk.set_viewport_size(PHONE)
    desk.goto(f"/mairie/dossiers/{one.reference}")
    row = desk.locator("article.row").first
    row.get_by_label("Demande refusée").check()
    reason, comment = (row.get_by_label(name).bounding_box() for name in ("Motif", "Précision pour la famille"))
    assert reason and comment and comment["y"] > reason["y"] + reason["height"] and reason["width"] > 250
    desk.locator(".row .notice a").first.click()
    desk.wait_for_load_state()
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
    numbers = desk.locator(".compare strong", has_text="07")
    assert set(numbers.evaluate_all("all => all.map(one => one.getClientRects().length)")) == {1}
