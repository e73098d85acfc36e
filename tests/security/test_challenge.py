"""The icon security check over HTTP: one answer a board, for its own draft and its own time; never told or cached."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from tests.security.actors import a_signup, loaded, right_icon
from tests.support.client import CheckedClient, errors, read
from tests.support.walk import PASSWORD
from wizard import clock, create_app
from wizard.db import close_connections
from wizard.services.captcha import human
from wizard.stores import drafts

CHANGED, WRONG = "L'image a changé", "Ce n'était pas la bonne image"
ACCEPTED = "Contrôle de sécurité réussi"


@pytest.fixture
def unlimited(app: Flask, instance: Path, addresses: Path) -> Iterator[Flask]:
    """The same portal, reached from the town hall's own network: no limit hides what a board does."""
    portal = create_app(
        {
            "PORTAIL_INSTANCE": instance,
            "PORTAIL_ADDRESSES": addresses,
            "PORTAIL_PUBLIC_URL": app.config["PORTAIL"].public_url,
            "PORTAIL_SECRET_KEY": app.config["SECRET_KEY"],
            "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
        }
    )
    portal.test_client_class = CheckedClient
    yield portal
    close_connections()


def send(client: CheckedClient, token: str, **values: str) -> TestResponse:
    """Send the last step with a password too weak to finish: the check is judged all the same."""
    return client.post(f"/inscription/{token}/identifiants", data={"username": "", "password": "court", **values})


def passed(db: Database, token: str) -> bool:
    return loaded(db, token).human_at is not None


def wrong(answer: dict[str, str]) -> dict[str, str]:
    return answer | {"security_icon": str(int(answer["security_icon"]) % 6 + 1)}


def said(response: TestResponse) -> str:
    return errors(response).get("security_icon", "")


