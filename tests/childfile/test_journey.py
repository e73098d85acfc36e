"""The dossier of a child: filled in step by step, deposited, changed, by both homes."""

from datetime import timedelta

import time_machine

from tests.childfile.conftest import CARE, CONSENT, HEALTH, NEXT, SCHOOL, YEAR, Files
from tests.homes.conftest import said
from tests.support.client import HTMX, follow, read, submit
from tests.support.walk import PASSWORD
from wizard.db import transaction
from wizard.french import plain
from wizard.services.childfile.asked import every_question


def test_a_parent_fills_the_dossier_step_by_step_and_deposits_it(files: Files) -> None:
    assert "Dossier administratif 2026-2027 : À remplir" in said(files.a)
    page = files.fill(files.a)
    told = " ".join(read(page).get_text(" ").split())
    assert SCHOOL in told and "Cantine, Mercredi" in told and "Sans viande" in told
    done = submit(files.a, page, page.request.path)
    assert done.location == f"{files.path()}?depose={YEAR}"
    assert "C'est déposé pour l'année 2026-2027. Un courriel vous le confirme." in said(files.a, done.location)
    assert "Dossier administratif 2026-2027 : Déposé le 24 novembre 2026, il manque 1 document" in said(files.a)
    assert files.rows("SELECT child, year, meal, pai, sealed_at FROM child_files") == [
        (files.homes.child, YEAR, "Sans viande", None, None)
    ]
    assert files.rows("SELECT step FROM child_file_answers ORDER BY step") == [("accueils",), ("sorties",)]
    assert files.rows("SELECT count(*) FROM drafts WHERE kind = 'child_file'") == [(0,)]
    (mail,) = files.homes.mails("child_file")
    assert "Loïc" in mail["body_text"] and "Sainte-Anne" not in mail["body_text"]


def test_it_is_changed_and_deposited_again_in_place_of_what_it_was(files: Files) -> None:
    files.deposit(files.a)
    page = files.a.get(files.path(YEAR, "accueils"))
    chosen = [tag["value"] for tag in read(page).select("input[name=services][checked]")]
    assert chosen == CARE["services"]
    assert read(files.a.get(files.path(YEAR, "autorisations"))).select_one("input[name=swimming][checked]")
    files.answer(files.a, "accueils", services=["cantine"])
    assert "des changements ne sont pas déposés" in said(files.a)
    assert "Cantine, Mercredi" in said(files.a, files.path())  # what was deposited stands until then
    done = files.answer(files.a, "recapitulatif")
    assert done.location.endswith(f"depose={YEAR}")
    assert files.rows("SELECT count(*), max(meal) FROM child_files") == [(1, "Sans viande")]
    assert files.rows("SELECT data FROM child_file_answers WHERE step = 'sorties'") == []  # asked no more: kept no more
    assert "Complet, déposé le 24 novembre 2026" in said(files.a)


def test_once_it_is_deposited_what_is_left_to_hand_over_on_paper_is_said(files: Files) -> None:
    page = files.deposit(files.a)
    left = "Il reste à imprimer le pli, à le remplir et à le remettre à l'accueil"
    envelope = files.path(YEAR, "pli")
    assert left in plain(page.text) and len(read(page).select(f"a.button[href='{envelope}']")) == 1
    later = files.a.get(files.path())
    assert left not in plain(later.text) and read(later).select_one(f"a[href='{envelope}']")
    (mail,) = files.homes.mails("child_file")
    assert left in plain(mail["body_text"])


def test_nothing_is_said_of_paper_where_health_is_asked_online(online: Files) -> None:
    page = online.deposit(online.a, sante=HEALTH)
    (mail,) = online.homes.mails("child_file")
    assert "C'est déposé" in plain(page.text) and "le pli" not in page.text + mail["body_text"]


