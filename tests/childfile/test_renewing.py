"""The second year: one page a family, one button, and nothing asked that is held and valid."""

from collections.abc import Callable
from datetime import date

import time_machine
from bs4 import Tag

from tests.childfile.conftest import HEALTH, NEXT, SCHOOL, YEAR, Files, a_sister, come_back
from tests.homes.conftest import said
from tests.support.client import follow, read, submit
from wizard import clock
from wizard.services.documents import expiring, keeping
from wizard.services.documents.conversion import Converted
from wizard.settings import get_settings

PAGE = "/espace/reconduire"
PAPER = Converted("application/pdf", b"%PDF-1.4 a page", (b"a preview",), 1, analysed=False)


def deposit_for(files: Files, child: int) -> None:
    """Deposit the dossier of another child than the first."""
    page = files.a.get(files.path(YEAR, "accueils", child))
    given = {"accueils": {"school": SCHOOL, "services": ["cantine"]}, "sante": {"meal": "Menu du jour"}}
    given["autorisations"] = dict.fromkeys(("photo_inside", "photo_bulletin", "photo_web"), "non")  # type: ignore[arg-type]
    while True:
        slug = page.request.path.rpartition("/")[2]
        done = submit(files.a, page, page.request.path, **given.get(slug, {}))
        page = follow(files.a, done)
        if slug == "recapitulatif":
            return


def taps(page: Tag, word: str) -> Tag:
    """Return what one taps, by what it says."""
    found = [one for one in page.select("a, button") if word in one.get_text(" ")]
    assert found, word
    return found[0]


def test_the_second_year_of_a_family_takes_three_taps_at_most(files: Files, spring: Callable[[], None]) -> None:
    sister = a_sister(files)
    files.deposit(files.a)
    deposit_for(files, sister)
    assert "Reconduire" not in said(files.a)
    spring()
    come_back(files)
    tapped = 0
    link = taps(read(files.a.get("/espace")), "Reconduire les dossiers pour l'année 2027-2028")
    tapped += 1
    page = files.a.get(str(link["href"]))
    told = " ".join(read(page).get_text(" ").split())
    assert "Loïc" in told and "Inès" in told and "Aucun document à redonner." in told
    assert "À redonner, maintenant ou plus tard : Pages des vaccinations" in told
    taps(read(page), "Rien n'a changé : déposer")
    tapped += 1
    done = submit(files.a, page, PAGE)
    assert done.location == "/espace?fait=reconduit" and tapped <= 3
    assert "C'est déposé pour tous vos enfants" in said(files.a, done.location)
    assert files.rows(f"SELECT child, meal FROM child_files WHERE year = '{NEXT}' ORDER BY child") == [
        (files.homes.child, "Sans viande"), (sister, "Menu du jour"),
    ]  # fmt: skip
    last = files.homes.mails("child_file")[-1]
    assert NEXT in last["body_text"] and "Loïc" in last["body_text"] and "Inès" in last["body_text"]
    again = submit(files.a, page, PAGE)
    assert again.location == done.location and len(files.homes.mails("child_file")) == 3


def test_what_expires_alone_is_asked_and_the_family_s_serves_every_child(
    files: Files, spring: Callable[[], None]
) -> None:
    files.set(documents={"domicile": True, "visite": {"label": "Visite", "why": "Oui.", "law": "Règlement, article 2",
        "validity": "none", "required": True}})  # fmt: skip
    sister, db, account = a_sister(files), files.homes.db, files.homes.cast.a.account
    files.deposit(files.a)
    deposit_for(files, sister)
    spring()
    come_back(files)
    told = said(files.a, PAGE)
    assert told.count("Justificatif de domicile") == 2 and told.count("Visite") == 2
    with files.homes.app.app_context():
        keeping.keep(db, account, "domicile", None, NEXT, PAPER, date(2028, 8, 31))
        keeping.keep(db, account, "visite", files.homes.child, YEAR, PAPER, None)
    told = said(files.a, PAGE)
    assert "Justificatif de domicile" not in told and told.count("Visite") == 1
    submit(files.a, files.a.get(PAGE), PAGE)
    assert files.rows("SELECT last_year FROM documents WHERE kind = 'visite'") == [(NEXT,)]


def test_what_the_other_parent_changes_meanwhile_is_read_again_before_it_is_renewed(
    files: Files, spring: Callable[[], None]
) -> None:
    files.homes.join()
    files.deposit(files.a)
    spring()
    come_back(files)
    page = files.a.get(PAGE)
    files.deposit(files.b, sorties={"alone": "oui"})
    refused = submit(files.a, page, PAGE)
    assert refused.status_code == 409 and "Un de ces dossiers vient de changer" in refused.text
    assert submit(files.a, refused, PAGE).status_code == 303
    assert files.rows(f"SELECT count(*) FROM child_files WHERE year = '{NEXT}'") == [(1,)]


def test_nothing_is_renewed_before_the_town_s_day_nor_while_it_takes_none(
    files: Files, spring: Callable[[], None]
) -> None:
    files.deposit(files.a)
    assert "Rien à reconduire" in said(files.a, PAGE)
    spring()
    come_back(files)
    files.set(closed="Le dépôt reprend le 2 juin.")
    assert "Rien à reconduire" in said(files.a, PAGE)
    assert "Le dépôt reprend le 2 juin." in said(files.a, files.path())
    assert files.a.get(files.path(NEXT, "accueils")).location == files.path()


def test_what_was_said_of_health_and_is_kept_no_more_is_asked_not_renewed_as_nothing(
    online: Files, hand: time_machine.Traveller
) -> None:
    """On 30 September the envelope is deleted: one tap would tell the canteen of no allergy."""
    online.deposit(online.a, sante=HEALTH)
    hand.move_to("2027-09-15T09:00:00+00:00")
    come_back(online)
    assert "Rien n'a changé : déposer" in said(online.a, PAGE)
    page = online.a.get(PAGE)
    hand.move_to("2027-10-01T09:00:00+00:00")
    with online.homes.app.app_context():
        assert expiring.purge(online.homes.db, get_settings(), clock.now()).envelopes == 1
    come_back(online)
    told = said(online.a, PAGE)
    assert "Nous n'avons pas, ou plus, ses réponses de santé." in told and "Rien n'a changé : déposer" not in told
    submit(online.a, page, PAGE)
    assert not online.rows(f"SELECT 1 FROM child_files WHERE year = '{NEXT}'")
    online.deposit(online.a, NEXT, sante=HEALTH)
    assert online.rows(f"SELECT sealed_at IS NOT NULL FROM child_files WHERE year = '{NEXT}'") == [(1,)]
