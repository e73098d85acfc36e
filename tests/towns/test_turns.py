"""Whose request is answered next, when several hosts wait."""

from types import SimpleNamespace
from typing import Any

from wizard.web.turns import Turns


def asking(host: str) -> Any:
    return SimpleNamespace(requests=[SimpleNamespace(headers={"HOST": host})])


def test_the_oldest_is_next_until_its_host_has_its_share() -> None:
    turns = Turns(1)
    first, second, other = asking("a"), asking("a"), asking("b")
    turns.extend([first, second, other])
    assert turns and turns.popleft() is first
    turns._answering[-1] = turns._answering.popitem()[1]  # by another thread, which has not ended
    assert turns and turns.popleft() is other
    assert not turns and len(turns) == 1
    del turns._answering[-1]
    assert turns and turns.popleft() is second


def test_who_waits_for_a_town_is_counted_without_those_of_another() -> None:
    turns = Turns(2)
    turns.extend([asking("a"), *(asking("b") for _ in range(100)), asking("A")])
    turns.popleft()
    assert turns.behind() == 1
