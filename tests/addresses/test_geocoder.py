"""The national geocoder: asked as its documentation says, and believed only when it answers well."""

import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.geocoding_service import Service, feature, serving
from tests.support.waiting import PATIENCE
from wizard.addresses import Check, Geocoder
from wizard.addresses.national.geocoder import FAILURES, RATE, TIMEOUT

STREET = feature(
    type="street", housenumber=None, street=None, id="44109_7777", name="Rue des Pénitents",
    label="Rue des Pénitents 44000 Nantes",
)  # fmt: skip


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as server:
        yield server


@pytest.fixture
def geocoder(service, index, monkeypatch) -> Geocoder:
    # The service shares its processor with many tests: what is not to be slow is waited for.
    monkeypatch.setattr("wizard.addresses.national.geocoder.TIMEOUT", PATIENCE)
    return Geocoder(service.url, index)


LOCAL = "150 Rue d'Anjou 44521 Oudon"


def falls_back(geocoder: Geocoder) -> bool:
    return geocoder.search("150 rue d'anjou oudon")[0].label == LOCAL


def test_the_service_is_asked_as_its_documentation_says(service, geocoder):
    (found,) = geocoder.search("8 rue des penitents nantes")
    assert (found.label, found.id, found.source) == ("8 Rue des Pénitents 44000 Nantes", "44109_7777_00008", "api")
    assert (found.lat, found.lon, found.check) == (47.21, -1.55, Check.RECOGNISED)
    assert (found.number, found.street, found.citycode) == ("8", "Rue des Pénitents", "44109")
    assert service.asked == [
        {
            "q": ["8 rue des penitents nantes"],
            "limit": ["5"],
            "index": ["address"],
            "autocomplete": ["1"],
            "lat": ["47.353"],
            "lon": ["-1.268"],
        }
    ]


def test_the_same_text_is_asked_once(service, geocoder):
    for text in ("8 rue des penitents", "8  RUE des Pénitents ", "8 rue des penitents"):
        assert geocoder.search(text)
    assert len(service.asked) == 1


@pytest.mark.parametrize("text", ["", "8", "8 ", "?rue des penitents", "'''"])
def test_what_the_service_would_refuse_is_not_sent(service, geocoder, text):
    geocoder.search(text)
    assert service.asked == []


def test_an_unknown_number_is_kept(service, geocoder):
    service.features = [STREET]
    (found,) = geocoder.search("999 bis rue des penitents nantes")
    assert (found.label, found.housenumber) == ("999bis Rue des Pénitents 44000 Nantes", "999bis")
    assert (found.check, found.id) == (Check.NUMBER_TO_VERIFY, "44109_7777_00999_bis")


def test_another_number_than_the_one_typed_is_not_proposed(service, geocoder):
    service.features = [feature(), STREET]
    assert [one.housenumber for one in geocoder.search("9 rue des penitents nantes")] == ["9"]


def test_a_number_in_the_name_is_not_added_to_it(service, geocoder):
    service.features = [feature(type="street", housenumber=None, street=None, name="Rue du 8 Mai 1945")]
    assert geocoder.search("8 mai 1945 nantes")[0].name == "Rue du 8 Mai 1945"


def test_a_lieu_dit_with_a_number_has_its_name_without_it(service, geocoder):
    service.features = [feature(name="33 Blanche Lande", housenumber="33", street=None)]
    assert geocoder.search("33 blanche lande")[0].street == "Blanche Lande"


def test_when_the_service_finds_nothing_the_town_answers(service, geocoder):
    service.features = []
    assert falls_back(geocoder)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"null",
        b"[]",
        b"{}",
        b'{"features": null}',
        b'{"features": {"a": 1}}',
        b"[" * 100_000,
        b"\xff\xfe",
        b"<html>Maintenance</html>",
    ],
)
def test_nonsense_falls_back_on_the_town(service, geocoder, body):
    service.body = body
    assert falls_back(geocoder)


