"""A document whose family says until when it is good is asked for again once that day is past, and not before."""

import io

import pytest
import time_machine
from werkzeug.datastructures import FileStorage

from tests.childfile.conftest import HEALTH, Files, come_back
from tests.homes.conftest import said
from tests.support.client import form_of, read, typed
from tests.support.photos import a_photo

MISSING = "Envoyer ce document : Projet d'accueil individualisé"


def deposit(files: Files, until: str) -> None:
    files.deposit(files.a, sante=HEALTH | {"pai_until": until})


def send(files: Files, text: str = "PAI") -> None:
    """Send the PAI by the page that asks for it."""
    (link,) = [one for one in read(files.a.get(files.path())).select("section a") if "(PAI)" in one.get_text()]
    form = form_of(read(files.a.get(str(link["href"]))))
    photo = FileStorage(io.BytesIO(a_photo((600, 800), text)), "pai.jpg")
    assert files.a.post(str(form["action"]), data=typed(form) | {"files": photo}).status_code == 303


def ends(files: Files) -> list[str | None]:
    return [end for (end,) in files.rows("SELECT valid_until FROM documents WHERE kind = 'pai' ORDER BY deposited_at")]


def is_asked(files: Files) -> bool:
    return MISSING in said(files.a, files.path())


def test_a_pai_is_asked_for_again_the_day_after_its_own_and_not_before(
    online: Files, hand: time_machine.Traveller
) -> None:
    deposit(online, "31/03/2027")
    send(online)
    assert ends(online) == ["2027-03-31"] and not is_asked(online)
    hand.move_to("2027-03-31T09:00:00+00:00")
    come_back(online)
    assert "valable jusqu'au 31 mars 2027" in said(online.a, online.path())
    assert not is_asked(online)
    hand.move_to("2027-04-01T09:00:00+00:00")
    come_back(online)
    assert is_asked(online)
    send(online, "PAI, 2")  # the next one, whose day is not told yet
    assert ends(online)[-1] is None and not is_asked(online)
    deposit(online, "30 juin 29")
    assert ends(online)[-1] == "2029-06-30"


def test_what_was_sent_before_is_dated_by_the_deposit_and_by_each_that_follows(online: Files) -> None:
    deposit(online, "")
    send(online)
    assert ends(online) == [None]
    for until, kept in (("31/03/2027", "2027-03-31"), ("1/7/2027", "2027-07-01"), ("", "2027-07-01")):
        deposit(online, until)
        assert ends(online) == [kept]


@pytest.mark.parametrize("until", ["31/08/2025", ""])
def test_a_day_that_is_past_is_of_the_document_before(online: Files, until: str) -> None:
    deposit(online, until)
    send(online)
    assert ends(online) == [None] and not is_asked(online)


def test_a_pai_brought_to_the_town_hall_has_no_day(online: Files) -> None:
    deposit(online, "31/03/2027")
    (link,) = [one for one in read(online.a.get(online.path())).select("section a") if "(PAI)" in one.get_text()]
    form = form_of(read(online.a.get(str(link["href"]))))
    assert online.a.post(str(form["action"]), data=typed(form) | {"plus_tard": "1"}).status_code == 303
    deposit(online, "31/03/2027")
    assert ends(online) == [None]
