"""/metrics: who may read it, what it counts, and what it can say of nobody."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from prometheus_client.utils import floatToGoString
from sqlite_utils import Database

from tests.conftest import configured
from tests.security.actors import Cast
from tests.security.routes import ROUTES, address, ask, places
from tests.support.client import CheckedClient, submit
from tests.support.families import decide
from tests.support.marks import Family
from tests.support.walk import EMAIL, answer, begin, deposit, open_entourage, walk
from wizard import create_app
from wizard.childfile.journey import JOURNEY as CHILD_FILE
from wizard.clock import now
from wizard.db import close_connections, transaction
from wizard.entourage.journey import ENTOURAGE
from wizard.kinds import KINDS
from wizard.models import DraftKind
from wizard.signup.journey import JOURNEY
from wizard.stores import accounts, gauges
from wizard.web.measures import _BUCKETS

TOKEN = "3f9a07bc11d2e8465a90c7bb"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def portal(db: Database, instance: Path, addresses: Path) -> Iterator[Flask]:
    """A portal that is watched."""
    portal = create_app({**configured(instance, addresses), "PORTAIL_METRICS_TOKEN": TOKEN})
    portal.test_client_class = CheckedClient
    yield portal
    close_connections()


@pytest.fixture
def client(portal: Flask) -> CheckedClient:
    client = portal.test_client()
    assert isinstance(client, CheckedClient)
    return client


def samples(client: CheckedClient) -> dict[str, float]:
    """Return what is read, by name and labels."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200 and answer.mimetype == "text/plain"
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_without_a_token_in_the_settings_there_is_no_such_page(app: Flask) -> None:
    for headers in ({}, BEARER, {"Authorization": "Bearer "}):
        assert app.test_client().get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (BEARER, 200),
        ({"Authorization": f"bearer {TOKEN}"}, 200),
        ({}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": f"Bearer {TOKEN.upper()}"}, 401),
        ({"Authorization": "Bearer \xe9\xff"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"Token {TOKEN}"}, 401),
        ({"Authorization": TOKEN}, 401),
        ({"Cookie": f"token={TOKEN}"}, 401),
        (BEARER | {"Sec-Fetch-Dest": "iframe"}, 403),
    ],
)
def test_it_opens_by_the_token_of_its_header_alone_and_never_in_a_frame(
    client: CheckedClient, headers: dict[str, str], status: int
) -> None:
    found = client.get(f"/metrics?token={TOKEN}", headers=headers)
    assert found.status_code == status and ("portail_" in found.text) is (status == 200)
    assert found.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in found.headers
    assert found.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in found.headers["Content-Security-Policy"]
    assert ("WWW-Authenticate" in found.headers) is (status == 401)
    assert client.post("/metrics", headers=headers).status_code == 405


def test_a_family_s_way_is_counted_once_a_step_and_told_by_nothing_of_its_own(
    portal: Flask, client: CheckedClient, db: Database
) -> None:
    family = Family(portal, client, in_full=True)
    begin(client)  # another, which is left there
    family.sign_up()
    found = samples(client)
    assert (found['portail_accounts{state="created"}'], found['portail_accounts{state="activated"}']) == (1, 0)
    with transaction(db):
        accounts.activate(db, 1, now())
    page = open_entourage(client, family.typed("contacts", "email"))
    page = family.add(page, "membre")
    found = samples(client)
    assert found['portail_drafts{journey="signup",state="active",step="none"}'] == 1
    assert found['portail_drafts{journey="entourage",state="active",step="membre"}'] == 1
    deposit(client, page)
    found = samples(client)
    assert found['portail_drafts_opened_total{journey="signup"}'] == 2
    assert found['portail_drafts_opened_total{journey="entourage"}'] == 1
    steps = {
        step.slug: found[f'portail_steps_saved_total{{journey="signup",step="{step.slug}"}}'] for step in JOURNEY.steps
    }
    assert steps == {"identite": 1, "adresse": 2, "contacts": 1, "identifiants": 1}  # « elle n'est pas dans la liste »
    assert found['portail_accounts{state="activated"}'] == found['portail_dossiers{state="deposited"}'] == 1
    assert (found['portail_dossiers{state="waiting"}'], found['portail_dossiers{state="decided"}']) == (1, 0)
    decide(db)
    assert samples(client)['portail_dossiers{state="decided"}'] == 1
    text = client.get("/metrics", headers=BEARER).text
    assert not [mark.value for mark in family.marks if len(mark.value) > 3 and f'"{mark.value}"' in text]


