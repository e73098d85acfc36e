"""What is read when it is first needed, read at once: before the processes part, and whatever becomes of the files."""

import gc
from random import Random

from wizard.services import memory, passwords
from wizard.services.captcha import board
from wizard.services.childfile import asked

_YOUNG = 10_000
"""Objects made, less those gone, before the garbage collector looks at them. With Python's 700 it looked once or twice
a page of the town hall, and the slowest page of twenty paid it 4 to 15 ms."""


def load() -> None:
    """Read the words that guess passwords, the drawings of the security check, and what children's dossiers ask.

    Before the application is made: it takes the room that words leave behind, which would else be lost.
    """
    passwords.load()
    memory.tidy()
    _ = board.new_board(Random(0)).image  # nosec B311
    asked.every_question()


def settle() -> None:
    """Leave what is loaded to itself, once all is: call it before the processes part.

    A garbage collector that walked it would stop a request for 20 ms now and then, and write to the pages of memory
    that the processes share.
    """
    memory.in_one_arena()
    memory.tidy()
    gc.freeze()
    gc.set_threshold(_YOUNG)
