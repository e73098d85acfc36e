"""The search, as parents of Oudon type."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.addresses.address_files import BAN, door, write
from tests.bench.hostile import hostile, slowest, words_of
from wizard.addresses import Check, Index, import_files
from wizard.addresses.search import finder


def labels(index, text):
    return [one.label for one in index.search(text)]


@pytest.mark.parametrize(
    "text",
    [
        "150 rue d'anjou oudon",
        "150 RUE D’ANJOU 44521 OUDON CEDEX",
        "150, r. d anjou, 44521",
        "adresse : 150 rue d'Anjou, appt 12, 44521 Oudon",
        "n° 150 rue d'anjou oudon (44)",
        "Mairie d'Oudon, 150 rue d'Anjou",
        "chez Mme Martin, 150 rue d'anjou",
        "rue d'anjou 150, oudon",
        "rue d'anjou n°150 oudon",
        "150 rue d'anjou BP 12 44521 oudon France",
        "150 rue danjou oudon",
        "150 ruedanjou oudon",
        "150 rue d'anjuo oudno",
        "150-152 rue d'anjou",
        "150rue d'anjou",
        "au 150 rue d'anjou",
        "150 à 152 rue d'anjou oudon",
        "150 avenue d'anjou oudon",
        "150 rue d'anjou 44000 oudon",
        "rue dela anjou 150 oudon",
        "Garage Moreau, 150 rue d'anjou, 44521 Oudon, résidence du Lac (digicode 12A4)",
        "M. Dupont\n150 rue d'anjou\n44521 Oudon",
    ],
)
def test_the_town_hall_is_found_however_it_is_written(index, text):
    assert labels(index, text)[0] == "150 Rue d'Anjou 44521 Oudon"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("12 av de la gare", "12 Avenue de la Gare 44521 Oudon"),
        ("2 bd des allies", "2 Boulevard des Alliés 44521 Oudon"),
        ("1 rue st martin", "1 Rue Saint-Martin 44521 Oudon"),
        ("2 r du gal de gaulle", "2 Rue du Général de Gaulle 44521 Oudon"),
        ("1 rue du dr schweitzer", "1 Rue du Docteur Schweitzer 44521 Oudon"),
        ("1 pl de l'eglise", "1 Place de l'Église 44521 Oudon"),
        ("1 rte d'ancenis", "1 Route d'Ancenis 44521 Oudon"),
        ("1 rue nd", "1 Rue Notre-Dame 44521 Oudon"),
        ("1 rue du huit mai 1945", "1 Rue du 8 Mai 1945 44521 Oudon"),
        ("1 rue du onze novembre mille neuf cent dix huit", "1 Rue du 11 Novembre 1918 44521 Oudon"),
        ("1 rue du 11 septembre", "1 Rue du Onze-Septembre 44521 Oudon"),
        ("1 rue louis 14", "1 Rue Louis XIV 44521 Oudon"),
        ("1 allee des 4 vents", "1 Allée des Quatre Vents 44521 Oudon"),
        ("2 impasse des jardins de bellevue", "2 Impasse des Jardins de Belle-Vue 44521 Oudon"),
        ("1 rue de belle vue", "1 Rue de Bellevue 44521 Oudon"),
        ("1 rue jeanjaures", "1 Rue Jean Jaurès 44521 Oudon"),
        ("1 rue j jaures", "1 Rue Jean Jaurès 44521 Oudon"),
        ("1 rue jorès", "1 Rue Jean Jaurès 44521 Oudon"),
        ("33 blanche lande", "33 Blanche Lande 44521 Oudon"),
        ("quatre chemins", "Les Quatre Chemins 44521 Oudon"),
        ("laubaudiere", "L'Aubaudière 44521 Oudon"),
        ("L AUBAUDIERE", "L'Aubaudière 44521 Oudon"),
        ("lieu-dit la pajaudière", "La Pajaudière 44521 Oudon"),
    ],
)
def test_the_ways_of_writing_a_name_lead_to_it(index, text, label):
    assert labels(index, f"{text} ")[0] == label


def test_the_last_word_is_a_beginning(index):
    assert labels(index, "1 rue de l'et")[0] == "1 Rue de l'Étaud 44521 Oudon"
    assert labels(index, "1 rue lam")[0] == "1 Rue Lamartine 44521 Oudon"


def test_an_unfinished_word_is_neither_an_abbreviation_nor_an_empty_word(streets):
    index = streets(
        "Rue du Général Leclerc", "Rue Galilée", "Rue Lamartine", "Rue de la Paix", "Rue Saint-Jean", "Rue Stanislas"
    )
    assert labels(index, "1 rue gal")[0] == "1 Rue Galilée 44521 Oudon"
    assert labels(index, "1 rue gal ")[0] == "1 Rue du Général Leclerc 44521 Oudon"
    assert labels(index, "1 rue la")[0] == "1 Rue Lamartine 44521 Oudon"
    assert labels(index, "1 rue st")[0] == "1 Rue Stanislas 44521 Oudon"
    assert labels(index, "1 rue st ")[0] == "1 Rue Saint-Jean 44521 Oudon"


def test_the_town_comes_first_then_its_neighbours_then_the_rest(index):
    assert [one.city for one in index.search("rue d'anjou")][:2] == ["Oudon", "Couffé"]
    assert [one.city for one in index.search("1 rue victor hugo")] == ["Oudon", "Le Cellier"]


def test_the_town_is_proposed_though_another_has_the_very_name_typed(tmp_path):
    others = [
        door(
            "41", "Rue de Cholet", key=f"4400{n}_0010", code_insee=f"4400{n}", nom_commune=name, code_postal=f"4400{n}"
        )
        for n, name in enumerate(("Abbaretz", "Aigrefeuille", "Arthon", "Avessac", "Barbechat", "Batz"), start=1)
    ]
    lines = [BAN, *others, door("41", "Avenue de Cholet")]
    import_files([write(tmp_path / "a.csv", *lines)], tmp_path / "a.db")
    index = Index(tmp_path / "a.db", citycode="44115")
    found = labels(index, "41 rue de cholet")
    assert len(found) == 5
    assert "41 Avenue de Cholet 44521 Oudon" in found
    assert labels(index, "41 rue de cholet 44001") == ["41 Rue de Cholet 44001 Abbaretz"]


def test_a_last_word_whose_door_is_found_is_no_other_word_misspelt(streets):
    index = streets("Rue des Mésanges", "Rue des Messanges")
    assert labels(index, "12 rue des mesang") == ["12 Rue des Mésanges 44521 Oudon"]
    assert "12 Rue des Messanges 44521 Oudon" in labels(index, "12 rue des messagn")


def test_what_was_typed_is_found_though_the_machine_has_no_time_for_more(index, monkeypatch):
    monkeypatch.setattr(finder, "PATIENCE", -1)
    assert labels(index, "150 rue d'anjou oudon") == ["150 Rue d'Anjou 44521 Oudon"]
    assert labels(index, "150 rue d'anjuo oudno") == []


def test_a_word_cut_by_a_full_stop_is_one_that_begins_so(streets):
    index = streets("Rue du Chat", "Rue du Château", "Rue Notre-Dame", "Rue Jean-Jacques Rousseau", "Rue des Dames")
    assert labels(index, "1 rue du chât. oudon")[:2] == ["1 Rue du Chat 44521 Oudon", "1 Rue du Château 44521 Oudon"]
    assert labels(index, "1 rue N.-D. oudon")[0] == "1 Rue Notre-Dame 44521 Oudon"
    assert labels(index, "1 rue J.-J. Rousseau")[0] == "1 Rue Jean-Jacques Rousseau 44521 Oudon"


def test_another_town_is_found_when_it_is_named(index):
    assert labels(index, "1 rue d'anjou couffé")[0] == "1 Rue d'Anjou 44521 Couffé"
    assert labels(index, "la roche couffe")[0] == "La Roche 44521 Couffé"


def test_a_postcode_shared_by_two_communes_finds_both(index):
    assert {one.city for one in index.search("1 rue d'anjou 44521")} == {"Oudon", "Couffé"}


def test_a_former_commune_is_found_by_its_name(index):
    (first, *_) = index.search("1 rue de la mairie champtoceaux")
    assert (first.oldcity, first.city, first.postcode) == ("Champtoceaux", "Orée d'Anjou", "49270")
    assert index.search("rue de la mairie st gereon")[0].oldcity == "Saint-Géréon"


def test_suffixes_are_understood_in_all_their_forms(tmp_path):
    doors = [door("12"), door("12", rep="bis"), door("14", rep="b"), door("16", rep="a"), door("18")]
    import_files([write(tmp_path / "a.csv", BAN, *doors)], tmp_path / "a.db")
    index = Index(tmp_path / "a.db")
    for text, number in {
        "12 rue d'anjou": "12",
        "12bis rue d'anjou": "12bis",
        "12 bis, rue d'anjou": "12bis",
        "12 B rue d'anjou": "12bis",
        "12 ter rue d'anjou": "12ter",
        "14 bis rue d'anjou": "14b",
        "16a rue d'anjou": "16a",
        "16 A rue d'anjou": "16a",
        "16-a rue d'anjou": "16a",
        "16/A rue d'anjou": "16a",
        "rue d'anjou 16 a, oudon": "16a",
        "Cabinet médical, 16 a rue d'anjou": "16a",
        "12r anjou": "12",
        "12 r anjou": "12",
        "18 r d'anjou": "18",
        "18 anjou": "18",
    }.items():
        assert [one.housenumber for one in index.search(text)] == [number], text


@pytest.mark.parametrize("number", ["149", "151", "1500", "150ter", "7bis"])
def test_a_number_is_never_replaced_by_another(index, number):
    (first, *_) = index.search(f"{number} rue d'anjou oudon")
    assert first.housenumber == number
    assert first.check is Check.NUMBER_TO_VERIFY
    assert all(one.housenumber == number for one in index.search(f"{number} rue d'anjuo"))


def test_a_lieu_dit_needs_no_number(index):
    (first, *_) = index.search("la pajaudiere")
    assert (first.type, first.check) == ("locality", Check.RECOGNISED)
    assert index.search("12 la pajaudiere")[0].check is Check.NUMBER_TO_VERIFY


def test_a_street_asks_for_its_number_and_a_town_for_a_street(index):
    assert index.search("rue du port")[0].check is Check.NUMBER_MISSING
    town = next(one for one in index.search("oudon") if one.type == "municipality")
    assert (town.label, town.check) == ("44521 Oudon", Check.TOWN_ONLY)


def test_the_parts_of_an_address_are_those_of_the_national_geocoder(index):
    (first, *_) = index.search("37 impasse des jardins de belle-vue")
    assert first.type == "housenumber"
    assert first.name == "37 Impasse des Jardins de Belle-Vue"
    assert first.street == "Impasse des Jardins de Belle-Vue"
    assert (first.postcode, first.city, first.citycode) == ("44521", "Oudon", "44115")
    assert first.lat is not None and abs(first.lat - 47.35) < 0.1
    assert first.id.endswith("_00037") and first.number_known
    assert 0 < first.score <= 1


def test_made_up_addresses_say_so(index):
    assert {one.source for one in index.search("rue d'anjou") if one.type != "municipality"} == {"demo"}


def test_no_two_suggestions_read_alike(index):
    for text in ("rue", "la", "anjou", "1 rue de la mairie", "roche"):
        found = [(one.label, one.oldcity) for one in index.search(text, limit=20)]
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "text", ["", " ", "12", "12 ", "'", "''\"*()", "a" * 5000, "1 " * 500, "zzzzzzzz", "\x00", "NEAR(a b)"]
)
def test_there_is_an_answer_to_any_text(index, text):
    assert isinstance(index.search(text), tuple)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=300),
        st.binary(max_size=200).map(lambda data: data.decode("utf-8", "replace")),
        st.binary(max_size=200).map(lambda data: data.decode("latin-1")),
        st.lists(
            st.sampled_from(["rue", "de", "12", "bis", "st", "oudno", "44521", "b", "'", "-", "ﷺ", "d"]), max_size=60
        ).map(" ".join),
    )
)
def test_any_characters_are_answered_at_once(index, text):
    assert slowest(index, [text])[0] < 100
    assert len(index.search(text)) <= 5


def test_hostile_texts_are_answered_at_once(index, addresses):
    texts = hostile(words_of(addresses), random.Random(1))
    longest, text = slowest(index, random.Random(2).sample(texts, 200))
    assert longest < 100, text
