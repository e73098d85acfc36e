"""A right contested: by whom, shown to whom, decided by whom; and what is never said of it meanwhile."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlite_utils import Database

from tests.homes.conftest import Homes, other_home, said
from tests.security.actors import csrf_of
from tests.support.client import errors, follow, read, submit
from tests.support.families import tick_both
from tests.support.walk import PASSWORD
from wizard.french import plain
from wizard.models import Action, Permission
from wizard.services import household, objecting, standing
from wizard.stores import agent_journal, objections, withdrawals

AT = "24 novembre 2026 à 10 h 05"
COLLECTS = "Peut venir chercher Loïc."
CONTESTED = f"Contesté depuis le {AT}, la mairie va décider : venir chercher Loïc."
NOTICE = f"Jeanne Le Goff – Venir chercher Loïc Kervarrec : contesté depuis le {AT}."


@pytest.fixture
def joined(homes: Homes) -> Homes:
    """The two homes of Loïc, whom Jeanne may collect by A, and may be called for."""
    tick_both(homes.db)
    homes.join()
    return homes


def dossiers_of(homes: Homes) -> tuple[str, str]:
    """Return the addresses of the dossiers where agents read of an objection, A's then B's."""
    query = "SELECT reference FROM dossiers WHERE household = ? ORDER BY id DESC LIMIT 1"
    found = (homes.db.execute(query, (one.account.household,)).fetchone()[0] for one in (homes.cast.a, homes.cast.b))
    a, b = (f"/mairie/dossiers/{reference}" for reference in found)
    return a, b


def test_a_contested_right_is_in_the_present_tense_nowhere(joined: Homes) -> None:
    pages = [(joined.a, "/espace"), (joined.b, "/espace"), *((joined.agent, path) for path in dossiers_of(joined)[:1])]
    for client, path in pages:
        assert COLLECTS in said(client, path), path
    joined.object_to()
    for client, path in pages:
        told = other_home(client) if client is joined.b else said(client, path)  # B has a child of that name too
        assert CONTESTED in told, path
        assert COLLECTS not in told, path
        assert "À appeler en cas d'urgence pour Loïc." in told, "the other right is not contested"
    copies = [json.loads(client.get("/espace/donnees/copie.json").data) for client in (joined.a, joined.b)]
    assert copies[0]["Autorisations"][0]["Peut venir le chercher"] == "contesté"
    shared = copies[1]["Autres foyers des enfants"][0]["Droits"]
    assert "Contesté depuis" in shared and COLLECTS not in shared
    assert [one["Contesté par"] for copy in copies for one in copy["Contestations"]] == ["l'autre parent", "vous"]


def test_every_agent_is_told_above_the_queue_until_one_presses_seen(joined: Homes, db: Database) -> None:
    joined.object_to()
    reception = joined.cast.reception.client
    assert NOTICE in said(reception, "/mairie") and NOTICE in said(joined.agent, "/mairie")
    submit(reception, reception.get("/mairie"), "/mairie/contestations")
    assert NOTICE not in said(reception, "/mairie") and NOTICE not in said(joined.agent, "/mairie")
    for path in dossiers_of(joined):
        told = said(joined.agent, path)
        assert NOTICE in told and f"Vu le {AT} par accueil@oudon.example." in told
    (line,) = [
        one for one in agent_journal.since(db, datetime(2020, 1, 1, tzinfo=UTC)) if one.action is Action.OBJECTION_SEEN
    ]
    assert line.agent == "accueil@oudon.example"
    assert CONTESTED in said(joined.a), "seen is not decided"


def test_an_agent_who_lifts_the_objection_leaves_the_right(joined: Homes, db: Database) -> None:
    number = joined.object_to()
    before = len(joined.mails("objection"))
    joined.decide(number, "lever")
    assert COLLECTS in said(joined.a) and "La mairie a levé la contestation : ce droit reste." in said(joined.b)
    told = joined.mails("objection")[before:]
    assert {one["recipient"] for one in told} == {joined.cast.a.account.email, joined.cast.b.account.email}
    assert all("La mairie a levé la contestation" in plain(one["body_text"]) for one in told)
    found = objections.by_id(db, number)
    assert found and found.ended_by == "instruction@oudon.example" and found.ended_at
    assert NOTICE not in said(joined.agent, "/mairie")


def test_an_agent_who_upholds_it_withdraws_the_right_for_good(joined: Homes, db: Database) -> None:
    number = joined.object_to()
    joined.decide(number, "retirer")
    assert f"Ne peut plus venir chercher Loïc depuis le {AT}." in said(joined.a)
    assert "Jeanne" not in other_home(joined.b).split("Jeanne Le Goff – Venir")[0]
    assert (joined.child, Permission.COLLECT) not in household.read(db, joined.cast.a.account.household).rights_of(
        joined.contact
    )
    assert not withdrawals.unseen(db), "the agent who did it has seen it"
    assert not joined.mails("withdrawn"), "no parent withdrew it"
    assert len([one for one in joined.mails("objection") if "a retiré ce droit" in plain(one["body_text"])]) == 2


def test_what_was_decided_is_decided_once(joined: Homes, db: Database) -> None:
    number = joined.object_to()
    path = f"/mairie/contestations/{number}"
    token = csrf_of(joined.agent.get("/mairie"))
    for decision in ("lever", "lever", "retirer"):
        assert joined.agent.post(path, data={"csrf_token": token, "decision": decision}).status_code == 303
    assert COLLECTS in said(joined.a) and len(joined.mails("objection")) == 4
    for wrong in ("", "autre"):
        assert joined.agent.post(path, data={"csrf_token": token, "decision": wrong}).status_code == 422
    assert (
        joined.agent.post("/mairie/contestations/999", data={"csrf_token": token, "decision": "lever"}).status_code
        == 303
    )


def test_the_reception_decides_nothing(joined: Homes) -> None:
    number = joined.object_to()
    reception = joined.cast.reception
    assert reception.post(f"/mairie/contestations/{number}", decision="retirer").status_code == 403
    assert CONTESTED in said(joined.a)


def test_who_contests_may_take_it_back_and_nobody_else(joined: Homes) -> None:
    joined.object_to()
    assert not read(joined.a.get("/espace")).select("form[action$=ne-plus-contester]")
    path = f"/espace/personnes/{joined.contact}/ne-plus-contester"
    token = csrf_of(joined.a.get("/espace"))
    code = f"collect-{joined.child}"
    assert joined.a.post(path, data={"csrf_token": token, "right": code}).status_code == 404
    assert CONTESTED in said(joined.a)
    page = follow(joined.b, submit(joined.b, joined.b.get("/espace"), "/ne-plus-contester"))
    assert "Vous ne contestez plus ce droit" in page.text
    assert COLLECTS in said(joined.a) and NOTICE not in said(joined.agent, "/mairie")


def test_nothing_is_contested_of_others_nor_twice_nor_without_the_page_s_own_token(joined: Homes, db: Database) -> None:
    path = f"/espace/personnes/{joined.contact}/contester"
    token, code = csrf_of(joined.b.get(path)), f"collect-{joined.child}"
    assert joined.b.post(path, data={"right": code}).status_code == 400
    own = joined.cast.b.dossier.lines
    strangers = [own[1].person, own[2].person, joined.cast.a.account.person, joined.co_parent, joined.child, 2**70]
    for person in strangers:
        wrong = f"/espace/personnes/{person}/contester"
        assert joined.b.get(wrong).status_code == 404, person
        assert joined.b.post(wrong, data={"csrf_token": token, "right": code}).status_code == 404
    for other in ("", f"collect-{own[1].person}", "collect-1 OR 1=1", f"withdraw-{joined.child}"):
        assert "right" in errors(submit(joined.b, joined.b.get(path), path, right=other)), other
    assert joined.count("objections") == 0
    for _time in range(2):
        assert joined.b.post(path, data={"csrf_token": token, "right": code}).status_code == 303
    assert joined.count("objections") == 1 and len(joined.mails("objection")) == 2


def test_a_family_that_shares_nothing_sees_and_contests_nothing(homes: Homes) -> None:
    for path in (f"/espace/personnes/{homes.contact}/contester", f"/espace/personnes/{homes.co_parent}/contester"):
        assert homes.b.get(path).status_code == 404
    assert "L'autre foyer" not in said(homes.b) and "L'autre foyer" not in said(homes.a)


def test_a_choice_sent_after_the_session_ended_is_there_after_the_sign_in(
    joined: Homes, hand: time_machine.Traveller
) -> None:
    path = f"/espace/personnes/{joined.contact}/contester"
    form, code = joined.b.get(path), f"collect-{joined.child}"
    hand.shift(timedelta(minutes=31))
    late = submit(joined.b, form, path, right=code)
    assert late.location == f"/connexion?suite={path}" and joined.count("objections") == 0
    email = joined.cast.b.account.email
    back = follow(joined.b, submit(joined.b, joined.b.get(late.location), username=email, password=PASSWORD))
    chosen = read(back).select_one("input[name=right][checked]")
    assert chosen is not None and chosen["value"] == code


def test_a_right_that_the_parent_withdraws_meanwhile_has_nothing_to_decide(joined: Homes, db: Database) -> None:
    number = joined.object_to()
    path = f"/espace/personnes/{joined.contact}/retirer"
    submit(joined.a, joined.a.get(path), path, right=f"collect-{joined.child}")
    assert "Ne peut plus venir chercher Loïc" in said(joined.a) and CONTESTED not in said(joined.a)
    assert not read(joined.agent.get(dossiers_of(joined)[0])).select(f"form[action$='contestations/{number}']")
    assert NOTICE in said(joined.agent, "/mairie"), "until an agent has seen it"


def test_objections_are_limited(joined: Homes) -> None:
    path = f"/espace/personnes/{joined.contact}/contester"
    statuses = []
    for _time in range(25):
        token = csrf_of(joined.b.get(path))
        for end in ("contester", "ne-plus-contester"):
            data = {"csrf_token": token, "right": f"collect-{joined.child}"}
            statuses.append(joined.b.post(f"/espace/personnes/{joined.contact}/{end}", data=data).status_code)
    assert 429 in statuses and len(joined.mails("objection")) <= 80


def test_the_stage_of_a_right_is_contested_while_the_objection_is_open(joined: Homes, db: Database) -> None:
    joined.object_to(Permission.EMERGENCY)
    situations = standing.situations(household.read(db, joined.cast.a.account.household))
    rights = situations[joined.contact].rights
    stages = {what: rights[joined.child, what].stage for what in Permission}
    assert stages == {Permission.COLLECT: "accepted", Permission.EMERGENCY: "contested"}


def test_what_one_does_not_see_one_does_not_contest(homes: Homes, db: Database) -> None:
    right = (homes.child, Permission.COLLECT)
    with homes.app.test_request_context():
        objecting.object_to(db, homes.cast.b.account, homes.contact, right)
        homes.join()
        objecting.object_to(db, homes.cast.b.account, homes.contact, (homes.child, Permission.EMERGENCY))
        objecting.object_to(db, homes.cast.a.account, homes.contact, right)
    assert homes.count("objections") == 0 and not homes.mails("objection")
