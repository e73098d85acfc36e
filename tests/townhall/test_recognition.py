"""What an agent learns of a Clé Enfance: its own, announced, or recognised; and how a recognition is undone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlite_utils import Database

from tests.support.families import a_family
from tests.townhall.browsers import Browser
from wizard.clock import now
from wizard.db import transaction
from wizard.models import AgentRole, Dossier
from wizard.services.families import match
from wizard.stores import accounts, families, journal
from wizard.stores.families import KnownFamily


def under_key(db: Database, key: str, name: str = "Martin", given_name: str = "Camille", email: str = "") -> Dossier:
    """Return the dossier of a family that came with a key, compared with the families known."""
    dossier = a_family(db, name, given_name)
    db.execute("UPDATE households SET enfance_key = ?, key_origin = 'link' WHERE id = ?", (key, dossier.household))
    with transaction(db):
        if email:
            accounts.set_email(db, dossier.account, email)
        account = accounts.by_id(db, dossier.account)
        assert account is not None
        match(db, account)
    return dossier


@pytest.fixture
def known(db: Database) -> KnownFamily:
    """A family of the town's file."""
    family = KnownFamily("0042", "Lefèvre", "Anne", "anne@exemple.fr")
    families.save(db, family, now())
    return family


def page_of(dossier: Dossier) -> str:
    return f"/mairie/dossiers/{dossier.reference}"


def shown(browser: Browser, dossier: Dossier) -> str:
    """Return what a dossier's page says of the key and of the family known."""
    browser.get(page_of(dossier))
    lines = [" ".join(line.get_text(" ").split()) for line in browser.page.select("dl.facts > div")]
    return " / ".join(line for line in lines if line.startswith(("Clé Enfance", "Famille connue")))


@pytest.mark.parametrize(
    ("family", "told"),
    [
        (("0042", "Inconnu", "Rôdeur"), ("(annoncée,", "À vérifier", "celle d'Anne Lefèvre")),
        (("0043", "Lefèvre", "Anne"), ("(annoncée,", "Non : aucune famille connue n'a la clé annoncée")),
        (("0042", "LEFEVRE", "Anne"), ("(reconnue,", "Anne Lefèvre (sa clé et son nom concordent)")),
        (("0042", "Durand", "Paul", "anne@exemple.fr"), ("(reconnue,", "(son courriel est prouvé par ce compte)")),
    ],
)
def test_a_key_is_told_as_announced_or_recognised_and_why(
    db: Database, known: KnownFamily, signed_in: Callable[..., Browser], family: tuple[str, ...], told: tuple[str, ...]
) -> None:
    sentence = shown(signed_in(), under_key(db, *family))
    assert all(words in sentence for words in told), sentence


def test_a_key_of_the_sign_up_is_told_as_such(db: Database, signed_in: Callable[..., Browser]) -> None:
    assert "(créée à l'inscription) / Famille connue de la mairie Non" in shown(signed_in(), a_family(db))


def test_two_accounts_under_one_key_are_told_on_both_dossiers(
    db: Database, known: KnownFamily, signed_in: Callable[..., Browser]
) -> None:
    first, second = under_key(db, "0042", "Lefèvre", "Anne"), under_key(db, "0042", "Inconnu", "Rôdeur")
    browser = signed_in()
    for dossier, other in ((first, second), (second, first)):
        browser.get(page_of(dossier))
        assert "Un autre compte porte cette Clé Enfance" in browser.text
        assert browser.page.select(f".notice a[href='{page_of(other)}']")


def test_an_account_without_a_dossier_is_told_once_its_address_is_proved(
    db: Database, known: KnownFamily, signed_in: Callable[..., Browser]
) -> None:
    first, second = under_key(db, "0042"), under_key(db, "0042")
    db.execute("DELETE FROM dossiers WHERE id = ?", (second.id,))
    browser = signed_in()
    assert "il n'a pas encore déposé de dossier" in browser.get(page_of(first)).text
    db.execute("UPDATE accounts SET activated_at = NULL WHERE id = ?", (second.account,))
    assert "Un autre compte" not in browser.get(page_of(first)).text


@pytest.mark.parametrize("email", ["", "anne@exemple.fr"], ids=["announced", "recognised"])
def test_an_agent_sets_a_family_aside_and_the_household_has_a_key_of_its_own(
    db: Database, known: KnownFamily, signed_in: Callable[..., Browser], email: str
) -> None:
    dossier, browser = under_key(db, "0042", email=email), signed_in()
    browser.get(page_of(dossier))
    browser.send("Ce n'est pas cette famille")
    assert browser.path == page_of(dossier)
    assert "ce foyer n'est pas cette famille" in browser.text
    assert "Rapprochement écarté" in browser.text
    tie = families.tie(db, dossier.household)
    assert tie.key_origin == "generated" and tie.enfance_key != "0042"
    assert "Non : un agent a écarté le rapprochement" in shown(browser, dossier)
    assert browser.page.find("button", string="Ce n'est pas cette famille") is None


def test_a_family_set_aside_is_not_recognised_again(
    db: Database, known: KnownFamily, signed_in: Callable[..., Browser]
) -> None:
    dossier, browser = under_key(db, "0042", email="anne@exemple.fr"), signed_in()
    browser.get(page_of(dossier))
    action, fields = browser.fields("Ce n'est pas cette famille")
    for _click in range(2):
        browser.client.post(action, data=fields)
    account = accounts.by_id(db, dossier.account)
    assert account is not None
    with transaction(db):
        match(db, account)
    assert families.tie(db, dossier.household).key_origin == "generated"
    assert [entry.action for entry in journal.of_dossier(db, dossier.id)].count("set_aside") == 1


def test_the_key_of_the_sign_up_comes_back(db: Database, known: KnownFamily, signed_in: Callable[..., Browser]) -> None:
    dossier, browser = a_family(db), signed_in()
    own = families.tie(db, dossier.household).enfance_key
    with transaction(db):
        accounts.set_email(db, dossier.account, "anne@exemple.fr")
        account = accounts.by_id(db, dossier.account)
        assert account is not None
        match(db, account)
    assert families.tie(db, dossier.household).enfance_key == "0042"
    browser.get(page_of(dossier))
    browser.send("Ce n'est pas cette famille")
    assert families.tie(db, dossier.household).enfance_key == own


def test_the_reception_sets_nothing_aside(db: Database, known: KnownFamily, signed_in: Callable[..., Browser]) -> None:
    dossier, browser = under_key(db, "0042"), signed_in(role=AgentRole.RECEPTION)
    token = browser.page.select_one("[name=csrf_token]")["value"]
    answer = browser.client.post(f"{page_of(dossier)}/famille", data={"csrf_token": token})
    assert answer.status_code == 403
    assert families.tie(db, dossier.household).key_origin == "link"


def test_a_family_in_no_file_for_long_leaves_the_key_and_the_reason(
    db: Database, known: KnownFamily, signed_in: Callable[..., Browser], clock: time_machine.Traveller
) -> None:
    dossier = under_key(db, "0042", email="anne@exemple.fr")
    clock.shift(timedelta(days=1))
    with transaction(db):
        assert families.purge(db, now()) == 1
    assert "0042 (reconnue" in (sentence := shown(signed_in(), dossier))
    assert "ne la contient plus" in sentence and "Lefèvre" not in sentence
