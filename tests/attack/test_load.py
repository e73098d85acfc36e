"""What the load sends, and what it calls a failure; how long others wait is measured by `make attack`."""

from collections import Counter
from pathlib import Path

from tests.attack.load import KINDS, WORST, Load, Seen, problems
from tests.support.portal import running

ALL_SENT = Counter({(kind, 422): 9 for kind in KINDS})


def test_others_who_wait_twice_as_long_are_a_failure() -> None:
    assert problems(WORST - 0.01, ALL_SENT) == []
    assert problems(WORST, ALL_SENT) == ["others waited 2.00 times as long under attack"]


def test_an_attack_that_made_the_portal_fail_or_was_not_sent_is_one_too() -> None:
    assert problems(1.0, ALL_SENT + Counter({(KINDS[0], 500): 1})) == ["fat fields answered 500"]
    assert problems(1.0, Counter({(kind, 422): 9 for kind in KINDS[1:]})) == ["no fat fields was sent"]


def test_one_page_in_twenty_takes_longer_than_the_p95() -> None:
    assert Seen([number / 100 for number in range(100, 0, -1)]).p95 == 0.95


def test_hostile_forms_reach_the_portal_and_others_are_served_meanwhile(tmp_path: Path) -> None:
    with running(tmp_path / "town", {"PORTAIL_TRUSTED_PROXY": "127.0.0.1"}) as portal:
        load = Load(portal.port, portal.instance)
        fat, _dear, lost, _deposits = load.forms
        assert 62_000 < len(fat.form) < 64 * 1024
        assert len({lost.address(number) for number in range(500)}) == 500
        _ratio, answers = load.compare(1, 1.5)
    assert {kind for kind, _status in answers} == set(KINDS)
    assert all(status < 500 for _kind, status in answers)
