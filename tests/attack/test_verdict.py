"""What `make attack` calls a failure."""

from tests.attack.attack import FLOORS, reviewed, rows, unreached
from tests.attack.scanners import Finding

TOKEN = "t" * 43


def answers(route: str, status: int, times: int) -> str:
    return f"2026-11-25 10:00:00,000 INFO wizard.access POST {route} {status} 3ms 0123456789ab\n" * times


def test_a_scan_that_reached_everything_is_no_failure() -> None:
    log = "".join(answers(route, 422, floor) for route, floor in FLOORS.items())
    assert unreached(log) == []
    assert unreached(log + answers("account.home", 404, 3)) == []


def test_a_failure_of_the_portal_or_a_route_hardly_reached_is_one() -> None:
    log = "".join(answers(route, 303, floor) for route, floor in FLOORS.items() if route != "townhall.decide")
    assert unreached(log) == ["townhall.decide was only reached 0 times"]
    # A form refused for want of its token was not tested.
    log += answers("townhall.decide", 400, FLOORS["townhall.decide"])
    assert unreached(log) == ["townhall.decide was only reached 0 times"]
    log += answers("townhall.decide", 422, FLOORS["townhall.decide"]) + answers("townhall.decide", 500, 1)
    assert unreached(log) == ["townhall.decide answered 500"]


def test_a_finding_is_accepted_only_where_and_for_what_it_was_reviewed() -> None:
    csrf, lack = "Cross Site Request Forgery", "POST  : Lack of anti CSRF token"
    assert reviewed(Finding("wapiti", csrf, f"/inscription/{TOKEN}/identite", lack))
    assert not reviewed(Finding("wapiti", csrf, "/espace/donnees/identite", lack))
    assert not reviewed(Finding("wapiti", csrf, "/mairie", lack))
    assert not reviewed(Finding("wapiti", "SQL Injection", f"/inscription/{TOKEN}/identite", lack))
    assert not reviewed(Finding("wapiti", "Clickjacking Protection", "/espace", "GET  : X-Frame-Options is not set"))


def test_every_reviewed_row_says_why() -> None:
    assert all(len(row["why"]) > 40 and row["says"] and row["path"] for row in rows())
