"""Names, postcodes, keys, countries, addresses: whatever look-alike is typed, one form is stored."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.values.countries import country_name, proposed, read_country
from wizard.values.emails import is_email, mailable, normalise_email
from wizard.values.keys import read_key
from wizard.values.text import clean, is_name, name, postcode

# Letters beside what stands for an apostrophe, a hyphen, a space, nothing: what people really type.
TYPED = st.text(
    st.sampled_from(
        "aÉß -'`´’ʼ′‘–—‑−·‧\u00a0\u202f\u2009\u3000\t\n\u200b\u200c\u200d\ufe0f\u00ad\u0301नाا王🙂\U000e0101"
    ),
    max_size=20,
)
ANY = st.one_of(st.text(max_size=40), TYPED)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("N´Diaye", "N'Diaye"),
        ("D`Almeida", "D'Almeida"),
        ("O’Neill", "O'Neill"),
        ("Nʼgolo", "N'golo"),
        ("d′Arc", "d'Arc"),
        ("‘tHooft", "'tHooft"),
        ("Dupont–Martin", "Dupont-Martin"),
        ("Dupont—Martin", "Dupont-Martin"),
        ("Jean‑Pierre", "Jean-Pierre"),
        ("Anne−Marie", "Anne-Marie"),
        ("Le\u00a0Goff", "Le Goff"),
        ("Le\u202fGoff", "Le Goff"),
        ("Le\u2009Goff", "Le Goff"),
        ("Zoé\ufe0f", "Zoé"),
        ("Ma\u0301ire", "Máire"),
        ("Mar\u00adtin", "Martin"),
        ("Col‧lell", "Col·lell"),
        ("\u3000Martin\ufeff", "Martin"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("Mar\u200ctin", "Martin"),
        ("de la TOUR", "de la TOUR"),
    ],
)
def test_a_name_has_one_form_whatever_look_alike_was_typed(typed: str, stored: str) -> None:
    assert name(typed) == stored
    assert is_name(stored)


@pytest.mark.parametrize(
    "typed",
    ["Col·lell", "काव्य", "'tHooft", "ישראל בן־דוד", "சுப்பிரமணியம்", "ዮሐንስ", "Nguyễn", "王小明",
     "マリ・キュリー", "Ŋgũgĩ", "J. R.", "О'Коннор"],
)  # fmt: skip
def test_a_name_may_be_of_any_alphabet(typed: str) -> None:
    assert is_name(name(typed))


@pytest.mark.parametrize(
    "typed", ["", " ", "R2D2", "<b>", "-", "'", "''", "x@y", "Marie/Anne", "٣علي", "🙂", "ㅤ", "\u0301", "a=b", "(Jean)"]
)
def test_what_is_no_name_is_refused(typed: str) -> None:
    assert not is_name(name(typed))


@given(ANY)
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert name(name(text)) == name(text)
    assert postcode(postcode(text)) == postcode(text)


@given(ANY)
def test_cleaning_loses_no_letter_digit_or_sign(text: str) -> None:
    def meaning(value: str) -> list[str]:
        apart = unicodedata.normalize("NFD", value)  # what was between a letter and its accent may leave
        return [sign for sign in apart if unicodedata.category(sign)[0] in "LN" and sign not in "ʼʻㅤ\u115f\u1160\uffa0"]

    assert meaning(clean(text)) == meaning(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("44521", "44521"),
        ("44 521", "44521"),
        ("44\u00a0521", "44521"),
        ("44\u202f521", "44521"),
        ("44\u2009521", "44521"),
        (" 44521\ufe0f", "44521"),
        ("44.521", "44521"),
        ("4 4 5 2 1", "44521"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("110 00", "11000"),
        ("L–1234", "L-1234"),
        ("", ""),
    ],
)
def test_a_postcode_has_one_form(typed: str, stored: str) -> None:
    assert postcode(typed) == stored


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ABCD-2345.", "ABCD-2345"),
        ("ABCD–2345", "ABCD-2345"),
        ("ABCD‑2345)", "ABCD-2345"),
        ("[ABCD-2345]>", "ABCD-2345"),
        ("«\u00a0abcd-2345\u00a0»", "ABCD-2345"),
        ("abcd 2345", "ABCD-2345"),
        ("ABCD2345,", "ABCD-2345"),
        ("ABCD_2345", "ABCD-2345"),
        ("ABCD-2345\u200b", "ABCD-2345"),
        ("(ABCD - 2345);", "ABCD-2345"),
        ("0012345.", "0012345"),
        ("F1–0007", "F1-0007"),
        ("ABCD-", None),
        ("AB.CD", None),
        ("ABC", None),
        ("", None),
        (".", None),
    ],
)
def test_a_key_is_read_with_what_follows_it_in_a_sentence(typed: str, key: str | None) -> None:
    assert read_key(typed) == key


@given(ANY)
def test_a_key_read_is_read_again_as_it_is(text: str) -> None:
    key = read_key(text)
    assert key is None or read_key(key) == key


@pytest.mark.parametrize(
    ("typed", "stored", "mailed"),
    [
        ("camille@straße.example", "camille@straße.example", "camille@xn--strae-oqa.example"),
        ("camille@strasse.example", "camille@strasse.example", "camille@strasse.example"),
        ("camille@xn--strae-oqa.example", "camille@straße.example", "camille@xn--strae-oqa.example"),
        ("Camille@STRAßE.example", "camille@straße.example", "camille@xn--strae-oqa.example"),
        ("a@faß.de", "a@faß.de", "a@xn--fa-hia.de"),
        ("a@BÜCHER.example", "a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@βόλος.example", "a@βόλος.example", "a@xn--nxasmm1c.example"),
        ("Camille.Martin@Exemple.FR", "camille.martin@exemple.fr", "camille.martin@exemple.fr"),
        ("o`neil@exemple.fr", "o`neil@exemple.fr", "o`neil@exemple.fr"),
        ("jean‑paul@exemple.fr", "jean-paul@exemple.fr", "jean-paul@exemple.fr"),
        (" a@exemple.fr\u200b", "a@exemple.fr", "a@exemple.fr"),
        ("Camille44", "camille44", "camille44"),
    ],
)
def test_the_domain_of_an_address_has_its_own_rule(typed: str, stored: str, mailed: str) -> None:
    assert normalise_email(typed) == stored
    assert mailable(stored) == mailed
    assert "@" not in typed or is_email(stored)


@given(ANY, ANY)
def test_an_address_compared_again_is_the_same(local: str, domain: str) -> None:
    once = normalise_email(f"{local}@{domain}")
    assert normalise_email(once) == once


@pytest.mark.parametrize(
    ("typed", "code", "shown"),
    [
        ("", "FR", "France"),
        ("france", "FR", "France"),
        ("Belgique", "BE", "Belgique"),
        ("BE", "BE", "Belgique"),
        ("la suisse", "CH", "Suisse"),
        ("SENEGAL", "SN", "Sénégal"),
        ("Sénégal", "SN", "Sénégal"),
        ("Côte d’Ivoire", "CI", "Côte d'Ivoire"),
        ("pays bas", "NL", "Pays-Bas"),
        ("Hollande", "NL", "Pays-Bas"),
        ("Royaume‑Uni", "GB", "Royaume-Uni"),
        ("Angleterre", "GB", "Royaume-Uni"),
        ("Congo", "Congo", "Congo"),
        ("Yougoslavie", "Yougoslavie", "Yougoslavie"),
    ],
)
def test_a_country_is_named_as_one_likes_and_never_refused(typed: str, code: str, shown: str) -> None:
    assert read_country(typed) == code
    assert country_name(code) == shown


def test_what_is_proposed_is_understood() -> None:
    assert all(country_name(read_country(one)) == one for one in proposed())