def test_no_document_keeps_it_from_being_deposited(files: Files) -> None:
    files.set(
        documents={
            "assurance": True,
            "domicile": True,
            "quotient": True,
            "visite": {"label": "Visite", "why": "Oui.", "law": "Règlement, article 2", "required": True},
        }
    )
    page = files.fill(files.a)
    assert "Aucun document n'empêche de déposer" in said(files.a, files.path(YEAR, "documents"))
    listed = read(files.a.get(files.path(YEAR, "documents"))).select("ul.cards > li")
    assert len(listed) == 5 and len([one for one in listed if one.select("a[href*='/documents/']")]) == 4
    assert submit(files.a, page, "recapitulatif").status_code == 303
    assert "il manque 4 documents" in said(files.a)  # the reduced price is nobody's duty


def test_a_second_click_deposits_nothing_more_and_leads_where_the_first_did(files: Files) -> None:
    page = files.fill(files.a)
    first, second = (submit(files.a, page, "recapitulatif") for _click in range(2))
    assert first.location == second.location
    assert len(files.homes.mails("child_file")) == 1
    assert files.rows("SELECT count(*) FROM drafts WHERE kind = 'child_file'") == [(0,)]


def test_what_is_typed_is_kept_through_a_return_an_error_and_an_expired_draft(
    files: Files, hand: time_machine.Traveller
) -> None:
    assert files.answer(files.a, "accueils", school=SCHOOL).status_code == 422
    page = files.a.get(files.path(YEAR, "accueils"))
    assert str(read(page).select_one("option[selected]")["value"]) == SCHOOL  # type: ignore[index]
    files.homes.db.execute("UPDATE drafts SET expires_at = '2026-11-01T00:00:00+00:00'")
    files.homes.db.conn.commit()
    done = submit(files.a, page, "accueils", school=SCHOOL, services=["matin"])
    assert done.location == files.path(YEAR, "autorisations")
    hand.shift(timedelta(hours=9))  # the session is over
    page = files.a.get(done.location)
    assert page.location.startswith("/connexion")


def test_a_form_sent_after_the_session_ended_is_given_back(files: Files, hand: time_machine.Traveller) -> None:
    files.answer(files.a, "accueils", school=SCHOOL, services=["matin"])
    page = files.a.get(files.path(YEAR, "autorisations"))
    hand.shift(timedelta(minutes=40))
    sent = submit(files.a, page, "autorisations", **CONSENT)
    assert sent.location.startswith("/connexion")
    back = submit(files.a, files.a.get(sent.location), username=files.homes.cast.a.account.email, password=PASSWORD)
    page = follow(files.a, back)
    assert page.request.path == files.path(YEAR, "autorisations")
    assert len(read(page).select("input[type=radio][checked]")) == 3


def test_lines_that_would_say_the_same_of_several_questions_name_them(files: Files) -> None:
    files.answer(files.a, "accueils", school=SCHOOL, services=["matin"])
    lines = [line.text for line in read(files.answer(files.a, "autorisations")).select("#summary a")]
    assert len(lines) == len(set(lines)) == 3 and all("– Répondez par oui ou par non." in line for line in lines)


def test_a_step_is_reached_only_once_those_before_are_answered(files: Files) -> None:
    assert files.a.get(files.path(YEAR, "recapitulatif")).location == files.path(YEAR, "accueils")


def test_only_a_child_whom_the_town_hall_accepted_has_one_and_for_a_year_that_is_open(files: Files) -> None:
    stranger = files.homes.cast.b.dossier.lines[1].person
    for path in (files.path(child=stranger), files.path(YEAR, "accueils", stranger), files.path(NEXT, "accueils")):
        assert files.a.get(path).status_code == 404, path
    for year in ("2025-2026", "2026-2028", "2026", "x"):
        assert files.a.get(files.path(year, "accueils")).status_code == 404
    assert files.a.get(files.path(YEAR, "autre")).status_code == 404
    with transaction(files.homes.db):
        files.homes.db.execute("DELETE FROM household_members WHERE person = ?", (files.homes.child,))
    assert files.a.get(files.path()).status_code == 404


