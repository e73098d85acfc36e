"""A family that lives here already, on a phone, and an agent at their desk: the steps that stories are told by."""

import re
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import PHONE
from tests.support.waiting import PATIENCE
from tests.walks.checks import DESKTOP, Examiner
from tests.walks.strides import PASSWORD, Clerk, Family, Stride, arrived, fill, press
from tests.walks.town import Town
from wizard.french import plain

NEWS = "main .check[role=status]"


class Tale:
    """A parent's phone, an agent's desk, and whoever examines their pages."""

    def __init__(self, phone: Page, desk: Page, *, town: Town, folder: Path, examined: bool) -> None:
        self.phone, self.desk, self.town = phone, desk, town
        self.parent = Stride(phone, town)
        self.agent = Clerk(desk, town, town.a_desk())
        self.reference = ""
        self._examined = examined
        self._examiners = {phone: Examiner(phone, folder), desk: Examiner(desk, folder, (DESKTOP, PHONE))}

    @property
    def findings(self) -> list[str]:
        """What is wrong with the pages that were looked at."""
        return [one for examiner in self._examiners.values() for one in examiner.findings]

    def look(self, page: Page, name: str) -> None:
        """Examine a new state."""
        if self._examined:
            self._examiners[page].look(name)
            if page is self.desk:  # wide again
                page.set_viewport_size(DESKTOP)

    # The parent

    def begin(self, *, accepted: bool = False) -> None:
        """Let a family be there, and its parent sign in."""
        dossier, email = self.town.a_family(accepted=accepted)
        self.reference, self.parent.family = dossier.reference, Family(email)
        self.phone.goto("/connexion?suite=/espace")
        fill(self.phone, username=email, password=PASSWORD)
        press(self.phone, "Se connecter")
        arrived(self.phone, "Mon espace famille")

    def change_the_list(self) -> None:
        """From the space to the list of the people, as it is."""
        press(self.phone, "Modifier ou compléter mon entourage")
        arrived(self.phone, "Votre entourage")

    def on_the_phone(self, name: str) -> Locator:
        """Return the card of someone."""
        return self.phone.locator(".cards .card").filter(has=self.phone.get_by_role("heading", name=name, exact=True))

    def read_again(self) -> None:
        """Go to the summary."""
        press(self.phone, "Aller à l'étape 2")
        arrived(self.phone, "Récapitulatif")

    def is_written(self, subject: str, words: str) -> None:
        """Wait for the mail of that subject that says these words; one like it may have come before."""
        told, deadline = "", time.monotonic() + PATIENCE
        while words not in told:
            assert time.monotonic() < deadline, f"« {words} » is not in:\n{told}"
            time.sleep(0.05)
            told = " ".join(self.parent.mailed(subject).split())

    # The town hall

    def open_dossier(self, reference: str = "") -> None:
        """Open the dossier, as the queue leads to it."""
        self.desk.goto(f"/mairie/dossiers/{reference or self.reference}")
        arrived(self.desk, re.compile("^Dossier"))

    def at_the_desk(self, name: str) -> Locator:
        """Return the card of someone."""
        return self.desk.get_by_role("article").filter(has=self.desk.get_by_role("heading", name=name))

    def accept_all(self) -> None:
        """Accept whoever waits for a decision, and answer."""
        for choice in self.desk.get_by_label("Demande acceptée", exact=True).filter(visible=True).all():
            choice.check()
        press(self.desk, "Enregistrer toutes les décisions")
        expect(self.desk.get_by_text("Tout est décidé.")).to_be_visible()
        self.agent.answer()

    def ask_to_correct(self, name: str, comment: str) -> None:
        """Accept everyone but one, who is to be corrected, and answer."""
        for choice in self.desk.get_by_label("Demande acceptée", exact=True).all():
            choice.check()
        self.agent.ask_to_correct(name, comment)
        self.agent.save(one_by_one=False)
        self.agent.answer()

    def status(self) -> Locator:
        """Return what the dossier's page says of the whole."""
        return self.desk.locator("h1 .badge")


def said(what: Locator) -> str:
    """Return what a part of a page says, as one line with plain spaces."""
    return " ".join(plain(what.inner_text()).split())
