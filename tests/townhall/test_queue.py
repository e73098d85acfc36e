"""The queue: its filters and their counts, what its lines tell, the next dossier, who has it before their eyes."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from sqlite_utils import Database

from tests.support.families import ADDRESS, LOIC, a_family, ask, decide, found
from tests.support.outbox import all_sent
from tests.support.waiting import PATIENCE
from tests.townhall.browsers import Browser
from wizard import clock
from wizard.clock import now, today
from wizard.db import connect, transaction
from wizard.models import Agent, Declaration, Dossier, Role
from wizard.services import decisions, taking
from wizard.services.searching import search
from wizard.stores import dossier_queue, dossiers, people
from wizard.stores.dossier_queue import State
from wizard.stores.queue_filters import FILTERS, Standpoint
from wizard.values import working_days
from wizard.values.dates import BirthDate, PartialDate, age

OUDON = "44115"

# What a plan may read from end to end: what the statement was given or has found, whom is left to fold.
FEW = {"json_each", "way", "term", "found", "held", "waiting", "asked", "people_to_fold", "likenesses", "CONSTANT"}
FEW |= {f"(subquery-{number})" for number in range(20)}
WHAT_WAITS = {"dossiers_waiting", "dossier_people_to_correct"}
"""Indexes of what waits alone, which may be read whole."""


def standpoint(agent: int = 1) -> Standpoint:
    return Standpoint(agent, OUDON, now() - timedelta(days=6), today())


def kept(db: Database, *picked: str, agent: int = 1) -> list[int]:
    """Return the dossiers that the filters keep, in the order of the queue; the counts are theirs."""
    entries = dossier_queue.to_do(db, standpoint(agent), picked, 50)
    counted = dossier_queue.filter_counts(db, standpoint(agent), picked)
    for name in picked:
        assert counted[name] == len(entries)
    return [entry.dossier.id for entry in entries]


def born(db: Database, dossier: Dossier, birthdate: BirthDate) -> None:
    """Let the child of a family be born on another day."""
    child = replace(LOIC, birthdate=birthdate)
    with transaction(db):
        ask(db, dossier.id, dossier.lines[1].person, Declaration(Role.CHILD, child))
        people.set_identity(db, dossier.lines[1].person, child)


def lives_in(db: Database, dossier: Dossier, citycode: str | None, **otherwise: object) -> None:
    """Give the parent of a family another address, that needs no check."""
    address = replace(ADDRESS, citycode=citycode, to_check=False, **otherwise)  # type: ignore[arg-type]
    with transaction(db):
        people.set_address(db, dossier.lines[0].person, address)


def test_each_filter_keeps_its_own_and_they_combine(
    db: Database, an_agent: Callable[..., Agent], clock: time_machine.Traveller
) -> None:
    agent = an_agent().id
    late = a_family(db, "Ancien")
    clock.shift(timedelta(days=8))
    outside, abroad, mine, corrected = (a_family(db, name) for name in ("Dehors", "Loin", "Mien", "Corrigé"))
    for one in (late, mine, corrected):
        lives_in(db, one, OUDON)
    lives_in(db, outside, "44003")
    lives_in(db, abroad, None, country="BE")
    opened = decisions.open_dossier(db, an_agent("moi@oudon.example"), mine.reference)
    assert opened
    me = db.execute("SELECT id FROM agents WHERE email = 'moi@oudon.example'").fetchone()[0]
    db.execute("UPDATE dossiers SET corrected_at = ? WHERE id = ?", (now().isoformat(), corrected.id))
    unchecked = a_family(db, "Flou")
    assert kept(db, "en-retard") == [late.id]
    assert kept(db, "hors-commune") == [outside.id, abroad.id]
    assert kept(db, "adresse-a-verifier") == [unchecked.id]
    assert kept(db, "a-moi", agent=me) == [mine.id]
    assert kept(db, "a-moi", agent=agent) == []
    assert kept(db, "corriges") == [corrected.id]
    assert kept(db, "hors-commune", "en-retard") == []
    assert kept(db) == [late.id, outside.id, abroad.id, mine.id, corrected.id, unchecked.id]
    decide(db, outside.id)
    assert kept(db, "hors-commune") == [abroad.id]


@pytest.mark.parametrize(
    ("birthdate", "filters"),
    [
        (date(2023, 11, 25), ["moins-de-3-ans"]),
        (date(2023, 11, 24), ["3-11-ans"]),
        (date(2014, 11, 25), ["3-11-ans"]),
        (date(2014, 11, 24), ["12-ans-et-plus"]),
        (PartialDate(2023), ["moins-de-3-ans"]),
        (PartialDate(2023, 10), ["3-11-ans"]),
        (PartialDate(2014), ["3-11-ans"]),
        (PartialDate(2014, 10), ["12-ans-et-plus"]),
    ],
)
def test_a_child_is_as_old_for_the_filters_as_on_the_line(
    db: Database, birthdate: BirthDate, filters: list[str]
) -> None:
    dossier = a_family(db)
    born(db, dossier, birthdate)
    assert [name for name in FILTERS if "ans" in name and kept(db, name)] == filters
    (entry,) = dossier_queue.to_do(db, standpoint(), (), 5)
    assert [child.age for child in entry.children] == [age(birthdate)]


def test_the_filters_live_in_the_address_and_go_with_the_dossier(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    here, outside = a_family(db, "Ici"), a_family(db, "Dehors")
    lives_in(db, here, OUDON)
    lives_in(db, outside, "44003")
    browser = signed_in()
    browser.get(str(browser.page.find("a", string="hors commune")["href"]))
    assert browser.page.select_one(".filters [aria-current]").get_text() == "hors commune"
    browser.get(str(browser.page.find("a", string="3 à 11 ans")["href"]))
    assert browser.response.request.query_string == b"etat=a-traiter&filtre=hors-commune&filtre=3-11-ans"
    (link,) = browser.page.select("table.queue th a")
    assert link["href"] == f"/mairie/dossiers/{outside.reference}?filtre=hors-commune&filtre=3-11-ans"
    browser.get(str(browser.page.find("a", string="hors commune")["href"]))  # picked: its link leaves it out
    assert browser.response.request.query_string == b"etat=a-traiter&filtre=3-11-ans"
    assert len(browser.page.select("table.queue tbody tr")) == 2
    for odd in ("?filtre=rien", "?filtre=%27", "?etat=traites&filtre=a-moi", "?filtre=a-moi&filtre=a-moi"):
        assert browser.get(f"/mairie{odd}").status_code == 200


def test_what_no_agent_has_seen_of_a_family_is_on_its_line(db: Database, signed_in: Callable[..., Browser]) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    contact, child = dossier.lines[2].person, dossier.lines[1].person
    db.execute(
        "INSERT INTO withdrawals (household, contact, child, what, at) VALUES (?, ?, ?, 'collect', ?)",
        (dossier.household, contact, child, now().isoformat()),
    )
    (entry,) = dossier_queue.in_state(db, State.DONE, 5)
    assert entry.news == {"withdrawn"}
    browser = signed_in()
    browser.get("/mairie?etat=traites")
    assert "Droit retiré" in browser.page.select_one("table.queue").get_text()


def test_the_next_dossier_follows_the_one_left_and_is_the_filter_s(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    first, second, third = (a_family(db, name) for name in ("Un", "Deux", "Trois"))
    for one, citycode in ((first, OUDON), (second, "44003"), (third, "44003")):
        lives_in(db, one, citycode)
    browser = signed_in()
    browser.get("/mairie?filtre=hors-commune")
    browser.send("Ouvrir le premier")
    assert browser.path == f"/mairie/dossiers/{second.reference}"
    assert browser.response.request.query_string == b"filtre=hors-commune"
    assert (
        browser.page.find("button", string="Suivant")["form"] == browser.page.select_one("form:has([name=apres])")["id"]
    )
    following = browser.page.find("form", id="next")
    assert {field["name"]: field["value"] for field in following.find_all("input")}.items() >= {
        "apres": second.reference,
        "filtre": "hors-commune",
    }.items()
    token = browser.page.find("input", attrs={"name": "csrf_token"})["value"]

    def follow(after: Dossier, *picked: str) -> str:
        data = {"csrf_token": token, "apres": after.reference, "filtre": list(picked)}
        return str(browser.client.post("/mairie/suivant", data=data).headers["Location"])

    for _twice in range(2):
        assert third.reference in follow(second, "hors-commune")
    assert second.reference in follow(third, "hors-commune")  # from the start again
    assert first.reference in follow(third)
    decide(db, second.id)
    decide(db, third.id)
    assert follow(third, "hors-commune") == "/mairie?filtre=hors-commune&fait=rien"
    assert "plus de dossier à ouvrir ici" in browser.get("/mairie?filtre=hors-commune&fait=rien").text


def test_a_dossier_is_answered_among_those_of_the_filter_and_says_who_has_it(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    address = f"/mairie/dossiers/{a_family(db).reference}?filtre=hors-commune"
    claire, rose = signed_in(), signed_in("rose@oudon.example")
    for browser in (claire, rose):
        browser.get(address)
    assert "Pris par claire@oudon.example" in rose.page.get_text() and "Pris par" not in claire.page.get_text()
    claire.send("Tout accepter et répondre", repondre="1")
    assert claire.response.request.args.getlist("filtre") == ["hors-commune"]
    assert claire.page.select_one("form#next [name=filtre]")["value"] == "hors-commune"


def test_the_filter_stays_until_the_next_dossier_whatever_is_done_with_this_one(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    first, claire = a_family(db), signed_in()
    claire.get(f"/mairie/dossiers/{first.reference}?filtre=adresse-a-verifier")
    claire.send("Enregistrer toutes", **{f"p{line.person}-decision": "accepted" for line in first.asked})
    for button in ("Annuler l'envoi", "Rouvrir le dossier"):
        claire.get("{}?{}".format(*_get(claire, "Relire et envoyer la réponse")))
        for pressed in ("Envoyer la réponse", button):
            claire.send(pressed)
            assert claire.response.request.args.getlist("filtre") == ["adresse-a-verifier"], pressed
            if button == "Rouvrir le dossier" and pressed != button:
                all_sent(db)
                claire.get(claire.response.request.full_path)
    assert claire.page.select_one("form#next [name=filtre]")["value"] == "adresse-a-verifier"


def _get(browser: Browser, button: str) -> tuple[str, str]:
    """Return the page that a button opens, and what its form asks of it, as browsers write them."""
    path, asked = browser.fields(button)
    return path.partition("?")[0], urlencode(asked, doseq=True)


def test_two_agents_who_follow_at_the_same_moment_get_different_dossiers(
    db: Database, an_agent: Callable[..., Agent]
) -> None:
    path = db.execute("PRAGMA database_list").fetchone()[2]
    for number in range(4):
        a_family(db, f"Famille{number}")
    one, two = an_agent(), an_agent("rose@oudon.example")
    got: list[Dossier | None] = []
    waits = threading.Event()

    def follow() -> None:
        own = connect(path)
        own.conn.set_trace_callback(lambda sql: waits.set() if sql.startswith(("BEGIN", "DELETE")) else None)
        got.append(taking.take_next(own, two, standpoint(two.id), ()))
        own.close()

    other = threading.Thread(target=follow)
    with transaction(db):
        got.append(taking.take_next(db, one, standpoint(one.id), ()))
        other.start()
        assert waits.wait(PATIENCE)  # for the lock, whatever they have read before
    other.join()
    assert len({each.id for each in got if each}) == 2


def test_who_has_a_dossier_is_shown_until_they_answer_leave_or_do_nothing_any_more(
    db: Database, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    dossier, other = a_family(db), a_family(db, "Durand")
    claire, rose = signed_in(), signed_in("rose@oudon.example")

    def shown() -> str:
        rose.get("/mairie")
        lines = [one.get_text(" ") for one in rose.page.select("td") if "Pris par" in one.get_text()]
        return " ".join(" ".join(lines).split())

    clock.move_to(datetime(2026, 11, 24, 9, 12, tzinfo=UTC))
    claire.get(f"/mairie/dossiers/{dossier.reference}")
    assert "Pris par claire@oudon.example depuis 10 h 12" in shown()
    claire.get("/mairie")
    assert "Pris par vous" in claire.text
    rose.get(f"/mairie/dossiers/{dossier.reference}")  # nothing is locked, and who came first has it
    assert "claire@oudon.example" in shown()
    clock.shift(timedelta(minutes=9))
    claire.get(f"/mairie/dossiers/{dossier.reference}")
    assert shown()
    clock.shift(timedelta(minutes=9))
    assert "10 h 12" in shown()  # still there, since then
    claire.get(f"/mairie/dossiers/{other.reference}")
    assert taking.holders(db, [dossier.id]) == {}
    assert set(taking.holders(db, [dossier.id, other.id])) == {other.id}
    clock.shift(timedelta(minutes=11))
    assert shown() == ""
    claire.get(f"/mairie/dossiers/{other.reference}")
    assert "claire" in shown()
    decide(db, other.id)
    assert shown() == ""
    assert taking.holders(db, [other.id]) == {}


def test_a_dossier_that_someone_left_is_theirs_who_takes_it_up(db: Database, an_agent: Callable[..., Agent]) -> None:
    dossier, other = a_family(db), a_family(db, "Durand")
    one, two = an_agent(), an_agent("rose@oudon.example")
    decisions.open_dossier(db, one, dossier.reference)
    decisions.open_dossier(db, one, other.reference)
    assert kept(db, "a-moi", agent=one.id) == [dossier.id, other.id]
    decisions.open_dossier(db, two, dossier.reference)
    assert kept(db, "a-moi", agent=one.id) == [other.id]
    assert kept(db, "a-moi", agent=two.id) == [dossier.id]
    decide(db, dossier.id)
    decisions.open_dossier(db, two, other.reference)
    assert db.execute("SELECT dossier, agent FROM takings").fetchall() == [(other.id, one.id)]


@pytest.mark.parametrize(
    ("start", "end", "citycode", "days"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), OUDON, 0),
        (date(2026, 11, 27), date(2026, 11, 30), OUDON, 1),  # over a weekend
        (date(2026, 11, 28), date(2026, 11, 29), OUDON, 0),
        (date(2026, 12, 24), date(2026, 12, 28), OUDON, 1),  # Christmas is a Friday
        (date(2026, 12, 31), date(2027, 1, 4), OUDON, 1),  # from one year to the next
        (date(2026, 4, 3), date(2026, 4, 7), OUDON, 1),  # Easter Monday
        (date(2026, 4, 2), date(2026, 4, 7), OUDON, 2),
        (date(2026, 4, 2), date(2026, 4, 7), "67482", 1),  # Good Friday, in Strasbourg
        (date(2026, 5, 21), date(2026, 5, 26), "97411", 2),
        (date(2024, 12, 19), date(2024, 12, 23), OUDON, 2),
        (date(2024, 12, 19), date(2024, 12, 23), "97411", 1),  # the end of slavery, in Réunion
        (date(2025, 11, 24), date(2026, 11, 24), OUDON, 252),
        (date(2026, 11, 25), date(2026, 11, 24), OUDON, 0),
    ],
)
def test_working_days_are_those_of_the_commune(start: date, end: date, citycode: str, days: int) -> None:
    assert working_days.between(start, end, citycode) == days


def test_neither_the_queue_nor_a_search_reads_all_dossiers_or_all_people(db: Database) -> None:
    dossier = a_family(db)
    read: list[str] = []
    db.conn.set_trace_callback(read.append)
    dossier_queue.counts(db, now())
    dossier_queue.filter_counts(db, standpoint(), FILTERS)
    kept(db, *FILTERS)
    for state in State:
        dossier_queue.in_state(db, state, 50)
    dossier_queue.next_to_do(db, standpoint(), FILTERS, now(), dossier.id)
    search(db, "camille martin", 50)
    taking.holders(db, [dossier.id])
    db.conn.set_trace_callback(None)
    statements = {sql for sql in read if sql.lstrip().startswith(("SELECT", "WITH"))}
    assert len(statements) > 12
    plans = [step for sql in statements for *_ids, step in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    scans = [step.split() for step in plans if step.startswith("SCAN")]
    assert {name for _scan, name, *how in scans if not WHAT_WAITS & set(how)} <= FEW


def test_the_number_of_dossiers_of_each_state_is_counted_with_what_was_taken_back(db: Database) -> None:
    waiting, cancelled, answered, to_correct = (a_family(db, name) for name in ("Un", "Deux", "Trois", "Quatre"))
    with transaction(db):
        for line in cancelled.lines:
            dossiers.withdraw(db, cancelled.id, line.person, clock.now())
    decide(db, answered.id)
    decide(db, to_correct.id, Camille="to_correct")
    found_counts = dossier_queue.counts(db, now())
    assert (found_counts.to_do, found_counts.to_correct, found_counts.done) == (1, 1, 2)
    for state, numbers in ((State.TO_DO, [waiting.id]), (State.TO_CORRECT, [to_correct.id])):
        assert [entry.dossier.id for entry in dossier_queue.in_state(db, state, 5)] == numbers
    assert {entry.dossier.id for entry in dossier_queue.in_state(db, State.DONE, 5)} == {cancelled.id, answered.id}
    assert found(db, waiting.id).answered_at is None
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO takings (dossier, agent, since) VALUES (1, 99, '')")
