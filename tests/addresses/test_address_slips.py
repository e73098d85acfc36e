"""What a hurried hand makes of an address: spaces not struck, articles cut to a letter, wrong postcodes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.addresses.address_files import BAN, door, write
from wizard.addresses import Index, import_files
from wizard.addresses.search.noise import clean
from wizard.addresses.search.parting import is_stop_words
from wizard.addresses.words import fold

PORT, ANJOU, NANTES = "23 Rue du Port 44521 Oudon", "150 Rue d'Anjou 44521 Oudon", "14 Route de Nantes 44521 Oudon"
COUFFE, GARE = "1 Rue d'Anjou 44521 Couffé", "12 Avenue de la Gare 44521 Oudon"


def first(index, text):
    return next((one.label for one in index.search(text)), None)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("23 Rue du PortOudon", PORT),
        ("23 rue du portoudon", PORT),
        ("23 RUE DU PORTOUDON", PORT),
        ("23 Rue du PortOudon 44521", PORT),
        ("23 Rue du Port44521Oudon", PORT),
        ("23 Rue duPort Oudon", PORT),
        ("23 RueduPort Oudon", PORT),
        ("23 rue du prtoudon", PORT),
        ("23Rue du PortOudon", PORT),
        ("150 Rue d'AnjouOudon", ANJOU),
        ("150 rue d'anjououdon", ANJOU),
        ("1 Rue d'AnjouCouffé", COUFFE),
        ("1 rue d'anjoucouffe", COUFFE),
        ("14 RouteDe NantesOudon", NANTES),
        ("12 Avenue dela GareOudon", GARE),
    ],
)
def test_a_space_not_struck_is_put_back(index, text, label):
    assert first(index, text) == label


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12bisrue Vernier ", "12bis rue vernier"),
        ("12 bisRue Vernier ", "12 bis rue vernier"),
        ("12bRue Vernier ", "12b rue vernier"),
        ("12brue Vernier ", "12b rue vernier"),
        ("12 bRue Vernier ", "12 b rue vernier"),
        ("12terAvenue Vernier ", "12ter avenue vernier"),
        ("12p1Place Vendôme ", "12p1 place vendome"),
        ("12rue Vernier ", "12 rue vernier"),
        ("12avenue Vernier ", "12 avenue vernier"),
        ("12 ssquare Vernier ", "12 ssquare vernier"),
        ("12 tRUE DES ROSIERS ", "12 true des rosiers"),
        ("rUE dU bAC ", "rue du bac"),
        ("ÉcoleJules ", "ecole jules"),
        ("rue dAnjou ", "rue danjou"),
        ("44 521 Oudon ", "44521 oudon"),
        ("445 21 Oudon ", "44521 oudon"),
        ("F-44521 Oudon ", "44521 oudon"),
        ("rue de l4Orme ", "rue de l'orme"),
        ("12 avenue de France ", "12 avenue de france"),
        ("12 rue du Port, France ", "12 rue du port,"),
    ],
)
def test_what_is_run_together_is_parted_before_it_is_read(text, words):
    assert clean(text) == (words, True)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("23 rue u port oudon", PORT),
        ("23 rue d port oudon", PORT),
        ("23 rue e port oudon", PORT),
        ("23 rue ud port oudon", PORT),
        ("23 rue du x port oudon", PORT),
        ("23 rue k port 44521", PORT),
        ("23 rue z port oudon", PORT),
        ("14 route e nantes oudon", NANTES),
        ("14 route ed nantes oudon", NANTES),
        ("12 avenue e la gare oudon", GARE),
        ("12 avenue de a gare oudon", GARE),
        ("12 avenue del gare oudon", GARE),
        ("150 rue d4anjou oudon", ANJOU),
        ("150 rue j anjou oudon", ANJOU),
    ],
)
def test_a_letter_left_of_an_article_does_not_hide_the_street(index, text, label):
    assert first(index, text) == label


def test_a_letter_that_names_a_street_elsewhere_may_still_be_left_of_an_article(streets):
    index = streets("Rue de Javel", "Rue Émile Level", "Voie E", "Rue Émile Javelot", "Voie U", "Rue du Couédic")
    assert first(index, "12 rue e javel 44521 oudon") == "12 Rue de Javel 44521 Oudon"
    assert first(index, "12 rue u couedic oudon") == "12 Rue du Couédic 44521 Oudon"


@pytest.mark.parametrize("initial", ["1 rue j jaures oudon", "1 rue j. jaures 44521 oudon"])
def test_a_letter_alone_is_still_an_initial(index, initial):
    assert first(index, initial) == "1 Rue Jean Jaurès 44521 Oudon"


@pytest.mark.parametrize(
    "code",
    [
        *("4452", "4521", "4421", "445", "44", "445210", "445521", "54421", "45421"),
        *("44 521", "445 21", "44.521", "F-44521", "F 44521", "44522", "99999", "44000"),
    ],
)
def test_a_postcode_with_a_digit_wrong_hides_nothing(index, code):
    assert first(index, f"23 rue du port {code} oudon") == PORT
    assert first(index, f"{code} oudon 23 rue du port") == PORT


@pytest.fixture
def codes(tmp_path: Path) -> Index:
    """The same street of seven towns whose postcodes are near."""
    doors = (
        door("2", "Rue du Stade", key=f"{code}_0001", code_insee=code, code_postal=code, nom_commune=f"Ville {name}")
        for code, name in zip(("44400", "44440", "44540", "44740", "44810", "44350", "44900"), "ABCDEFG", strict=True)
    )
    import_files([write(tmp_path / "adresses.csv", BAN, *doors)], tmp_path / "addresses.db")
    return Index(tmp_path / "addresses.db")


@pytest.mark.parametrize(("code", "meant"), [("4440", {"44400", "44440", "44540", "44740"}), ("4435", {"44350"})])
def test_what_begins_a_postcode_may_also_lack_a_digit(codes, code, meant):
    found = codes.search(f"2 rue du stade {code}")
    assert meant <= {one.postcode for one in found}
    assert found[0].postcode == code + "0"


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("12 rue du marc oudon", "Rue du Maroc"),
        ("12 rue du marcOudon", "Rue du Maroc"),
        ("12 rue blache 44521 oudon", "Rue Blanche"),
        ("12 rue des verger oudon", "Rue des Vergers"),
        ("12 rue de la marie oudon", "Rue de la Mariée"),
        ("12 rue du mai oudon", "Rue du Mail"),
        ("12 rue du che oudon", "Rue du Cher"),
        ("12 rue de la lun oudon", "Rue de la Lune"),
        ("12 rue de l'aud oudon", "Rue de l'Aude"),
        ("12 rue cle oudon", "Rue Cler"),
        ("12 rue dess belles bosses oudon", "Rue des Belles Bosses"),
        ("12 rue sed belles bosses oudon", "Rue des Belles Bosses"),
        ("12 rue desks belles bosses 44521", "Rue des Belles Bosses"),
        ("12 ImpasseVilleDOr 44521 Oudon", "Impasse Ville d'Or"),
        ("12 PlaceDeLOrme 44521 Oudon", "Place de l'Orme"),
        ("12 rueaux ours 44521 oudon", "Rue aux Ours"),
        ("12 rue di petit moluin oudon", "Rue du Petit Moulin"),
    ],
)
def test_a_mistake_that_makes_another_word_hides_nothing(streets, text, street):
    others = "Rue Marc Séguin", "Rue Robert Blache", "Allée du Verger", "Rue Marie Curie", "Rue du Huit Mai"
    meant = "Rue du Maroc", "Rue Blanche", "Rue des Vergers", "Rue de la Mariée", "Rue du Mail", "Rue du Cher"
    short = "Rue de la Lune", "Rue de l'Aude", "Rue Cler", "Rue du Chemin Vert", "Rue Sedaine", "Rue Dessaix"
    names = (
        "Rue aux Ours",
        "Rue du Petit Moulin",
        "Rue des Belles Bosses",
        "Impasse Ville d'Or",
        "Place de l'Orme",
        "Impasse Villedor",
    )
    assert street in [one.street for one in streets(*others, *meant, *short, *names).search(text)]


@pytest.mark.parametrize("kind", ["Bouevard", "Boulevrd", "boulevardd", "Boulevarddu"])
def test_a_suffix_of_two_letters_goes_before_a_kind_of_street_misspelt(tmp_path, kind):
    doors = door("67", "Boulevard du Port"), door("67", "Boulevard du Port", rep="bv")
    import_files([write(tmp_path / "adresses.csv", BAN, *doors)], tmp_path / "addresses.db")
    found = Index(tmp_path / "addresses.db").search(f"67 bv {kind} Port 44521 Oudon")
    assert [one.housenumber for one in found] == ["67bv"]


def test_france_in_a_name_is_not_the_country(streets):
    index = streets("Avenue de France", "Avenue de Lorraine")
    assert first(index, "44521 Oudon 12 avenue de france") == "12 Avenue de France 44521 Oudon"
    assert first(index, "12 avenue de lorraine, france") == "12 Avenue de Lorraine 44521 Oudon"


@pytest.mark.parametrize("word", ["dela", "dele", "del", "dules", "aula"])
def test_two_articles_run_together_are_articles(word):
    assert is_stop_words(word)


@pytest.mark.parametrize("word", ["aude", "audes", "dude", "lade", "de", "port"])
def test_a_name_that_two_articles_happen_to_spell_is_a_name(word):
    assert not is_stop_words(word)


@given(st.text(alphabet="abzABZéÉ 'd4", max_size=40))
def test_a_space_put_back_changes_no_letter(text):
    assert clean(text)[0].replace(" ", "").replace("'", "4") == fold(text).replace(" ", "").replace("'", "4")
