"""Who holds what: a draft belongs to its address, a family to its account, a decision to its dossier."""

import secrets

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.security.actors import Cast, a_signup, an_entourage, decided, loaded, right_icon
from tests.support.client import CheckedClient, form_of, read, submit, typed
from tests.support.walk import PASSWORD, link_of
from wizard.models import DraftKind
from wizard.stores import accounts, dossiers


def test_the_database_does_not_hold_what_opens_a_draft(db: Database, cast: Cast) -> None:
    """A stolen backup opens nothing: neither drafts, nor sessions, nor links."""
    signup, entourage = a_signup(db), an_entourage(db, cast.a.account.id)
    submit(cast.anonymous.client, cast.anonymous.client.get("/acces-oublie"), email=cast.a.account.email)
    (written,) = db.execute("SELECT unsealed(body_text) FROM outbox").fetchone()
    dump = "\n".join(db.conn.iterdump())
    cookie = cast.parent_a.client.get_cookie("__Host-portail", domain="famille.oudon.example")
    assert cookie
    sent = link_of(written, "/mot-de-passe").rpartition("/")[2]
    for secret in (signup, entourage, cookie.value, PASSWORD, sent):
        assert secret not in dump


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(token=st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True))
def test_no_made_up_address_opens_a_draft(client: CheckedClient, db: Database, token: str) -> None:
    if not db.execute("SELECT 1 FROM drafts").fetchone():
        a_signup(db)
    assert client.get(f"/inscription/{token}/adresse").status_code == 410


