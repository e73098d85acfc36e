"""Each setting takes what is good, tidied, and refuses the rest by a sentence: the key, the value, what to write."""

from operator import attrgetter

import pytest

from tests.settings.conftest import Read
from tests.settings.values import BAD, GOOD
from wizard.settings import SettingsError


@pytest.mark.parametrize(("key", "value", "expected"), BAD)
def test_a_bad_value_is_refused_by_a_sentence(read: Read, key: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(key, value)
    sentence = str(refused.value)
    assert sentence.startswith(f"town.toml, {key} : " if "." in key else f"{key} : ")
    assert expected in sentence and "\n" not in sentence and sentence.endswith((".", "?"))
    assert "cret" not in sentence


@pytest.mark.parametrize(("key", "value", "attribute", "expected"), GOOD)
def test_a_good_value_is_taken_tidied(read: Read, key: str, value: str, attribute: str, expected: object) -> None:
    assert attrgetter(attribute)(read(key, value)) == expected


def test_the_tables_are_not_cut_short() -> None:
    assert len(BAD) + len(GOOD) >= 110
    assert len({key for key, *_rest in BAD + GOOD}) >= 35
