"""Who is found by what an agent types, and who is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlite_utils import Database

from tests.support.families import ADDRESS, JEANNE, LOIC, a_family, ask, decide, found
from wizard import clock
from wizard.db import transaction
from wizard.models import Action, Agent, Declaration, Dossier, Identity, Link, Right, Role
from wizard.services import asking, decisions
from wizard.services.searching import search
from wizard.stores import accounts, dossiers, journal, people
from wizard.values.dates import PartialDate
from wizard.values.folding import folded
from wizard.values.sought import terms


def seek(db: Database, text: str) -> list[int]:
    """Return the dossiers found, once whoever was written about is folded."""
    return [entry.dossier.id for entry in search(db, text, 50)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Yılmaz", "yilmaz"), ("YILMAZ", "yılmaz"), ("O'Connor", "oconnor"), ("O’Connor", "o connor"),
        ("O'Connor", "o'con"), ("Mbappé", "mbappe"), ("Le Goff", "legoff"), ("Le Goff", "le goff"),
        ("Legoff", "le goff"), ("De La Tour", "delatour"), ("Delatour", "de la tour"), ("Øster-Łódź", "osterlodz"),
        ("İnce", "ince"), ("D'ŒUVRE", "doeuvre"), ("N'Guyen", "camille nguyen"), ("Le Goff", "camille legoff"),
        ("Legoff", "camille le goff"), ("Straßer", "strasser"), ("Đorđević", "dordevic"), ("Le Bihan", "leb"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(db: Database, name: str, typed: str) -> None:
    other, wanted = a_family(db, "Durand", "Anne", "+33600000001"), a_family(db, name)
    with transaction(db):
        asking.take_back(db, other.id, other.lines[2].person, clock.now())  # Jeanne Le Goff
    assert seek(db, typed) == [wanted.id]


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34 56 78", "0612345678", "06.12.34.56.78", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "0033612345678",
        "06 12 34", "martin 06 12 34 56 78", "CAMILLE@exemple.fr", "camille@ex", "rue de la loire", "loire",
        "12 rue de la Loire", "camille loire", "7KQM-4RXT", "7kqm 4rxt", "7kqm4rxt", "7KQM", "martin camille",
    ],
)  # fmt: skip
def test_a_parent_is_found_by_all_that_is_known_of_them(db: Database, typed: str) -> None:
    wanted = a_family(db)
    elsewhere = replace(ADDRESS, label="3 place Verte, 44521 Oudon", street="place Verte")
    other = a_family(db, "Durand", "Anne", "+33711111111")
    db.execute("UPDATE people SET email = 'anne@exemple.fr' WHERE id = ?", (other.lines[0].person,))
    db.execute("UPDATE households SET enfance_key = '7KQM-4RXT' WHERE id = ?", (wanted.household,))
    with transaction(db):
        people.set_address(db, other.lines[0].person, elsewhere)
    assert seek(db, typed) == [wanted.id]


@pytest.mark.parametrize(("key", "typed"), [("004521", "4521"), ("004521", "004521"), ("4521", "004521")])
def test_a_key_is_found_with_or_without_its_zeros(db: Database, key: str, typed: str) -> None:
    wanted = a_family(db)
    a_family(db, "Durand", phone="+33711111111")
    db.execute("UPDATE households SET enfance_key = ? WHERE id = ?", (key, wanted.household))
    assert seek(db, typed) == [wanted.id]


@pytest.mark.parametrize(
    "typed",
    [
        "03/09/2019", "3/9/2019", "03-09-2019", "03.09.2019", "3 septembre 2019", "3 sept. 2019", "03092019",
        "03 09 2019", "2019-09-03", "3/9/19", "septembre 2019", "2019", "loïc 3 septembre 2019", "né 03/09/2019",
    ],
)  # fmt: skip
def test_a_child_is_found_by_their_birth_date_as_a_clerk_types_it(db: Database, typed: str) -> None:
    wanted, other = a_family(db), a_family(db, "Durand", phone="+33711111111")
    with transaction(db):
        for number, day in ((wanted, date(2019, 9, 3)), (other, date(2018, 3, 9))):
            child = replace(LOIC, birthdate=day)
            ask(db, number.id, number.lines[1].person, Declaration(Role.CHILD, child))
            people.set_identity(db, number.lines[1].person, child)
    assert seek(db, typed.removeprefix("né ")) == [wanted.id]


@pytest.mark.parametrize("typed", ["31/02/2019", "@", "12/34/5678", "+", "()", "°", "é" * 99, "a " * 50, "1" * 99])
def test_what_is_nobody_s_finds_nobody(db: Database, typed: str) -> None:
    a_family(db)
    assert seek(db, typed) == []


def test_a_letter_alone_is_a_whole_name(db: Database) -> None:
    wanted, _other = a_family(db, "Y"), a_family(db, "Yvon")
    assert seek(db, "y") == [wanted.id]
    assert set(seek(db, "c y")) == {wanted.id, _other.id}


def contact(name: str, child: int) -> Declaration:
    rights = (Right(child, may_collect=True, emergency=False),)
    return Declaration(Role.CONTACT, replace(JEANNE, birth_name=name), links={child: Link.FRIEND}, rights=rights)


def changed(db: Database, dossier: Dossier, name: str) -> int:
    """Ask for another name of the contact, in a dossier of its own."""
    _mother, child, jeanne = (line.person for line in dossier.lines)
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    with transaction(db):
        return asking.ask(db, account, {jeanne: contact(name, child)}, clock.now())


def test_someone_taken_off_the_list_is_found_no_more(db: Database) -> None:
    dossier = a_family(db)
    assert seek(db, "jeanne") == seek(db, "02 40 12 34 56") == [dossier.id]
    with transaction(db):
        asking.take_back(db, dossier.id, dossier.lines[2].person, clock.now())
    assert seek(db, "jeanne") == seek(db, "02 40 12 34 56") == []
    assert seek(db, "camille") == [dossier.id]


@pytest.mark.usefixtures("app_context")
def test_a_change_is_found_as_it_is_and_as_it_is_asked_until_it_is_taken_back_or_refused(db: Database) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    later = changed(db, dossier, "Kermarrec")
    assert set(seek(db, "jeanne kermarrec")) == set(seek(db, "jeanne le goff")) == {dossier.id, later}
    with transaction(db):
        asking.take_back(db, later, dossier.lines[2].person, clock.now())
    assert seek(db, "kermarrec") == []
    assert seek(db, "jeanne le goff") == [dossier.id]
    again = changed(db, dossier, "Kerguelen")
    decide(db, again, Jeanne="refused")
    assert seek(db, "kerguelen") == []
    accepted = changed(db, dossier, "Kervella")
    decide(db, accepted)
    assert seek(db, "jeanne le goff") == []
    assert accepted in seek(db, "kervella")


def test_someone_refused_is_still_shown_and_found(db: Database) -> None:
    dossier = a_family(db)
    decide(db, dossier.id, Jeanne="refused")
    assert seek(db, "jeanne") == [dossier.id]


@pytest.mark.usefixtures("app_context")
def test_someone_who_left_is_found_no_more(db: Database) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    account, (_mother, child, jeanne) = accounts.by_id(db, dossier.account), (line.person for line in dossier.lines)
    assert account is not None
    with transaction(db):
        later = asking.ask(db, account, {jeanne: replace(contact("Le Goff", child), leaves=True)}, clock.now())
    assert later in seek(db, "jeanne")
    decide(db, later)
    assert seek(db, "jeanne") == []


@pytest.mark.usefixtures("app_context")
def test_all_the_dossiers_of_a_parent_are_theirs(db: Database) -> None:
    dossier = a_family(db)
    decide(db, dossier.id)
    later = changed(db, dossier, "Kermarrec")
    assert set(seek(db, "camille martin")) == {dossier.id, later}


def test_nothing_is_kept_of_whom_is_erased(db: Database) -> None:
    dossier = a_family(db)
    assert seek(db, "camille")
    db.execute("DELETE FROM dossiers WHERE id = ?", (dossier.id,))
    db.execute("DELETE FROM accounts WHERE id = ?", (dossier.account,))
    db.execute("DELETE FROM people")
    assert db.execute("SELECT count(*) FROM people_search").fetchone() == (0,)
    assert seek(db, "camille") == []
    assert db.execute("SELECT count(*) FROM people_to_fold").fetchone() == (0,)


def test_a_date_of_which_the_day_is_unknown_is_found_by_what_is_known(db: Database) -> None:
    dossier = a_family(db)
    partial = Identity("Martin", "Loïc", birthdate=PartialDate(2015, 9))
    with transaction(db):
        ask(db, dossier.id, dossier.lines[1].person, Declaration(Role.CHILD, partial))
    assert seek(db, "septembre 2015") == seek(db, "00/09/2015") == seek(db, "2015") == [dossier.id]


def test_a_search_writes_in_the_journal_alone_and_holds_the_lock_for_that_alone(
    db: Database, an_agent: Callable[..., Agent]
) -> None:
    dossier, agent = a_family(db), an_agent()
    seek(db, "camille")
    locked: list[bool] = []
    db.conn.set_trace_callback(lambda sql: locked.append(db.conn.in_transaction) if "people_search" in sql else None)
    assert [entry.dossier.id for entry in decisions.find(db, agent, "camille", 5)] == [dossier.id]
    db.conn.set_trace_callback(None)
    assert locked and not any(locked)
    assert journal.of_dossier(db, dossier.id)[0].action == Action.FOUND
    assert found(db, dossier.id).answered_at is None


def test_what_is_typed_is_read_in_a_bounded_number_of_ways() -> None:
    ways = terms(" ".join(["mot"] * 40))
    assert len(ways) == 8 and max(map(len, ways)) < 30
    assert folded("Sørensen-Łukasz") == "sorensen lukasz"
    assert dossiers.typed_reference("7kqm 4rxt") == "7KQM4RXT"
