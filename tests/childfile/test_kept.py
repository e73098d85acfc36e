"""What is kept of a dossier: in the copy of one's data, through joined records, a restored copy, an erasure."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.childfile.conftest import CONSENT, HEALTH, YEAR, Files
from tests.support.client import CheckedClient
from wizard import clock
from wizard.clock import now
from wizard.db import transaction
from wizard.models import Consent
from wizard.services import restoring, retention
from wizard.services.childfile import authorisations
from wizard.stores import child_files, joining, ledger, people


def copy_of(client: CheckedClient) -> dict[str, list[dict[str, str]]]:
    found: dict[str, Any] = json.loads(client.get("/espace/donnees/copie.json").data)
    return found


def test_the_copy_of_the_data_of_either_parent_holds_it_whole(online: Files) -> None:
    online.homes.join()
    online.deposit(online.a, sante=HEALTH)
    online.answer(online.a, "accueils", services=["matin"])
    for client in (online.a, online.b):
        copy = copy_of(client)
        (file,) = (one for one in copy["Dossiers administratifs"] if one["Année"] == YEAR)
        assert file["Menu"] == "Sans viande" and file["Que faire en cas de réaction"] == "Appeler le 15, zébrure"
        assert file["École"] and file["Pli scellé le"]
        given = {one["Pour"]: one for one in copy["Autorisations de l'année"]}
        assert given["Se baigner"]["Réponse"] == "Oui" and given["Se baigner"]["De"] == "Camille Kervarrec"
    assert [one["Accueils demandés"] for one in copy_of(online.a)["Dossiers administratifs non déposés"]] == [
        "Accueil du matin"
    ]
    assert copy_of(online.b)["Dossiers administratifs non déposés"] == []


def a_record(db: Database, child: int) -> int:
    """Return another record of a child."""
    found = next(one for one in people.members(db, 1) if one.person == child)
    return people.add_person(db, found.identity, clock.now())


@pytest.mark.parametrize(("their_hour", "kept"), [(8, "Sans viande"), (12, "Autre")])
def test_of_two_records_of_a_child_the_last_dossier_stays(files: Files, their_hour: int, kept: str) -> None:
    files.deposit(files.a)
    db, child, account = files.homes.db, files.homes.child, files.homes.cast.a.account
    files.answer(files.a, "accueils", services=["matin"])
    with transaction(db):
        again = a_record(db, child)
        at = datetime(2026, 11, 24, their_hour, tzinfo=UTC)
        child_files.deposit(db, again, YEAR, account.id, {}, meal="Autre", pai=None, sealed_at=None, now=at)
        joining.person(db, child, again, now())
    assert files.rows("SELECT child, meal FROM child_files") == [(child, kept)]
    assert files.rows("SELECT count(*) FROM authorisations") == [(6,)]
    assert files.rows("SELECT subject FROM drafts WHERE kind = 'child_file'") == [(f"{child}/{YEAR}",)]


def test_what_a_child_had_under_another_number_is_theirs(files: Files) -> None:
    files.deposit(files.a)
    files.answer(files.a, "accueils", services=["matin"])
    db, child = files.homes.db, files.homes.child
    with transaction(db):
        kept = a_record(db, child)
        joining.person(db, kept, child, now())
    assert files.rows("SELECT child FROM child_files") == [(kept,)]
    assert set(files.rows("SELECT child FROM authorisations")) == {(kept,)}
    assert files.rows("SELECT subject FROM drafts WHERE kind = 'child_file'") == [(f"{kept}/{YEAR}",)]


@pytest.mark.parametrize("gesture", ["withdrawn", "answered no"])
def test_what_is_taken_back_stays_so_once_an_older_copy_is_restored(files: Files, gesture: str) -> None:
    files.deposit(files.a)
    db, account, child = files.homes.db, files.homes.cast.a.account, files.homes.child
    before = files.rows("SELECT * FROM authorisations")
    with files.homes.app.app_context():
        if gesture == "withdrawn":
            authorisations.withdraw(db, account, child, YEAR, "swimming")
        else:
            with transaction(db):
                authorisations.give(db, account, child, YEAR, CONSENT | {"swimming": ["non"]})  # type: ignore[arg-type]
        with transaction(db):
            db.execute("DELETE FROM authorisations")
            db.table("authorisations").insert_all(
                dict(zip(db.table("authorisations").columns_dict, row, strict=True)) for row in before
            )
        assert verdict(db, child) is Consent.YES
        restoring.settle(db, ledger.beside(files.homes.app.config["PORTAIL"].database))
    assert verdict(db, child) is Consent.NO


def verdict(db: Database, child: int) -> Consent:
    return next(one.verdict for one in authorisations.of_child(db, child, YEAR) if one.slug == "swimming")


def test_a_home_that_is_erased_leaves_the_dossier_to_the_other_without_its_answers(files: Files) -> None:
    files.homes.join()
    files.deposit(files.a)
    with files.homes.app.app_context(), transaction(files.homes.db):
        retention.erase(files.homes.db, files.homes.cast.a.account, clock.now())
    assert files.rows("SELECT deposited_by FROM child_files") == [(None,)]
    assert files.rows("SELECT count(*) FROM authorisations") == [(0,)]
    with files.homes.app.app_context(), transaction(files.homes.db):
        retention.erase(files.homes.db, files.homes.cast.b.account, clock.now())
    assert files.rows("SELECT count(*) FROM child_files") == [(0,)]


def test_dossiers_of_years_that_ended_long_ago_are_purged(files: Files, app: Flask) -> None:
    files.deposit(files.a)
    with files.homes.app.app_context():
        for day, left in ((datetime(2028, 8, 30, tzinfo=UTC), 1), (datetime(2028, 9, 2, tzinfo=UTC), 0)):
            retention.purge(files.homes.db, app.config["PORTAIL"], day)
            assert files.rows("SELECT count(*) FROM child_files") == [(left,)]
    assert files.rows("SELECT count(*) FROM authorisations") == [(0,)]
