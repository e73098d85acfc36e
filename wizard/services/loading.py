"""What is read when it is first needed, read at once: before the processes part, and whatever becomes of the files."""

from random import Random

from wizard import memory
from wizard.services import passwords
from wizard.services.captcha import board
from wizard.services.childfile import asked


def load() -> None:
    """Read the words that guess passwords, the drawings of the security check, and what children's dossiers ask."""
    passwords.load()
    memory.tidy()
    board.new_board(Random(0))  # nosec B311
    asked.every_question()
