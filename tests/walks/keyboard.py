"""Someone without a mouse: what has the focus, whether it shows, and how Tab goes down a page."""

from playwright.sync_api import Page, expect

from tests.walks.strides import arrived

_FOCUSED = """() => {
  const one = document.activeElement, box = one.closest('label') || document.querySelector(`label[for="${one.id}"]`);
  return one === document.body ? '' : (box || one).textContent.trim().replace(/\\s+/g, ' ');
}"""
_VISIBLE = """() => {
  const one = document.activeElement, shown = one.matches('.board input') ? one.nextElementSibling : one;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return outlined && box.bottom > 0 && box.top < innerHeight;
}"""
_IN_ORDER = """() => {
  const before = window.beforeThis, one = document.activeElement;
  window.beforeThis = one;
  return !before || !before.isConnected || !!(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
}"""


class Keyboard:
    """Presses Tab until something has the focus; what has it is named by its label."""

    def __init__(self, page: Page, most: int = 40) -> None:
        self.page, self.most = page, most

    @property
    def focused(self) -> str:
        return str(self.page.evaluate(_FOCUSED))

    @property
    def is_seen(self) -> bool:
        """Whether the focus shows, on the screen."""
        return bool(self.page.evaluate(_VISIBLE))

    @property
    def goes_down(self) -> bool:
        """Whether what has the focus comes after what had it."""
        return bool(self.page.evaluate(_IN_ORDER))

    def tab_to(self, name: str) -> None:
        """Press Tab until this has the focus; it is always seen, and goes down the page."""
        for _ in range(self.most):
            self.page.keyboard.press("Tab")
            assert self.is_seen, f"the focus does not show on « {self.focused} »"
            assert self.goes_down, f"« {self.focused} » comes too late"
            if self.focused.startswith(name):
                return
        raise AssertionError(f"Tab never reaches « {name} »")

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
