"""« Vos données personnelles » lists what the forms ask: a field that it does not name is not to be asked."""

import re

from flask import Flask

from tests.support.client import CheckedClient, read
from tests.support.marks import NOT_FILLED
from wizard.account.forms import MoveForm
from wizard.forms import StepForm
from wizard.french import plain
from wizard.kinds import KINDS
from wizard.kinds.family import CHILD
from wizard.services.childfile.drafting import KEPT
from wizard.services.retention import UNDO
from wizard.signup.journey import JOURNEY

# The word of the page that stands for a field; the parts of an address are one.
NAMED = {
    "title": "civilité",
    "birth_name": "nom",
    "usage_name": "nom",
    "given_name": "prénom",
    "institution": "institution",
    "birthdate": "date de naissance",
    "sex": "sexe",
    "mobile": "téléphone",
    "phone": "téléphone",
    "email": "adresse électronique",
    "preferred_contact": "comment vous préférez être contacté",
    "sms_ok": "sms",
    "username": "identifiant",
    "same_address": "s'ils habitent chez vous",
    "link": "lien avec",
    "residence": "chez qui ils habitent",
    "children": "lien avec",
    "contacts": "lien avec",
    "may_collect": "ce qu'ils peuvent faire",
    "emergency": "ce qu'ils peuvent faire",
    "moved_on": "jour de votre déménagement",
    "invite": "si vous les invitez à ouvrir leur espace",
} | dict.fromkeys(
    ("house_number", "street", "postcode", "city", "country", "apartment", "building", "floor"), "adresse"
)  # fmt: skip


def test_the_privacy_page_names_each_thing_that_is_asked_of_each(app: Flask, client: CheckedClient) -> None:
    main = read(client.get("/confidentialite")).select_one("main")
    assert main is not None
    parent, children, others = (item.get_text().casefold() for item in main.select("ul")[0].select("li"))
    with app.test_request_context():
        forms: list[tuple[str, StepForm]] = [(parent, step.form(answers={})) for step in JOURNEY.steps]
        forms.append((parent, MoveForm()))
        forms += [
            (children if slug == CHILD else others, kind.build(entry="", answers={})) for slug, kind in KINDS.items()
        ]
        asked = [(told, field.name) for told, form in forms for field in form if field.name not in form.private]
    asked = [(told, name) for told, name in asked if name not in NOT_FILLED]
    assert {name for _told, name in asked} == NAMED.keys()
    assert not [name for told, name in asked if not re.search(rf"\b{NAMED[name]}", told)]


def test_the_privacy_page_tells_what_is_kept_of_a_right_withdrawn(client: CheckedClient) -> None:
    assert "nous gardons la date de ce retrait, pour quel enfant" in client.get("/confidentialite").text


def test_the_privacy_page_tells_what_is_kept_of_a_change(client: CheckedClient) -> None:
    told = read(client.get("/confidentialite")).get_text()
    assert "nous gardons l'ancienne information et la nouvelle" in told


def test_the_privacy_page_tells_what_is_kept_of_a_day_given_to_someone(app: Flask, client: CheckedClient) -> None:
    told = plain(read(client.get("/confidentialite")).get_text())
    assert "nous gardons son nom, son téléphone, pour quel enfant et quel jour" in told
    assert f"C'est effacé {app.config['PORTAIL'].retention.one_day_days} jours après." in told


def test_the_privacy_page_tells_what_is_kept_of_the_dossier_of_a_child(app: Flask, client: CheckedClient) -> None:
    told = plain(read(client.get("/confidentialite")).get_text())
    assert "qui l'a ouvert" in told and "sa clé est détruite : même une ancienne sauvegarde n'est plus lisible" in told
    assert "menu servi (jamais pourquoi)" in told and "vos autorisations, datées et à votre nom" in told
    months = app.config["PORTAIL"].retention.child_file_months
    assert f"Il est effacé {months} mois après la fin de l'année scolaire." in told
    assert f"Ce qui n'est pas déposé est gardé {KEPT.days} jours." in told


def test_the_privacy_page_tells_how_long_what_was_joined_is_kept(client: CheckedClient) -> None:
    assert "que la mairie a réunies" in client.get("/confidentialite").text and UNDO.days == 30
