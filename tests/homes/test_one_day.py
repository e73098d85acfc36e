"""Who may collect a child on one day: given at once by who proves to be the parent, told, taken back, never forced."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.homes.conftest import Homes, said
from tests.support.client import CheckedClient, errors, read, submit
from tests.support.families import ask, decide, found
from tests.support.outbox import all_sent
from tests.support.walk import PASSWORD
from wizard import clock
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Decision, DecisionLine, Declaration, Identity, Right, Role
from wizard.services import barring, decisions, facts, limits, one_day, recalling, restoring, retention, withdrawing
from wizard.stores import agents, declarations, dossiers, journal, people
from wizard.stores import one_day as store
from wizard.values.phones import e164

PAGE = "/espace/un-jour"
MARC = {"given_name": "Marc", "birth_name": "Durand", "phone": "06 98 76 54 32"}
DAY = "2026-11-25"
TOLD = "Marc Durand peut venir chercher Loïc le 25 novembre 2026 seulement, à la demande de Camille Kervarrec."
BARRED = "La mairie ne peut pas enregistrer cette personne ici, pour cet enfant : appelez-la au 02 40 83 60 17."


def give(client: CheckedClient, password: str = PASSWORD, **others: object) -> TestResponse:
    return submit(client, client.get(PAGE), PAGE, **MARC | {"day": DAY, "password": password} | others)


def press(client: CheckedClient, gesture: str) -> TestResponse:
    return submit(client, client.get(PAGE), f"{PAGE}/{gesture}")


def rows(db: Database) -> list[dict[str, object]]:
    return list(db.query("SELECT * FROM one_day ORDER BY id"))


def notices(homes: Homes) -> str:
    sections = read(homes.agent.get("/mairie")).select("section[aria-labelledby=retraits]")
    return plain(" ".join(" ".join(one.get_text(" ").split()) for one in sections))


def reasons(page: TestResponse) -> dict[str, str]:
    return {name: plain(words) for name, words in errors(page).items()}


def test_it_is_given_at_once_and_told_to_all_whom_it_concerns_the_phone_to_the_town_alone(homes: Homes) -> None:
    homes.join()
    assert give(homes.a).location == f"{PAGE}?fait=donne"
    assert "C'est enregistré, et la mairie est prévenue" in said(homes.a, f"{PAGE}?fait=donne")
    for client in (homes.a, homes.b):
        told = said(client, PAGE)
        assert TOLD in told
        assert "Donné le 24 novembre 2026 à 10 h 05. Prend fin le 25 novembre 2026 à minuit." in told
        assert "Marc Durand (le 25 novembre 2026 seulement)" in said(client)
    assert TOLD in notices(homes)
    assert TOLD in said(homes.agent, f"/mairie/dossiers/{homes.cast.b.dossier.reference}")
    mails = homes.mails("one_day")
    assert [mail["recipient"] for mail in mails] == [homes.cast.a.account.email, homes.cast.b.account.email]
    assert all(TOLD in plain(mail["body_text"]) and "10 h 05" in plain(mail["body_text"]) for mail in mails)
    assert ["Ce n'est pas vous" in mail["body_text"] for mail in mails] == [True, False]
    assert ["Vous n'êtes pas d'accord" in mail["body_text"] for mail in mails] == [False, True]
    assert "06 98 76 54 32" in homes.a.get("/espace/donnees/copie.json").text.replace("+33698765432", "06 98 76 54 32")
    theirs = [homes.b.get(path).text for path in ("/espace", PAGE, "/espace/donnees/copie.json")]
    theirs += [mail["body_text"] + mail["body_html"] for mail in mails]
    assert "Marc Durand" in theirs[2]
    assert not [text for text in theirs if "98765432" in text or "98 76 54 32" in plain(text)]


@pytest.mark.parametrize("who", [("jeanne", "LE GOFF"), ("Paul", "Morel"), ("Camille", "Kervarrec")])
def test_who_may_come_on_any_day_is_given_none_which_would_take_nothing_back(
    homes: Homes, who: tuple[str, str]
) -> None:
    given_name, birth_name = who
    refused = give(homes.a, given_name=given_name, birth_name=birth_name)
    told = f"{given_name} {birth_name} peut déjà venir chercher Loïc, tous les jours : il n'y a rien à ajouter."
    assert refused.status_code == 422 and reasons(refused) == {"children": f"⚠ Erreur : {told}"}
    assert rows(homes.db) == []


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"password": "ce n'est pas celui-là 9"}, "password"),
        ({"password": ""}, "password"),
        ({"day": "2026-12-09"}, "day"),
        ({"day": "2026-11-23"}, "day"),
        ({"day": ""}, "day"),
        ({"children": "999"}, "children"),
        ({"children": []}, "children"),
        ({"phone": "12"}, "phone"),
        ({"given_name": ""}, "given_name"),
        ({"birth_name": "http://exemple.fr"}, "birth_name"),
    ],
)
def test_nothing_is_given_without_the_password_or_with_what_makes_no_sense(
    homes: Homes, sent: dict[str, object], wrong: str
) -> None:
    page = give(homes.a, **sent)
    assert page.status_code == 422
    assert set(errors(page)) == {wrong}
    assert PASSWORD not in page.text
    assert rows(homes.db) == homes.mails("one_day") == []


def test_a_child_that_the_town_has_not_accepted_or_of_another_family_is_given_to_nobody(homes: Homes) -> None:
    theirs = homes.cast.b.dossier.lines[1].person
    assert give(homes.a, children=str(theirs)).status_code == 422
    decide(homes.db, homes.cast.b.dossier.id, Loïc="refused")
    assert "La mairie n'a encore accepté aucun de vos enfants" in said(homes.b, PAGE)
    assert f'value="{DAY}"' not in homes.b.get(PAGE).text
    assert rows(homes.db) == []


def test_a_second_click_or_the_same_again_changes_nothing(homes: Homes) -> None:
    for _time in range(2):
        assert give(homes.a).status_code == 303
    assert len(rows(homes.db)) == len(homes.mails("one_day")) == 1


def refused(homes: Homes) -> None:
    """The town hall refuses Marc to the family."""
    declared(homes, homes.cast.a.dossier.id, "refused")


def declared(homes: Homes, dossier: int, decision: str) -> int:
    marc = Identity("Durand", "Marc", usage_name="Le Bihan", phone="+33698765432")
    with transaction(homes.db):
        person = people.add_person(homes.db, marc, clock.now())
        ask(homes.db, dossier, person, Declaration(Role.CONTACT, marc))
    decide(homes.db, dossier, Marc=decision)
    return person


def refused_by_the_other_home(homes: Homes) -> None:
    homes.join()
    declared(homes, homes.cast.b.dossier.id, "refused")


def refused_then_asked_again(homes: Homes) -> None:
    """The family deposits him anew, and no agent has answered."""
    marc = declared(homes, homes.cast.a.dossier.id, "refused")
    with transaction(homes.db):
        account = homes.cast.a.account
        added = dossiers.add(homes.db, dossiers.new_reference(homes.db), account.household, account.id, clock.now())
        said = next(one for one in declarations.of_household(homes.db, account.household) if one.person == marc)
        ask(homes.db, added, marc, said.declaration)


JEANNE = {"given_name": "Jeanne", "birth_name": "Le Goff", "phone": "06 11 22 33 44"}


def contested(homes: Homes) -> None:
    homes.join()
    homes.object_to()


def upheld(homes: Homes) -> None:
    homes.join()
    homes.decide(homes.object_to(), "retirer")


def declined(homes: Homes) -> None:
    with homes.app.test_request_context(), transaction(homes.db):
        withdrawing.drop(homes.db, homes.cast.a.account.household, homes.contact, None, clock.now(), declined=True)


@pytest.mark.parametrize(
    ("before", "whom"),
    [
        (refused, MARC),
        (refused, MARC | {"given_name": "MARC", "birth_name": "dùrand", "phone": "06 11 22 33 44"}),
        (refused, MARC | {"birth_name": "Le Bihan-Durand", "phone": "06 11 22 33 44"}),
        (refused, MARC | {"given_name": "Durand", "birth_name": "Marc", "phone": "06 11 22 33 44"}),
        (refused, MARC | {"given_name": "Luc", "birth_name": "Petit"}),
        (refused_then_asked_again, MARC),
        (refused_by_the_other_home, MARC),
        (contested, JEANNE),
        (upheld, JEANNE),
        (declined, JEANNE),
    ],
)
def test_whom_the_town_refused_or_is_to_decide_about_is_given_nothing(
    homes: Homes, before: Callable[[Homes], None], whom: dict[str, str]
) -> None:
    before(homes)
    child, (name, phone) = homes.child, named(whom)
    with homes.app.test_request_context(), pytest.raises(one_day.Barred):
        one_day.give(homes.db, homes.cast.a.account, [child], date.fromisoformat(DAY), name, phone)
    assert rows(homes.db) == homes.mails("one_day") == []


def named(whom: dict[str, str]) -> tuple[str, str]:
    return f"{whom['given_name']} {whom['birth_name']}", e164(whom["phone"]) or ""


def test_the_page_says_to_call_the_town_hall_and_not_why(homes: Homes) -> None:
    refused(homes)
    page = give(homes.a)
    assert page.status_code == 422
    assert reasons(page) == {"birth_name": f"⚠ Erreur : {BARRED}"}
    assert rows(homes.db) == []


def test_a_refusal_counts_once_it_is_answered_and_until_another_word_is(homes: Homes) -> None:
    db = homes.db
    marc = Identity("Durand", "Marc", phone="+33698765432")
    with transaction(db):
        account = homes.cast.a.account
        dossier = dossiers.add(db, dossiers.new_reference(db), account.household, account.id, clock.now())
        ask(db, dossier, people.add_person(db, marc, clock.now()), Declaration(Role.CONTACT, marc))
    agent = next(one for one in agents.every(db) if one.role == "instructeur")

    def decides(decision: Decision) -> None:
        (line,) = dossiers.by_id(db, dossier).lines  # type: ignore[union-attr]
        reason = "other" if decision is Decision.REFUSED else None
        said = DecisionLine(line.person, decision, reason, "Non." if reason else None)
        choice = decisions.Choice(said, journal.latest_of_each(db, dossier).get(line.person, 0))
        decisions.decide(db, agent, dossier, [choice])

    def answers() -> None:
        decisions.answer(db, agent, dossier, journal.latest_change(db, dossier), "/espace")

    def reopens() -> None:
        all_sent(db)
        decisions.reopen(db, agent, dossier)

    told = []
    with homes.app.test_request_context():
        for act in (
            lambda: decides(Decision.REFUSED),
            answers,
            lambda: recalling.recall(db, agent, dossier),
            answers,
            reopens,
            lambda: decides(Decision.ACCEPTED),
            answers,
            reopens,
        ):
            act()
            told.append(barring.is_barred(db, account.household, homes.child, "Marc Durand", "+33698765432"))
    assert told == [False, True, False, True, True, True, False, False]


def refused_then_granted(homes: Homes) -> None:
    """The town hall changed its mind."""
    marc, right = Identity("Durand", "Marc"), Right(homes.child, may_collect=True, emergency=False)
    refused(homes)
    with transaction(homes.db):
        person = people.add_person(homes.db, marc, clock.now())
        ask(homes.db, homes.cast.a.dossier.id, person, Declaration(Role.CONTACT, marc, rights=(right,)))
    decide_alone(homes, person)


def decide_alone(homes: Homes, person: int) -> None:
    with transaction(homes.db):
        dossier = homes.cast.a.dossier.id
        version = declarations.latest_in(homes.db, dossier, person)
        dossiers.set_decision(homes.db, dossier, DecisionLine(person, Decision.ACCEPTED, None, None), version)
        facts.follow(homes.db, found(homes.db, dossier), clock.now())


def withdrawn(homes: Homes) -> None:
    """The parent changed their mind, and may again."""
    with homes.app.test_request_context():
        withdrawing.withdraw(homes.db, homes.cast.a.account, homes.contact, None)


@pytest.mark.parametrize(
    ("before", "whom"),
    [
        (refused, MARC | {"given_name": "Luc", "phone": "06 11 22 33 44"}),
        (withdrawn, JEANNE),
    ],
)
def test_anyone_else_is_given_a_day(homes: Homes, before: Callable[[Homes], None], whom: dict[str, str]) -> None:
    before(homes)
    name, phone = named(whom)
    with homes.app.test_request_context():
        one_day.give(homes.db, homes.cast.a.account, [homes.child], date.fromisoformat(DAY), name, phone)
    assert len(rows(homes.db)) == 1


def test_someone_refused_who_was_granted_it_since_may_come_on_any_day(homes: Homes) -> None:
    refused_then_granted(homes)
    name, phone = named(MARC)
    with homes.app.test_request_context(), pytest.raises(one_day.Needless):
        one_day.give(homes.db, homes.cast.a.account, [homes.child], date.fromisoformat(DAY), name, phone)


@pytest.mark.parametrize(
    ("identity", "name", "is_them"),
    [
        (Identity("O'Connor", "Sean"), "Sean OConnor", True),
        (Identity("Yılmaz", "Ayşe"), "ayse Yılmaz", True),
        (Identity("Mahmoud", ""), "Mahmoud", True),
        (Identity("Durand", "Jean-Marc"), "Marc Durand", True),
        (Identity("Durand", "Marc"), "Durand", True),
        (Identity("Durand", "Marc", institution="Maison de l'enfance"), "La maison de l'enfance", True),
        (Identity("Durand", "Marc"), "Marc Dupont", False),
        (Identity("Durand", "Marc"), "Marie Durand", False),
    ],
)
def test_a_name_is_known_however_it_is_spelled(identity: Identity, name: str, is_them: bool) -> None:
    assert barring.is_called(identity, name) is is_them


def test_a_contested_child_is_given_with_a_warning_to_the_parent_and_to_the_town(homes: Homes) -> None:
    contested(homes)
    assert "Un droit est contesté pour Loïc." in said(homes.a, PAGE)
    assert give(homes.a).status_code == 303
    assert f"{TOLD} Attention : un autre droit est contesté pour cet enfant." in notices(homes)


def over_for(homes: Homes) -> list[str]:
    """Return the last mails of the two homes: none says that it goes on, nor what to do against it."""
    mails = [plain(mail["body_text"]) for mail in homes.mails("one_day")[-2:]]
    assert not [
        mail for mail in mails if "prend fin" in mail or "Contestez" in mail or "La mairie est prévenue" not in mail
    ]
    return mails


def test_it_is_taken_back_at_once_by_the_family_alone_and_told_again(homes: Homes) -> None:
    homes.join()
    give(homes.a)
    submit(homes.agent, homes.agent.get("/mairie"), "/mairie/retraits", one_day="1")
    assert "Marc" not in notices(homes)
    number = str(rows(homes.db)[0]["id"])
    homes.cast.parent_b.post(f"{PAGE}/retirer", one_day=number)
    assert rows(homes.db)[0]["withdrawn_at"] is None
    for _time in range(2):
        assert homes.cast.parent_a.post(f"{PAGE}/retirer", one_day=number).status_code == 303
    gone = "Marc Durand ne peut plus venir chercher Loïc le 25 novembre 2026 : retiré le 24 novembre 2026 à 10 h 05."
    assert gone in said(homes.a, PAGE)
    assert gone in notices(homes)
    assert "Marc" not in said(homes.b, PAGE) + said(homes.b) + said(homes.a)
    assert len(homes.mails("one_day")) == 4 and gone in over_for(homes)[0]


def test_the_other_home_contests_it_and_may_stop_contesting(homes: Homes) -> None:
    homes.join()
    give(homes.a)
    press(homes.b, "contester")
    told = "Contesté par l'autre parent depuis le 24 novembre 2026 à 10 h 05 : Marc Durand, pour venir chercher Loïc"
    for page in (said(homes.a, PAGE), said(homes.b, PAGE), notices(homes)):
        assert told in page
    assert "Marc Durand (le 25 novembre 2026 seulement : contesté)" in said(homes.a)
    assert told in over_for(homes)[0]
    press(homes.b, "ne-plus-contester")
    assert TOLD in said(homes.a, PAGE)
    assert TOLD in notices(homes)


def test_who_saw_a_day_is_known(homes: Homes) -> None:
    give(homes.a)
    homes.db.execute("UPDATE one_day SET seen_at = given_at, seen_by = 1")
    (seen,) = store.by_ids(homes.db, [1])
    assert (seen.seen_by,) == homes.db.execute("SELECT email FROM agents WHERE id = 1").fetchone()


def test_a_day_contested_by_a_home_that_is_deleted_is_contested_no_more_and_agents_are_told_anew(homes: Homes) -> None:
    homes.join()
    give(homes.a)
    press(homes.b, "contester")
    homes.db.execute("UPDATE one_day SET seen_at = contested_at, seen_by = 1")
    with homes.app.test_request_context(), transaction(homes.db):
        retention.erase(homes.db, homes.cast.b.account, clock.now())
    (row,) = rows(homes.db)
    assert not row["contested_at"] and not row["withdrawn_at"]
    assert TOLD in said(homes.a, PAGE) and TOLD in notices(homes)


def test_who_is_no_other_home_of_the_child_sees_and_contests_nothing(homes: Homes) -> None:
    give(homes.a)
    assert "Marc" not in said(homes.b, PAGE)
    with homes.app.test_request_context():
        one_day.contest(homes.db, homes.cast.b.account, [1])
    assert rows(homes.db)[0]["contested_at"] is None
    assert len(homes.mails("one_day")) == 1


def test_what_was_given_before_the_town_said_no_is_no_right_any_more(homes: Homes) -> None:
    homes.join()
    give(homes.a)
    refused(homes)
    suspended = (
        "Suspendu, la mairie doit vérifier : Marc Durand, pour venir chercher Loïc le 25 novembre 2026 seulement"
    )
    for client in (homes.a, homes.b):
        assert suspended in said(client, PAGE)
        assert "Marc Durand (le 25 novembre 2026 seulement : contesté)" in said(client)
    assert suspended in notices(homes)


def test_children_of_one_gesture_are_told_and_taken_back_together(homes: Homes) -> None:
    with transaction(homes.db):
        zoe = people.add_person(homes.db, Identity("Kervarrec", "Zoé", birthdate=date(2021, 5, 2)), clock.now())
        people.add_member(homes.db, homes.cast.a.account.household, zoe, Role.CHILD)
    give(homes.a, children=[str(homes.child), str(zoe)])
    assert TOLD.replace("Loïc", "Loïc et Zoé") in said(homes.a, PAGE)
    assert len(homes.mails("one_day")) == 1
    press(homes.a, "retirer")
    assert [bool(row["withdrawn_at"]) for row in rows(homes.db)] == [True, True]


def test_one_account_gives_twenty_a_day_at_most(homes: Homes) -> None:
    with homes.app.test_request_context():
        for _time in range(20):
            limits.spend(homes.db, (f"one days {homes.cast.a.account.id}", 20, timedelta(days=1)))
    page = give(homes.a)
    assert page.status_code == 429
    assert rows(homes.db) == []


def test_it_is_purged_six_weeks_after_its_day_and_erased_with_the_family(
    homes: Homes, hand: time_machine.Traveller
) -> None:
    give(homes.a)
    for days, left in ((43, 1), (1, 0)):
        hand.shift(timedelta(days=days))
        with homes.app.app_context():
            retention.purge(homes.db, homes.app.config["PORTAIL"], clock.now())
        assert homes.count("one_day") == left


def test_a_family_erased_leaves_none(homes: Homes) -> None:
    give(homes.a)
    with homes.app.test_request_context(), transaction(homes.db):
        retention.erase(homes.db, homes.cast.a.account, clock.now())
    assert homes.count("one_day") == 0


def test_what_was_taken_back_since_a_copy_is_taken_back_again_when_it_is_restored(homes: Homes, instance: Path) -> None:
    give(homes.a)
    give(homes.a, given_name="Luc", birth_name="Petit", phone="06 11 22 33 44")
    with homes.app.test_request_context():
        one_day.withdraw(homes.db, homes.cast.a.account, [1])
        homes.db.execute("UPDATE one_day SET withdrawn_at = NULL")  # as in the copy made before
        restoring.settle(homes.db, instance / "portail.db.retraits")
    assert [bool(row["withdrawn_at"]) for row in rows(homes.db)] == [True, False]
