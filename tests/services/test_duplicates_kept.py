"""What is kept of two records made one, row by row: `kept.txt`, for each story, whichever was accepted last."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from sqlite_utils import Database

from tests.services.test_duplicates_joined import STORIES, Story, agent, join, likeness, two_accounts
from tests.support.families import a_family, a_sister, decide
from tests.support.outbox import WRITTEN
from wizard import clock
from wizard.models import Agent
from wizard.services.duplicates import comparing, merging
from wizard.stores import likenesses

__all__ = ["agent"]
EXPECTED = Path(__file__).with_name("kept.txt")
pytestmark = pytest.mark.usefixtures("app_context")
TABLES = {
    "declarations": "person, version, dossier, substr(declared_at, 12, 5), substr(accepted_at, 12, 5), by_town, data",
    "dossier_people": "dossier, person, version, decision",
    "household_members": "household, person, role",
    "residences": "household, child, residence",
    "family_links": "adult, child, link",
    "contact_rights": "contact, child, may_collect, emergency",
    "accounts": "id, household, person, email",
    "journal": "dossier, action, person, detail",
    "outbox": "name, household, person, recipient",
}


LATER = """UPDATE declarations SET declared_at = replace(declared_at, 'T09', 'T10'),
    accepted_at = replace(accepted_at, 'T09', 'T11') WHERE person = ?"""


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False):
        yield


def kept(db: Database) -> Iterator[str]:
    for table, columns in TABLES.items():
        for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}").fetchall():
            yield f"{table}: {' | '.join(map(told, row))}"


def told(cell: object) -> str:
    """Return what a cell holds; of a declaration, what it says and no more."""
    if not str(cell).startswith("{"):
        return "" if cell is None else str(cell)
    said = json.loads(str(cell), object_hook=lambda one: {name: value for name, value in one.items() if value})
    return json.dumps(said, ensure_ascii=False).replace('"', "")


def expected(heading: str) -> list[str]:
    return EXPECTED.read_text("utf-8").partition(f"{heading}\n")[2].partition("\n#")[0].splitlines()


@pytest.mark.parametrize("last", ["one", "other"])
@pytest.mark.parametrize("story", STORIES)
def test_what_is_kept_of_two_records_made_one(
    db: Database, agent: Agent, tmp_path: Path, story: Story, last: str
) -> None:
    one, other, chosen = story(db)
    db.execute(LATER, (one if last == "one" else other,))
    join(db, agent, one, other, **chosen)
    found, heading = [*kept(db)], f"# {story.__name__.strip('_')}, the {last} last"
    (tmp_path / "kept.txt").write_text("\n".join([heading, *found, ""]), "utf-8")
    assert found == expected(heading), f"see {tmp_path}/kept.txt"


def test_a_child_is_offered_with_their_parents_once_and_not_when_set_aside(db: Database, agent: Agent) -> None:
    first, second = a_family(db), a_family(db)
    decide(db, first.id)
    decide(db, second.id)
    child, other = first.lines[1].person, second.lines[1].person
    third = a_sister(db, second)
    db.execute("UPDATE people SET given_name = 'Loïc', birthdate = '2019-09-03' WHERE id = ?", (third,))
    parents = likeness(db, first.lines[0].person, second.lines[0].person)
    own, others = likeness(db, child, other), likeness(db, child, third)

    def offered() -> set[int]:
        found = comparing.compared(db, parents)
        assert found
        return {twin.likeness for twin in merging.twins(db, found)}

    assert len(offered()) == 1 and offered() <= {own, others}
    for number in (own, others):
        likenesses.set_aside(db, number, agent.id, clock.now())
    assert not offered()


def test_both_addresses_of_two_accounts_made_one_are_written_to_with_where_to_go(db: Database, agent: Agent) -> None:
    first, second = two_accounts(db)
    join(db, agent, first.lines[0].person, second.lines[0].person, account=first.account)
    mails = list(db.query(f"{WRITTEN} WHERE name = 'united' ORDER BY id"))
    kept, gone = (f"parent{one.lines[0].person}@exemple.fr" for one in (first, second))
    assert [one["recipient"] for one in mails] == [kept, gone]
    assert len({one["body_text"] for one in mails}) == 2, "each is told what becomes of its own"
    assert all("\nhttps://famille.oudon.example/connexion\n" in one["body_text"] for one in mails)
