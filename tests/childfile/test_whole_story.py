"""From the first click to « dossier administratif complet »: one family and its mails, without script."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask import Flask
from sqlite_utils import Database

from tests.childfile.conftest import CARE, CONSENT, HEALTH, YEAR
from tests.childfile.test_town_hall import signed_in
from tests.documents.phones import Phone, photo
from tests.security.actors import Actor
from tests.support.client import CheckedClient, follow, read, submit
from tests.support.outbox import WRITTEN
from tests.support.walk import CHILD, EMAIL, PASSWORD, add, deposit, link_of, open_entourage, walk
from tests.townhall.browsers import Browser
from wizard.french import plain
from wizard.models import AgentRole, Health

__all__ = ["signed_in"]


def last_mail(db: Database, name: str) -> str:
    """Read the last mail of this name, which is for the parent."""
    mail = [one for one in db.query(WRITTEN + " ORDER BY id") if one["name"] == name][-1]
    assert mail["recipient"] == EMAIL
    return plain(f"{mail['subject']}\n{mail['body_text']}")


def text_of(client: CheckedClient, path: str) -> str:
    return " ".join(plain(read(client.get(path)).get_text(" ")).split())


def test_a_family_from_the_first_click_to_a_complete_dossier(
    app: Flask, db: Database, signed_in: Callable[..., Browser]
) -> None:
    town = app.config["PORTAIL"]
    online = replace(town.dossier, health=Health("Anne Le Goff", date(2026, 3, 1)))
    app.config["PORTAIL"] = replace(town, dossier=online)
    parent: CheckedClient = app.test_client()  # type: ignore[assignment]

    # The account, and the mail that activates it.
    walk(parent)
    link = link_of(last_mail(db, "activation"), "/activation")
    follow(parent, submit(parent, parent.get(link), password=PASSWORD))

    # The family, deposited in the town's frame; the town hall answers in one gesture; the mail says so.
    frame = app.test_client()
    receipt = deposit(frame, add(frame, open_entourage(frame), "membre", **CHILD))
    reference = re.search(r"\b[A-Z0-9]{4} ?[A-Z0-9]{4}\b", last_mail(db, "deposited"))
    assert reference and reference[0] in plain(receipt.text)
    claire = signed_in("claire@oudon.example")
    claire.get(f"/mairie/dossiers/{reference[0].replace(' ', '')}")
    claire.send("Tout accepter et répondre")
    assert "demande acceptée" in last_mail(db, "outcome")

    # The dossier of the child, from the space, step by step; the mail says that it is deposited, and no more.
    assert "Remplir le dossier" in text_of(parent, "/espace")
    (child,) = next(db.execute("SELECT person FROM household_members WHERE role = 'child'"))
    where = f"/espace/enfants/{child}/dossier"
    answers = {
        "accueils": CARE,
        "sante": HEALTH | {"pai": "non"},
        "sorties": {"alone": "non"},
        "autorisations": CONSENT,
    }
    page = parent.get(f"{where}/{YEAR}/accueils")
    while not page.request.path.endswith("recapitulatif"):
        slug = page.request.path.rpartition("/")[2]
        page = follow(parent, submit(parent, page, page.request.path, **answers.get(slug, {})))
    follow(parent, submit(parent, page, page.request.path))
    assert f"année scolaire {YEAR}" in last_mail(db, "child_file")
    assert "girafes" not in last_mail(db, "child_file")
    assert "Pages des vaccinations" in text_of(parent, where)

    # The photo of a document; it cannot be read, says the town hall; a mail leads to another photo, which is accepted.
    nurse = signed_in("sante@oudon.example", AgentRole.HEALTH)
    phone = Phone(Actor("parent", parent), child, "vaccinations")
    for verdict, told in (("illegible", "1 document envoyé pour Loïc est à refaire"), ("accepted", "est complet")):
        phone.post(photo(verdict))
        nurse.get(f"/mairie/enfants/{child}/dossier/{YEAR}")
        (number,) = next(db.execute("SELECT id FROM documents"))
        nurse.send("Enregistrer et prévenir la famille", **{f"d{number}": verdict})
        mail = last_mail(db, "documents")
        assert told in mail and f"/espace/enfants/{child}/dossier" in mail
    told = text_of(parent, where)
    assert "2026-2027 Complet, déposé" in told and "à refaire" not in told.casefold()
    assert "sante@oudon.example" not in text_of(parent, "/espace/documents")
    assert "Pages des vaccinations" in text_of(parent, "/espace/documents")
