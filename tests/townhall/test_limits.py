"""An accepted contact of a child who is not: the family reads, before and in the mail, what they still may not do."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlite_utils import Database

from tests.support.families import INES, JEANNE, a_family, ask, decide, found
from tests.support.outbox import WRITTEN
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.french import plain
from wizard.models import Declaration, Dossier, Link, Residence, Right, Role
from wizard.stores import dossiers, people

COLLECT = "Ne pourra venir chercher {0} que si la demande pour {0} est acceptée."
EMERGENCY = "Ne sera à appeler en cas d'urgence pour {0} que si la demande pour {0} est acceptée."


def of_two_children(db: Database, *rights: tuple[bool, bool]) -> Dossier:
    """A family whose contact is asked for these rights, of Loïc and of Inès."""
    dossier = a_family(db)
    mother, son, contact = (line.person for line in dossier.lines)
    with transaction(db):
        daughter = people.add_person(db, INES, now())
        ask(db, dossier.id, daughter, Declaration(Role.CHILD, INES, Residence.HERE, links={mother: Link.MOTHER}))
        given = tuple(Right(child, *boxes) for child, boxes in zip((son, daughter), rights, strict=True) if any(boxes))
        said = Declaration(Role.CONTACT, JEANNE, links={son: Link.GRANDPARENT}, rights=given)
        ask(db, dossier.id, contact, said)
    return found(db, dossier.id)


@pytest.mark.parametrize(
    ("rights", "refused", "told"),
    [
        ([(True, False), (False, False)], ["Loïc"], [COLLECT.format("Loïc")]),
        ([(True, True), (False, False)], ["Loïc"], [COLLECT.format("Loïc"), EMERGENCY.format("Loïc")]),
        ([(True, True), (False, True)], ["Inès"], [EMERGENCY.format("Inès")]),
        ([(True, False), (True, False)], ["Loïc", "Inès"], [COLLECT.format("Loïc et Inès")]),
        ([(True, True), (False, False)], ["Inès"], []),
        ([(True, True), (True, True)], [], []),
        ([(True, True), (True, True)], ["Loïc", "Inès", "Jeanne"], []),
    ],
)
def test_what_an_accepted_contact_may_not_do_yet_is_told(
    db: Database,
    signed_in: Callable[..., Browser],
    rights: list[tuple[bool, bool]],
    refused: list[str],
    told: list[str],
) -> None:
    dossier, browser = of_two_children(db, *rights), signed_in()
    names = {person: name.split()[0] for person, name in dossiers.names(db, dossier.id).items()}
    browser.get(f"/mairie/dossiers/{dossier.reference}")
    values = {f"p{person}-decision": "refused" if name in refused else "accepted" for person, name in names.items()}
    reasons = {f"p{person}-reason": "other" for person in names} | {f"p{person}-comment": "Non." for person in names}
    browser.send("Enregistrer toutes", **values, **reasons)
    browser.get(browser.fields("Relire et envoyer")[0])
    pages = [browser.text]
    browser.send("Envoyer la réponse")
    (mail,) = db.query(f"{WRITTEN} WHERE name = 'outcome'")
    pages += [plain(mail["body_text"]), plain(mail["body_html"]).replace("&#39;", "'")]
    for page in pages:
        assert [sentence for sentence in told if sentence not in page] == []
        assert page.count("que si la demande") == len(told)


def test_a_child_accepted_before_is_one_still_whatever_is_decided_of_a_change(
    db: Database, signed_in: Callable[..., Browser]
) -> None:
    dossier, browser = a_family(db), signed_in()
    decide(db, dossier.id)
    _mother, son, contact = (line.person for line in dossier.lines)
    with transaction(db):
        later = dossiers.add(db, dossiers.new_reference(db), dossier.household, dossier.account, now())
        ask(db, later, son, Declaration(Role.CHILD, replace(INES, given_name="Loïc")))
        ask(db, later, contact, Declaration(Role.CONTACT, JEANNE, rights=(Right(son, True, True),)))
    browser.get(f"/mairie/dossiers/{found(db, later).reference}")
    values = {f"p{son}-decision": "refused", f"p{son}-reason": "other", f"p{son}-comment": "Non."}
    browser.send("Enregistrer toutes", **values, **{f"p{contact}-decision": "accepted"})
    browser.get(browser.fields("Relire et envoyer")[0])
    assert "que si la demande" not in browser.text
