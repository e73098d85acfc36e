"""The page that sends a document, as a browser without script does, and what becomes of the files that arrived."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlite_utils import Database

from tests.documents.phones import Phone, file, instance, noise, number, phone, photo, stranger
from tests.security.actors import Actor, Cast
from tests.support.client import follow, read
from tests.support.walk import signed_in
from wizard.services.documents import vault

__all__ = ["file", "instance", "phone", "stranger"]


def kept(db: Database) -> list[dict[str, object]]:
    """Return what is known of the documents."""
    query = "SELECT id, kind, child, household, state, pages, media_type, valid_until, deposited_by FROM documents"
    return list(db.query(query))


def waiting(file: Path) -> int:
    """Return how many files are on their way."""
    return int(Database(file).execute("SELECT count(*) FROM uploads").fetchone()[0])


def test_the_page_tells_what_is_asked_and_why_and_its_limits_before(phone: Phone) -> None:
    page = phone.actor.client.get(phone.page)
    text = read(page).main.get_text(" ", strip=True)  # type: ignore[union-attr]
    for said in ("Loïc", "2026-2027", "12 Mo", "10 pages", "Photographier", "Choisir un fichier", "en mairie"):
        assert said in text, said
    chooser, camera = read(page).select_one("#files"), read(page).select_one("#photo")
    assert chooser and camera
    # Without HEIC in the list, iPhones send JPEG.
    assert chooser["accept"] == "image/jpeg,image/png,application/pdf" and camera["capture"] == "environment"


def test_no_address_tells_which_kind_of_document_it_is_about(phone: Phone) -> None:
    """A history, a log, a look over the shoulder: none learns that a child has a PAI."""
    beside, _slash, name = phone.page.rpartition("/")
    assert phone.actor.client.get(f"{beside}/{name}").status_code == 200
    assert name != replace(phone, child=phone.child + 1).page.rpartition("/")[2]  # nor that two have the same
    for other in (
        phone.kind,
        "pai",
        name.upper(),
        f"{name}0",
        replace(phone, year="2027-2028").page.rpartition("/")[2],
    ):
        assert phone.actor.client.get(f"{beside}/{other}").status_code == 404, other


def test_a_photo_sent_by_the_form_is_a_document(phone: Phone, db: Database, file: Path) -> None:
    done = follow(phone.actor.client, phone.post(photo()))
    assert "Document envoyé" in done.text and "Nous avons ce document" in done.text
    (document,) = kept(db)
    assert (document["kind"], document["child"], document["state"]) == ("assurance", phone.child, "received")
    assert (document["pages"], document["media_type"], document["valid_until"]) == (1, "image/jpeg", "2027-08-31")
    assert waiting(file) == 0


def test_several_files_are_one_document_in_their_order(phone: Phone, db: Database, app: Flask) -> None:
    phone.post(photo("un", (600, 800)), photo("deux", (800, 600)), photo("trois", (600, 800)))
    (document,) = kept(db)
    assert (document["pages"], document["media_type"]) == (3, "application/pdf")
    with app.app_context():
        shapes = [Image.open(io.BytesIO(vault.preview(int(str(document["id"])), page))).size for page in (1, 2, 3)]
    assert [width > height for width, height in shapes] == [False, True, False]


def test_pages_are_added_one_by_one_put_in_order_and_taken_out(phone: Phone, db: Database, file: Path) -> None:
    for text in ("un", "deux", "trois"):
        assert phone.post(photo(text), envoi=listed(phone), ajouter="1").status_code == 303
    one, two, three = listed(phone)
    phone.post(envoi=[one, two, three], monter=three)
    assert listed(phone) == [one, three, two]
    phone.post(envoi=[one, three, two], descendre=one)
    assert listed(phone) == [three, one, two]
    phone.post(envoi=[three, one, two], monter=three)  # it is the first
    assert listed(phone) == [three, one, two]
    phone.post(envoi=[three, one, two], retirer=one)
    assert listed(phone) == [three, two] and not kept(db)
    phone.post(envoi=listed(phone))
    assert [document["pages"] for document in kept(db)] == [2] and waiting(file) == 0


def listed(phone: Phone) -> list[str]:
    """Return the numbers of the pages that the page shows."""
    found = read(phone.actor.client.get(phone.page)).select("#pages [name=envoi]")
    return [str(field["value"]) for field in found]


def test_what_arrived_part_by_part_is_sent_by_the_same_form(phone: Phone, db: Database, file: Path) -> None:
    first, second = (number(phone.send(photo(text), page)) for page, text in ((1, "un"), (2, "deux")))
    assert listed(phone) == [first, second]
    assert phone.post(envoi=[second, first]).status_code == 303
    assert [document["pages"] for document in kept(db)] == [2] and waiting(file) == 0


def test_a_form_sent_twice_makes_one_document(phone: Phone, db: Database) -> None:
    numbers = [number(phone.send(photo(text), page)) for page, text in ((1, "un"), (2, "deux"))]
    assert [phone.post(envoi=numbers).status_code for _click in range(2)] == [303, 303]
    (made,) = kept(db)
    assert phone.post(photo("un"), photo("deux")).status_code == 303  # the same files, by hand
    assert kept(db) == [made]


def test_two_clicks_at_once_make_one_document(app: Flask, phone: Phone, db: Database, cast: Cast) -> None:
    def click(actor: Actor) -> int:
        return Phone(actor, phone.child).post(photo("un"), photo("deux")).status_code

    twins = [Actor("twin", app.test_client()) for _ in range(2)]
    for twin in twins:
        signed_in(twin.client, cast.a.account.email)
    with ThreadPoolExecutor(2) as clicks:
        assert list(clicks.map(click, twins)) == [303, 303]
    assert [document["pages"] for document in kept(db)] == [2]


def test_what_was_deleted_since_is_made_again(phone: Phone, db: Database) -> None:
    phone.post(photo())
    db.execute("DELETE FROM documents")
    phone.post(photo())
    assert len(kept(db)) == 1


def test_another_document_takes_the_place_of_the_former(phone: Phone, db: Database) -> None:
    phone.post(photo("un"))
    phone.post(photo("deux"))
    assert len(kept(db)) == 1


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_kept(phone: Phone, db: Database, file: Path) -> None:
    refused = phone.post(photo("un"), noise(400_000), photo("trois"))
    assert refused.status_code == 422 and not kept(db)
    told = read(refused).select_one("#files-error")
    assert told and told.get_text(" ", strip=True).startswith("⚠ Erreur : Page 2 : Ce fichier n'est ni")
    pages = listed(phone)
    assert len(pages) == 2 and waiting(file) == 2
    assert phone.post(photo("deux"), envoi=pages).status_code == 303
    assert [document["pages"] for document in kept(db)] == [3]


def test_a_file_alone_that_cannot_be_read_has_no_number(phone: Phone, file: Path) -> None:
    told = read(phone.post(noise(500))).select_one("#files-error")
    assert told and told.get_text(" ", strip=True).startswith("⚠ Erreur : Ce fichier n'est ni")
    assert waiting(file) == 0


REFUSED = (
    ((), "Choisissez un fichier, ou photographiez le document."),
    ((b"",), "Ce fichier est vide"),
    ((b"%PDF-1.7 et rien d'autre" + bytes(2000),), "Ce fichier est abîmé"),
    ((bytes(12 * 1024 * 1024 + 1),), "Ce fichier dépasse 12 Mo"),
)


@pytest.mark.parametrize(("files", "sentence"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_refusal_is_a_sentence_beside_the_field(phone: Phone, files: tuple[bytes, ...], sentence: str) -> None:
    refused = phone.post(*files)
    assert refused.status_code == 422
    told, chooser = read(refused).select_one("#files-error"), read(refused).select_one("#files")
    assert told and sentence in told.get_text(" ", strip=True)
    assert chooser and chooser["aria-invalid"] == "true"


def test_one_file_too_large_does_not_cost_the_others(phone: Phone, file: Path) -> None:
    refused = phone.post(bytes(12 * 1024 * 1024 + 1), photo())
    assert refused.status_code == 422 and "12 Mo" in refused.text
    assert len(listed(phone)) == 1


def test_a_page_that_is_no_more_is_asked_again(phone: Phone, stranger: Phone, db: Database) -> None:
    here, theirs = number(phone.send(photo("un"))), number(stranger.send(photo("deux")))
    for missing in (theirs, "999999", number(phone.begin(noise(5000), 2).location)):
        refused = phone.post(envoi=[here, missing])
        assert refused.status_code == 422 and "prenez-la de nouveau" in refused.text
    assert not kept(db) and listed(phone) == [here]


def test_a_form_heavier_than_the_page_takes_is_told_by_a_page(phone: Phone) -> None:
    refused = phone.post(bytes(31 * 1024 * 1024))
    assert refused.status_code == 413
    assert "30 Mo" in refused.text and "moins de fichiers" in refused.text


def test_a_field_weighs_there_what_it_does_elsewhere(phone: Phone) -> None:
    assert phone.post(photo(), autre="x" * 300_000).status_code == 413


def test_who_was_signed_out_meanwhile_is_led_to_sign_in_and_back(
    phone: Phone, hand: time_machine.Traveller, file: Path
) -> None:
    token = phone.actor.csrf(phone.page)
    hand.shift(3600)
    data = {"csrf_token": token, "files": [(io.BytesIO(noise(100_000)), "photo.jpg")]}
    led = phone.actor.client.post(phone.page, data=data, content_type="multipart/form-data")
    assert led.status_code == 303 and led.location.startswith("/connexion?suite=/espace/enfants/")
    assert phone.actor.client.get(led.location).status_code == 200
    assert waiting(file) == 0


def test_it_may_be_brought_to_the_town_hall(phone: Phone, db: Database) -> None:
    told = follow(phone.actor.client, phone.post(plus_tard="1"))
    assert "vous l'apporterez en mairie" in told.text
    assert [document["state"] for document in kept(db)] == ["promised"]
    phone.post(photo())
    assert [document["state"] for document in kept(db)] == ["received"]


def test_what_is_asked_of_the_family_is_the_family_s(phone: Phone, db: Database, cast: Cast) -> None:
    phone.kind = "domicile"
    phone.post(photo())
    assert [(one["child"], one["household"]) for one in kept(db)] == [(None, cast.a.dossier.household)]


def test_nobody_sends_for_a_child_of_others_nor_what_is_not_asked(phone: Phone, stranger: Phone) -> None:
    wrong = [
        Phone(stranger.actor, phone.child),
        Phone(phone.actor, stranger.child),
        Phone(phone.actor, phone.child, kind="quotient"),
        Phone(phone.actor, phone.child, kind="vaccinations"),  # about health, which this town has not online
        Phone(phone.actor, phone.child, year="2020-2021"),
    ]
    assert [(one.actor.client.get(one.page).status_code, one.post(photo()).status_code) for one in wrong] == [
        (404, 404)
    ] * len(wrong)


def test_signing_out_empties_what_the_browser_kept(phone: Phone) -> None:
    assert phone.actor.post("/deconnexion").headers["Clear-Site-Data"] == '"storage"'


def test_its_script_weighs_three_kilobytes_and_is_on_that_page_alone(phone: Phone) -> None:
    def scripts(path: str) -> list[str]:
        return [str(tag["src"]) for tag in read(phone.actor.client.get(path)).select("script")]

    (own,) = set(scripts(phone.page)) - set(scripts("/espace"))
    script = phone.actor.client.get(own, headers={"Accept-Encoding": "br"})
    assert script.content_encoding == "br" and len(script.data) <= 3000
