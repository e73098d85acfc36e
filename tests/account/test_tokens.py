"""Tokens sent by mail: single use, expiring, never in clear."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.account.factories import an_account
from wizard.clock import now
from wizard.db import close_connections, get_db
from wizard.services import tokens

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("app_context")


def test_a_token_opens_what_it_was_issued_for_and_reading_it_changes_nothing(db: Database) -> None:
    account = an_account(db)
    issued = tokens.issue(db, "activation", account=account.id, email=account.email, lifetime=HOUR)
    for _ in range(5):
        found = tokens.peek(db, "activation", issued.token)
        assert found is not None and (found.account, found.email) == (account.id, account.email)
    assert tokens.consume(db, "activation", issued.token) == tokens.Token(
        "activation", account.id, None, account.email, used=True
    )


def test_a_token_is_consumed_once(db: Database) -> None:
    issued = tokens.issue(db, "password", account=an_account(db).id, lifetime=HOUR)
    assert tokens.consume(db, "password", issued.token)
    assert tokens.consume(db, "password", issued.token) is None
    assert tokens.peek(db, "password", issued.token) is None
    assert tokens.was_used(db, "password", issued.token)


def test_twenty_requests_at_once_consume_a_token_once(app: Flask, db: Database) -> None:
    issued = tokens.issue(db, "activation", account=an_account(db).id, lifetime=HOUR)

    def consume(_: int) -> bool:
        with app.app_context():
            won = tokens.consume(get_db(), "activation", issued.token) is not None
        close_connections()
        return won

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(consume, range(20))) == 1


def test_an_expired_token_opens_nothing_but_tells_whose_it_was(db: Database) -> None:
    account = an_account(db)
    with time_machine.travel(now() - 2 * HOUR):
        issued = tokens.issue(db, "activation", account=account.id, lifetime=HOUR)
    assert tokens.peek(db, "activation", issued.token) is None
    assert tokens.consume(db, "activation", issued.token) is None
    known = tokens.known(db, "activation", issued.token)
    assert known is not None and known.account == account.id and not known.used


def test_a_token_serves_its_own_purpose_only(db: Database) -> None:
    issued = tokens.issue(db, "activation", account=an_account(db).id, lifetime=HOUR)
    assert tokens.peek(db, "password", issued.token) is None
    assert tokens.consume(db, "password", issued.token) is None


def test_a_new_token_voids_the_older_one_of_the_same_account_and_purpose(db: Database) -> None:
    first, second = an_account(db), an_account(db)
    old = tokens.issue(db, "activation", account=first.id, lifetime=HOUR)
    other = tokens.issue(db, "activation", account=second.id, lifetime=HOUR)
    reset = tokens.issue(db, "password", account=first.id, lifetime=HOUR)
    new = tokens.issue(db, "activation", account=first.id, lifetime=HOUR)
    assert tokens.peek(db, "activation", old.token) is None
    assert not tokens.was_used(db, "activation", old.token)
    for purpose, issued in (("activation", other), ("password", reset), ("activation", new)):
        assert tokens.peek(db, purpose, issued.token)


def test_neither_the_token_nor_its_code_is_stored(db: Database) -> None:
    issued = tokens.issue(db, "activation", account=an_account(db).id, lifetime=HOUR, with_code=True)
    assert issued.code is not None and len(issued.code) == 6 and issued.code.isdigit()
    stored = "\n".join(db.conn.iterdump())
    assert issued.token not in stored
    assert f"'{issued.code}'" not in stored


def test_the_code_does_what_the_link_does_once(db: Database) -> None:
    account = an_account(db)
    issued = tokens.issue(db, "activation", account=account.id, lifetime=HOUR, with_code=True)
    assert issued.code is not None
    typed = f"{issued.code[:3]} {issued.code[3:]}"
    assert tokens.consume_code(db, "activation", account.id, typed)
    assert not tokens.consume_code(db, "activation", account.id, issued.code)
    assert tokens.was_used(db, "activation", issued.token)


def test_the_code_leads_where_it_did_for_half_an_hour(db: Database) -> None:
    account = an_account(db)
    issued = tokens.issue(db, "activation", account=account.id, lifetime=HOUR, with_code=True)
    code, wrong = issued.code or "", "000000" if issued.code != "000000" else "111111"
    with time_machine.travel(now(), tick=False) as clock:
        assert not tokens.repeats_code(db, "activation", account.id, code), "it did nothing yet"
        assert tokens.consume_code(db, "activation", account.id, code)
        clock.shift(timedelta(minutes=29))
        assert not tokens.repeats_code(db, "activation", account.id, wrong)
        assert tokens.repeats_code(db, "activation", account.id, code)
        clock.shift(timedelta(minutes=1))
        assert not tokens.repeats_code(db, "activation", account.id, code)


def test_a_code_serves_its_own_account_only(db: Database) -> None:
    owner, other = an_account(db), an_account(db)
    issued = tokens.issue(db, "activation", account=owner.id, lifetime=HOUR, with_code=True)
    tokens.issue(db, "activation", account=other.id, lifetime=HOUR, with_code=True)
    assert not tokens.consume_code(db, "activation", other.id, issued.code or "")


def test_after_five_wrong_codes_the_right_one_is_refused_and_the_link_still_works(db: Database) -> None:
    account = an_account(db)
    issued = tokens.issue(db, "activation", account=account.id, lifetime=HOUR, with_code=True)
    wrong = "000000" if issued.code != "000000" else "111111"
    for _ in range(5):
        assert not tokens.consume_code(db, "activation", account.id, wrong)
    assert not tokens.consume_code(db, "activation", account.id, issued.code or "")
    assert tokens.consume(db, "activation", issued.token)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(text=st.text(max_size=60))
def test_no_made_up_token_or_code_opens_anything(db: Database, text: str) -> None:
    account = an_account(db)
    tokens.issue(db, "activation", account=account.id, lifetime=HOUR)
    assert tokens.consume(db, "activation", text) is None
    assert not tokens.consume_code(db, "activation", account.id, text)


@pytest.mark.parametrize("purpose", ["activation", "password", "email", "deletion", "resume"])
def test_each_purpose_of_a_token_can_be_stored(db: Database, purpose: str) -> None:
    issued = tokens.issue(db, purpose, account=an_account(db).id, lifetime=HOUR)
    assert tokens.consume(db, purpose, issued.token)
