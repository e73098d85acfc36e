"""Authorisations: each apart, dated, by whom; withdrawn any day; contested when two homes differ."""

import pytest

from tests.childfile.conftest import CONSENT, YEAR, Files
from tests.homes.conftest import said
from tests.support.client import errors, read, submit
from wizard.db import transaction
from wizard.models import Consent
from wizard.services.childfile import authorisations


def page_of(files: Files) -> str:
    return f"/espace/enfants/{files.homes.child}/autorisations"


def verdicts(files: Files) -> dict[str, Consent]:
    return {one.slug: one.verdict for one in authorisations.of_child(files.homes.db, files.homes.child, YEAR)}


def test_nothing_is_ticked_beforehand_and_each_is_answered(files: Files) -> None:
    files.answer(files.a, "accueils", school="École privée Sainte-Anne", services=["mercredi"])
    files.answer(files.a, "sante", meal="Sans viande")
    files.answer(files.a, "sorties", alone="non")
    page = files.a.get(files.path(YEAR, "autorisations"))
    assert not read(page).select("input[type=radio][checked]") and len(read(page).select("fieldset")) == 6
    refused = submit(files.a, page, page.request.path, photo_inside="oui")
    assert refused.status_code == 422
    assert set(errors(refused)) == CONSENT.keys() - {"photo_inside"}
    assert files.rows("SELECT count(*) FROM authorisations") == [(0,)]  # only what is deposited counts


def test_only_those_of_the_services_chosen_are_asked(files: Files) -> None:
    files.answer(files.a, "accueils", school="École privée Sainte-Anne", services=["matin"])
    page = read(files.a.get(files.path(YEAR, "autorisations")))
    assert {tag["name"] for tag in page.select("input[type=radio]")} == {"photo_inside", "photo_bulletin", "photo_web"}


def test_both_parents_see_who_gave_each_and_each_takes_back_their_own(files: Files) -> None:
    files.homes.join()
    files.deposit(files.a)
    (mail,) = files.homes.mails("authorisations")
    assert mail["recipient"] == files.homes.cast.b.account.email
    assert "Loïc" in mail["body_text"] and "photo" not in mail["body_text"]
    told = said(files.b, page_of(files))
    assert "Se baigner : Oui Camille Kervarrec : oui, le 24 novembre 2026" in told and "Retirer" not in told
    assert "Vous : oui, le 24 novembre 2026" in said(files.a, page_of(files))
    page = files.a.get(page_of(files))
    taken = submit(files.a, page, "/retirer", purpose="swimming")
    assert taken.location.endswith("?fait=retire")
    again = submit(files.a, page, "/retirer", purpose="swimming")
    assert again.location == taken.location
    assert "Se baigner : Non Vous : oui le 24 novembre 2026, retiré le 24 novembre 2026" in said(
        files.a, page_of(files)
    )
    assert len(files.homes.mails("authorisations")) == 2  # the second click told nobody anything
    assert verdicts(files)["transport"] is Consent.YES and verdicts(files)["photo_web"] is Consent.NO


def test_two_parents_who_differ_contest_it_and_it_counts_as_no(files: Files) -> None:
    files.homes.join()
    files.deposit(files.a)
    page = files.b.get(files.path(YEAR, "autorisations"))
    assert not read(page).select("input[type=radio][checked]")  # what one parent answered, the other has not
    files.deposit(files.b, autorisations=CONSENT | {"swimming": "non"})
    assert verdicts(files)["swimming"] is Consent.CONTESTED and verdicts(files)["transport"] is Consent.YES
    assert "Se baigner : Contesté : compte pour non" in said(files.a, page_of(files))
    assert [one["recipient"] for one in files.homes.mails("authorisations")] == [
        files.homes.cast.b.account.email, files.homes.cast.a.account.email,
    ]  # fmt: skip


def test_a_parent_takes_back_what_they_gave_and_nothing_of_the_other(files: Files) -> None:
    files.homes.join()
    files.deposit(files.a)
    token = read(files.b.get(page_of(files))).select_one("input[name=csrf_token]")
    assert token
    path = f"{page_of(files)}/retirer"
    sent = {"csrf_token": token["value"], "year": YEAR, "purpose": "swimming"}
    assert files.b.post(path, data=sent).status_code == 303
    assert verdicts(files)["swimming"] is Consent.YES
    assert files.b.post(path, data=sent | {"year": "1999-2000"}).status_code == 404


def test_what_a_parent_answered_counts_as_long_as_the_child_is_at_their_home(files: Files) -> None:
    files.homes.join()
    files.deposit(files.a)
    files.deposit(files.b, autorisations=CONSENT | {"swimming": "non"})
    with transaction(files.homes.db):
        files.homes.db.execute(
            "DELETE FROM household_members WHERE household = ? AND person = ?",
            (files.homes.cast.b.account.household, files.homes.child),
        )
    assert verdicts(files)["swimming"] is Consent.YES


@pytest.mark.parametrize("value", ["", "peut-être", "y"])
def test_no_other_answer_is_one(files: Files, value: str) -> None:
    files.fill(files.a)
    assert files.answer(files.a, "autorisations", **CONSENT | {"outings": value}).status_code == 422
