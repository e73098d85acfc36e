"""A person, not an address, opens a family's data: whose session opens a draft, and what ends every address of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database

from tests.security.actors import MARK_A, Cast, an_entourage, loaded
from tests.support.client import HTMX, CheckedClient, follow, form_of, read, submit, typed
from tests.support.families import decide
from tests.support.walk import CHILD, PASSWORD, RELATIVE, add, deposit, link_of, names, open_entourage, signed_in
from wizard import clock
from wizard.models import DraftKind
from wizard.stores import accounts, drafts


@pytest.fixture
def begun(cast: Cast) -> str:
    """Step 1 of the entourage that parent A began at top level, in their session."""
    opened = cast.parent_a.client.post("/entourage")
    assert opened.status_code == 303
    return opened.location


def people_in(db: Database) -> int:
    """Count the children added in drafts, beside those that the households have."""
    query = "SELECT count(*) FROM draft_answers WHERE step LIKE 'membre:%' AND step NOT LIKE 'membre:p%'"
    return int(db.execute(query).fetchone()[0])


def test_signing_in_leads_into_nobody_s_draft(app: Flask, db: Database, cast: Cast) -> None:
    trap = f"/entourage/{an_entourage(db, cast.b.account.id)}"
    for path in (trap, f"{trap}/etape-1", f"{trap}/etape-1/membre"):
        victim = app.test_client()
        page = victim.get("/connexion", query_string={"suite": path})
        done = submit(victim, page, username=cast.a.account.email, password=PASSWORD, suite=path)
        assert (done.status_code, done.location) == (303, "/espace")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_draft_is_refused_to_the_session_of_another(db: Database, cast: Cast, headers: dict[str, str]) -> None:
    step_1 = f"/entourage/{an_entourage(db, cast.b.account.id)}/etape-1"
    for path in (step_1, f"{step_1}/membre", step_1.removesuffix("/etape-1")):
        refused = cast.parent_a.client.get(path, headers=headers)
        assert refused.status_code == 403 and "autre famille" in refused.text and "Nolwenn" not in refused.text
    before = people_in(db)
    assert cast.parent_a.client.post(f"{step_1}/membre", data=CHILD, headers=headers).status_code == 403
    assert cast.parent_a.client.post(step_1, headers=headers).status_code == 403
    assert people_in(db) == before
    assert cast.parent_b.client.get(step_1).status_code == 200


def test_the_pages_of_a_draft_say_whose_family_it_is(app: Flask, db: Database, cast: Cast) -> None:
    frame, step_1 = app.test_client(), f"/entourage/{an_entourage(db, cast.a.account.id)}/etape-1"
    for path in (step_1.removesuffix("/etape-1"), step_1, f"{step_1}/membre", step_1.replace("etape-1", "etape-2")):
        assert f"Famille de Camille {MARK_A}" in frame.get(path).text, path


def test_a_draft_opened_in_a_session_is_worth_nothing_without_it(
    app: Flask, db: Database, cast: Cast, begun: str
) -> None:
    thief = app.test_client()
    assert cast.parent_a.client.get(begun).status_code == 200
    assert thief.get(begun).status_code == 410
    assert thief.post(f"{begun}/membre", data=CHILD).status_code == 410
    assert people_in(db) == 0


def end_by_signing_out(client: CheckedClient, _db: Database) -> None:
    submit(client, client.get("/espace"), "deconnexion")


def end_by_another_password(client: CheckedClient, _db: Database) -> None:
    page = client.get("/espace/donnees/mot-de-passe")
    submit(client, page, password=PASSWORD, new_password="tortue valise orage 4")


def end_by_another_address(client: CheckedClient, db: Database) -> None:
    submit(client, client.get("/espace/donnees/courriel"), password=PASSWORD, email="ailleurs@exemple.fr")
    client.post(mailed(db, "/courriel"))


def end_by_deletion(client: CheckedClient, db: Database) -> None:
    submit(client, client.get("/espace/donnees/suppression"), password=PASSWORD)
    client.post(mailed(db, "/suppression"), data={"sure": "y"})


def mailed(db: Database, path: str) -> str:
    (body,) = db.execute("SELECT unsealed(body_text) FROM outbox ORDER BY id DESC LIMIT 1").fetchone()
    return link_of(body, path)


@pytest.mark.parametrize("end", [end_by_signing_out, end_by_another_password, end_by_another_address, end_by_deletion])
def test_what_ends_a_sign_in_ends_every_address_of_the_account_s_drafts(
    app: Flask, db: Database, cast: Cast, begun: str, end: Callable[[CheckedClient, Database], None]
) -> None:
    parent, other = cast.parent_a.client, app.test_client()
    framed = open_entourage(other, cast.a.account.email).request.path
    assert other.get(framed).status_code == 200
    end(parent, db)
    for browser in (parent, other, app.test_client()):
        for step_1 in (begun, framed):
            assert browser.get(step_1).status_code == 410
            assert browser.post(f"{step_1}/membre", data=CHILD).status_code == 410
            assert browser.post(step_1.replace("etape-1", "etape-2")).status_code == 410
    assert people_in(db) == 0


def test_a_deletion_pressed_in_the_browser_of_another_family_leaves_its_session(db: Database, cast: Cast) -> None:
    submit(cast.parent_a.client, cast.parent_a.client.get("/espace/donnees/suppression"), password=PASSWORD)
    assert cast.parent_b.client.post(mailed(db, "/suppression"), data={"sure": "y"}).status_code == 303
    assert accounts.by_id(db, cast.a.account.id) is None
    assert cast.parent_b.client.get("/espace").status_code == 200


def test_what_was_typed_stays_for_the_next_sign_in(app: Flask, db: Database, cast: Cast, begun: str) -> None:
    parent = cast.parent_a.client
    add(parent, parent.get(begun), "contact", **RELATIVE, children=known_child(parent, begun), may_collect="y")
    end_by_signing_out(parent, db)
    signed_in(parent, cast.a.account.email)
    assert "Jeanne" in parent.get(parent.post("/entourage").location).text


def known_child(client: CheckedClient, step_1: str) -> str:
    """Return the id, in the draft, of the child that the household has."""
    tag = read(client.get(f"{step_1}/contact")).select_one("[name=children]")
    assert tag is not None
    return str(tag["value"])


def test_a_session_idle_for_half_an_hour_opens_no_draft_and_loses_nothing(db: Database, cast: Cast, begun: str) -> None:
    parent = cast.parent_a.client
    form = parent.get(f"{begun}/membre")
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert parent.get(begun).status_code == 410
        late = submit(parent, form, **CHILD)
        assert late.status_code == 410 and "est gardé" in late.text and people_in(db) == 1
        signed_in(parent, cast.a.account.email)
        assert "Loïc" in names(parent.get(parent.post("/entourage").location))


def test_what_comes_late_from_a_browser_without_the_session_is_not_kept(
    app: Flask, db: Database, cast: Cast, begun: str
) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert app.test_client().post(f"{begun}/membre", data=CHILD).status_code == 410
    assert people_in(db) == 0


def test_an_address_of_the_frame_is_refused_where_its_account_s_sign_in_ended(
    db: Database, cast: Cast, begun: str
) -> None:
    """The town's site and the portal may be one site for the browser: its frame then has the session."""
    parent, frame = cast.parent_a.client, f"/entourage/{an_entourage(db, cast.a.account.id)}/etape-1"
    assert parent.get(frame).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert parent.get(frame).status_code == 410
        again = open_entourage(parent, cast.a.account.email)
        assert again.status_code == 200


