"""An invitation: who may be invited, what its link tells and to whom, when it serves and what it then does."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.homes.conftest import Homes, said
from tests.security.actors import MARK_A
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.families import PAUL, a_co_parent, ask, decide, found
from tests.support.walk import PASSWORD, signed_in
from wizard import clock
from wizard.db import close_connections, get_db, transaction
from wizard.models import Link, Status
from wizard.services import facts, holding, household, inviting, joining, retention
from wizard.services.refusals import TooSoon
from wizard.stores import dossiers, invitations, journal, people, seals

OVER = "Cette invitation ne sert plus"


def test_only_a_co_representative_accepted_who_has_an_e_mail_and_a_child_here_is_invited(homes: Homes) -> None:
    silent = a_co_parent(homes.db, homes.cast.a.dossier, replace(PAUL, email=None))
    stepfather = a_co_parent(homes.db, homes.cast.a.dossier, replace(PAUL, given_name="Yann"))
    homes.db.execute("UPDATE family_links SET link = 'step_parent' WHERE adult = ?", (stepfather,))
    page = homes.a.get("/espace")
    forms = {str(one["action"]) for one in read(page).select("form[action$=inviter]")}
    assert forms == {f"/espace/personnes/{homes.co_parent}/inviter"}
    token = read(page).select_one("[name=csrf_token]")
    assert token is not None
    strangers = [silent, stepfather, homes.child, homes.contact, homes.cast.b.account.person, 2**70]
    for person in strangers:
        path = f"/espace/personnes/{person}/inviter"
        assert homes.a.post(path, data={"csrf_token": token["value"]}).status_code == 404, person
    assert homes.count("invitations") == 0


def test_the_button_writes_to_the_co_representative_and_says_so(homes: Homes) -> None:
    page = follow(homes.a, submit(homes.a, homes.a.get("/espace"), "/inviter"))
    assert "L'invitation vient de partir" in page.text
    assert "Invitation envoyée le 24 novembre 2026, valable jusqu'au 8 décembre 2026." in page.text
    (mail,) = homes.mails("invitation")
    assert mail["recipient"] == PAUL.email and "Loïc" not in mail["body_text"] + mail["body_html"]


@pytest.mark.parametrize("ended", ["unknown", "expired", "revoked", "replaced", "used", "their parent no more"])
def test_a_link_that_does_not_serve_says_the_same_whatever_the_reason(
    homes: Homes, hand: time_machine.Traveller, browser: Callable[[], CheckedClient], ended: str
) -> None:
    link = homes.invite()
    if ended == "unknown":
        link = f"/invitation/{'x' * 43}"
    elif ended == "expired":
        hand.shift(timedelta(days=14, seconds=1))
    elif ended == "revoked":
        page = follow(homes.a, submit(homes.a, homes.a.get("/espace"), "/inviter/annuler"))
        assert "L'invitation est annulée" in page.text
    elif ended == "replaced":
        homes.invite()
    elif ended == "used":
        submit(homes.b, homes.b.get(link), link)
    else:
        homes.db.execute("DELETE FROM family_links WHERE adult = ?", (homes.co_parent,))
    unknown = browser().get(f"/invitation/{'y' * 43}")
    before = homes.count("household_members")
    for client in (browser(), homes.cast.reception.client):
        page = client.get(link)
        assert page.status_code == 410 and page.text == unknown.text and OVER in page.text
    token = homes.cast.anonymous.csrf(link)
    assert homes.cast.anonymous.client.post(link, data={"csrf_token": token}).status_code == 410
    signed_in(again := browser(), homes.cast.b.account.email)
    if ended != "used":
        assert again.get(link).status_code == 410
    assert homes.count("household_members") == before


def test_the_last_second_of_an_invitation_still_serves(homes: Homes, hand: time_machine.Traveller) -> None:
    link = homes.invite()
    hand.shift(timedelta(days=13, hours=23))
    signed_in(again := homes.app.test_client(), homes.cast.b.account.email)  # type: ignore[arg-type]
    assert submit(again, again.get(link), link).location == "/espace?fait=rejoint"


def test_opening_a_link_changes_nothing(homes: Homes, browser: Callable[[], CheckedClient]) -> None:
    link = homes.invite()
    before = [line for line in homes.db.conn.iterdump() if "sessions" not in line]
    for client in (browser(), homes.a, homes.b):
        for _time in range(2):
            assert client.get(link).status_code == 200
    assert [line for line in homes.db.conn.iterdump() if "sessions" not in line] == before


def test_a_link_tells_the_name_of_who_invites_and_the_town_and_nothing_else(
    homes: Homes, browser: Callable[[], CheckedClient]
) -> None:
    link = homes.invite()
    for client in (browser(), homes.b):
        text = client.get(link).text
        assert f"Camille {MARK_A}" in text and "Oudon" in text
        for secret in ("Loïc", "Jeanne", homes.cast.a.account.email, homes.cast.a.dossier.reference, "rue de la Loire"):
            assert secret not in text


def test_the_database_does_not_hold_the_link(homes: Homes) -> None:
    token = homes.invite().rpartition("/")[2]
    assert token not in "\n".join(homes.db.conn.iterdump())


def test_an_invitation_is_not_for_the_home_that_sent_it(homes: Homes) -> None:
    link = homes.invite()
    page = homes.a.get(link)
    assert "c'est à l'autre parent de l'ouvrir" in page.text
    token = read(page).select_one("[name=csrf_token]")
    assert token is not None
    assert homes.a.post(link, data={"csrf_token": token["value"]}).status_code == 409
    assert homes.count("invitations WHERE used_at IS NOT NULL") == 0


def test_who_has_an_account_signs_in_on_the_page_of_the_link_whatever_their_address(
    homes: Homes, browser: Callable[[], CheckedClient]
) -> None:
    link, client = homes.invite(), browser()
    wrong = submit(client, client.get(link), link, username=homes.cast.b.account.email, password="pas celui-là 9")
    assert wrong.status_code == 422 and "Identifiant ou mot de passe incorrect" in wrong.text
    back = submit(client, client.get(link), link, username=homes.cast.b.account.email, password=PASSWORD)
    assert back.location == link, "signing in joins nothing"
    assert homes.count("invitations WHERE used_at IS NOT NULL") == 0
    assert submit(client, client.get(link), link).location == "/espace?fait=rejoint"


def test_joining_needs_the_page_s_own_token(homes: Homes) -> None:
    link = homes.invite()
    homes.b.get(link)
    assert homes.b.post(link).status_code == 400
    assert homes.count("invitations WHERE used_at IS NOT NULL") == 0


def test_joining_declares_the_child_in_a_dossier_accepted_at_once(homes: Homes, db: Database) -> None:
    before = household.read(db, homes.cast.b.account.household)
    homes.join()
    after = household.read(db, homes.cast.b.account.household)
    assert after.facts.keys() - before.facts.keys() == {homes.child}
    assert after.facts[homes.child].residence is None
    assert after.parent.links[homes.child] is Link.FATHER
    dossier = after.dossiers[0]
    assert dossier.status is Status.ACCEPTED and [line.person for line in dossier.lines] == [homes.child]
    own = {entry.action for entry in journal.of_dossier(db, dossier.id)}
    (theirs,) = db.execute("SELECT dossier FROM declarations WHERE person = ?", (homes.co_parent,)).fetchall()
    assert "joined" in own and "joined" in {entry.action for entry in journal.of_dossier(db, theirs[0])}


def test_ten_clicks_at_once_are_one_home(app: Flask, homes: Homes) -> None:
    token = homes.invite().rpartition("/")[2]

    def accept(_index: int) -> bool:
        with app.test_request_context():
            try:
                invitation = joining.find(get_db(), token)
                return bool(invitation) and joining.accept(get_db(), homes.cast.b.account, invitation)
            finally:
                close_connections()

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(accept, range(10))) == 1
    assert homes.count("dossiers") == 4 and len(homes.mails("joined")) == 1


def snapshot(db: Database) -> list[str]:
    tables = ("household_members", "family_links", "residences", "contact_rights", "addresses", "people")
    return [str(row) for table in tables for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()]


def assert_facts_are_settled(db: Database) -> None:
    """Whichever household is settled last, the facts are what was accepted and not withdrawn."""
    before = snapshot(db)
    query = "SELECT DISTINCT household, person FROM declarations JOIN dossiers ON dossiers.id = dossier ORDER BY 1, 2"
    pairs = db.execute(query).fetchall()
    for order in (pairs, pairs[::-1]):
        with transaction(db):
            for number, person in order:
                facts.settle(db, number, person)
        assert snapshot(db) == before


def test_the_facts_are_what_both_homes_declared_and_were_accepted(homes: Homes, db: Database) -> None:
    assert_facts_are_settled(db)
    homes.join()
    assert_facts_are_settled(db)
    objection = homes.object_to()
    homes.decide(objection, "retirer")
    assert_facts_are_settled(db)


def test_a_child_of_two_homes_has_the_name_that_was_accepted_last(homes: Homes, db: Database) -> None:
    homes.join()
    said_last = household.read(db, homes.cast.a.account.household).facts[homes.child]
    with transaction(db):
        added = dossiers.add(db, "CCCCDDDD", homes.cast.a.account.household, homes.cast.a.account.id, clock.now())
        declaration = household.declaration_of(said_last, said_last)
        renamed = replace(declaration.identity, given_name="Loïg")
        ask(
            db,
            added,
            homes.child,
            replace(declaration, identity=renamed, links={homes.cast.a.account.person: Link.MOTHER}),
        )
    decide(db, added)
    assert_facts_are_settled(db)
    assert "Loïg" in said(homes.b) and "Loïg" in said(homes.a)


def test_an_agent_who_takes_the_dossier_back_takes_the_child_out_of_the_second_home(homes: Homes, db: Database) -> None:
    homes.join()
    dossier = household.read(db, homes.cast.b.account.household).dossiers[0]
    with transaction(db):
        dossiers.reopen(db, dossier.id, [homes.child])
    decide(db, dossier.id, Loïc="refused")
    assert people.homes(db, homes.child) == {homes.cast.a.account.household}
    assert found(db, dossier.id).status is Status.REFUSED
    assert "L'autre foyer" not in said(homes.b) and "L'autre foyer" not in said(homes.a)
    assert_facts_are_settled(db)


def test_a_child_who_waits_to_be_corrected_in_the_second_home_waits_no_more_once_invited_again(
    homes: Homes, db: Database
) -> None:
    homes.join()
    dossier = household.read(db, homes.cast.b.account.household).dossiers[0]
    with transaction(db):
        dossiers.reopen(db, dossier.id, [homes.child])
    decide(db, dossier.id, Loïc="to_correct")
    homes.join()
    assert not [line for line in found(db, dossier.id).lines if line.waits_for_family]
    assert homes.child in household.read(db, homes.cast.b.account.household).facts
    assert_facts_are_settled(db)


def test_a_second_invitation_shares_only_who_is_not_shared_yet(homes: Homes) -> None:
    homes.join()
    assert "A accepté votre invitation le 24 novembre 2026" in said(homes.a)
    assert not read(homes.a.get("/espace")).select("form[action$=inviter]")
    with homes.app.test_request_context(), pytest.raises(inviting.NotInvitable):
        inviting.invite(homes.db, homes.cast.a.account, homes.co_parent, ())


def test_either_home_deleted_leaves_the_child_to_the_other(app: Flask, homes: Homes, db: Database) -> None:
    homes.join()
    homes.object_to()
    with app.app_context(), transaction(db):
        retention.erase(db, homes.cast.a.account, clock.now())
    assert homes.count("invitations") == homes.count("objections") == 0
    assert people.homes(db, homes.child) == {homes.cast.b.account.household}
    assert "Loïc" in said(homes.b) and "L'autre foyer" not in said(homes.b)
    assert_facts_are_settled(db)


def test_an_invitation_that_waits_is_not_sent_once_its_home_is_deleted(app: Flask, homes: Homes, db: Database) -> None:
    homes.invite()
    assert homes.mails("invitation")
    with app.app_context(), transaction(db):
        retention.erase(db, homes.cast.a.account, clock.now())
    assert homes.mails("invitation") == []


def test_the_guest_deleted_leaves_the_child_to_who_invited(app: Flask, homes: Homes, db: Database) -> None:
    homes.join()
    homes.object_to()
    with app.app_context(), transaction(db):
        retention.erase(db, homes.cast.b.account, clock.now())
    assert people.homes(db, homes.child) == {homes.cast.a.account.household}
    assert homes.count("objections") == 0 and "Peut venir chercher Loïc." in said(homes.a)
    assert read(homes.a.get("/espace")).select("form[action$=inviter]"), "they may be invited again"


def test_an_invitation_nobody_used_is_purged_and_one_that_was_is_kept(homes: Homes, db: Database) -> None:
    homes.invite()
    later = clock.now() + timedelta(days=60)
    with transaction(db):
        assert invitations.purge(db, clock.now()) == 0
        assert invitations.purge(db, later) == 1
    homes.join()
    with transaction(db):
        assert invitations.purge(db, later) == 0


def test_a_restored_copy_brings_back_no_invitation_that_waits(homes: Homes, db: Database) -> None:
    link = homes.invite()
    with transaction(db):
        seals.end_all_that_is_open(db, clock.now())
    assert homes.cast.anonymous.client.get(link).status_code == 410


def test_the_copy_tells_what_was_sent_and_what_was_accepted(homes: Homes) -> None:
    homes.join()
    copies = [json.loads(client.get("/espace/donnees/copie.json").data) for client in (homes.a, homes.b)]
    assert copies[0]["Invitations"] == [
        {
            "Personne invitée": "Paul Morel",
            "Courriel": "paul.morel@exemple.fr",
            "Envoyée le": "24/11/2026 10:05",
            "Valable jusqu'au": "08/12/2026 10:05",
            "Acceptée le": "24/11/2026 10:05",
        }
    ]
    assert copies[1]["Invitations"] == [{"Reçue de": "Camille Kervarrec", "Acceptée le": "24/11/2026 10:05"}]
    (shared,) = copies[1]["Autres foyers des enfants"]
    assert shared["Qui peut venir chercher l'enfant"] == "Jeanne Le Goff" and shared["Avec"] == "Camille Kervarrec"


def test_invitations_are_limited(homes: Homes) -> None:
    statuses = []
    for _time in range(8):
        page = homes.a.get("/espace")
        action = "/inviter" if read(page).select("form[action$=inviter]") else "/inviter/annuler"
        if action == "/inviter/annuler":
            submit(homes.a, page, action)
            page = homes.a.get("/espace")
        statuses.append(submit(homes.a, page, "/inviter").status_code)
    assert statuses.count(303) <= 6 and statuses[-1] == 429
    assert len(homes.mails("invitation")) <= 6


def test_a_message_typed_in_place_of_a_name_is_not_sent(homes: Homes, db: Database) -> None:
    db.execute("UPDATE people SET given_name = 'Gagnez www.exemple.com' WHERE id = ?", (homes.cast.a.account.person,))
    link = homes.invite()
    (mail,) = homes.mails("invitation")
    assert "exemple.com" not in mail["body_text"].replace(PAUL.email or "", "").replace("famille.oudon.example", "")
    assert "Un parent vous invite" in homes.cast.anonymous.client.get(link).text


def test_a_name_is_signed_with_unless_it_may_hold_an_address_or_a_message(homes: Homes) -> None:
    account, surname = homes.cast.a.account, MARK_A
    longest = "É" * (60 - len(f" {surname}"))
    signed = {
        "Zoé": True,
        "Zo.e": False,
        "Zo/e": False,
        "Zo@e": False,
        "Xavier": True,
        longest: True,
        f"{longest}É": False,
    }
    for given, told in signed.items():
        homes.db.execute("UPDATE people SET given_name = ?, usage_name = NULL WHERE id = ?", (given, account.person))
        homes.db.execute(
            """UPDATE declarations SET data = json_set(data, '$.identity.given_name', ?,
            '$.identity.usage_name', NULL) WHERE person = ?""",
            (given, account.person),
        )
        with homes.app.test_request_context():
            signature = inviting.signature(household.read(homes.db, account.household))
        assert signature == (f"{given} {surname}" if told else "Un parent")


def test_an_account_invites_six_times_a_day_at_most(homes: Homes) -> None:
    with homes.app.test_request_context():
        for _time in range(6):
            inviting.invite(homes.db, homes.cast.a.account, homes.co_parent, ())
        with pytest.raises(TooSoon):
            inviting.invite(homes.db, homes.cast.a.account, homes.co_parent, ())
    assert homes.count("invitations") == 6


@pytest.mark.parametrize("decision", ["to_correct", "refused", "accepted"])
def test_a_box_ticked_invites_once_the_answer_that_accepts_it_leaves(homes: Homes, decision: str) -> None:
    db, account = homes.db, homes.cast.a.account
    with transaction(db):
        added = dossiers.add(db, "CCCCDDDD", account.household, account.id, clock.now())
        said_now = household.read(db, account.household).current(homes.co_parent)
        assert said_now is not None
        ask(db, added, homes.co_parent, replace(said_now, invite=True))
    decide(db, added, Paul=decision)
    with homes.app.test_request_context(), transaction(db), holding.held(db, found(db, added), clock.now()) as held:
        for _time in range(2):
            inviting.follow(db, found(db, added), held)
    assert len(homes.mails("invitation")) == homes.count("invitations") == (decision == "accepted")
