"""The French of addresses: folding, numbers in letters, abbreviations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.addresses.words import fold, forms, split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Rue de l’Étaud", ["rue", "de", "l", "etaud"]),
        ("Cœur-de-Bœuf", ["coeur", "de", "boeuf"]),
        ("12bis", ["12", "bis"]),
        ("44521oudon", ["44521", "oudon"]),
        ("Paris 18ème", ["paris", "18"]),
        ("1er Mai", ["1", "mai"]),
    ],
)
def test_a_text_becomes_plain_words(text, words):
    assert split(fold(text)) == words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("onze", "11"),
        ("dix-neuf", "19"),
        ("vingt et un", "21"),
        ("soixante et onze", "71"),
        ("quatre-vingt-dix-sept", "97"),
        ("mille neuf cent quarante-cinq", "1945"),
        ("premier", "1"),
        ("XIV", "14"),
    ],
)
def test_a_number_in_letters_is_also_written_in_digits(text, number):
    (word,) = forms(split(fold(text)))
    assert number in word


def test_numbers_that_follow_each_other_stay_apart():
    assert [word[-1] for word in forms(["deux", "quatre"])] == ["2", "4"]
    assert [word[0] for word in forms(["huit", "mai"])] == ["huit", "mai"]


@pytest.mark.parametrize(("short", "full"), [("bd", "boulevard"), ("gal", "general"), ("st", "saint"), ("r", "rue")])
def test_an_abbreviation_stands_for_the_full_word_and_for_itself(short, full):
    (word,) = forms([short])
    assert word[0] == short and full in word


@given(st.text())
def test_any_text_folds_to_plain_words(text):
    for word in split(fold(text)):
        assert word.isascii() and word.isalnum()
    assert len(forms(split(fold(text)))) <= len(split(fold(text)))