def test_a_draft_without_a_step_for_half_an_hour_is_left(client: CheckedClient, db: Database) -> None:
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False) as clock:
        page = begin(client)
        answer(client, page, birth_name="Martin", given_name="Camille", title="madame")
        submit(client, page, given_name="")  # wrong, and saved: it is worked on
        for minutes, state in ((30, "active"), (1, "left")):
            clock.shift(timedelta(minutes=minutes))
            assert samples(client)[f'portail_drafts{{journey="signup",state="{state}",step="identite"}}'] == 1
        clock.shift(timedelta(days=2))
        assert not [name for name in samples(client) if name.startswith("portail_drafts{")]


def test_a_form_sent_twice_is_one_step(client: CheckedClient) -> None:
    page = begin(client)
    for _click in range(2):
        answer(client, page, birth_name="Martin", given_name="Camille", title="madame")
    assert samples(client)['portail_steps_saved_total{journey="signup",step="identite"}'] == 1


def test_mails_that_wait_and_that_were_given_up_are_told(client: CheckedClient, db: Database) -> None:
    walk(client)
    found = samples(client)
    assert (found['portail_mails{state="waiting"}'], found['portail_mails{state="failed"}']) == (1, 0)
    db.execute("UPDATE outbox SET failed_at = '2026-11-24T09:00:00+00:00', error = 'x' WHERE recipient = ?", (EMAIL,))
    found = samples(client)
    assert (found['portail_mails{state="waiting"}'], found['portail_mails{state="failed"}']) == (0, 1)


def test_what_a_caller_invents_is_no_label(portal: Flask, client: CheckedClient) -> None:
    known = samples(client)
    for number in range(30):
        client.open(f"/inventee/{number}", method=f"M{number}")
        client.get(f"/inscription/{'x' * 42}{number}/etape{number}?q={number}")
    found = samples(client)
    new = {re.sub(r'le="[^"]*",', "", name).partition("{")[2] for name in found.keys() - known.keys()}
    assert new == {
        'method="-",route="none",status="4xx"}',
        'method="GET",route="signup.step",status="4xx"}',
        'method="GET",route="monitors.read",status="2xx"}',
    }
    count = 'portail_request_duration_seconds_count{method="-",route="none",status="4xx"}'
    assert found[count] == 30 and len(_BUCKETS) <= 8


def test_every_label_is_one_of_the_portal_s_own_words(portal: Flask, app: Flask, db: Database, cast: Cast) -> None:
    """Whatever the pages of a draft are sent."""
    actor, held = cast.parent_a, places(app, db, cast)
    actor.client.application = portal
    for route in ROUTES:
        if route.method == "POST" and {"token", "year"} & route.values.keys():
            ask(actor, route, address(route, held))
    steps = (*JOURNEY.steps, *ENTOURAGE.journey.steps, *CHILD_FILE.steps)
    words = {
        "route": {rule.endpoint for rule in portal.url_map.iter_rules()} | {"none"},
        "method": {"GET", "POST"},
        "status": {"2xx", "3xx", "4xx"},
        "journey": set(DraftKind),
        "step": {step.slug for step in steps} | KINDS.keys() | {"none"},
        "state": {"active", "left", "created", "activated", "deposited", "waiting", "decided", "failed"},
        "le": {floatToGoString(most) for most in (*_BUCKETS, float("inf"))},
    }
    found = {pair for name in samples(actor.client) for pair in re.findall(r'(\w+)="([^"]*)"', name)}
    assert not [(label, word) for label, word in found if word not in words[label]]
    assert {label for label, _word in found} == words.keys()


def test_what_is_read_of_the_database_is_read_by_its_indexes(db: Database) -> None:
    values = {"now": "", "idle_since": "", "none": ""}
    for query in (gauges._DRAFTS, gauges._ACCOUNTS, gauges._DOSSIERS):
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()]
        bare = [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
        assert set(bare) <= {"SCAN CONSTANT ROW", "SCAN (subquery-1)"}, plan


def test_nothing_of_it_is_loaded_unless_it_is_asked_for(instance: Path) -> None:
    code = "import sys; from wizard import create_app; create_app(); print('prometheus_client' in sys.modules)"
    environ = {"PORTAIL_INSTANCE": str(instance), "PYTHONPATH": ":".join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True)
    assert found.stdout == "False\n", found.stderr
