"""A contact is told by mail that they were named; they say yes, or no, at once; no answer changes nothing."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import Cast, sign_agent_in
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.families import ask
from tests.support.outbox import WRITTEN, all_sent
from tests.support.walk import link_of, signed_in
from wizard.clock import now
from wizard.db import close_connections, get_db, transaction
from wizard.french import plain
from wizard.models import Right
from wizard.services import confirming, household, retention
from wizard.stores import dossiers, people

JEANNE = "jeanne.legoff@exemple.fr"
COLLECTS = "Peut venir chercher Loïc."
WAITS, AGREED = "N'a pas encore confirmé.", "A confirmé le 24 novembre 2026."
DECLINED = "A refusé, le 24 novembre 2026 à 10 h 05, de venir chercher Loïc."


@pytest.fixture
def cast(hand: time_machine.Traveller, db: Database, cast: Cast) -> Cast:
    """Two families; the contact of the first has an e-mail address."""
    has_email(db, cast, JEANNE)
    return cast


def has_email(db: Database, cast: Cast, email: str | None) -> None:
    """Let the contact be declared with this address, from the first."""
    query = "UPDATE declarations SET data = json_set(data, '$.identity.email', ?) WHERE person = ?"
    db.execute(query, (email, contact_of(cast)))


@pytest.fixture
def link(db: Database, cast: Cast) -> str:
    """The path of the link that the contact gets once the dossier is accepted."""
    answer(db, cast)
    return link_of(named(db)[-1]["body_text"], "/contact")


def contact_of(cast: Cast) -> int:
    return cast.a.dossier.lines[2].person


def child_of(cast: Cast) -> int:
    return cast.a.dossier.lines[1].person


def said(tag: Tag) -> str:
    return plain(" ".join(tag.get_text(" ").split()))


def answer(db: Database, cast: Cast, reference: str | None = None, **decisions: str) -> None:
    """Let the agent decide each line that waits, by the name of its person, and send the answer."""
    client, path = cast.agent.client, f"/mairie/dossiers/{reference or cast.a.dossier.reference}"
    page = client.get(path)
    dossier = dossiers.by_reference(db, path.rsplit("/", 1)[1])
    assert dossier is not None
    names = {person: name.split()[0] for person, name in dossiers.names(db, dossier.id).items()}
    chosen = {f"p{line.person}-decision": decisions.get(names[line.person], "accepted") for line in dossier.asked}
    why = {f"p{line.person}-reason": "outside_town" for line in dossier.asked if names[line.person] in decisions}
    assert submit(client, page, path, **chosen, **why).status_code == 303
    assert submit(client, client.get(f"{path}/reponse"), f"{path}/reponse").status_code == 303


def named(db: Database) -> list[dict[str, str]]:
    return mails(db, "named")


def mails(db: Database, name: str) -> list[dict[str, str]]:
    return [
        {key: plain(str(value)) for key, value in row.items()} for row in db.query(f"{WRITTEN} WHERE name = '{name}'")
    ]


def card(client: CheckedClient) -> str:
    """Return what the space says of the contact."""
    cards = [one for one in read(client.get("/espace")).select(".cards .card") if "Jeanne" in one.get_text()]
    return said(cards[-1])


def agents_card(cast: Cast, reference: str | None = None) -> str:
    page = read(cast.agent.client.get(f"/mairie/dossiers/{reference or cast.a.dossier.reference}"))
    return said(page.select(f"#personne-{contact_of(cast)}")[0])


def copy(cast: Cast) -> dict[str, list[dict[str, str]]]:
    return dict(json.loads(cast.parent_a.client.get("/espace/donnees/copie.json").data))


def rights(db: Database, cast: Cast) -> list[tuple[int, ...]]:
    return db.execute(
        "SELECT may_collect, emergency FROM contact_rights WHERE contact = ?", (contact_of(cast),)
    ).fetchall()


def press(client: CheckedClient, path: str, button: str) -> CheckedClient:
    """Press a button of a page as a browser without JavaScript does; return the page that follows."""
    page = read(client.get(path))
    form = next(one.find_parent("form") for one in page.select("main button") if said(one) == button)
    assert form is not None
    action = str(form["action"])
    if form.get("method") == "post":
        return follow(client, client.post(action))
    return client.get(action)


def morrow(db: Database, cast: Cast, hand: time_machine.Traveller) -> None:
    """Let a day pass, after which the parent and the agent sign in again."""
    hand.shift(timedelta(days=1))
    signed_in(cast.parent_a.client, cast.a.account.email)
    sign_agent_in(cast.agent.client, db, "instruction@oudon.example")


def refuse(client: CheckedClient, link: str) -> str:
    page = press(client, link, "Je refuse")
    return said(read(follow(client, submit(client, page, sure="y"))).main)


def declare(db: Database, cast: Cast, **changes: Any) -> str:
    """Ask the contact anew in a dossier of its own, and return its reference."""
    found = household.read(db, cast.a.account.household)
    last = found.last[contact_of(cast)].declaration
    with transaction(db):
        reference = dossiers.new_reference(db)
        dossier = dossiers.add(db, reference, cast.a.account.household, cast.a.account.id, now())
        ask(db, dossier, contact_of(cast), replace(last, **changes))
    return reference


def test_a_contact_is_told_once_the_answer_that_grants_the_right_left_and_not_before(db: Database, cast: Cast) -> None:
    assert named(db) == []
    answer(db, cast)
    (mail,) = named(db)
    assert mail["recipient"] == JEANNE
    assert mail["subject"] == "Mairie d'Oudon – Camille Kervarrec a indiqué votre nom"
    for text in (mail["body_text"], read_html(mail)):
        assert "Bonjour Jeanne," in text
        assert "Camille Kervarrec a indiqué votre nom à la mairie d'Oudon" in text
        assert "Vous pouvez venir chercher un enfant de Camille Kervarrec." in text
        assert "jusqu'au 24 novembre 2027" in text and "on ne fera plus appel à vous" in text
        assert re.search(r"délégué à la protection des données : \S+@\S+", text)
        assert "urgence" not in text
        for secret in ("Loïc", "2019", "Grand-parent", cast.a.account.email, cast.a.dossier.reference, "44521"):
            assert secret not in text


def read_html(mail: dict[str, str]) -> str:
    return plain(re.sub(r"<[^>]+>", " ", mail["body_html"]).replace("&#39;", "'"))


@pytest.mark.parametrize("decision", ["refused", "to_correct"])
def test_whom_the_town_does_not_accept_is_told_nothing(db: Database, cast: Cast, decision: str) -> None:
    answer(db, cast, Jeanne=decision)
    assert named(db) == []


def test_a_contact_is_told_when_it_is_their_child_who_is_accepted_at_last(db: Database, cast: Cast) -> None:
    answer(db, cast, Loïc="refused")
    assert named(db) == []
    found = household.read(db, cast.a.account.household)
    child = found.last[child_of(cast)].declaration
    with transaction(db):
        reference = dossiers.new_reference(db)
        dossier = dossiers.add(db, reference, found.id, cast.a.account.id, now())
        ask(db, dossier, child_of(cast), child)
    answer(db, cast, reference)
    assert len(named(db)) == 1


def test_without_an_address_nothing_is_sent_and_nothing_is_said(db: Database, cast: Cast) -> None:
    has_email(db, cast, None)
    answer(db, cast)
    assert named(db) == []
    said_of_it = card(cast.parent_a.client) + agents_card(cast)
    assert COLLECTS in said_of_it and "confirmé" not in said_of_it and "renvoyer" not in said_of_it
    assert copy(cast)["Droits confirmés par les contacts"] == []


def test_the_same_is_never_told_twice(db: Database, cast: Cast, link: str) -> None:
    reference = cast.a.dossier.reference
    all_sent(db)
    page = cast.agent.client.get(f"/mairie/dossiers/{reference}")
    assert submit(cast.agent.client, page, "/rouvrir").status_code == 303
    answer(db, cast)
    assert len(named(db)) == 1


def test_a_new_right_is_told_and_what_was_confirmed_stays_so(
    db: Database, cast: Cast, link: str, hand: time_machine.Traveller
) -> None:
    press(cast.anonymous.client, link, "C'est d'accord")
    morrow(db, cast, hand)
    both = (Right(child_of(cast), may_collect=True, emergency=True),)
    answer(db, cast, declare(db, cast, rights=both))
    assert len(named(db)) == 2 and "On peut vous appeler en cas d'urgence pour un enfant" in named(db)[1]["body_text"]
    shown = card(cast.parent_a.client)
    assert f"{COLLECTS} {AGREED}" in shown and f"À appeler en cas d'urgence pour Loïc. {WAITS}" in shown
    again = link_of(named(db)[1]["body_text"], "/contact")
    assert again != link
    press(cast.anonymous.client, link, "C'est d'accord")
    assert "A confirmé le 25 novembre 2026." in card(cast.parent_a.client), "the first link goes on"


def test_another_address_is_told_and_the_link_of_the_first_is_dead(db: Database, cast: Cast, link: str) -> None:
    press(cast.anonymous.client, link, "C'est d'accord")
    identity = household.read(db, cast.a.account.household).facts[contact_of(cast)].identity
    reference = declare(db, cast, identity=replace(identity, email="jeanne@ailleurs.example"))
    assert cast.anonymous.client.get(link).status_code == 200, "the town has not accepted it yet"
    answer(db, cast, reference)
    assert [mail["recipient"] for mail in named(db)] == [JEANNE, "jeanne@ailleurs.example"]
    assert f"{COLLECTS} {WAITS}" in card(cast.parent_a.client)
    for path in (link, f"{link}/refus"):
        assert cast.anonymous.client.get(path).status_code == 410
        assert cast.anonymous.client.post(path, data={"sure": "y"}).status_code == 410
    assert rights(db, cast) == [(1, 0)]
    assert cast.anonymous.client.get(link_of(named(db)[1]["body_text"], "/contact")).status_code == 200


def test_an_address_taken_away_leaves_no_link_and_no_mark(db: Database, cast: Cast, link: str) -> None:
    identity = household.read(db, cast.a.account.household).facts[contact_of(cast)].identity
    answer(db, cast, declare(db, cast, identity=replace(identity, email=None)))
    assert cast.anonymous.client.get(link).status_code == 410
    assert "confirmé" not in card(cast.parent_a.client) and count(db, "confirmations") == 0


def count(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_following_the_link_changes_nothing(db: Database, cast: Cast, link: str) -> None:
    before = list(db.query("SELECT * FROM confirmations")), rights(db, cast)
    for path in (link, f"{link}/refus", link):
        page = cast.anonymous.client.get(path)
        assert page.status_code == 200 and "Set-Cookie" not in page.headers
        assert page.headers["X-Frame-Options"] == "DENY"
        text = said(read(page).main)
        assert "un enfant de Camille Kervarrec" in text
        assert not [one for one in ("Loïc", "2019", "exemple.fr", cast.a.dossier.reference) if one in text]
    assert (list(db.query("SELECT * FROM confirmations")), rights(db, cast)) == before
    assert cast.anonymous.client.head(link).status_code == 200
    assert f"{COLLECTS} {WAITS}" in card(cast.parent_a.client)


def test_a_contact_agrees_and_it_is_said_beside_the_right_to_all(
    db: Database, cast: Cast, link: str, hand: time_machine.Traveller
) -> None:
    assert f"{COLLECTS} {WAITS}" in card(cast.parent_a.client) and f"{COLLECTS} {WAITS}" in agents_card(cast)
    (line,) = copy(cast)["Droits confirmés par les contacts"]
    assert (line["Contact"], line["Courriel"], line["A confirmé le"]) == (
        "Jeanne Le Goff",
        JEANNE,
        "pas encore confirmé",
    )
    page = press(cast.anonymous.client, link, "C'est d'accord")
    (status,) = read(page).select(".check[role=status]")
    assert said(status) == "C'est noté : vous êtes d'accord, depuis le 24 novembre 2026."
    morrow(db, cast, hand)
    assert follow(cast.anonymous.client, cast.anonymous.client.post(link)).status_code == 200
    assert f"{COLLECTS} {AGREED}" in card(cast.parent_a.client) and f"{COLLECTS} {AGREED}" in agents_card(cast)
    assert copy(cast)["Droits confirmés par les contacts"][0]["A confirmé le"] == "24/11/2026 10:05"
    assert copy(cast)["Autorisations"][0]["Peut venir le chercher"] == "oui" and rights(db, cast) == [(1, 0)]
    assert mails(db, "declined") == []


def test_a_refusal_asks_for_a_box_and_takes_nothing_without_it(db: Database, cast: Cast, link: str) -> None:
    client = cast.anonymous.client
    page = press(client, link, "Je refuse")
    assert page.status_code == 200
    refused = submit(client, page)
    assert refused.status_code == 422 and "Cochez cette case pour refuser" in plain(refused.text)
    assert rights(db, cast) == [(1, 0)] and mails(db, "declined") == []


@pytest.mark.parametrize("agreed", [False, True])
def test_a_refusal_takes_the_rights_at_once_and_is_told_to_everyone(
    db: Database, cast: Cast, link: str, agreed: bool
) -> None:
    if agreed:
        press(cast.anonymous.client, link, "C'est d'accord")
    text = refuse(cast.anonymous.client, link)
    assert "Vous avez refusé" in text and "depuis le 24 novembre 2026" in text
    assert rights(db, cast) == [] and count(db, "confirmations") == 0
    (mail,) = mails(db, "declined")
    told = f"Jeanne {DECLINED[0].lower()}{DECLINED[1:]}"
    assert mail["recipient"] == cast.a.account.email and told in mail["body_text"] and told in read_html(mail)
    for shown in (card(cast.parent_a.client), agents_card(cast)):
        assert DECLINED in shown and "A refusé le 24 novembre 2026" in shown
        assert COLLECTS not in shown and "Retiré" not in shown and "confirmé" not in shown
    copied = copy(cast)
    assert copied["Autorisations"][0]["Peut venir le chercher"] == "a refusé"
    assert copied["Droits retirés"][0]["Refusé par cette personne"] == "oui"
    for client in (cast.agent.client, cast.reception.client):
        section = read(client.get("/mairie")).select_one("section[aria-labelledby=retraits]")
        assert section is not None
        assert "Jeanne Le Goff a refusé, le 24 novembre 2026 à 10 h 05, de venir chercher Loïc Kervarrec." in said(
            section
        )
    submit(cast.agent.client, cast.agent.client.get("/mairie"), "/mairie/retraits")
    assert not read(cast.reception.client.get("/mairie")).select("section[aria-labelledby=retraits]")


def test_a_second_refusal_says_the_same_and_tells_nobody_again(
    db: Database, cast: Cast, link: str, hand: time_machine.Traveller
) -> None:
    client = cast.anonymous.client
    form = client.get(f"{link}/refus")
    first = follow(client, submit(client, form, sure="y"))
    hand.shift(timedelta(days=1))
    again = follow(client, submit(client, form, sure="y"))
    assert said(read(first).main) == said(read(again).main)
    assert follow(client, client.get(f"{link}/refus")).request.path == link
    assert (count(db, "withdrawals"), len(mails(db, "declined"))) == (1, 1)


def test_who_refused_may_agree_since_which_gives_nothing_back(
    db: Database, cast: Cast, link: str, hand: time_machine.Traveller
) -> None:
    refuse(cast.anonymous.client, link)
    morrow(db, cast, hand)
    page = press(cast.anonymous.client, link, "C'est d'accord")
    assert "vous avez dit que vous seriez d'accord" in said(read(page).main)
    assert rights(db, cast) == []
    since = "S'est dit d'accord le 25 novembre 2026."
    assert f"{DECLINED} {since}" in card(cast.parent_a.client) and since in agents_card(cast)
    collects = (Right(child_of(cast), may_collect=True, emergency=False),)
    answer(db, cast, declare(db, cast, rights=collects))
    assert f"{COLLECTS} {WAITS}" in card(cast.parent_a.client) and rights(db, cast) == [(1, 0)]
    assert len(named(db)) == 2, "what was refused is asked again"
    refuse(cast.anonymous.client, link)
    assert rights(db, cast) == [] and len(mails(db, "declined")) == 2


def test_a_refusal_takes_back_what_an_open_dossier_asks_of_them(db: Database, cast: Cast, link: str) -> None:
    both = (Right(child_of(cast), may_collect=True, emergency=True),)
    reference = declare(db, cast, rights=both)
    assert "Demandé : appel en cas d'urgence pour Loïc." in card(cast.parent_a.client)
    refuse(cast.anonymous.client, link)
    (line,) = dossiers.by_reference(db, reference).lines  # type: ignore[union-attr]
    assert line.withdrawn_at is not None and rights(db, cast) == []
    shown = agents_card(cast, reference)
    assert "Cette personne a refusé le 24 novembre 2026 à 10 h 05." in shown and "retirée par la famille" not in shown
    journal = said(read(cast.agent.client.get(f"/mairie/dossiers/{reference}")).select("#journal")[0])
    assert "Refus de la personne nommée : Jeanne Le Goff" in journal


def test_an_agent_who_accepts_after_a_refusal_grants_nothing(db: Database, cast: Cast, link: str) -> None:
    refuse(cast.anonymous.client, link)
    all_sent(db)
    page = cast.agent.client.get(f"/mairie/dossiers/{cast.a.dossier.reference}")
    assert submit(cast.agent.client, page, "/rouvrir").status_code == 303
    answer(db, cast)
    assert rights(db, cast) == [] and DECLINED in card(cast.parent_a.client) and len(named(db)) == 1


@pytest.mark.parametrize(("name", "of"), [("Alix", "d'Alix Kervarrec"), ("Zoé", "de Zoé Kervarrec")])
def test_a_contact_is_told_how_many_children_they_are_of_and_not_their_names(
    db: Database, cast: Cast, name: str, of: str
) -> None:
    db.execute("UPDATE people SET given_name = ? WHERE id = ?", (name, cast.a.account.person))
    child = household.read(db, cast.a.account.household).last[child_of(cast)].declaration
    with transaction(db):
        twin = people.add_person(db, replace(child.identity, given_name="Ronan"), now())
        ask(db, cast.a.dossier.id, twin, replace(child, identity=replace(child.identity, given_name="Ronan")))
    found = household.read(db, cast.a.account.household).last[contact_of(cast)].declaration
    both = (*found.rights, Right(twin, may_collect=True, emergency=True))
    with transaction(db):
        ask(db, cast.a.dossier.id, contact_of(cast), replace(found, rights=both))
    answer(db, cast)
    (mail,) = named(db)
    assert f"Vous pouvez venir chercher 2 enfants {of}." in mail["body_text"]
    assert f"On peut vous appeler en cas d'urgence pour un enfant {of}." in mail["body_text"]
    assert "Ronan" not in mail["body_text"] and "Loïc" not in mail["body_text"]


def test_a_right_withdrawn_by_the_parent_asks_nothing_more_of_the_contact(db: Database, cast: Cast, link: str) -> None:
    parent = cast.parent_a.client
    submit(parent, parent.get(f"/espace/personnes/{contact_of(cast)}/retirer"), right="tout")
    page = cast.anonymous.client.get(link)
    assert "Rien ne vous est demandé" in page.text and not read(page).select("main form")
    assert follow(cast.anonymous.client, cast.anonymous.client.post(link)).status_code == 200
    assert follow(cast.anonymous.client, cast.anonymous.client.get(f"{link}/refus")).request.path == link
    assert "d'accord" not in card(parent) and "confirmé" not in card(parent)


def test_a_link_serves_a_year(cast: Cast, link: str, hand: time_machine.Traveller) -> None:
    hand.shift(confirming.LIFETIME - timedelta(minutes=1))
    assert cast.anonymous.client.get(link).status_code == 200
    hand.shift(timedelta(minutes=2))
    gone = cast.anonymous.client.get(link)
    assert gone.status_code == 410 and "appelez la mairie" in plain(gone.text)
    assert cast.anonymous.client.post(link).status_code == 410


def test_the_parent_has_the_mail_sent_again_until_it_is_confirmed(db: Database, cast: Cast, link: str) -> None:
    parent, path = cast.parent_a.client, f"/espace/personnes/{contact_of(cast)}/prevenir"
    assert cast.parent_a.client.post(path).status_code == 400
    sent = submit(parent, parent.get("/espace"), "/prevenir")
    assert sent.status_code == 200 and JEANNE in sent.text
    assert [mail["recipient"] for mail in named(db)] == [JEANNE, JEANNE]
    again = link_of(named(db)[1]["body_text"], "/contact")
    assert cast.anonymous.client.get(again).status_code == cast.anonymous.client.get(link).status_code == 200
    home = parent.get("/espace")
    assert [submit(parent, home, "/prevenir").status_code for _time in range(3)] == [200, 200, 429]
    assert len(named(db)) == 4
    press(cast.anonymous.client, again, "C'est d'accord")
    assert "prevenir" not in parent.get("/espace").text
    assert submit(parent, home, "/prevenir").location == "/espace" and len(named(db)) == 4


def test_nobody_writes_to_the_contacts_of_others(db: Database, cast: Cast, link: str) -> None:
    path = f"/espace/personnes/{contact_of(cast)}/prevenir"
    assert cast.parent_b.post(path).status_code == 404
    for person in (*(line.person for line in cast.a.dossier.lines[:2]), 999_999_999, 2**70):
        assert cast.parent_a.post(f"/espace/personnes/{person}/prevenir").status_code == 404, person
    assert cast.anonymous.post(path).location.startswith("/connexion")
    assert len(named(db)) == 1


def test_a_message_in_place_of_a_name_is_not_sent_to_a_stranger(db: Database, cast: Cast) -> None:
    db.execute(
        "UPDATE people SET given_name = 'Allez sur evil.example et payez' WHERE id = ?", (cast.a.account.person,)
    )
    answer(db, cast)
    (mail,) = named(db)
    assert "evil" not in mail["subject"] + mail["body_text"] + mail["body_html"]
    assert mail["subject"] == "Mairie d'Oudon – Un parent a indiqué votre nom"


def test_nothing_is_left_of_a_family_deleted(app: Flask, db: Database, cast: Cast, link: str) -> None:
    press(cast.anonymous.client, link, "C'est d'accord")
    with app.app_context(), transaction(db):
        retention.erase(db, cast.a.account, now())
    assert count(db, "confirmations") == count(db, "tokens WHERE purpose = 'contact'") == 0
    assert named(db) == [], "nor what waits to be sent"
    assert cast.anonymous.client.get(link).status_code == 410


def test_a_link_is_kept_as_a_digest(db: Database, cast: Cast, link: str) -> None:
    token = link.rsplit("/", 1)[1]
    rows = [str(row) for table in db.table_names() if table != "outbox" for row in db.query(f"SELECT * FROM [{table}]")]
    assert len(token) == 43 and not [row for row in rows if token in row]


def test_no_log_holds_a_link_or_a_name(cast: Cast, link: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        press(cast.anonymous.client, link, "C'est d'accord")
        refuse(cast.anonymous.client, link)
    assert "account.decline" in caplog.text
    assert not [one for one in (link.rsplit("/", 1)[1], "Jeanne", "Loïc", JEANNE, "Kervarrec") if one in caplog.text]


def test_ten_clicks_at_once_are_one_refusal(app: Flask, db: Database, link: str) -> None:
    def decline(_index: int) -> None:
        with app.test_request_context():
            try:
                confirming.decline(get_db(), link.rsplit("/", 1)[1])
            finally:
                close_connections()

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(decline, range(10)))
    assert (count(db, "withdrawals"), len(mails(db, "declined"))) == (1, 1)
