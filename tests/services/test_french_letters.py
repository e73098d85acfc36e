"""How unlikely a letter is where it stands: of « Lefèvre » read as if it were of another encoding, the sum tells."""

import pytest

from wizard.services.french_letters import NEVER, costs_of, is_french


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # How common each letter is.
        ("écrit", [2]), ("Zoé", [0]), ("Lefèvre", [1]), ("reçu", [1]), ("Noël", [1]), ("Eloïse", [1]),
        ("pâle", [2]), ("être", [4]), ("fête", [2]), ("gîte", [2]), ("côté", [2, 0]), ("dû", [2]), ("Jürgen", [2]),
        ("Köln", [2]), ("Häns", [2]), ("Núñez", [5, 2]), ("cœur", [2]), ("Lætitia", [2]), ("pÿ", [2]), ("João", [5]),
        # « œ » goes before four letters, small or capital.
        ("bœuf", [2]), ("vœi", [2]), ("œdème", [4, 1]), ("cœe", [2]), ("CŒUR", [3]), ("cœs", [6]), ("cœ", [2]),
        # Capitals: among others, or the first; never inside a word.
        ("LEFÈVRE", [2]), ("Éric", [0]), ("Ève", [2]), ("ZOÉ", [0]), ("ZOÉe", [NEVER]), ("LefÈvre", [NEVER]),
        ("zoÉ", [NEVER]), ("Ê 1", [3]),
        # A small one among capitals, as French keyboards type it.
        ("LEFéVRE", [1]), ("ZOé", [1]), ("ZOé-", [1]), ("Lé", [1]), ("Léa", [0]),
        # The first of a word; « à » is one.
        ("à Oudon", [2]), ("à", [2]), ("àlise", [4]), ("ève", [3]), ("é ", [2]),
        # What each goes after.
        ("Lëa", [5]), ("Loëo", [5]), ("Joël", [1]), ("JOël", [1]), ("Zaïo", [5]), ("Zaï", [1]), ("L'ïa", [3]),
        ("voilà", [2]), ("voilàs", [6]), ("Zoà", [6]), ("où", [6]), ("vù", [2]), ("vùs", [6]),
        ("aê", [6]), ("eê", [6]), ("iê", [6]), ("oê", [6]), ("uê", [6]), ("éê", [2, 6]), ("yê", [2]),
        ("aô", [6]), ("eô", [6]), ("iô", [6]), ("oô", [6]), ("uô", [6]), ("éô", [2, 6]), ("yô", [2]),
        ("aû", [6]), ("eû", [6]), ("iû", [6]), ("oû", [2]), ("uû", [6]), ("éû", [2, 6]), ("ûû", [4, 6]),
        ("aâ", [6]), ("oâ", [6]), ("iâ", [2]), ("ââ", [4, 6]), ("yö", [6]), ("iä", [6]), ("aæ", [6]), ("éæ", [2, 6]),
        ("eü", [6]), ("iü", [6]), ("oü", [6]), ("uü", [6]), ("aü", [2]), ("Aü", [3]), ("OÜ", [3]),
        # Signs: apostrophes and thin spaces, then those beside letters, then those that no name has.
        ("d’Alès", [0, 1]), ("12\u202f000", [0]), ("n°\u00a01", [NEVER, 2]), ("rue – 2", [3]), ("a–b", [6]),
        ("a — b", [3]),
        ("a‘b", [6]), ("a°b", [NEVER]), ("a°é", [NEVER, 2]), ("« Zoé »", [3, 0, 3]), ("«Zoé»", [6, 0, 6]),
        ("a«", [NEVER]), ("»a", [NEVER]), ("“a", [6]), ("a“", [NEVER]), ("a”", [6]), ("”a", [NEVER]), ("a…", [6]),
        ("…a", [NEVER]), ("…", [3]), ("10 €", [3]), ("€a", [6]), ("½", [3]), ("©", [3]), ("¿", [3]),
        ("±", [NEVER]), ("´", [NEVER]), ("‚", [NEVER]), ("„", [NEVER]), ("†", [NEVER]), ("‡", [NEVER]), ("‰", [NEVER]),
        ("─", [NEVER]), ("◿", [NEVER]), ("☀", [3]), ("⓿", [3]), ("\x81", [NEVER]),
    ],
)  # fmt: skip
def test_how_unlikely_the_letters_beyond_ascii_are(text: str, expected: list[int]) -> None:
    assert costs_of(text) == expected


def test_which_letters_french_is_written_with() -> None:
    assert all(map(is_french, "éèçëïàâêîôùûüöäñœæÿÉÈÇŒŸ’"))
    assert not [letter for letter in "ãåßøþ°Ã‘XF" if is_french(letter)]
