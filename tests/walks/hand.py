"""A hand at an agent's desk: what it does is counted by the pages that it reaches, and a model says how long it takes.

The keystroke-level model is that of Card, Moran and Newell, « The keystroke-level model for user performance time with
interactive systems », Communications of the ACM 23(7), July 1980, pages 396 to 410. K, a key or a button pressed, takes
0.28 second to who types 40 words a minute; P, the mouse pointed at something, 1.1 second; H, the hand from the mouse to
the keys or back, 0.4 second; M, one's mind made up, 1.35 second. What is read, and how long the machine takes, are no
part of it.
"""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

KEY, POINT, HOME, MIND = 0.28, 1.1, 0.4, 1.35
_NOTCH = 100

# As they reach a tab's pages: L one loaded, C a button of the mouse, S a notch of its wheel, K a key, T one in a text.
_COUNT = """(() => {
  if (!location.protocol.startsWith('http')) return;
  const note = (what) => { sessionStorage.hand = (sessionStorage.hand || '') + what; };
  const on = (kind, what) => addEventListener(kind, (event) => {
    if (event.isTrusted) note(what(event.target));
  }, {capture: true, passive: true});
  note('L');
  on('pointerdown', () => 'C');
  on('wheel', () => 'S');
  on('keydown', (one) => one.matches('textarea, input:not([type=radio], [type=checkbox])') ? 'T' : 'K');
})()"""
_TAKE = "() => { const done = sessionStorage.hand || ''; delete sessionStorage.hand; return done; }"

# How far down, in pixels, the screen has to go for all of it to be seen, above what stays at the bottom.
_BELOW = """(one) => {
  const box = one.getBoundingClientRect(), bar = document.querySelector('.bar');
  const floor = innerHeight - (bar && !bar.contains(one) ? bar.offsetHeight : 0);
  return box.top < 0 ? box.top : Math.max(box.bottom - floor, 0);
}"""


@dataclass(frozen=True)
class Effort:
    """What was done, one letter each, in order."""

    done: str

    @property
    def loads(self) -> int:
        return self.done.count("L")

    @property
    def clicks(self) -> int:
        return self.done.count("C")

    @property
    def keys(self) -> int:
        return self.done.count("K") + self.done.count("T")

    @property
    def gestures(self) -> float:
        """The seconds of the hand, as the model counts them."""
        hand = self.done.replace("L", "")
        moves = len(re.findall("[CS](?=[KT])|[KT](?=[CS])", hand))
        return len(hand) * KEY + self.clicks * POINT + moves * HOME

    @property
    def mind(self) -> float:
        """The seconds to make up one's mind: once for each page, each pointing, each run of keys, each text."""
        return len(re.findall("L|C|K+|T+", self.done)) * MIND


class Hand:
    """A mouse, a wheel and keys; nothing is reached that they do not reach."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(_COUNT)

    def click(self, what: Locator) -> None:
        """Turn the wheel until it is seen, then point at it and press."""
        if below := what.evaluate(_BELOW):
            for _ in range(-int(-abs(below) // _NOTCH)):
                self.page.mouse.wheel(0, _NOTCH if below > 0 else -_NOTCH)
            expect(what).to_be_in_viewport(ratio=1)
        what.click()

    def keys(self, *names: str) -> None:
        """Press keys, one after the other."""
        for name in names:
            self.page.keyboard.press(name)

    def write(self, text: str) -> None:
        """Type letters; those that a keyboard of this country alone has come without their key."""
        self.page.keyboard.type(text)
        self._add("T" * sum(not one.isascii() for one in text))

    def choose(self, field: Locator, letter: str) -> None:
        """Open a list, go to what begins with a letter, take it; the page hears nothing of keys pressed in a list."""
        self.click(field)
        self.keys(letter, "Enter")
        self._add("KK")

    def take(self) -> Effort:
        """Return what was done since the last time."""
        return Effort(str(self.page.evaluate(_TAKE)))

    def _add(self, done: str) -> None:
        self.page.evaluate("(done) => { sessionStorage.hand += done; }", done)
