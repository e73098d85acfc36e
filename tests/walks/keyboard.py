"""Someone without a mouse: what has the focus, whether it shows, and how Tab goes down a page."""

from playwright.sync_api import Locator, Page, expect

from tests.walks.strides import arrived

_FOCUSED = """() => {
  const one = document.activeElement, box = one.closest('label') || document.querySelector(`label[for="${one.id}"]`);
  return one === document.body ? '' : (box || one).textContent.trim().replace(/\\s+/g, ' ');
}"""
# Whether what has the focus is seen to, on the screen, and whether it comes after what had it.
_STEP = """() => {
  const before = window.beforeThis, one = window.beforeThis = document.activeElement;
  const shown = one.matches('.board input') ? one.nextElementSibling : one;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const follows = (one) => before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [outlined && box.bottom > 0 && box.top < innerHeight, !before || !before.isConnected || !!follows(one)];
}"""
_PASSED = """(one) =>
  !!(document.activeElement.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING)"""


class Keyboard:
    """Presses Tab until something has the focus; what has it is named by its label."""

    def __init__(self, page: Page, most: int = 60) -> None:
        self.page, self.most = page, most

    @property
    def focused(self) -> str:
        return str(self.page.evaluate(_FOCUSED))

    def tab_to(self, name: str) -> None:
        """Press Tab until this has the focus; it is always seen, and goes down the page."""
        for _ in range(self.most):
            self.tab()
            if self.focused.startswith(name):
                return
        raise AssertionError(f"Tab never reaches « {name} »")

    def tab_until(self, reached: str, what: Locator) -> None:
        """Press Tab, down the page or up to what was passed, until the page says of something that it is reached."""
        one = what.element_handle()  # found by its name once: that reads the whole page
        up = one.evaluate(_PASSED)
        for _ in range(self.most):
            self.tab(up=up)
            if one.evaluate(reached):
                return
        raise AssertionError(f"Tab never reaches {what}")

    def tab(self, *, up: bool = False) -> None:
        """Press Tab once, or with Shift to go up."""
        self.page.keyboard.press("Shift+Tab" if up else "Tab")
        self.check(up=up)

    def check(self, *, up: bool = False) -> None:
        """The focus shows, and went that way."""
        seen, down = self.page.evaluate(_STEP)
        assert seen, f"the focus does not show on « {self.focused} »"
        assert down != up, f"« {self.focused} » comes too late"

    def type_in(self, name: str, text: str) -> None:
        """Go to a field and type."""
        self.tab_to(name)
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        """Go to a link or a button and press it."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")

    def arrived(self, title: str) -> None:
        """The heading of a step that was swapped in has the focus."""
        arrived(self.page, title)
        expect(self.page.locator("h1")).to_be_focused()
