"""The door of a town: nobody enters while it is closed, nobody closes it on those who are inside."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import Client, TestResponse

from tests.support.client import check, typed
from tests.support.smtp import Postman
from tests.support.waiting import wait_for
from tests.support.walk import IDENTITY
from tests.towns.conftest import write_to
from tests.towns.towns import a_town
from wizard.services import outbox
from wizard.towns import door
from wizard.towns import housekeeping as module
from wizard.towns.door import Closed, Door, Occupied, closed, entered, is_closing
from wizard.towns.folder import Folder
from wizard.towns.hosting import Hosting

OUDON = "https://oudon.example"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def test_who_is_inside_is_waited_for_and_nobody_enters_meanwhile(tmp_path: Path) -> None:
    with entered(tmp_path, Door.PEOPLE), entered(tmp_path, Door.PEOPLE):
        with pytest.raises(Occupied), closed(tmp_path, Door.PEOPLE, 0.05):
            pass
        with closed(tmp_path, Door.HOUSE, 0.05):
            assert is_closing(tmp_path, Door.HOUSE) and not is_closing(tmp_path, Door.PEOPLE)
    with closed(tmp_path, Door.PEOPLE, 0.05):
        with pytest.raises(Closed), entered(tmp_path, Door.PEOPLE):
            pass
        with entered(tmp_path, Door.HOUSE):
            pass
    with entered(tmp_path, Door.PEOPLE):
        assert not is_closing(tmp_path, Door.PEOPLE)


def test_newcomers_are_refused_while_the_last_one_goes_out(tmp_path: Path) -> None:
    """However many come: who closes the door is not kept waiting by them."""

    def close() -> None:
        with closed(tmp_path, Door.PEOPLE, 30):
            pass

    with ThreadPoolExecutor(1) as mover:
        with entered(tmp_path, Door.PEOPLE):
            closing = mover.submit(close)
            wait_for(lambda: is_closing(tmp_path, Door.PEOPLE))
            with pytest.raises(Closed), entered(tmp_path, Door.PEOPLE):
                pass
        closing.result()


def test_a_door_closed_by_who_is_killed_is_open_again(tmp_path: Path) -> None:
    holding = multiprocessing.get_context("fork").Process(target=_hold, args=(tmp_path,))
    holding.start()
    wait_for(lambda: is_closing(tmp_path, Door.PEOPLE))
    os.kill(holding.pid or 0, signal.SIGKILL)
    holding.join(10)
    with entered(tmp_path, Door.PEOPLE):
        pass


def _hold(folder: Path) -> None:
    with closed(folder, Door.PEOPLE, 1):
        signal.pause()


def test_a_town_that_left_stays_closed_though_nobody_holds_its_door(tmp_path: Path) -> None:
    (tmp_path / door.LEFT).write_text("0123456789abcdef")
    for one in Door:
        with pytest.raises(Closed), entered(tmp_path, one):
            pass


def test_a_form_posted_while_the_town_is_closed_comes_back_filled_in_to_be_sent_again(
    hosting: Hosting, folder: Path
) -> None:
    client = Client(hosting)
    page = client.get(client.post("/inscription", base_url=OUDON, headers=SAME_SITE).location, base_url=OUDON)
    form = BeautifulSoup(page.text, "html.parser").select_one("main form")
    assert form
    with closed(folder / "oudon", Door.PEOPLE, 5):
        seen = client.get("/", base_url=OUDON)
        asked = client.post(str(form["action"]), base_url=OUDON, headers=SAME_SITE, data=typed(form) | IDENTITY)
    for answer in (seen, asked):
        check(answer.text)
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
    assert seen.headers["Refresh"] == "2" and "Refresh" not in asked.headers
    assert "n'est pas encore enregistré" in asked.text.replace("&#39;", "'").replace("’", "'")
    again = BeautifulSoup(asked.text, "html.parser").select_one("main form")
    assert again and typed(again)["birth_name"] == ["Martin"]
    sent = client.post(str(again["action"]), base_url=OUDON, headers=SAME_SITE, data=typed(again))
    assert sent.status_code == 303 and sent.location.endswith("/adresse")


def test_a_form_posted_to_a_town_that_left_before_this_server_began_is_told_lost(
    hosting: Hosting, folder: Path
) -> None:
    (folder / "oudon" / door.LEFT).write_text("0123456789abcdef")
    answer: TestResponse = Client(hosting).post("/inscription", base_url=OUDON, headers=SAME_SITE)
    check(answer.text)
    assert answer.status_code == 503 and "n'est pas enregistré" in answer.text.replace("&#x27;", "'")
    assert not (folder / "oudon" / "portail.db").exists()
    assert Client(hosting).get("/", base_url="https://ancenis.example").status_code == 200


def test_a_town_closed_sends_no_mail(hosting: Hosting, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    monkeypatch.setattr(outbox, "send_due", lambda _db, _going_on: begun.append("mail"))
    hosting.look()
    house, town = module.Housekeeping(hosting), Folder(folder, {}).of("oudon")
    turn = module._Turn(0.0, ())
    with closed(folder / "oudon", Door.HOUSE, 5):
        house._do(town, module._CHORES["mails"], turn, Event())
    assert not begun
    house._do(town, module._CHORES["mails"], turn, Event())
    assert begun == ["mail"]


def test_mails_under_way_stop_between_two_for_who_waits_at_the_door(
    hosting: Hosting, folder: Path, postman: tuple[Postman, int]
) -> None:
    taker, port = postman
    town = a_town(folder, "vertou", PORTAIL_SMTP_URL=f"smtp://127.0.0.1:{port}")
    hosting.look()
    for name in ("premiere", "seconde"):
        write_to(hosting, "vertou", f"{name}@exemple.fr")
    opened, house, turn = Event(), module.Housekeeping(hosting), module._Turn(0.0, ())

    def move() -> None:
        with closed(town, Door.HOUSE, 30):
            opened.wait(30)

    with ThreadPoolExecutor(1) as mover:

        def close() -> None:
            taker.once_taken = lambda: None
            mover.submit(move)
            wait_for(lambda: is_closing(town, Door.HOUSE))

        taker.once_taken = close
        house._do(Folder(folder, {}).of("vertou"), module._CHORES["mails"], turn, Event())
        assert [mail["To"] for mail in taker.taken] == ["premiere@exemple.fr"]
        opened.set()
    house._do(Folder(folder, {}).of("vertou"), module._CHORES["mails"], turn, Event())
    assert [mail["To"] for mail in taker.taken] == ["premiere@exemple.fr", "seconde@exemple.fr"]


def test_a_door_that_cannot_be_opened_keeps_the_visitors_of_its_town_alone(hosting: Hosting, folder: Path) -> None:
    (folder / "oudon" / door.FILE).mkdir()
    assert Client(hosting).get("/", base_url=OUDON).status_code == 503
    assert Client(hosting).get("/", base_url="https://ancenis.example").status_code == 200
