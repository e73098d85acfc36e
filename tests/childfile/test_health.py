"""Health: a page to print when it is not online; online, sealed in the draft and in the envelope, plain nowhere."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.childfile.conftest import CARE, HEALTH, YEAR, Files
from tests.homes.conftest import said
from tests.support.client import follow, read, submit
from tests.support.walk import PASSWORD, signed_in
from wizard.services.documents import vault

WORDS = ("zébrure", "Le Guen", "girafes", "peanuts", "not_yet")


def bytes_of(app: Flask) -> bytes:
    """Return all that the files of the portal hold, the logs of both databases included."""
    return b"".join(path.read_bytes() for path in Path(app.config["PORTAIL"].instance).glob("*.db*"))


def plain_in(app: Flask) -> list[str]:
    held = bytes_of(app)
    forms = {word: (word.encode(), word.encode("unicode_escape"), word.encode("utf-16-le")) for word in WORDS}
    return [word for word, written in forms.items() if any(one in held for one in written)]


def test_health_is_not_asked_online_by_default_and_a_page_is_printed(files: Files) -> None:
    page = files.fill(files.a).text
    assert "Vaccinations" not in page and "PAI" not in page
    step = said(files.a, files.path(YEAR, "sante"))
    assert "La raison de ce choix ne vous est pas demandée." in step and "un pli à remettre en main propre" in step
    submit(files.a, files.a.get(files.path(YEAR, "recapitulatif")), "recapitulatif")
    assert "Imprimer le pli à remettre en main propre" in said(files.a, files.path())
    paper = said(files.a, files.path(YEAR, "pli"))
    assert "Loïc" in paper
    assert "Vaccinations obligatoires" in paper and "Arrêté du 20 février 2003, article 1er" in paper
    assert "Pages des vaccinations" in paper
    assert files.rows("SELECT pai, sealed_at FROM child_files") == [(None, None)]


def test_what_is_sent_about_health_where_it_is_not_asked_is_not_kept(files: Files, app: Flask) -> None:
    files.deposit(files.a, sante=HEALTH)
    assert plain_in(app) == []


def test_health_is_sealed_in_the_draft_then_in_the_envelope_and_plain_in_no_file(online: Files, app: Flask) -> None:
    page = online.fill(online.a, sante=HEALTH)
    told = " ".join(read(page).get_text(" ").split())
    assert "Arachides, Lait" in told and "Appeler le 15, zébrure" in told and "Le Guen" in told
    assert online.rows("SELECT count(*) FROM draft_answers WHERE step = 'sante' AND data LIKE '%sealed%'") == [(1,)]
    assert plain_in(app) == []
    submit(online.a, page, "recapitulatif")
    assert plain_in(app) == []
    ((meal, pai, sealed),) = online.rows("SELECT meal, pai, sealed_at FROM child_files")
    assert (meal, pai) == ("Sans viande", 1) and sealed
    with app.app_context():
        kept = vault.unseal(online.homes.child, YEAR)
    assert kept["reaction"] == ["Appeler le 15, zébrure"] and "meal" not in kept
    assert online.a.get(online.path(YEAR, "pli")).status_code == 404


def test_what_was_sent_once_the_session_had_ended_waits_sealed_too(
    online: Files, app: Flask, hand: time_machine.Traveller
) -> None:
    online.answer(online.a, "accueils", **CARE)
    page = online.a.get(online.path(YEAR, "sante"))
    hand.shift(timedelta(minutes=40))
    sent = submit(online.a, page, "sante", **HEALTH)
    assert sent.location.startswith("/connexion") and online.rows("SELECT count(*) FROM held_forms") == [(1,)]
    assert plain_in(app) == []
    email = online.homes.cast.a.account.email
    page = follow(online.a, submit(online.a, online.a.get(sent.location), username=email, password=PASSWORD))
    assert "Appeler le 15, zébrure" in page.text
    assert plain_in(app) == []


def test_nothing_is_kept_of_health_when_it_cannot_be_sealed(online: Files, app: Flask) -> None:
    online.answer(online.a, "accueils", **CARE)
    page = online.a.get(online.path(YEAR, "sante"))
    with app.app_context():
        vault.seal_text(YEAR, "a key for the year")
    lost = replace(app.config["PORTAIL"].documents, key="another key, long enough", key_file=None)
    app.config["PORTAIL"] = replace(app.config["PORTAIL"], documents=lost)
    assert submit(online.a, page, "sante", **HEALTH).status_code == 503
    assert plain_in(app) == []


@pytest.mark.parametrize(
    "reason", [{}, {"pai": "oui"}, {"allergens": ["milk"]}, {"other_allergen": "kiwi"}, {"treatment": "oui"}]
)
def test_a_doctor_is_kept_with_a_reason_to_call_one(online: Files, app: Flask, reason: dict[str, object]) -> None:
    online.deposit(online.a, sante=HEALTH | {"pai": "non", "allergens": [], "treatment": "non"} | reason)
    with app.app_context():
        kept = {"doctor_name", "doctor_phone"} & vault.unseal(online.homes.child, YEAR).keys()
    assert len(kept) == (2 if reason else 0)


def test_both_parents_read_it_again_and_change_it(online: Files, app: Flask) -> None:
    online.homes.join()
    online.deposit(online.a, sante=HEALTH)
    assert "Appeler le 15, zébrure" in said(online.b, online.path())
    online.answer(online.b, "sante", to_know="Il aime les zèbres.")
    online.deposit(online.b, sante={"to_know": "Il aime les zèbres."})
    with app.app_context():
        assert vault.unseal(online.homes.child, YEAR)["to_know"] == ["Il aime les zèbres."]


def test_what_cannot_be_read_any_more_is_asked_anew(online: Files, app: Flask) -> None:
    online.deposit(online.a, sante=HEALTH)
    with app.app_context():
        vault.drop_envelope(online.homes.child, YEAR)
    page = read(online.a.get(online.path(YEAR, "sante")))
    assert page.select_one("input[name=meal][checked]") and not page.select("input[name=allergens][checked]")
    assert "zébrure" not in said(online.a, online.path())


def test_what_is_sent_once_the_session_ended_is_sealed_until_it_is_given_back(
    online: Files, app: Flask, hand: time_machine.Traveller
) -> None:
    online.answer(online.a, "accueils", **CARE)
    path = online.path(YEAR, "sante")
    page = online.a.get(path)
    hand.shift(timedelta(hours=13))
    assert "/connexion" in str(submit(online.a, page, path, **HEALTH).location)
    assert online.rows("SELECT count(*) FROM held_forms") == [(1,)] and plain_in(app) == []
    signed_in(online.a, online.homes.cast.a.account.email)
    given_back = read(online.a.get(path))
    assert given_back.select_one("input[name=doctor_name][value='Le Guen']") and "zébrure" in given_back.get_text()
    assert plain_in(app) == []


def test_what_is_sealed_stays_so_when_the_town_asks_it_online_no_more(online: Files, app: Flask) -> None:
    """The draft begun then holds nothing of it; deposited again, the envelope stays, and those who open it see it."""
    online.deposit(online.a, sante=HEALTH)
    online.set(health=None)
    online.fill(online.a)
    assert plain_in(app) == []
    online.deposit(online.a)
    assert online.rows("SELECT pai, sealed_at IS NOT NULL FROM child_files") == [(1, 1)]
    assert "Plis santé" in said(online.a, "/espace/documents") and plain_in(app) == []


def test_without_the_key_that_seals_nothing_is_kept_and_it_is_said(online: Files, app: Flask) -> None:
    online.set(documents={"assurance": True})
    online.answer(online.a, "accueils", **CARE)
    step, sending = online.path(YEAR, "sante"), online.sending("assurance")
    health, document = online.a.get(step), online.a.get(sending)
    with app.app_context():
        vault.seal_text(YEAR, "made before the key was lost")
    town = app.config["PORTAIL"]
    app.config["PORTAIL"] = replace(town, documents=replace(town.documents, key="another", key_file=None))
    refused = submit(online.a, health, step, **HEALTH)
    assert refused.status_code == 503 and "Ce n'est pas de votre fait" in refused.text
    token = read(document).select_one("input[name=csrf_token]")["value"]  # type: ignore[index]
    sent = {"csrf_token": token, "files": (BytesIO("zébrure".encode()), "page.jpg")}
    assert online.a.post(sending, data=sent, content_type="multipart/form-data").status_code == 503
    assert plain_in(app) == []


def test_what_the_envelope_says_is_needed_is_asked_of_the_parents_once_deposited(online: Files) -> None:
    online.deposit(online.a, sante=HEALTH | {"vaccination": "contraindication", "treatment": "oui"})
    told = said(online.a, online.path())
    assert "Certificat de contre-indication" in told and "Ordonnance du traitement" in told
    assert "Pages des vaccinations" not in told
    links = {str(link["href"]) for link in read(online.a.get(online.path())).select("main a[href]")}
    assert {online.sending(kind) for kind in ("contre_indication", "ordonnance")} <= links
    agents = said(online.homes.agent, f"/mairie/enfants/{online.homes.child}/dossier/{YEAR}")
    assert "contre-indication" not in agents and "Ordonnance" not in agents
