"""What a contact declined since a copy was made is declined again once it is restored."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlite_utils import Database

from tests.support.families import a_family, ask, decide
from wizard.clock import now
from wizard.db import close_connections, connect, transaction
from wizard.models import Account, TokenPurpose
from wizard.services import confirming, household, tokens, withdrawing
from wizard.stores import accounts, dossiers, withdrawals

Run = Callable[..., Result]
Gesture = Callable[[Database, int], None]
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def account_of(db: Database) -> Account:
    account = accounts.by_id(db, 1)
    assert account is not None
    return account


def given_again(db: Database, contact: int) -> None:
    account = account_of(db)
    said = next(one for one in household.read(db, account.household).declared if one.person == contact)
    with transaction(db):
        dossier = dossiers.add(db, dossiers.new_reference(db), account.household, account.id, now())
        ask(db, dossier, contact, said.declaration)
    decide(db)


def withdraw(db: Database, contact: int) -> None:
    withdrawing.withdraw(db, account_of(db), contact, None)


def decline(db: Database, contact: int) -> None:
    with transaction(db):
        link = tokens.issue(
            db, TokenPurpose.CONTACT, contact=contact, email="j@exemple.fr", lifetime=confirming.LIFETIME
        )
    assert confirming.decline(db, link.token)


@pytest.mark.parametrize("gestures", [(decline,), (withdraw, decline), (decline, withdraw)])
def test_a_right_declined_or_withdrawn_since_the_copy_is_so_again_at_the_last_date(
    app: Flask, db: Database, run: Run, instance: Path, tmp_path: Path, gestures: tuple[Gesture, ...]
) -> None:
    """Between two gestures, it was given again."""
    with time_machine.travel(START, tick=False) as clock:
        contact = a_family(db).lines[2].person
        db.execute("UPDATE declarations SET data = json_set(data, '$.identity.email', 'j@exemple.fr')")
        decide(db)
        assert run("backup", tmp_path / "nuit.db").exit_code == 0
        with app.test_request_context():
            gestures[0](db, contact)
            for gesture in gestures[1:]:
                clock.shift(timedelta(hours=1))
                given_again(db, contact)
                gesture(db, contact)
        close_connections()
        db.close()
        assert "1 droit(s) retiré(s)" in run("restore", tmp_path / "nuit.db").output
    after = connect(instance / "portail.db")
    assert after.execute("SELECT count(*) FROM contact_rights").fetchone() == (0,)
    (again,) = withdrawals.unseen(after)
    last = START + timedelta(hours=len(gestures) - 1)
    assert (again.contact, again.declined, again.at) == (contact, gestures[-1] is decline, last)
    after.close()
