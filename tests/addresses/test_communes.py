"""The list of communes built into the program."""

from wizard.addresses.communes import commune_of, communes_of, department_of, every_commune


def test_a_postcode_proposes_all_its_communes():
    assert [commune.name for commune in communes_of("44521")] == ["Oudon", "Couffé"]


def test_former_communes_follow_the_commune_that_holds_them():
    names = [commune.name for commune in communes_of("49270")]
    assert names[0] == "Orée d'Anjou"
    assert "Champtoceaux" in names
    assert next(c for c in communes_of("49270") if c.name == "Champtoceaux").former_of == "49126"


def test_a_district_stands_for_its_town():
    (district,) = communes_of("75018")
    assert (district.citycode, district.city) == ("75118", "Paris")


def test_a_text_that_is_no_postcode_has_no_communes():
    assert communes_of("4452") == communes_of("abcde") == communes_of("") == communes_of("٤٤٥٢١") == ()


def test_a_commune_is_found_by_its_code():
    oudon = commune_of("44115")
    assert oudon is not None and oudon.name == "Oudon" and oudon.postcodes == ("44521",)
    assert commune_of("00000") is None
    assert commune_of("nonsense") is None


def test_every_commune_of_france_is_there():
    communes = list(every_commune())
    assert len(communes) > 37_000
    assert sum(not commune.former_of for commune in communes) > 34_900


def test_a_department_comes_from_the_code():
    assert [department_of(code) for code in ("44115", "2A004", "97411")] == ["44", "2A", "974"]
