"""Each year, from the town's date, a family says that all is still right: one page, one button, one reminder."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import Cast, csrf_of, sign_agent_in
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.families import a_family
from tests.support.outbox import WRITTEN
from tests.support.walk import PASSWORD, signed_in
from wizard.clock import now, stamp
from wizard.db import close_connections, get_db, transaction
from wizard.french import plain
from wizard.models import Account
from wizard.services import retention, reviewing
from wizard.stores import accounts, dossiers, reviews

PATH = "/espace/confirmer"
JUNE = datetime(2027, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def instance(instance: Path) -> Path:
    """A town that asks families to confirm from the first of June."""
    settings = instance / "town.toml"
    settings.write_text(settings.read_text().replace('# from = "06-01"', 'from = "06-01"'))
    return instance


@pytest.fixture
def cast(hand: time_machine.Traveller, cast: Cast) -> Cast:
    """Two families who deposited in November, an agent."""
    return cast


@pytest.fixture
def purge(app: Flask, db: Database) -> Callable[[], int]:
    """Do what is done each day, and return how many families are reminded."""

    def purge() -> int:
        with app.app_context():
            return retention.purge(db, app.config["PORTAIL"], now()).reminded

    return purge


def at(hand: time_machine.Traveller, moment: datetime, cast: Cast) -> CheckedClient:
    """Come back another day, and sign parent A in."""
    hand.move_to(moment, tick=False)
    signed_in(cast.parent_a.client, cast.a.account.email)
    return cast.parent_a.client


def said(page: TestResponse) -> str:
    return plain(" ".join(read(page).get_text(" ").split()))


def is_asked(client: CheckedClient) -> bool:
    space, data = (PATH in client.get(path).text for path in ("/espace", "/espace/donnees"))
    assert space == data
    return space


def reminders(db: Database) -> list[dict[str, str]]:
    return [dict(row) for row in db.query(WRITTEN + " WHERE name = 'confirmation' ORDER BY id")]


def confirm(client: CheckedClient) -> TestResponse:
    return follow(client, submit(client, client.get(PATH)))


def test_nothing_is_asked_before_the_day_then_two_taps_are_enough(
    cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    client = at(hand, JUNE - timedelta(days=1), cast)
    assert not is_asked(client) and not read(client.get(PATH)).select("main form")
    client = at(hand, JUNE, cast)
    space = read(client.get("/espace"))
    first = space.select_one("main h1 ~ *")
    assert first is not None and "Tout est-il toujours exact ?" in plain(first.get_text())
    (link,) = space.select(f"main a[href='{PATH}']")
    done = follow(client, submit(client, client.get(str(link["href"]))))
    assert "Vous avez confirmé que tout est exact, le 1er juin 2027." in said(done)
    assert not read(done).select("main form") and not is_asked(client)


def test_the_page_shows_the_family_as_it_is_known_and_how_to_change_each_thing(
    cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    page = at(hand, JUNE, cast).get(PATH)
    told = said(page)
    for words in ("Camille Kervarrec Vous", "Téléphone portable 06 12 34 56 78", "Courriel camille@exemple.fr",
        "Adresse 12 rue de la Loire, 44521 Oudon", "Loïc Kervarrec Enfant", "Date de naissance 3 septembre 2019",
        "Réside En résidence alternée", "Jeanne Le Goff Contact", "Téléphone 02 40 12 34 56",
        "Demandé : venir chercher Loïc."):  # fmt: skip
        assert words in told, words
    assert "Peut venir chercher" not in told, "what is not granted is not told as if it were"
    links = {str(link["href"]) for link in read(page).select("main a[href]")}
    contact = cast.a.dossier.lines[2].person
    own = {f"/espace/donnees/{name}" for name in ("identite", "adresse", "courriel")}
    assert own | {f"/espace/personnes/{contact}/retirer", "/entourage"} <= links
    assert "Ploumanac" not in page.text


def test_the_button_counts_once_and_the_town_hall_and_the_copy_tell_when(
    cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    client = at(hand, JUNE, cast)
    page = client.get(PATH)
    for minutes in (0, 10, 20):
        hand.move_to(JUNE + timedelta(minutes=minutes), tick=False)
        assert submit(client, page).location == PATH
    assert db.execute("SELECT confirmed_at FROM households ORDER BY id").fetchall() == [(JUNE.isoformat(),), (None,)]
    assert (
        json.loads(client.get("/espace/donnees/copie.json").data)["Espace"][0]["Confirmé exact le"]
        == "01/06/2027 10:00"
    )
    sign_agent_in(cast.agent.client, db, "instruction@oudon.example")
    shown, other = (cast.agent.client.get(f"/mairie/dossiers/{one.dossier.reference}") for one in (cast.a, cast.b))
    assert "Confirmé exact le mardi 1er juin 2027" in said(shown)
    assert "Confirmé exact" not in said(other)


def test_nobody_confirms_for_another_nor_without_the_page_s_own_token(
    cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    client = at(hand, JUNE, cast)
    assert client.post(PATH).status_code == 400
    assert cast.anonymous.client.get(PATH).location == f"/connexion?suite={PATH}"
    client.post(PATH, data={"csrf_token": csrf_of(client.get(PATH)), "household": "2", "account": "2"})
    assert db.execute("SELECT id FROM households WHERE confirmed_at IS NOT NULL").fetchall() == [
        (cast.a.account.household,)
    ]


def test_a_button_pressed_after_the_session_ended_is_there_after_the_sign_in(
    cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    client = at(hand, JUNE, cast)
    page = client.get(PATH)
    hand.move_to(JUNE + timedelta(minutes=31), tick=False)
    late = submit(client, page)
    assert late.location == f"/connexion?suite={PATH}"
    back = follow(client, submit(client, client.get(late.location), username=cast.a.account.email, password=PASSWORD))
    assert back.request.path == PATH and "confirmé" in said(follow(client, submit(client, back)))


def test_over_two_years_each_family_is_reminded_once_a_year_unless_it_confirmed(
    cast: Cast, hand: time_machine.Traveller, db: Database, purge: Callable[[], int]
) -> None:
    day, found = datetime(2026, 12, 1, 3, tzinfo=UTC), []
    late = None
    while day < datetime(2028, 12, 1, tzinfo=UTC):
        hand.move_to(day, tick=False)
        if day.date() == date(2027, 3, 1):
            late = a_family(db, name="Lucas", given_name="Dominique")
        if day.date() == date(2027, 8, 1):
            assert confirm(at(hand, day, cast)).status_code == 200
        if day.date() in {date(2027, 6, 10), date(2028, 6, 1)}:
            with transaction(db):  # all three come back: nobody is inactive
                db.execute("UPDATE accounts SET seen_at = ?", (day.isoformat(),))
        if day.date() == date(2028, 6, 1):
            assert confirm(at(hand, day, cast)).status_code == 200
        if number := purge():
            found.append((day.date(), number))
        day += timedelta(days=1)
    assert found == [(date(2027, 6, 1), 3), (date(2028, 6, 1), 2)]
    assert late is not None
    others = [cast.b.account.email, email(db, late.account)]
    assert [mail["recipient"] for mail in reminders(db)] == others * 2, "whoever confirmed is written to no more"


def email(db: Database, account: int) -> str:
    found = accounts.by_id(db, account)
    assert found is not None
    return found.email


def test_the_reminder_leads_to_the_page_and_tells_nothing_of_the_family(
    cast: Cast, hand: time_machine.Traveller, db: Database, purge: Callable[[], int]
) -> None:
    hand.move_to(JUNE, tick=False)
    assert purge() == 2
    mail = reminders(db)[0]
    assert plain(mail["subject"]) == "Mairie d'Oudon – Tout est-il toujours exact ?"
    assert f"https://famille.oudon.example{PATH}" in mail["body_text"] and PATH in mail["body_html"]
    assert not {name for name in ("Kervarrec", "Loïc", "Jeanne") if name in mail["body_text"] + mail["body_html"]}
    due = [moment for (moment,) in db.execute("SELECT due_at FROM outbox WHERE name = 'confirmation' ORDER BY id")]
    assert due == ["2027-06-01T08:00:00+00:00", "2027-06-01T08:00:20+00:00"], "one after the other"


def test_all_of_a_large_town_are_reminded_within_the_day(
    cast: Cast, app: Flask, hand: time_machine.Traveller, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.move_to(JUNE, tick=False)
    many = (cast.a.account.household,) * 5000
    monkeypatch.setattr(reviews, "to_remind", lambda *_: [(one, "parent@exemple.fr") for one in many])
    monkeypatch.setattr(reviews, "note_reminder", lambda *_: True)
    with app.app_context(), transaction(db):
        assert reviewing.remind(db, app.config["PORTAIL"], now()) == 5000
        last, held = db.execute("SELECT max(due_at), count(*) FROM outbox WHERE name = 'confirmation'").fetchone()
    assert held == 5000 and last < stamp(JUNE + timedelta(hours=20))


def test_a_reminder_that_waits_is_not_sent_to_who_confirms_meanwhile(
    cast: Cast, hand: time_machine.Traveller, db: Database, purge: Callable[[], int]
) -> None:
    client = at(hand, JUNE, cast)
    assert purge() == 2
    confirm(client)
    assert [mail["recipient"] for mail in reminders(db)] == [cast.b.account.email]
    assert purge() == 0


def test_two_processes_that_remind_at_once_write_once_to_each(
    app: Flask, cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    def remind(_index: int) -> int:
        with app.app_context():
            try:
                return reviewing.remind(get_db(), app.config["PORTAIL"], now())
            finally:
                close_connections()

    hand.move_to(JUNE, tick=False)
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(remind, range(8))) == 2
    assert {mail["recipient"] for mail in reminders(db)} == {cast.a.account.email, cast.b.account.email}
    assert len(reminders(db)) == 2


def test_nobody_is_asked_who_is_not_activated_or_deposited_nothing_before_the_day(
    app: Flask, cast: Cast, hand: time_machine.Traveller, db: Database, purge: Callable[[], int]
) -> None:
    def asked(account: Account) -> bool:
        with app.app_context():
            return reviewing.is_asked(db, account)

    with transaction(db):
        db.execute("UPDATE accounts SET activated_at = NULL, created_at = ? WHERE id = ?",
            ((JUNE - timedelta(days=1)).isoformat(), cast.a.account.id))  # fmt: skip
        db.execute("DELETE FROM dossiers WHERE id = ?", (cast.b.dossier.id,))
    hand.move_to(JUNE, tick=False)
    fresh = a_family(db, name="Lucas")
    found = accounts.by_id(db, fresh.account)
    assert found is not None and not asked(found) and not asked(cast.b.account)
    assert purge() == 0 and reminders(db) == []
    hand.move_to(JUNE + timedelta(days=366), tick=False)
    assert asked(found)


@pytest.mark.parametrize(("day", "expected"), [(date(2027, 5, 31), (2026, 5, 31)), (date(2027, 6, 1), (2027, 5, 31)),
    (date(2027, 12, 31), (2027, 5, 31)), (date(2028, 1, 1), (2027, 5, 31))])  # fmt: skip
def test_it_is_asked_since_midnight_in_the_town(app: Flask, day: date, expected: tuple[int, int, int]) -> None:
    start = reviewing.since(app.config["PORTAIL"], day)
    assert start is not None and start.astimezone(UTC) == datetime(*expected, 22, tzinfo=UTC)


def test_who_deposits_since_the_day_or_cancelled_all_that_they_asked_is_not_asked(
    cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    client, before = at(hand, JUNE, cast), stamp(JUNE - timedelta(days=30))
    assert is_asked(client)
    db.execute("UPDATE dossiers SET deposited_at = ? WHERE id = ?", [stamp(JUNE), cast.a.dossier.id])
    assert not is_asked(client)
    db.execute("UPDATE dossiers SET deposited_at = ? WHERE id = ?", [before, cast.a.dossier.id])
    assert is_asked(client)
    db.execute(
        "UPDATE dossier_people SET withdrawn_at = ? WHERE dossier = ?",
        [before, cast.a.dossier.id],
    )
    assert not is_asked(client)


def test_a_family_who_moved_is_still_asked_and_a_second_dossier_asks_nothing_more(
    cast: Cast, hand: time_machine.Traveller, db: Database
) -> None:
    client = at(hand, JUNE, cast)
    submit(client, client.get("/espace/donnees/adresse"), address_query="2 Rue d'Anjou 44521 Oudon")
    assert is_asked(client) and "2 Rue d'Anjou 44521 Oudon, depuis le 1er juin 2027" in said(client.get(PATH))
    confirm(client)
    with transaction(db):
        account = cast.a.account
        dossiers.add(db, dossiers.new_reference(db), account.household, account.id, now())
    assert not is_asked(client)
