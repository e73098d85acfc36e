"""What the tests' own browser refuses, in a page whose like it already found valid."""

import pytest

from tests.support.client import check

PAGE = '<!doctype html><html lang="fr"><title>Une page</title><p id="a">Oui</p><p id="b">Non</p></html>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Oui", "Oui &eacute non"),
        ("Oui", "Oui &truc;"),
        ("Oui", "Oui \x0b"),
        ("Oui", "Oui </b>"),
        ("Oui", 'Oui<script>alert("oui")</script>'),
        ("Oui", "Oui ?"),
        ('id="b"', 'id="a"'),
        ('id="b"', 'id="b" style="color: red"'),
        ('id="b"', 'id="b" id="c"'),
        ("Oui", '<form method="post" action=""></form>'),
    ],
)
def test_a_page_is_judged_even_when_one_like_it_was_valid(old: str, new: str) -> None:
    check(PAGE)
    check(PAGE.replace("Oui", "Peut-être"))
    with pytest.raises(Exception):  # noqa: B017 - html5lib's and ours
        check(PAGE.replace(old, new))
