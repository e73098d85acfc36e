"""A file sent part by part: what was acknowledged is there for good, is nobody else's, and is readable by nobody."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.documents.phones import Phone, file, instance, noise, number, phone, photo, stranger
from tests.security.actors import Cast
from wizard import clock
from wizard.db import transaction
from wizard.services import retention
from wizard.services.documents import uploads
from wizard.settings import get_settings

__all__ = ["file", "instance", "phone", "stranger"]
FILE = noise(40_000)


def rows(documents: Path) -> list[tuple[Any, ...]]:
    return list(Database(documents).execute("SELECT received, size, whole FROM uploads").fetchall())


def test_a_file_sent_part_by_part_is_whole(phone: Phone, file: Path) -> None:
    begun = phone.begin(FILE)
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    first = phone.patch(begun.location, 0, FILE[:16384])
    assert (first.status_code, first.headers["Upload-Offset"], first.headers["Upload-Complete"]) == (204, "16384", "?0")
    assert phone.offset(begun.location) == "16384"
    last = phone.patch(begun.location, 16384, FILE[16384:], last=True)
    assert (last.status_code, last.headers["Upload-Complete"]) == (204, "?1")
    assert rows(file) == [(40_000, 40_000, 1)]


def test_the_same_file_goes_on_where_it_was_and_another_page_is_another(phone: Phone) -> None:
    begun = phone.begin(FILE)
    phone.patch(begun.location, 0, FILE[:20_000])
    again = phone.begin(FILE)
    assert (again.location, again.headers["Upload-Offset"]) == (begun.location, "20000")
    for other in (phone.begin(FILE, page=2), phone.begin(FILE + b"x"), phone.begin(FILE, kind="domicile")):
        assert other.status_code == 404 or (other.location, other.headers["Upload-Offset"]) != (begun.location, "20000")


def test_a_part_that_begins_elsewhere_is_told_where(phone: Phone, file: Path) -> None:
    path = phone.begin(FILE).location
    phone.patch(path, 0, FILE[:16384])
    for offset, part in ((0, FILE[:16384]), (16385, FILE[16385:20000]), (16384, FILE[16384:] + b"x")):
        answer = phone.patch(path, offset, part, last=offset + len(part) == len(FILE))
        assert answer.status_code in {409, 400}, offset
        assert answer.status_code == 400 or answer.headers["Upload-Offset"] == "16384"
    assert rows(file) == [(16384, 40_000, 0)]


def test_what_is_not_the_file_that_was_announced_begins_anew(phone: Phone, file: Path) -> None:
    path = phone.begin(FILE).location
    phone.patch(path, 0, FILE[:16384])
    wrong = phone.patch(path, 16384, bytes(40_000 - 16384), last=True)
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "0")
    assert rows(file) == [(0, 40_000, 0)]
    assert phone.send(FILE) == path
    assert rows(file) == [(40_000, 40_000, 1)]


BEGINNINGS: tuple[tuple[dict[str, Any], int], ...] = (
    ({"child": 10**9}, 404), ({"child": "x"}, 404), ({"kind": "rib"}, 404), ({"kind": "vaccinations"}, 404),
    ({"year": "2025-2026"}, 404), ({"year": "2028-2029"}, 404), ({"year": "2026-2028"}, 404),
    ({"page": 0}, 400), ({"page": 11}, 400), ({"page": "un"}, 400), ({"size": 0}, 400), ({"size": -1}, 400),
    ({"sha256": ""}, 400), ({"sha256": "G" * 64}, 400), ({"sha256": "A" * 64}, 400),
    ({"size": 12 * 1024 * 1024 + 1}, 413), ({"size": 12 * 1024 * 1024}, 201), ({"year": "2027-2028"}, 404),
)  # fmt: skip


def test_what_is_expected_is_what_the_town_asks_within_its_bounds(phone: Phone) -> None:
    assert {str(values): phone.begin(FILE, **values).status_code for values, _status in BEGINNINGS} == {
        str(values): status for values, status in BEGINNINGS
    }


def test_the_largest_part_is_taken(phone: Phone, file: Path) -> None:
    phone.send(noise(600_000), part=256 * 1024)
    assert rows(file) == [(600_000, 600_000, 1)]


PARTS: tuple[tuple[int, int, bool, str, int], ...] = (
    (0, 1023, False, "application/partial-upload", 400),
    (0, 0, False, "application/partial-upload", 400),
    (0, 16384, True, "application/partial-upload", 400),
    (0, 40_000, False, "application/partial-upload", 400),
    (0, 16384, False, "application/octet-stream", 415),
    (-1, 16384, False, "application/partial-upload", 400),
    (0, 256 * 1024 + 1, False, "application/partial-upload", 413),
    (0, 1024, False, "application/partial-upload", 204),
)


def test_a_part_is_of_its_type_neither_tiny_nor_huge(phone: Phone) -> None:
    path = phone.begin(FILE).location
    found = [phone.patch(path, at, bytes(size), last=last, kind=kind).status_code for at, size, last, kind, _s in PARTS]
    assert found == [status for *_part, status in PARTS]


def test_an_upload_is_nobody_else_s(phone: Phone, stranger: Phone, file: Path) -> None:
    path = phone.begin(FILE).location
    assert stranger.begin(FILE).location != path  # nobody learns that another sent it
    assert stranger.begin(FILE, child=phone.child).status_code == 404
    assert stranger.patch(path, 0, FILE[:16384]).status_code == 404
    assert stranger.offset(path) is None
    assert stranger.actor.client.delete(path, headers=stranger.headers()).status_code == 404
    assert phone.offset(path) == "0"


def test_an_upload_needs_its_session_and_its_token(phone: Phone, cast: Cast) -> None:
    path, part = phone.begin(FILE).location, {"data": FILE[:16384], "content_type": "application/partial-upload"}
    assert phone.actor.client.patch(path, headers={"Upload-Offset": "0"}, **part).status_code == 400
    assert phone.actor.client.delete(path).status_code == 400
    phone.actor.post("/deconnexion")
    phone.token = ""
    for answer in (phone.patch(path, 0, FILE[:16384]), phone.actor.client.head(path)):
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/connexion")


def test_a_file_given_up_is_no_more_and_its_number_is_nobody_s(phone: Phone) -> None:
    path = phone.begin(FILE).location
    assert phone.actor.client.delete(path, headers=phone.headers()).status_code == 204
    assert phone.offset(path) is None
    assert phone.begin(FILE).location != path


def test_nothing_of_what_waits_is_readable_in_the_file(phone: Phone, file: Path) -> None:
    taken = photo("Ploumanac")
    phone.send(taken)
    phone.patch(phone.begin(FILE, page=2).location, 0, FILE[:16384])
    stored = b"".join(path.read_bytes() for path in file.parent.glob("documents.db*"))
    for clear in (taken[100:132], FILE[100:132], b"JFIF"):
        assert clear not in stored


def test_what_nobody_goes_on_with_is_forgotten_after_two_days(
    phone: Phone, app: Flask, db: Database, file: Path
) -> None:
    path = phone.begin(FILE).location
    with app.app_context():
        for hours, left in ((47, 1), (49, 0)):
            retention.purge(db, get_settings(), clock.now() + timedelta(hours=hours))
            assert len(rows(file)) == left
    assert phone.offset(path) is None


def test_what_a_deleted_family_was_sending_goes_with_it(phone: Phone, app: Flask, db: Database, cast: Cast) -> None:
    path = phone.begin(FILE).location
    phone.patch(path, 0, FILE[:16384])
    with app.app_context():
        with transaction(db):
            retention.erase(db, cast.a.account, clock.now())
        retention.purge(db, get_settings(), clock.now())
        assert uploads.find(cast.a.account.id, int(number(path))) is None


def test_what_was_left_for_the_longest_makes_room(phone: Phone, hand: time_machine.Traveller, file: Path) -> None:
    largest = 12 * 1024 * 1024
    begun = []
    for at in range(14):
        begun.append(phone.begin(noise(9, at), size=largest).location)
        hand.shift(60)
    left = [path for path in begun if phone.offset(path)]
    assert left == begun[1:]  # thirteen of them, 156 MB
    assert sum(size for _received, size, _whole in rows(file)) <= 160 * 1024 * 1024


def test_files_begun_are_counted_and_what_goes_on_is_not(phone: Phone, file: Path) -> None:
    for at in range(120):
        assert phone.begin(noise(9, at)).status_code == 201
        assert len(rows(file)) == min(at + 1, 40)
    assert phone.begin(noise(9, 119)).status_code == 201
    refused = phone.begin(FILE)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0


def test_the_number_of_an_upload_says_nothing(phone: Phone) -> None:
    assert number(phone.begin(FILE).location).isdigit()
