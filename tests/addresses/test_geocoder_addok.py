"""The engine of the national geocoder itself, where `make bench-addok` has installed it."""

from collections.abc import Iterator

import pytest

from tests.bench.addok_server import addok, installed, streets
from wizard.addresses import Check, Geocoder, Index, demonstration_files
from wizard.addresses.importing.files import FileReport, read

pytestmark = pytest.mark.skipif(not installed(), reason="addok and Redis are not installed")


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Geocoder]:
    """Over the demonstration's addresses; the index behind it is empty, so that no answer comes from there."""
    folder = tmp_path_factory.mktemp("addok")
    rows = [row for file in demonstration_files() for row in read(FileReport(file), lambda _: None)]
    with addok(streets(rows), folder) as url:
        yield Geocoder(url, Index(folder / "none.db"))


def test_an_address_is_read_from_what_it_answers(geocoder: Geocoder):
    (first, *_) = geocoder.search("150 rue d'anjou oudon")
    assert (first.label, first.source, first.check) == ("150 Rue d'Anjou 44521 Oudon", "api", Check.RECOGNISED)
    assert (first.number, first.street, first.citycode) == ("150", "Rue d'Anjou", "44115")
    assert first.lat is not None and abs(first.lat - 47.35) < 0.1


def test_an_unknown_number_is_kept(geocoder: Geocoder):
    (first, *_) = geocoder.search("9999 rue d'anjou oudon")
    assert (first.housenumber, first.street, first.check) == ("9999", "Rue d'Anjou", Check.NUMBER_TO_VERIFY)


def test_a_lieu_dit_is_an_address(geocoder: Geocoder):
    (first, *_) = geocoder.search("la pajaudiere oudon")
    assert (first.street, first.type, first.check) == ("La Pajaudière", "locality", Check.RECOGNISED)


def test_the_choice_is_validated_by_asking_again(geocoder: Geocoder):
    (first, *_) = geocoder.search("150 rue d'anj")
    assert geocoder.resolve(first.label, first.id).check is Check.RECOGNISED
    assert geocoder.resolve(f"{first.label} x", first.id).suggestion is None


def test_nonsense_finds_nothing(geocoder: Geocoder):
    assert geocoder.search("zzzzzz qqqqq") == ()