def test_a_right_answer_is_accepted_and_not_asked_again(app: Flask, client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    page = send(client, token, **right_icon(app, db, token))
    assert passed(db, token) and ACCEPTED in page.text and not read(page).select("[name=security_icon]")


def test_a_wrong_answer_uses_the_board_up(app: Flask, client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    answer = right_icon(app, db, token)
    before = read(client.get(f"/inscription/{token}/identifiants")).select_one(".board img")
    page = send(client, token, **wrong(answer))
    after = read(page).select_one(".board img")
    assert WRONG in said(page) and before and after and before["src"] != after["src"]
    assert CHANGED in said(send(client, token, **answer))
    assert not passed(db, token)


def test_no_answer_is_not_told_as_a_wrong_one(app: Flask, client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    told = said(send(client, token, **right_icon(app, db, token) | {"security_icon": ""}))
    assert "cliquez sur l'image demandée" in told and not passed(db, token)


def test_of_twenty_answers_at_once_one_counts(unlimited: Flask, db: Database) -> None:
    """All six icons are tried at once on each board: one of them is judged, so most boards are lost."""
    accepted = 0
    for _board in range(8):
        token = a_signup(db)
        answer = right_icon(unlimited, db, token)
        answers = [answer | {"security_icon": str(number % 6 + 1)} for number in range(20)]

        def post(one: dict[str, str], token: str = token) -> str:
            page = unlimited.test_client().post(
                f"/inscription/{token}/identifiants", data={"username": "", "password": "court", **one}
            )
            close_connections()
            return said(page)

        with ThreadPoolExecutor(20) as threads:
            judged_wrong = sum(WRONG in sentence for sentence in threads.map(post, answers))
        accepted += passed(db, token)
        assert judged_wrong == (0 if passed(db, token) else 1)
    assert accepted < 8


def test_the_right_answer_twenty_times_at_once_makes_one_account(unlimited: Flask, db: Database) -> None:
    token = a_signup(db)
    form = {"username": "nouvelle@exemple.fr", "password": PASSWORD, **right_icon(unlimited, db, token)}

    def post(_time: int) -> int:
        status = unlimited.test_client().post(f"/inscription/{token}/identifiants", data=form).status_code
        close_connections()
        return status

    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(post, range(20)))
    assert 303 in statuses and set(statuses) <= {303, 422}
    assert db.execute("SELECT count(*) FROM accounts").fetchone() == (1,)
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (1,)


def test_an_answer_serves_its_own_draft_only(app: Flask, client: CheckedClient, db: Database) -> None:
    solved, other = a_signup(db), a_signup(db, "autre@exemple.fr")
    while (answer := right_icon(app, db, solved)) == right_icon(app, db, other):
        solved = a_signup(db)
    send(client, other, **answer)
    assert not passed(db, other)


def test_a_board_is_good_for_its_quarter_of_an_hour_and_the_next(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    for minutes, accepted in ((14, True), (31, False)):
        token = a_signup(db)
        answer = right_icon(app, db, token)
        with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
            page = send(client, token, **answer)
            assert passed(db, token) is accepted
            assert accepted or CHANGED in said(page)


@pytest.mark.parametrize("shown", ["", "0", "-1", "99999999999", "1e9", "x", "9" * 400, "１"])
@pytest.mark.parametrize("icon", ["", "0", "7", "-1", "x", "1,2,3,4,5,6"])
def test_no_made_up_answer_is_right(client: CheckedClient, db: Database, shown: str, icon: str) -> None:
    token = a_signup(db)
    page = send(client, token, shown=shown, security_icon=icon, revision=str(loaded(db, token).revision))
    assert page.status_code == 422 and said(page) and not passed(db, token)


def test_several_icons_at_once_are_one_answer(app: Flask, client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    answer = wrong(right_icon(app, db, token))
    all_six = [answer["security_icon"], *"123456"]
    form = {"username": "", "password": "court", **answer, "security_icon": all_six}
    client.post(f"/inscription/{token}/identifiants", data=form)
    assert not passed(db, token)


def test_no_answer_at_all_never_passes(client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    assert said(client.post(f"/inscription/{token}/identifiants", data={"password": PASSWORD}))
    assert not passed(db, token)


def test_the_page_does_not_hold_its_answer_and_is_never_cached(app: Flask, client: CheckedClient, db: Database) -> None:
    """Same fields, same names, same order whatever the answer: only the pixels and the noun tell."""
    seen, answers = set(), set()
    while len(answers) < 6:
        token = a_signup(db)
        answers.add(right_icon(app, db, token)["security_icon"])
        page = client.get(f"/inscription/{token}/identifiants")
        assert page.headers["Cache-Control"] == "no-store"
        board = read(page).select_one("#security_icon")
        assert board is not None
        fields = str(board).replace(token, "")
        seen.add(re.sub(r'src="[^"]*"|<em>.*?</em>', "", fields))
    assert len(seen) == 1


def test_the_same_page_shows_the_same_board(client: CheckedClient, db: Database) -> None:
    """Two drawings of one board could be averaged."""
    token = a_signup(db)
    with time_machine.travel(datetime.fromisoformat("2026-11-24T09:01:00+00:00"), tick=False):
        boards = {str(read(client.get(f"/inscription/{token}/identifiants")).select_one(".board")) for _ in range(3)}
    assert len(boards) == 1


def test_five_answers_a_quarter_of_an_hour_for_a_draft(app: Flask, client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    statuses = [send(client, token, **wrong(right_icon(app, db, token))).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    refused = send(client, token, **right_icon(app, db, token))
    assert refused.status_code == 429 and not passed(db, token)
    assert "sans l'image" in said(refused)
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=False):
        send(client, token, **right_icon(app, db, token))
        assert passed(db, token), "one more every three minutes"


def test_twenty_answers_an_hour_for_a_network(app: Flask, client: CheckedClient, db: Database) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        statuses = []
        for _draft in range(21):
            token = a_signup(db)
            statuses.append(send(client, token, **wrong(right_icon(app, db, token))).status_code)
        assert statuses == [422] * 20 + [429]
        token = a_signup(db)
        elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
        form = {"username": "", "password": "court", **right_icon(app, db, token)}
        client.post(f"/inscription/{token}/identifiants", data=form, environ_base=elsewhere)
        assert passed(db, token)
    with time_machine.travel(clock.now() + timedelta(minutes=9), tick=False):
        token = a_signup(db)
        send(client, token, **right_icon(app, db, token))
        assert passed(db, token), "one more every three minutes"


def test_an_ipv6_network_is_counted_as_one(app: Flask, client: CheckedClient, db: Database) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        statuses = []
        for host in range(21):
            token = a_signup(db)
            form = {"username": "", "password": "court", **wrong(right_icon(app, db, token))}
            address = {"REMOTE_ADDR": f"2001:db8:1:2:{host:x}::1"}
            page = client.post(f"/inscription/{token}/identifiants", data=form, environ_base=address)
            statuses.append(page.status_code)
    assert statuses == [422] * 20 + [429]


def test_five_sign_ups_an_hour_do_without_the_image(client: CheckedClient, db: Database) -> None:
    outcomes = []
    for _draft in range(6):
        token = a_signup(db)
        page = send(client, token, sans_image="1")
        outcomes.append((page.status_code, passed(db, token)))
    assert outcomes == [(422, True)] * 5 + [(429, False)]
    with time_machine.travel(clock.now() + timedelta(minutes=13), tick=False):
        assert send(client, token, sans_image="1").status_code == 422 and passed(db, token), "one every twelve minutes"


def test_a_filled_trap_stores_nothing(app: Flask, client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    answer = right_icon(app, db, token)
    form = {"username": "nouvelle@exemple.fr", "password": PASSWORD, "website": "https://pilules.example", **answer}
    assert client.post(f"/inscription/{token}/identifiants", data=form).status_code == 422
    assert db.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


def test_an_answer_faster_than_a_person_is_asked_again_not_refused_for_good(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    token = a_signup(db)
    send(client, token, autre_image="1")
    assert "C'était très rapide : regardez la nouvelle image, et cliquez de nouveau." in said(
        send(client, token, **right_icon(app, db, token))
    )
    with time_machine.travel(clock.now() + timedelta(seconds=5), tick=False):
        send(client, token, **right_icon(app, db, token))
        assert passed(db, token)


def test_a_board_cannot_be_computed_without_the_key(app: Flask, db: Database, instance: Path) -> None:
    """Whoever reads this code and knows the draft's number still has to look at the image."""
    other = create_app({"PORTAIL_INSTANCE": instance, "PORTAIL_SECRET_KEY": "une autre clé, assez longue"})
    boards = []
    for portal in (app, other):
        with portal.app_context():
            boards.append([human.board(draft, 1, 1).answer for draft in range(40)])
    assert boards[0] != boards[1]


def finish(client: CheckedClient, db: Database, token: str) -> None:
    key = {"enfance_key": [token[:9]], "key_origin": ["generated"]}
    drafts.save(db, loaded(db, token).id, "ouverture", key)
    form = {"username": "nouvelle@exemple.fr", "password": PASSWORD, "sans_image": "1"}
    assert client.post(f"/inscription/{token}/identifiants", data=form).status_code == 303


def test_an_icon_found_for_a_sign_up_is_not_that_of_the_next_one(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    boards, shown = set(), human.period(clock.now())
    for _sign_up in range(4):
        token = a_signup(db)
        with app.test_request_context():
            boards.add(human.board(loaded(db, token).id, 0, shown))
        finish(client, db, token)
    assert len(boards) == 4


def test_what_was_counted_for_a_sign_up_does_not_keep_the_next_one_waiting(
    app: Flask, client: CheckedClient, db: Database
) -> None:
    token = a_signup(db)
    for _answer in range(6):
        send(client, token, **wrong(right_icon(app, db, token)))
    finish(client, db, token)
    token = a_signup(db)
    send(client, token, **right_icon(app, db, token))
    assert passed(db, token)
