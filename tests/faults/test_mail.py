"""A server of mail that is down, hesitates, refuses, says nothing or hangs up, while families sign up."""

import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.crowd import KILLS, families
from tests.support.portal import Portal
from wizard.clock import now, stamp
from wizard.db import connect

LONG = KILLS > 100
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class Greylist(dict[str, list[str]]):
    """Asks each recipient to come back, the first time."""

    def get(self, address: str, _default: Any = None) -> list[str] | None:
        return self.setdefault(address, ["450 4.7.1 come back later"])


def given_up(portal: Portal) -> int:
    with closing(connect(portal.instance / "portail.db")) as db:
        return int(db.execute("SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL").fetchone()[0])


@pytest.mark.slow
def test_no_mail_is_lost_nor_written_twice_by_a_server_in_trouble(portal: Portal) -> None:
    postman = portal.postman
    with families(portal) as crowd:
        portal.close_mailbox()
        crowd.wait_for(4)
        portal.open_mailbox()
        postman.recipient_answers = Greylist()
        crowd.wait_for(4)
        postman.recipient_answers = {}
        postman.message_answers = ["451 4.3.0 not now"] * 4
        crowd.wait_for(6)
        postman.sender_answers = ["550 5.7.1 who are you?"] * 2
        crowd.wait_for(4)
        postman.delays = [1.0] * 2
        postman.cut_after = {len(postman.taken) + more for more in (2, 4)}
        crowd.wait_for(6)
        postman.delays = [12.0] if LONG else []  # silent for longer than it is listened to
        crowd.wait_for(4)
    count = crowd.count()
    print(f"\na server of mail in trouble: {count}")
    assert (count.lost, count.unsent, count.sent_twice) == (0, 0, 0)
    assert 2 <= count.again <= 2 + LONG and given_up(portal) == 0


@pytest.mark.slow
def test_mails_refused_for_good_are_given_up_in_sight_and_no_others(portal: Portal) -> None:
    portal.postman.message_answers = ["554 5.6.0 no"] * 3
    with families(portal) as crowd:
        crowd.wait_for(8)
    count = crowd.count(refused=3)
    print(f"\nthree mails refused for good: {count}")
    assert (count.lost, count.unsent, count.sent_twice, count.again) == (0, 0, 0, 0) and given_up(portal) == 3


@pytest.mark.slow
@pytest.mark.skipif(not (LONG and FAKETIME), reason="the library faketime is slow: « make faults » brings it")
def test_a_clock_a_year_ahead_loses_no_draft_and_mails_due_then_leave_once_it_is_right(portal: Portal) -> None:
    with closing(connect(portal.instance / "portail.db")) as db:  # as four families leave, who mean to come back
        soon = stamp(now() + timedelta(hours=20))
        left = "INSERT INTO drafts (kind, created_at, touched_at, expires_at) VALUES ('signup', ?, ?, ?) RETURNING id"
        drafts = {db.execute(left, [stamp(now()), stamp(now()), soon]).fetchone() for _ in range(4)}
    portal.close_mailbox()
    portal.stop()
    real = portal.settings
    portal.settings = real | {"LD_PRELOAD": str(FAKETIME), "FAKETIME": "+365d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    portal.start()
    with families(portal, at_once=1) as crowd:
        crowd.wait_for(4)
        time.sleep(65)  # the first purge comes after a minute
    portal.stop()
    portal.settings = real
    portal.start()
    with closing(connect(portal.instance / "portail.db")) as db:
        assert drafts <= set(db.execute("SELECT id FROM drafts").fetchall()), "drafts are lost"
    portal.open_mailbox()
    deadline = time.monotonic() + 30
    while len(portal.postman.copies) < len(crowd.promised) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(portal.postman.copies) == len(crowd.promised), "mails wait for a year to pass"
    count = crowd.count()
    print(f"\na clock a year ahead, then right: {count}")
    assert (count.lost, count.unsent, count.sent_twice, count.again) == (0, 0, 0, 0)
