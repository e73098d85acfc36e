"""A hand on a phone, whose taps and keystrokes are counted."""

from playwright.sync_api import Locator, Page, Request

from tests.walks.strides import arrived


class Thumb:
    """Counts the taps and the keystrokes of a hand on a phone, and what comes down the wire meanwhile."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = self.keystrokes = 0
        self.requests: list[Request] = []
        page.on("requestfinished", lambda request: self.requests.append(request))

    def tap(self, what: Locator) -> None:
        """Touch something."""
        what.tap()
        self.taps += 1

    def press(self, name: str) -> None:
        """Touch a button."""
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str, title: str) -> None:
        """Touch a link."""
        self.tap(self.page.get_by_role("link", name=name, exact=True))
        arrived(self.page, title)

    def type(self, **answers: str) -> None:
        """Touch each field, then its letters."""
        for name, text in answers.items():
            self.tap(self.page.locator(f"#{name}"))
            self.page.keyboard.type(text, delay=20)
            self.keystrokes += len(text)

    def choose(self, field: str, label: str) -> None:
        """Open a menu, then touch what is in it."""
        self.page.locator(f"#{field}").select_option(label=label)
        self.taps += 2

    def spent(self) -> dict[str, int]:
        """Return what it all came to."""
        sizes = [request.sizes() for request in self.requests]
        weight = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
        return {"taps": self.taps, "keystrokes": self.keystrokes, "bytes": weight}
