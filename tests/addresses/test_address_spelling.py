"""How near two words are."""

from hypothesis import given
from hypothesis import strategies as st

from wizard.addresses.spelling import distance_to_beginning, keys, sound

letters = st.text(alphabet="abc", max_size=8)


def by_the_book(typed: str, word: str) -> list[int]:
    """The last line of the table of optimal string alignment."""
    table = [list(range(len(word) + 1))]
    for i, a in enumerate(typed, start=1):
        line = [i]
        for j, b in enumerate(word, start=1):
            best = min(table[-1][j] + 1, line[-1] + 1, table[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == word[j - 2] and typed[i - 2] == b:
                best = min(best, table[-2][j - 2] + 1)
            line.append(best)
        table.append(line)
    return table[-1]


@given(letters, letters)
def test_an_unfinished_word_is_as_far_as_the_nearest_beginning(typed, word):
    far = min(by_the_book(typed, word))
    assert distance_to_beginning(typed, word, 2) == far if far <= 2 else distance_to_beginning(typed, word, 2) > 2


@given(st.text(alphabet="abcdefgh", min_size=4, max_size=12), st.data())
def test_a_word_shares_a_key_with_what_one_mistake_makes_of_it(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefgh"))
    for misspelt in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :]):
        assert keys(word, 2) & keys(misspelt, 1)


def test_words_said_alike_have_one_sound():
    assert sound("philippe") == sound("filipe")
    assert sound("gaulle") == sound("gole")
    assert sound("chateau") == sound("chato")
    assert sound("oudon") != sound("ancenis")