def test_almost_the_right_address_opens_nothing(client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    assert client.get(f"/inscription/{token}/adresse").status_code == 200
    near = {token[:-1], token + "A", token.swapcase(), token[::-1], f"{token}%00", f"%20{token}", token.lower()}
    for other in near - {token}:
        assert client.get(f"/inscription/{other}/adresse").status_code == 410, other


def test_what_is_typed_in_one_draft_never_shows_in_another(client: CheckedClient, db: Database) -> None:
    mine, other = a_signup(db, mark="Kervarrec"), a_signup(db, mark="Ploumanac")
    before = loaded(db, other)
    form = form_of(read(client.get(f"/inscription/{mine}/identite")))
    client.post(f"/inscription/{mine}/identite", data=typed(form) | {"birth_name": "Le Bihan", "revision": "0"})
    assert loaded(db, other) == before
    assert "Le Bihan" not in client.get(f"/inscription/{other}/identite").text


def test_a_finished_sign_up_is_not_changed_by_its_former_address(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    token = a_signup(db)
    form = {"username": "nouvelle@exemple.fr", "password": PASSWORD, **right_icon(app, db, token)}
    assert client.post(f"/inscription/{token}/identifiants", data=form).status_code == 303
    before = db.execute("SELECT * FROM people").fetchall()
    thief = client.post(f"/inscription/{token}/identite", data={"birth_name": "Voleur", "given_name": "Jean"})
    assert thief.status_code == 303 and thief.location.endswith("/confirmation")
    assert db.execute("SELECT * FROM people").fetchall() == before
    assert "Kervarrec" not in client.get(thief.location).text


def test_a_field_more_gives_nothing_more(db: Database, client: CheckedClient, cast: Cast) -> None:
    """Neither the account, nor the household, nor the role of anyone is taken from a form."""
    token = an_entourage(db, cast.b.account.id)
    form = form_of(read(client.get(f"/entourage/{token}/etape-2")), "etape-2")
    extra = {"account": cast.a.account.id, "household": cast.a.dossier.household, "person": cast.a.account.person}
    assert client.post(str(form["action"]), data=typed(form) | extra | {"role": "representative"}).status_code == 303
    (a, b) = (len(dossiers.of_household(db, one.dossier.household)) for one in (cast.a, cast.b))
    assert (a, b) == (1, 1)
    assert [len(dossiers.of_household(db, one.dossier.household)[0].lines) for one in (cast.a, cast.b)] == [3, 4]


def test_a_contact_is_given_rights_over_the_draft_s_own_children_only(
    db: Database, client: CheckedClient, cast: Cast
) -> None:
    theirs = an_entourage(db, cast.b.account.id)
    child_of_a = next(line.person for line in cast.a.dossier.lines if line.person != cast.a.account.person)
    for stranger in (f"p{child_of_a}", str(child_of_a), "0a1b2c3e", "ouverture"):
        contact = {
            "birth_name": "Petit", "given_name": "Jeanne", "phone": "0240836017", "link": "grandparent",
            "may_collect": "y", "children": stranger, "entry": secrets.token_hex(4),
        }  # fmt: skip
        assert client.post(f"/entourage/{theirs}/etape-1/contact", data=contact).status_code == 422, stranger
    assert set(loaded(db, theirs, DraftKind.ENTOURAGE).answers) == {"ouverture", "membre:0a1b2c3d"}


@pytest.mark.parametrize("kind", ["ouverture", "etape-1", "etape-2", "identite", "membre:0a1b2c3d"])
def test_only_people_are_removed_from_a_draft(db: Database, client: CheckedClient, cast: Cast, kind: str) -> None:
    token = an_entourage(db, cast.b.account.id)
    before = set(loaded(db, token, DraftKind.ENTOURAGE).answers)
    for entry in ("ouverture", "", "x", "0a1b2c3d:"):
        client.post(f"/entourage/{token}/etape-1/{kind}/{entry}/retirer")
    assert set(loaded(db, token, DraftKind.ENTOURAGE).answers) == before


def test_an_agent_decides_only_on_the_people_of_the_dossier(db: Database, cast: Cast) -> None:
    path, other = f"/mairie/dossiers/{cast.a.dossier.reference}", cast.b.dossier
    forged = {f"p{line.person}-decision": "accepted" for line in other.lines}
    forged |= {f"p{line.person}-seen": "0" for line in other.lines}
    cast.agent.post(path, **forged)
    after = dossiers.by_id(db, other.id)
    assert after is not None and not any(line.decision for line in after.lines)


def test_the_reception_reads_and_writes_no_family_even_with_a_reference(db: Database, cast: Cast) -> None:
    decided(db, cast.a.dossier)
    path = f"/mairie/dossiers/{cast.a.dossier.reference}"
    for method in (cast.reception.post, cast.reception.client.get):
        for tail in ("", "/reponse"):
            assert method(path + tail).status_code == 403
    assert cast.reception.post(f"{path}/rouvrir").status_code == 403
    after = dossiers.by_id(db, cast.a.dossier.id)
    assert after is not None and after.answered_at is None and after.opened_at is None
    assert db.execute("SELECT count(*) FROM journal WHERE agent IS NOT NULL").fetchone() == (0,)


def test_a_parent_acts_on_their_own_account_whatever_they_post(db: Database, cast: Cast) -> None:
    own = {"account": cast.b.account.id, "person": cast.b.account.person, "household": cast.b.dossier.household}
    page = cast.parent_a.client.get("/espace/donnees/identite")
    submit(cast.parent_a.client, page, given_name="Nolwenn", **own)
    names = dict(db.execute("SELECT id, given_name FROM people").fetchall())
    assert names[cast.a.account.person] == "Nolwenn" and names[cast.b.account.person] == "Camille"


def test_a_link_acts_on_its_own_account_whoever_opens_it(db: Database, cast: Cast) -> None:
    client = cast.parent_a.client
    submit(client, client.get("/espace/donnees/suppression"), password=PASSWORD)
    (body,) = db.execute("SELECT unsealed(body_text) FROM outbox ORDER BY id DESC LIMIT 1").fetchone()
    path = body[body.index("/suppression/") :].split()[0]
    submit(cast.parent_b.client, cast.parent_b.client.get(path), sure="y")
    assert accounts.by_id(db, cast.a.account.id) is None
    assert accounts.by_id(db, cast.b.account.id) is not None
