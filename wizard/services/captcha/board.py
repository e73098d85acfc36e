"""One question of the security check: a noun, six icons, and which of them it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from secrets import SystemRandom

from wizard.services.captcha.drawing import draw
from wizard.services.captcha.nouns import Noun, all_nouns

SIZE = 6
HEAVIEST = 2000
"""Bytes of an image. The step that carries it stays within 4 KB on the wire; one board in twelve is drawn again."""


@dataclass(frozen=True)
class Board:
    noun: str
    answer: int
    image: bytes
    mime: str = "image/png"


def new_board(rng: Random | None = None) -> Board:
    """A board that only this generator, in this state, draws; `answer` counts from 1, in reading order."""
    rng = rng or SystemRandom()
    while len((board := _drawn(rng)).image) > HEAVIEST:
        pass
    return board


def _drawn(rng: Random) -> Board:
    nouns = unlike_nouns(rng)
    asked = rng.randrange(SIZE)
    cells = [rng.choice(noun.cells) for noun in nouns]
    return Board(nouns[asked].text, asked + 1, draw(cells, rng))


def unlike_nouns(rng: Random) -> Sequence[Noun]:
    """Six nouns no one would take for one another."""
    chosen: list[Noun] = []
    for noun in rng.sample(all_nouns(), len(all_nouns())):
        if not any(noun.text in other.looks_like for other in chosen):
            chosen.append(noun)
        if len(chosen) == SIZE:
            break
    return chosen