@pytest.mark.parametrize(
    "spoilt",
    [
        None,
        "x",
        {},
        {"properties": None},
        feature(type="poi"),
        feature(label=None),
        feature(id=12),
        feature(housenumber=None),
        feature(name=["8"]),
        {"properties": {"type": []}},
    ],
)
def test_a_feature_that_is_none_is_left_out(service, geocoder, spoilt):
    service.features = [spoilt, feature()]
    assert [one.id for one in geocoder.search("8 rue des penitents")] == ["44109_7777_00008"]


@pytest.mark.parametrize("point", [None, [], ["a", "b"], [1], [1e400, 2], [0, 91], {"x": 1}])
def test_a_feature_without_a_position_is_still_an_address(service, geocoder, point):
    service.features = [feature(score=10**400) | {"geometry": {"coordinates": point}}]
    (found,) = geocoder.search("8 rue des penitents")
    assert (found.lat, found.lon, found.score) == (None, None, 0.0)


@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_an_error_falls_back_on_the_town(service, geocoder, status):
    service.status = status
    assert falls_back(geocoder)


def test_a_refused_query_is_no_failure_of_the_service(service, geocoder):
    service.status, service.body = 400, b'{"code": 400}'
    for number in range(FAILURES + 1):
        geocoder.search(f"rue numero {number}")
    assert len(service.asked) == FAILURES + 1


def test_a_service_that_is_not_there_falls_back_on_the_town(index):
    assert falls_back(Geocoder("http://127.0.0.1:9/geocodage", index))


@pytest.mark.parametrize("slowness", [{"delay": 4 * TIMEOUT}, {"dribble": 0.1}])
def test_a_slow_answer_is_not_waited_for(service, index, slowness):
    vars(service).update(slowness)
    start = time.monotonic()
    assert falls_back(Geocoder(service.url, index))
    assert time.monotonic() - start < 3 * TIMEOUT


def test_after_several_failures_the_service_is_left_alone_for_a_while(service, geocoder):
    service.status = 500
    for number in range(FAILURES + 4):
        geocoder.search(f"{number} rue des penitents")
    assert len(service.asked) == FAILURES


def test_the_service_is_asked_again_after_the_pause(service, geocoder, monkeypatch):
    service.status = 500
    for number in range(FAILURES):
        geocoder.search(f"{number} rue des penitents")
    service.status = 200
    monkeypatch.setattr("wizard.addresses.national.geocoder.monotonic", lambda: time.monotonic() + 60)
    assert geocoder.search("8 rue des penitents nantes")[0].source == "api"
    assert geocoder.search("8 rue des penitents, nantes")[0].source == "api"


def test_too_many_requests_are_answered_by_a_pause(service, geocoder):
    service.status, service.headers = 429, {"Retry-After": "5"}
    for number in range(4):
        geocoder.search(f"{number} rue des penitents")
    assert len(service.asked) == 1


def test_the_service_is_never_asked_more_often_than_it_allows(service, geocoder):
    start = time.monotonic()
    for number in range(3 * RATE):
        geocoder.search(f"{number} rue des penitents")
    assert RATE <= len(service.asked) <= RATE * (1 + time.monotonic() - start) + 1


def test_an_address_that_the_town_lacks_is_validated_by_asking_again(service, geocoder):
    label, identifier = "8 Rue des Pénitents 44000 Nantes", "44109_7777_00008"
    assert geocoder.resolve(label, identifier).check is Check.RECOGNISED
    assert geocoder.resolve("8 rue des penitents 44000 nantes").check is Check.RECOGNISED
    changed = geocoder.resolve("8 rue des penitents", identifier)
    assert (changed.check, changed.suggestion) == (Check.UNKNOWN, None)
    assert [one.label for one in changed.alternatives] == [label]


def test_an_address_of_the_town_is_validated_without_the_service(service, geocoder):
    assert geocoder.resolve(LOCAL).check is Check.RECOGNISED
    assert service.asked == []


def test_threads_share_one_geocoder(service, geocoder):
    found: list[str] = []

    def ask(number: int) -> None:
        found.append(geocoder.search(f"8 rue des penitents {number % 3}")[0].source)

    threads = [threading.Thread(target=ask, args=[n]) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["api"] * 12
