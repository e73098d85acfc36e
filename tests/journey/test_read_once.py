"""What one submission costs: the draft is read once, and once more when it was saved; each form is judged once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from tests.support.client import HTMX, CheckedClient, follow, form_of, read, submit, typed
from tests.support.walk import CHILD, CONTACTS, IDENTITY, MANUAL, PASSWORD, add, open_entourage, reach
from wizard.db import get_db
from wizard.forms import StepForm

_READS_A_DRAFT = "JOIN draft_answers"
Judged = Counter[str]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judged:
    """Count how often the forms of steps are judged, by the name of their class."""
    counts: Judged = Counter()
    validate = StepForm.validate

    def counted(form: StepForm, extra_validators: Any = None) -> bool:
        counts[type(form).__name__] += 1
        return validate(form, extra_validators)

    monkeypatch.setattr(StepForm, "validate", counted)
    return counts


@contextmanager
def reading(app: Flask, judged: Judged) -> Iterator[list[str]]:
    """Note each time the portal's own connection reads a draft; forget what was judged before."""
    found: list[str] = []

    def note(sql: str) -> None:
        if _READS_A_DRAFT in sql:
            found.append(sql)

    with app.app_context():
        connection = get_db().conn
    judged.clear()
    connection.set_trace_callback(note)
    try:
        yield found
    finally:
        connection.set_trace_callback(None)


SENT: dict[str, dict[str, str]] = {
    "identite": IDENTITY,
    "adresse": MANUAL | {"manual": "1"},
    "contacts": CONTACTS,
    "identifiants": {"password": PASSWORD, "sans_image": "1"},
}


@pytest.mark.parametrize("slug", SENT)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["browser", "htmx"])
def test_a_step_sent_reads_its_draft_twice_and_judges_each_form_once(
    app: Flask, client: CheckedClient, judged: Judged, slug: str, headers: dict[str, str]
) -> None:
    page = reach(client, slug)
    values = typed(form_of(read(page))) | SENT[slug]
    with reading(app, judged) as found:
        answered = client.post(page.request.path, data=values, headers=headers)
    assert answered.status_code == (200 if headers else 303)
    assert (len(found), set(judged.values())) == (2, {1}), judged


@pytest.mark.parametrize("slug", SENT)
def test_so_does_one_that_is_refused_or_left(app: Flask, client: CheckedClient, judged: Judged, slug: str) -> None:
    page = reach(client, slug)
    empty = dict.fromkeys(typed(form_of(read(page))), "")
    for others in ({}, {"retour": "1"}):
        with reading(app, judged) as found:
            answered = client.post(page.request.path, data=empty | others)
        assert answered.status_code == (303 if others else 422)
        assert len(found) == 2 and not [form for form, times in judged.items() if times > 1], judged


def test_a_step_asked_for_reads_its_draft_once(app: Flask, client: CheckedClient, judged: Judged) -> None:
    page = reach(client, "identifiants")
    with reading(app, judged) as found:
        assert client.get(page.request.path).status_code == 200
    assert (len(found), set(judged.values())) == (1, {1}), judged


def test_a_step_opened_too_early_reads_its_draft_once(app: Flask, client: CheckedClient, judged: Judged) -> None:
    early = reach(client, "contacts").request.path.replace("contacts", "identifiants")
    with reading(app, judged) as found:
        assert client.get(early).location.endswith("/contacts")
    assert (len(found), set(judged.values())) == (1, {1}), judged


@pytest.mark.parametrize("slug", ["etape-1", "etape-2"])
def test_a_step_of_the_entourage_reads_its_draft_twice(
    app: Flask, parent: CheckedClient, judged: Judged, slug: str
) -> None:
    page = add(parent, open_entourage(parent), "membre", **CHILD)
    if slug == "etape-2":
        page = follow(parent, submit(parent, page, "etape-1"))
    with reading(app, judged) as found:
        assert submit(parent, page, slug).status_code == 303
    assert len(found) == 2 and judged["PeopleForm"] == 1


@pytest.mark.parametrize("gesture", ["add", "edit", "remove", "restore"])
def test_so_does_someone_added_edited_taken_out_or_put_back(
    app: Flask, parent: CheckedClient, judged: Judged, gesture: str
) -> None:
    page = add(parent, open_entourage(parent), "membre", **CHILD)
    person = str(read(page).select_one(".card a")["href"]).split("?")[0]
    summary = follow(parent, submit(parent, page, "etape-1")).request.path
    if gesture == "restore":
        parent.post(f"{person}/retirer")
    form = parent.get(f"{page.request.path}/membre" if gesture == "add" else person)
    moves = {"remove": f"{person}/retirer", "restore": f"{person}/remettre"}
    with reading(app, judged) as found:
        if gesture in moves:
            answered = parent.post(moves[gesture], data={"retour": "etape-2"})
        else:
            values = typed(form_of(read(form))) | CHILD | {"given_name": "Anna"}
            answered = parent.post(f"{form.request.path}?retour=etape-2", data=values)
    assert answered.status_code == 303 and (answered.location.split("?")[0] == summary or gesture == "remove")
    assert len(found) == 2 and judged["PeopleForm"] == 1
