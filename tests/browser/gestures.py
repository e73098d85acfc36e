"""What a parent does on the phone, at top level or in the town's frame."""

from collections.abc import Callable

from playwright.sync_api import Frame, FrameLocator, Page, Request, expect

from tests.support.walk import MANUAL, PASSWORD

Place = Page | Frame | FrameLocator

IDENTITY = {"birth_name": "Martin", "given_name": "Camille"}
CONTACTS = {"mobile": "06 12 34 56 78"}

TITLES = {
    "identite": "Votre identité",
    "adresse": "Votre adresse",
    "contacts": "Vos moyens de contact",
    "identifiants": "Vos identifiants",
}


def arrived(place: Place, title: str) -> None:
    """Wait until the page or step of this title is there."""
    expect(place.locator("h1")).to_have_text(title)


def fill(place: Place, values: dict[str, str]) -> None:
    """Type the answers of a step."""
    for name, value in values.items():
        place.locator(f"#{name}").fill(value)


def press(place: Place, name: str = "Suivant") -> None:
    """Press a button."""
    place.get_by_role("button", name=name, exact=True).click()


def begin(place: Place) -> None:
    """From the home page to the first step."""
    place.get_by_role("link", name="Créer mon espace").click()
    press(place, "Je crée mon espace")
    arrived(place, TITLES["identite"])


def answer_identity(place: Place) -> None:
    """The first step."""
    fill(place, IDENTITY)
    press(place)
    arrived(place, TITLES["adresse"])


def answer_address(place: Place) -> None:
    """The second step, the address typed part by part."""
    press(place, "Mon adresse n'est pas dans la liste")
    expect(place.locator("#street")).to_be_visible()
    fill(place, MANUAL)
    press(place)
    arrived(place, TITLES["contacts"])


def answer_contacts(place: Place, email: str) -> None:
    """The third step."""
    fill(place, CONTACTS | {"email": email})
    press(place)
    arrived(place, TITLES["identifiants"])


def answer_credentials(place: Place) -> None:
    """The fourth step, without the image."""
    fill(place, {"password": PASSWORD})
    press(place, "Continuer sans l'image, avec un code par courriel")
    arrived(place, "Confirmation de création de votre espace")


def posts(page: Page) -> list[Request]:
    """Return the list where each POST of the page will be added."""
    seen: list[Request] = []
    note: Callable[[Request], None] = lambda request: seen.append(request) if request.method == "POST" else None  # noqa: E731
    page.on("request", note)
    return seen
