"""Why a use case refuses what was asked of it."""

from datetime import timedelta
from typing import Any


class Refusal(Exception):
    """Nothing is done; `sentence` says why to whoever asked, `status` is the answer's."""

    sentence: Any = None
    status = 422


class TooSoon(Refusal):
    """It may be asked again after `wait`; without a sentence, the pages say how long that is."""

    status = 429

    def __init__(self, wait: timedelta, sentence: Any = None) -> None:
        super().__init__()
        self.wait = wait
        self.sentence = sentence
