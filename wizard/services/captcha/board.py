"""One question of the security check: a noun, six icons, and which of them it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from secrets import SystemRandom

from wizard.services.captcha.drawing import draw
from wizard.services.captcha.nouns import Noun, all_nouns

SIZE = 6


@dataclass(frozen=True)
class Board:
    """A noun, and its place among six icons, counted from 1 in reading order; the image is drawn once it is asked."""

    noun: str
    answer: int
    cells: tuple[int, ...]
    seed: int
    mime: str = "image/png"

    @cached_property
    def image(self) -> bytes:
        """Two kilobytes: the step that carries it stays within 4 KB on the wire."""
        return draw(self.cells, Random(self.seed))  # nosec B311: how the icons are drawn tells nothing of the answer


def new_board(rng: Random | None = None) -> Board:
    """Draw a board that only this generator, in this state, makes."""
    rng = rng or SystemRandom()
    nouns = unlike_nouns(rng)
    asked = rng.randrange(SIZE)
    cells = tuple(rng.choice(noun.cells) for noun in nouns)
    return Board(nouns[asked].text, asked + 1, cells, rng.getrandbits(64))


def unlike_nouns(rng: Random) -> Sequence[Noun]:
    """Draw six nouns that no one would take for one another."""
    chosen: list[Noun] = []
    for noun in rng.sample(all_nouns(), len(all_nouns())):
        if not any(noun.text in other.looks_like for other in chosen):
            chosen.append(noun)
        if len(chosen) == SIZE:
            break
    return chosen
