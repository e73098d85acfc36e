"""Who works at a page by mouse, by finger or by keys alone: a story is told once for all three."""

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Locator, Page, ViewportSize

from tests.walks.keyboard import Keyboard
from tests.walks.measures import OUT_OF_PLACE
from tests.walks.strides import arrived


def _begins(name: str) -> re.Pattern[str]:
    """Return what begins so, whatever kind its spaces are."""
    return re.compile("^" + re.escape(name).replace("\\ ", r"\s"))


class Pointer(ABC):
    """Reaches what a page has by the name that is read on it."""

    viewport: ClassVar[ViewportSize] = {"width": 1280, "height": 800}
    has_touch = False

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []

    def named(self, role: Any, name: str) -> Locator:
        """Return the only one of a role whose name begins so."""
        return self.page.get_by_role(role, name=_begins(name))

    def press(self, name: str) -> None:
        """Press a button."""
        self.touch(self.named("button", name))

    def follow(self, name: str, title: str) -> None:
        """Follow a link, to the page whose heading begins so; nothing of it is out of place."""
        self.touch(self.named("link", name).first)
        arrived(self.page, _begins(title))
        self.wrong += [f"{title}: {one}" for one in self.page.evaluate(OUT_OF_PLACE)]

    @abstractmethod
    def touch(self, what: Locator) -> None:
        """Press something."""

    @abstractmethod
    def tick(self, choice: Locator) -> None:
        """Choose among several."""

    def fill(self, label: str, text: str) -> None:
        """Write in a field, in place of what is there."""
        field = self.named("textbox", label)
        self.reach(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    @abstractmethod
    def reach(self, field: Locator) -> None:
        """Give a field the focus."""

    def attach(self, field: Locator, file: Path) -> None:
        """Choose a file in the window that a field opens."""
        with self.page.expect_file_chooser() as chooser:
            self.touch(field)
        chooser.value.set_files(file)


class Mouse(Pointer):
    """A desktop's."""

    def touch(self, what: Locator) -> None:
        what.click()

    reach = tick = touch


class Finger(Pointer):
    """On a tablet."""

    viewport: ClassVar[ViewportSize] = {"width": 768, "height": 1024}
    has_touch = True

    def touch(self, what: Locator) -> None:
        what.tap()

    reach = tick = touch


class Keys(Pointer):
    """No mouse: Tab goes down to everything, and the focus always shows."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.keyboard = Keyboard(page)

    def reach(self, field: Locator) -> None:
        self.keyboard.tab_until("(one) => one === document.activeElement", field)

    def touch(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Space" if what.get_attribute("type") == "file" else "Enter")

    def tick(self, choice: Locator) -> None:
        """Tab goes to a group, arrows to what is in it."""
        self.keyboard.tab_until("(one) => one.name === document.activeElement.name", choice)
        for _ in range(10):
            if choice.evaluate("(one) => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not choice.is_checked():
            self.page.keyboard.press("Space")