def test_the_frame_s_button_ends_every_address(app: Flask, db: Database, cast: Cast) -> None:
    frame, other = app.test_client(), app.test_client()
    step_1 = open_entourage(frame, cast.a.account.email)
    elsewhere = open_entourage(other, cast.a.account.email).request.path
    done = submit(frame, step_1, "terminer")
    assert (done.status_code, done.location) == (303, "/entourage?fait=terminer")
    assert "Ce que vous avez saisi est gardé" in frame.get(done.location).text
    assert frame.get(step_1.request.path).status_code == other.get(elsewhere).status_code == 410
    assert submit(frame, step_1, "terminer").status_code == 303  # a double click


def test_the_frame_s_button_ends_every_address_after_a_deposit_too(app: Flask, db: Database, cast: Cast) -> None:
    frame, other = app.test_client(), app.test_client()
    step_1 = open_entourage(frame, cast.a.account.email)
    child = known_child(frame, step_1.request.path)
    done = deposit(frame, add(frame, step_1, "contact", **RELATIVE, children=child, may_collect="y"))
    began_anew = open_entourage(frame, cast.a.account.email).request.path
    assert submit(cast.parent_b.client, step_1, "terminer").status_code == 403
    assert submit(other, step_1, "terminer").status_code == 303
    assert frame.get(done.request.path).status_code == frame.get(began_anew).status_code == 410


def test_signing_in_here_as_another_ends_the_session_before(db: Database, cast: Cast, begun: str) -> None:
    browser = cast.parent_a.client
    theirs = open_entourage(browser, cast.b.account.email)
    assert theirs.status_code == 200 and "Famille de Camille Ploumanac" in theirs.text
    assert browser.get("/espace").status_code == 303
    assert browser.get(begun).status_code == 410


