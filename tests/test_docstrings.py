"""Every docstring of a function says what it does in the imperative, or whether something is so."""

from pathlib import Path

import pytest

from tests.support.docstring_rules import not_told

PACKAGE = Path(__file__).parents[1] / "wizard"
# The migrations tell what each of them brought.
SOURCES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "migrations.py"]


def test_a_function_is_told_what_to_do() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): not_told(path.read_text("utf-8")) for path in SOURCES}
    assert not {name: functions for name, functions in found.items() if functions}


@pytest.mark.parametrize(
    "said",
    ["The steps.", "« av » for « avenue ».", "Words by spaces.", "Returns a word.", "Turned round.", "How many.",
     "One a line.", "reads a file."],
)  # fmt: skip
def test_a_noun_is_no_order(said: str) -> None:
    assert not_told(f'def f() -> str:\n    """{said}"""')


def test_whether_is_asked_of_a_predicate_alone() -> None:
    assert not not_told('def f() -> bool:\n    """Whether it is so."""')
    assert not_told('def f() -> str:\n    """Whether it is so."""')


@pytest.mark.parametrize("said", ["Return the steps.", "Bring it up to date.", "Compress a file.", "Never try again."])
def test_an_order_is_one(said: str) -> None:
    assert not not_told(f'def f() -> str:\n    """{said}"""')
    assert not not_told('class A:\n    """A thing."""\n    @property\n    def f(self) -> str:\n        """The name."""')
