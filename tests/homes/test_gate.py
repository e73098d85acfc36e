"""The list of the gate: who may collect each child today, whole in one page; what is contested or gone is no right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import Tag
from sqlite_utils import Database

from tests.homes.conftest import Homes
from tests.homes.test_one_day import declared, give
from tests.support.client import read
from tests.support.families import a_family, ask, ask_contact, decide, tick_both, with_a_father
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Declaration, Identity, Role
from wizard.services import gate, one_day, withdrawing
from wizard.stores import agents, people

PAGE = "/mairie/portail"
OPEN = Callable[[Homes], None]
MARC = "Marc Durand (aujourd'hui seulement, demandé par Camille Kervarrec), 06 98 76 54 32"
JEANNE = "Jeanne Le Goff, grand-parent"


def cells(homes: Homes, name: str = "Kervarrec Loïc", path: str = PAGE) -> list[str]:
    """Return what the list says of a child: who may collect them, who is called."""
    found = read(homes.agent.get(path)).select("tbody tr")
    row = next(one for one in found if plain(words(one.select("th")[0])).startswith(name))
    return [plain(words(cell)).replace(" ,", ",") for cell in row.select("td")]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


@pytest.mark.parametrize("at", ["00:00:00", "09:05:30.5", "23:59:59.999999"])
def test_a_list_is_worth_nothing_from_the_midnight_of_the_town(at: str) -> None:
    for day, after in (("2026-11-28", "2026-11-29"), ("2026-10-25", "2026-10-26")):  # the second has an hour more
        made = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=clock.zone())
        assert gate.midnight(made) == datetime.fromisoformat(f"{after}T00:00:00").replace(tzinfo=clock.zone())


def test_the_day_of_the_list_its_hour_and_its_end_are_those_of_the_town(
    homes: Homes, hand: time_machine.Traveller
) -> None:
    """In Papeete it is still the evening before: who is authorised on the 24th alone may not collect anyone yet."""
    tick_both(homes.db)
    give(homes.a, day="2026-11-24")
    config = homes.agent.application.config
    town = replace(config["PORTAIL"].town, zone=ZoneInfo("Pacific/Tahiti"))
    config["PORTAIL"] = replace(config["PORTAIL"], town=town)
    told = plain(words(read(homes.agent.get(PAGE)).select("main")[0]))
    assert "Qui vient chercher les enfants, le lundi 23 novembre 2026" in told
    assert "Établie le 23 novembre 2026 à 23 h 05" in told
    assert "Périmée le mardi 24 novembre 2026 à 00 h 00" in told
    assert MARC not in cells(homes)[0]
    for _quarter in range(4):  # who opens no page is signed out
        hand.shift(timedelta(minutes=14))
        told = plain(words(read(homes.agent.get(PAGE)).select("main")[0]))
    assert "Établie le 24 novembre 2026 à 0 h 01" in told and "Périmée le mercredi 25 novembre" in told
    assert MARC in cells(homes)[0]


def test_a_parent_reads_in_their_space_the_names_of_the_list_but_their_own(homes: Homes) -> None:
    homes.join()
    with transaction(homes.db):  # as the one whom A declared as the father is who accepts
        homes.db.execute(
            "UPDATE people SET given_name = 'Paul', birth_name = 'Morel', usage_name = NULL WHERE id = ?",
            [homes.cast.b.account.person],
        )
    collect, _call = cells(homes)
    assert collect == f"Camille Kervarrec, mère, 06 12 34 56 78 Paul Morel, père, 06 99 88 77 66 {JEANNE}"
    mine = read(homes.a.get("/espace")).select(".recap dd")
    assert [plain(words(one)) for one in mine[:2]] == ["Paul Morel, Jeanne Le Goff", "Paul Morel"]
    theirs = read(homes.b.get("/espace")).select(".recap dd")
    assert plain(words(theirs[0])) == "Camille Kervarrec, Jeanne Le Goff (à la demande de Camille Kervarrec)"


def test_it_tells_who_may_collect_today_and_who_is_called_and_no_more(homes: Homes) -> None:
    tick_both(homes.db)
    give(homes.a, day="2026-11-24")
    collect, call = cells(homes)
    assert collect == f"Camille Kervarrec, mère, 06 12 34 56 78 Paul Morel, père, 06 99 88 77 66 {JEANNE} {MARC}"
    assert call == f"{JEANNE}, 02 40 12 34 56"
    page = homes.agent.get(PAGE)
    told = plain(words(read(page).select("main")[0]))
    assert "Qui vient chercher les enfants, le mardi 24 novembre 2026" in told
    assert "Établie le 24 novembre 2026 à 10 h 05 par instruction@oudon.example." in told
    assert "Périmée le mercredi 25 novembre 2026 à 00 h 00" in told
    assert "rue de la Loire" not in told
    assert "exemple.fr" not in told


def withdrawn(homes: Homes) -> None:
    with homes.app.test_request_context():
        withdrawing.withdraw(homes.db, homes.cast.a.account, homes.contact, None)


def not_answered(homes: Homes) -> None:
    """Somebody is only asked for."""
    withdrawn(homes)
    luc = Identity("Le Goff", "Jeanne")
    with transaction(homes.db):
        person = people.add_person(homes.db, luc, clock.now())
        ask(homes.db, homes.cast.a.dossier.id, person, Declaration(Role.CONTACT, luc))


def contested(homes: Homes) -> None:
    homes.join()
    homes.object_to()


def a_step_parent(homes: Homes) -> None:
    """Who is a co-representative, and neither a parent nor a guardian of the child."""
    homes.db.execute("UPDATE family_links SET link = 'step_parent' WHERE adult = ?", (homes.co_parent,))


def another_day(homes: Homes) -> None:
    give(homes.a, day="2026-11-25")


def taken_back(homes: Homes) -> None:
    give(homes.a, day="2026-11-24")
    with homes.app.test_request_context():
        one_day.withdraw(homes.db, homes.cast.a.account, [1])


def contested_day(homes: Homes) -> None:
    homes.join()
    give(homes.a, day="2026-11-24")
    with homes.app.test_request_context():
        one_day.contest(homes.db, homes.cast.b.account, [1])


def refused_since(homes: Homes) -> None:
    give(homes.a, day="2026-11-24")
    declared(homes, homes.cast.a.dossier.id, "refused")


@pytest.mark.parametrize(
    ("before", "name", "told"),
    [
        (withdrawn, "Jeanne", ""),
        (not_answered, "Jeanne", ""),
        (contested, "Jeanne", f"⚠ Contesté, ne pas confier : {JEANNE}"),
        (a_step_parent, "Paul", ""),
        (another_day, "Marc", ""),
        (taken_back, "Marc", ""),
        (contested_day, "Marc", f"⚠ Contesté, ne pas confier : {MARC}"),
        (refused_since, "Marc", f"⚠ Contesté, ne pas confier : {MARC}"),
    ],
)
def test_who_has_no_right_today_is_not_there_and_who_is_contested_is_never_granted(
    homes: Homes, before: OPEN, name: str, told: str
) -> None:
    before(homes)
    collect, call = cells(homes)
    assert name not in call
    assert collect.replace(told, "").count(name) == 0
    assert told in collect


def test_who_lost_the_right_since_a_day_was_given_is_handed_nobody(homes: Homes, hand: time_machine.Traveller) -> None:
    withdrawn(homes)
    hand.shift(1)
    given = {"given_name": "Jeanne", "birth_name": "Le Goff", "day": "2026-11-24"}
    give(homes.a, **given)
    assert "Contesté" not in cells(homes)[0], "the parent let her in after they took the right back"
    ask_contact(homes.db, homes.cast.a.dossier, may_collect=True, emergency=False)
    hand.shift(1)
    withdrawn(homes)
    assert "⚠ Contesté, ne pas confier : Jeanne Le Goff (aujourd'hui seulement" in cells(homes)[0]


def test_a_day_ends_at_midnight_in_paris(homes: Homes, hand: time_machine.Traveller) -> None:
    give(homes.a, day="2026-11-25")
    agent = agents.by_email(homes.db, "instruction@oudon.example")
    assert agent is not None
    told = []
    for at in ("24 22:59:59", "24 23:00:00", "25 22:59:59", "25 23:00:00"):  # UTC, an hour behind Paris
        hand.move_to(datetime.strptime(f"2026-11-{at}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))
        with homes.app.test_request_context():
            told.append([row.today != [] for row in gate.open_list(homes.db, agent, "") if row.surname == "Kervarrec"])
    assert told == [[False], [True], [True], [False]]


def test_a_child_of_two_homes_is_there_once_with_each_parent_once(homes: Homes) -> None:
    homes.join()
    listed = [words(one) for one in read(homes.agent.get(PAGE)).select("tbody th")]
    assert listed == ["Kervarrec Loïc 7 ans", "Ploumanac Loïc 7 ans"]
    assert cells(homes)[0].count("Paul Morel") == cells(homes)[0].count("Camille Kervarrec") == 1
    assert "Camille Ploumanac" in cells(homes)[0]  # who joined is a parent of the child too


@pytest.mark.parametrize(("age", "number"), [("", 2), ("6-11", 2), ("3-5", 0), ("0-2", 0), ("12", 0), ("x", 2)])
def test_it_keeps_to_the_ages_asked_for(homes: Homes, age: str, number: int) -> None:
    assert len(read(homes.agent.get(f"{PAGE}?age={age}")).select("tbody tr")) == number


def test_each_opening_is_in_the_agents_journal(homes: Homes) -> None:
    for _time in range(2):
        homes.agent.get(PAGE)
    query = """SELECT email, reference FROM agent_journal JOIN agents ON agents.id = agent
        WHERE action = 'gate_opened'"""
    assert homes.db.execute(query).fetchall() == [("instruction@oudon.example", None)] * 2


def test_a_school_of_150_children_is_one_page_of_20_kilobytes_that_fetches_nothing(homes: Homes) -> None:
    a_school(homes.db, 148)
    page = homes.agent.get(PAGE)
    soup = read(page)
    assert len(soup.select("tbody tr")) == 150
    fetched = [
        tag for tag in soup.select("[src], link[href], script, img, iframe, object") if tag.get("href") != "data:,"
    ]
    assert fetched == []
    on_the_wire = homes.agent.get(PAGE, headers={"Accept-Encoding": "br"})
    assert len(on_the_wire.data) <= 20 * 1024


GIVEN = (
    "Anna",
    "Zoé",
    "Inès",
    "Léo",
    "Nils",
    "Awa",
    "Malo",
    "Jade",
    "Noé",
    "Lina",
    "Tom",
    "Ève",
    "Yanis",
    "Gaël",
    "Maël",
)
NAMES = (
    "Le Goff",
    "Guérin",
    "Morel",
    "Petit",
    "Diallo",
    "Nguyen",
    "Yılmaz",
    "Bernard",
    "Rousseau",
    "Kervella",
    "Chauvin",
)


def a_school(db: Database, number: int) -> None:
    """Add families of a mother, a father, a child and a grandmother, of names and phones of their own."""
    for one in range(number):
        mark = f"{NAMES[one % 11]}{chr(97 + one % 26)}{chr(97 + one // 26)}"
        phone = f"+336{(one * 7919 + 10007) * 104729 % 10**8:08}"
        dossier = with_a_father(db, a_family(db, mark, GIVEN[one % 15], phone))
        decide(db, dossier.id)
        db.execute(
            "UPDATE people SET given_name = ?, phone = ? WHERE id = ?",
            (f"{GIVEN[one * 4 % 15]}{chr(97 + one % 26)}", f"+3324{one * 6007 % 10**7:07}", dossier.lines[2].person),
        )
        db.execute(
            "UPDATE people SET given_name = ? WHERE id = ?", (GIVEN[one * 7 % 15] + mark[-2:], dossier.lines[1].person)
        )
    tick_both(db)
    db.execute(
        "UPDATE people SET mobile = '+337' || printf('%08d', id * 86028121 % 100000000) WHERE given_name = 'Dominique'"
    )


def test_the_list_is_read_by_indexes_whatever_the_number_of_families(homes: Homes) -> None:
    from wizard.stores import gate as store

    for query in (store._PARENTS, store._CONTACTS):
        plan = [row[3] for row in homes.db.execute(f"EXPLAIN QUERY PLAN {query}", {"children": "[]"})]
        assert not [step for step in plan if step.startswith("SCAN") and "json_each" not in step]