def test_the_receipt_of_a_deposit_is_no_page_of_another_s_session(app: Flask, db: Database, cast: Cast) -> None:
    frame = app.test_client()
    page = open_entourage(frame, cast.a.account.email)
    page = add(frame, page, "contact", **RELATIVE, children=known_child(frame, page.request.path), may_collect="y")
    done = deposit(frame, page)
    assert frame.get(done.request.path).status_code == 200
    assert cast.parent_b.client.get(done.request.path).status_code == 403
    end_by_signing_out(cast.parent_a.client, db)
    assert frame.get(done.request.path).status_code == 410


def household_of(db: Database, cast: Cast) -> list[tuple[object, ...]]:
    query = "SELECT people.* FROM people JOIN household_members ON person = id WHERE household = ? ORDER BY id"
    return db.execute(query, (cast.a.dossier.household,)).fetchall()


KINDS_OF = {"representative": "", "child": "membre", "contact": "contact"}


@pytest.mark.parametrize("kind", ["contact", "membre", "co-representant"])
def test_accepted_people_are_not_rewritten_by_their_number(app: Flask, db: Database, cast: Cast, kind: str) -> None:
    """Neither a contact, nor a child, nor the parent: asked otherwise, they stay as they were accepted."""
    decide(db, cast.a.dossier.id)
    before, browser = household_of(db, cast), app.test_client()
    step_1 = open_entourage(browser, cast.a.account.email).request.path
    prowler = {**RELATIVE, **CHILD, "birth_name": "Inconnu", "given_name": "Rôdeur", "may_collect": "y",
               "same_address": "yes", "email": "r@exemple.fr", "children": known_child(browser, step_1)}  # fmt: skip
    for line in cast.a.dossier.lines:
        for path in (f"{step_1}/{kind}/p{line.person}", f"{step_1}/{kind}/p0{line.person}"):
            own = path.endswith(f"/{KINDS_OF[line.role]}/p{line.person}")
            assert browser.get(path).status_code == (200 if own else 404)
            given = "".join(chr(ord("a") + int(digit)) for digit in str(line.person))
            sent = browser.post(path, data={**prowler, "link": "grandparent", "given_name": given})
            assert sent.status_code == (303 if own else 404)
        browser.post(f"{step_1}/{kind}", data={**prowler, "link": "grandparent", "entry": f"p{line.person}"})
    child = known_child(browser, step_1)
    deposit(browser, add(browser, browser.get(step_1), "contact", **RELATIVE, children=child, may_collect="y"))
    assert household_of(db, cast)[: len(before)] == before


def test_a_correction_sent_after_the_answer_changed_is_asked_and_rewrites_nobody(
    app: Flask, db: Database, cast: Cast
) -> None:
    browser, dossier = app.test_client(), cast.a.dossier
    decide(db, dossier.id, Jeanne="to_correct")
    step_1 = open_entourage(browser, cast.a.account.email)
    edit = next(a for a in read(step_1).select(".card a") if "Jeanne" in a.get_text())
    page = follow(browser, submit(browser, browser.get(str(edit["href"])), given_name="Rôdeur"))
    decide(db, dossier.id)
    before = household_of(db, cast)
    sent = submit(browser, follow(browser, submit(browser, page, "etape-1")), "etape-2")
    assert sent.status_code == 303
    assert household_of(db, cast) == before
    agent = cast.agent.client.get("/mairie")
    assert agent.text.count("badge") and "Jeanne" in agent.text and "Rôdeur" not in agent.text


def test_the_list_of_whom_a_draft_may_touch_is_the_server_s(app: Flask, db: Database, cast: Cast) -> None:
    browser = app.test_client()
    step_1 = open_entourage(browser, cast.a.account.email)
    token = step_1.request.path.split("/")[2]
    jeanne = cast.b.dossier.lines[-1].person
    before = loaded(db, token, DraftKind.ENTOURAGE).answers["ouverture"]["to_correct"]
    for field in ("to_correct", "ouverture", "known", "opened"):
        form = form_of(read(step_1), "etape-1")
        browser.post(str(form["action"]), data=typed(form) | {field: f"contact:p{jeanne}"})
        browser.post(f"{step_1.request.path}/ouverture", data={field: f"contact:p{jeanne}"})
        assert browser.get(f"{step_1.request.path}/contact/p{jeanne}").status_code == 404
    own = [f"membre:p{cast.a.dossier.lines[1].person}", f"contact:p{cast.a.dossier.lines[2].person}"]
    assert loaded(db, token, DraftKind.ENTOURAGE).answers["ouverture"]["to_correct"] == before == own
    account = accounts.by_id(db, cast.a.account.id)
    assert account and drafts.latest_of_account(db, account.id, clock.now())
