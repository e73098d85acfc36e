"""The whole journey in a browser, screens 1 to 17: with HTMX, and with JavaScript off."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.walks.checks import PICTURES
from tests.walks.strides import Clerk, Family, Stride
from tests.walks.town import Town


class Traffic:
    """What a page sends: the posts of its forms, and the pages it loads whole."""

    def __init__(self, page: Page) -> None:
        self.posts: list[Request] = []
        self.loads: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and not request.url.endswith("/force"):  # how strong the password is
            self.posts.append(request)
        if request.is_navigation_request():
            self.loads.append(request.url)

    def take(self) -> tuple[list[Request], list[str]]:
        """Return what was sent since the last time."""
        sent = self.posts, self.loads
        self.posts, self.loads = [], []
        return sent


def check_steps(traffic: Traffic, scripted: bool, posts: int) -> None:
    """With HTMX every step is posted by it into the page that is there; without scripts, none is."""
    sent, loads = traffic.take()
    assert len(sent) == posts
    assert {request.headers.get("hx-request") for request in sent} == {"true" if scripted else None}
    assert bool(loads) is not scripted


def test_from_the_first_click_to_the_accepted_dossier(
    contexts: tuple[BrowserContext, BrowserContext], town: Town, screenshots: Path, scripted: bool
) -> None:
    folder = screenshots / ("htmx" if scripted else "sans-javascript")
    folder.mkdir(exist_ok=True)

    def shoot(page: Page, name: str) -> None:
        if PICTURES:
            page.screenshot(path=folder / f"{name}.png", full_page=True, caret="initial")

    phone, desk = contexts[0].new_page(), contexts[1].new_page()
    traffic = Traffic(phone)
    parent = Stride(phone, town, Family(), shoot)
    agent = Clerk(desk, town, town.a_desk(), shoot)

    parent.begin()
    traffic.take()
    parent.identity()
    if scripted:
        parent.address_in_the_list()
    else:
        parent.address_searched()
    parent.contacts()
    parent.credentials(with_image=scripted)
    check_steps(traffic, scripted, 4 if scripted else 5)

    parent.activate()
    parent.sign_in()
    traffic.take()
    parent.declare()
    reference = parent.deposit()
    check_steps(traffic, scripted, 5)
    assert reference in parent.mailed("déposé").replace(" ", "").replace("\u00a0", "")
    parent.see_space()
    expect(phone.locator(".timeline [aria-current]")).to_contain_text("3 à 6 jours")

    agent.sign_in()
    agent.open(reference)
    for name in ("Camille Martin", "Dominique Durand", "Loïc Martin"):
        agent.accept(name)
    agent.ask_to_correct("Jeanne Le Goff", "Il manque son numéro de portable.")
    agent.save(one_by_one=scripted)
    agent.answer()

    outcome = parent.mailed("Réponse")
    assert "Loïc Martin : demande acceptée" in outcome
    assert "Il manque son numéro de portable." in outcome
    parent.see_space("17-espace-apres")
    expect(phone.locator(".timeline [aria-current]")).to_contain_text("À corriger")
    expect(phone.locator(".card:has(.timeline)")).to_contain_text("Il manque son numéro de portable.")
