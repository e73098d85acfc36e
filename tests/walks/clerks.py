"""Agents who process the queue, by mouse and by keys: how each decides on a dossier, and goes on to the next."""

import re
from abc import ABC, abstractmethod

from playwright.sync_api import Locator, Page, expect

from tests.walks.hand import Effort, Hand
from tests.walks.strides import arrived

EASY, TO_CORRECT, REFUSED, DUPLICATE = "easy", "to correct", "refused", "duplicate"
COMMENT = "Il manque un chiffre au numéro de téléphone."
ANSWERS = {TO_CORRECT: "À corriger", REFUSED: "Demande refusée"}
REASONS = {TO_CORRECT: "i", REFUSED: "h"}  # information manquante, hors commune: a letter finds them in the list


class Processing(ABC):
    """Someone who processes what waits, dossier after dossier."""

    def __init__(self, page: Page) -> None:
        self.page, self.hand = page, Hand(page)

    @property
    def reference(self) -> str:
        return self.page.url.rpartition("/")[2].partition("?")[0]

    def row(self, what: str) -> Locator:
        """Return the last row of a person to decide on, « Enfant » or « Contact »."""
        badge = self.page.locator("h2 .badge").get_by_text(what, exact=True)
        return self.page.locator("article.row:has(> .verdict)").filter(has=badge).last

    def process(self, wanted: str) -> tuple[str, Effort]:
        """Decide on the dossier that is open, go on to the next; return its kind, and what it took."""
        likeness = self.page.get_by_role("link", name=re.compile(", dossier .{9}$")).locator("visible=true")
        rows = self.page.locator("article.row > .verdict")
        kind = DUPLICATE if likeness.count() else wanted if rows.count() > 1 else EASY
        if kind == DUPLICATE:
            self.join(likeness.first)
        elif kind != EASY:
            self.object_to(self.row("Contact"), kind)
        self.answer()
        expect(self.page.locator("#reponse")).to_contain_text("La réponse partira à")
        before = self.reference
        self.go_on()
        expect(self.page).not_to_have_url(re.compile(before))
        self.page.wait_for_load_state()
        return kind, self.hand.take()

    @abstractmethod
    def begin(self) -> None:
        """Open the first dossier of the queue."""

    @abstractmethod
    def object_to(self, row: Locator, kind: str) -> None:
        """Have the family correct one person, or refuse them."""

    @abstractmethod
    def join(self, likeness: Locator) -> None:
        """Say of a child that it is the one of another home; be at the dossier again."""

    @abstractmethod
    def answer(self) -> None:
        """Accept whoever is left, and answer."""

    @abstractmethod
    def go_on(self) -> None:
        """Open the next dossier."""


class ByMouse(Processing):
    """The keys serve to choose a reason in its list, and to write."""

    def press(self, name: str) -> None:
        self.hand.click(self.page.get_by_role("button", name=name, exact=True))

    def begin(self) -> None:
        self.press("Ouvrir le premier")

    def object_to(self, row: Locator, kind: str) -> None:
        self.hand.click(row.get_by_label(ANSWERS[kind], exact=True))
        self.hand.choose(row.get_by_label("Motif", exact=True), REASONS[kind])
        expect(row.get_by_label("Motif", exact=True)).not_to_have_value("")
        if kind == TO_CORRECT:
            self.hand.click(row.get_by_label("Précision pour la famille"))
            self.hand.write(COMMENT)

    def join(self, likeness: Locator) -> None:
        reference = self.reference
        self.hand.click(likeness)
        self.press("Même enfant, deux foyers")
        self.hand.click(self.page.get_by_role("link", name=re.compile(f"{reference[:4]}.{reference[4:]}")))
        arrived(self.page, re.compile("^Dossier"))
        self.page.wait_for_load_state()

    def answer(self) -> None:
        self.hand.click(self.page.locator(".bar .button"))

    def go_on(self) -> None:
        self.press("Suivant")


class ByKeys(Processing):
    """No mouse at all."""

    def tab_to(self, what: Locator) -> None:
        """Press Tab until this has the focus."""
        for _ in range(40):
            self.hand.keys("Tab")
            if what.evaluate("(one) => one === document.activeElement"):
                return
        raise AssertionError(f"Tab never reaches {what}")

    def press(self, what: Locator) -> None:
        """Go past what is on every page, then down to this, and press it."""
        self.hand.keys("Tab", "Enter")
        self.tab_to(what)
        self.hand.keys("Enter")

    def go_to(self, row: Locator) -> None:
        rows = [one.get_attribute("id") for one in self.page.locator("article.row").all()]
        self.hand.keys(*"j" * (1 + rows.index(row.get_attribute("id"))))
        expect(row).to_be_focused()

    def begin(self) -> None:
        self.press(self.page.get_by_role("button", name="Ouvrir le premier"))

    def object_to(self, row: Locator, kind: str) -> None:
        self.go_to(row)
        self.hand.keys("c" if kind == TO_CORRECT else "r", REASONS[kind])
        expect(row.get_by_label(ANSWERS[kind], exact=True)).to_be_checked()
        if kind == TO_CORRECT:
            self.hand.keys("Tab")
            self.hand.write(COMMENT)

    def join(self, likeness: Locator) -> None:
        reference = self.reference
        self.go_to(self.page.locator("article.row").filter(has=likeness))
        self.tab_to(likeness)
        self.hand.keys("Enter")
        arrived(self.page, re.compile("^Est-ce la même personne"))
        self.press(self.page.get_by_role("button", name="Même enfant, deux foyers"))
        arrived(self.page, "Même enfant, deux foyers")
        self.press(self.page.get_by_role("link", name=re.compile(f"{reference[:4]}.{reference[4:]}")))
        arrived(self.page, re.compile("^Dossier"))
        self.page.wait_for_load_state()

    def answer(self) -> None:
        self.hand.keys("Control+Enter")

    def go_on(self) -> None:
        self.hand.keys("Control+Enter")