def test_a_town_without_schools_has_no_page_of_it(files: Files) -> None:
    files.set(schools=())
    for path in (files.path(), files.path(YEAR, "accueils"), "/espace/reconduire"):
        assert files.a.get(path).status_code == 404
    assert "Dossier administratif" not in said(files.a)


def test_the_other_home_sees_the_same_dossier_without_the_address_the_phone_and_the_mail(files: Files) -> None:
    files.homes.join()
    files.deposit(files.a)
    assert "Déposé le 24 novembre 2026" in said(files.b)
    for slug in ("", "accueils", "sante", "sorties", "autorisations", "documents", "recapitulatif"):
        page = files.b.get(files.path(YEAR, slug))
        told = (page if page.status_code == 200 else follow(files.b, page)).text
        for secret in ("rue de la Loire", "06 12 34 56 78", files.homes.cast.a.account.email, "Jeanne"):
            assert secret not in told, (slug, secret)


def test_two_parents_who_deposit_at_once_see_what_differs_before_anything_is_replaced(files: Files) -> None:
    files.homes.join()
    mine, theirs = files.fill(files.a), files.fill(files.b, sante={"meal": "Menu du jour"})
    submit(files.a, mine, "recapitulatif")
    refused = submit(files.b, theirs, "recapitulatif")
    assert refused.status_code == 409
    told = " ".join(read(refused).get_text(" ").split())
    assert "L'autre parent a déposé ce dossier entre-temps" in told
    assert "Menu Déposé : Sans viande Vous : Menu du jour" in told
    assert files.rows("SELECT meal FROM child_files") == [("Sans viande",)]
    assert submit(files.b, refused, "recapitulatif").status_code == 303
    assert files.rows("SELECT meal FROM child_files") == [("Menu du jour",)]


def test_what_the_other_deposits_after_one_has_read_the_difference_is_told_too(files: Files) -> None:
    files.homes.join()
    theirs = files.fill(files.b, sante={"meal": "Menu du jour"})
    files.deposit(files.a)
    refused = submit(files.b, theirs, "recapitulatif")
    with transaction(files.homes.db):
        files.homes.db.execute("UPDATE child_files SET updated_at = '2026-11-24T09:06:00.000000+00:00'")
    assert submit(files.b, refused, "recapitulatif").status_code == 409


def test_a_cookie_is_not_enough_a_form_has_its_token(files: Files) -> None:
    files.a.get(files.path(YEAR, "accueils"))
    assert files.a.post(files.path(YEAR, "accueils"), data=CARE).status_code == 400
    assert files.rows("SELECT count(*) FROM draft_answers") == [(0,)]


def test_with_htmx_the_next_step_comes_at_once_and_the_deposit_leads_to_the_dossier(files: Files) -> None:
    page = files.a.get(files.path(YEAR, "accueils"))
    token = read(page).select_one("form[hx-post] input[name=csrf_token]")
    assert token
    values = CARE | {"csrf_token": token["value"]}
    step = files.a.post(files.path(YEAR, "accueils"), data=values, headers=HTMX)
    assert step.status_code == 200 and step.headers["HX-Push-Url"] == files.path(YEAR, "sante")
    files.fill(files.a)
    last = files.a.post(files.path(YEAR, "recapitulatif"), data={"csrf_token": token["value"]}, headers=HTMX)
    assert last.headers["HX-Push-Url"] == f"{files.path()}?depose={YEAR}"
    assert "C'est déposé pour l'année 2026-2027" in last.text


def test_each_question_says_why_it_is_asked_and_by_which_text(online: Files) -> None:
    told = {}
    for slug, values in (
        ("accueils", CARE),
        ("sante", {"meal": "Sans viande", "vaccination": "up_to_date", "pai": "non"}),
        ("sorties", {"alone": "non"}),
        ("autorisations", CONSENT),
    ):
        told[slug] = plain(" ".join(read(online.a.get(online.path(YEAR, slug))).get_text(" ").split()))
        assert online.answer(online.a, slug, **values).status_code == 303
    for one in every_question():
        assert plain(f"{one.label} {one.why} {one.law}") in told[one.step], one.slug
