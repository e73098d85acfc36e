"""What a draft keeps of what is sent: fields of its forms alone, one value of each, no longer than the form allows."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlite_utils import Database
from werkzeug.datastructures import MultiDict

from tests.security.actors import a_parent, a_signup, an_entourage
from tests.support.client import CheckedClient, errors, form_of, read, typed
from tests.support.walk import CHILD, CONTACTS, IDENTITY, MANUAL, PASSWORD, STEPS
from wizard.values.text import clean

ANSWERS: dict[str, dict[str, str]] = {
    "identite": IDENTITY,
    "adresse": MANUAL | {"manual": "1", "apartment": "2", "building": "B", "floor": "3"},
    "contacts": CONTACTS | {"phone": "02 40 83 60 17", "preferred_contact": "email", "sms_ok": "y"},
    "identifiants": {"username": "camille", "password": PASSWORD, "website": ""},
}
FIELDS = [(slug, name) for slug, answers in ANSWERS.items() for name in answers if name not in {"password", "website"}]
CHOSEN = {"title", "manual", "preferred_contact", "sms_ok"}
TEXTS = {name for _slug, name in FIELDS} - CHOSEN


def kept(db: Database, step: str) -> dict[str, list[str]]:
    """Return what the only draft holds of a step."""
    row = db.execute("SELECT data FROM draft_answers WHERE step = ? ORDER BY draft DESC", (step,)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def one_of_each(answers: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in answers.items() if name not in {"password", "website"}}


@pytest.mark.parametrize("slug", STEPS)
def test_one_value_of_each_field_is_kept_however_many_are_sent(client: CheckedClient, db: Database, slug: str) -> None:
    token = a_signup(db)
    sent: dict[str, Any] = {name: [value, *map(str, range(400))] for name, value in ANSWERS[slug].items()}
    client.post(f"/inscription/{token}/{slug}", data={**sent, "inconnu": ["x"] * 200, "enfance_key": "0042"})
    assert kept(db, slug) == one_of_each(ANSWERS[slug])


@pytest.mark.parametrize("slug", STEPS)
def test_what_is_judged_is_what_is_kept(client: CheckedClient, db: Database, slug: str) -> None:
    """A field whose first value is wrong is wrong, whatever follows."""
    token = a_signup(db)
    sent = {name: ["\u200b" if name != "password" else "x", value] for name, value in ANSWERS[slug].items()}
    response = client.post(f"/inscription/{token}/{slug}", data=sent)
    assert response.status_code == 422 and errors(response)


@pytest.mark.parametrize(("slug", "name"), FIELDS)
def test_what_is_too_long_is_said_so_and_not_kept(client: CheckedClient, db: Database, slug: str, name: str) -> None:
    token = a_signup(db)
    response = client.post(f"/inscription/{token}/{slug}", data=ANSWERS[slug] | {name: "9" * 20_000})
    others = one_of_each(ANSWERS[slug])
    others.pop(name)
    assert kept(db, slug) == others
    assert len(response.data) < 20_000
    if name in TEXTS:
        assert response.status_code == 422 and errors(response)[name]


def test_what_was_typed_well_is_shown_again_beside_what_is_too_long(client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    page = client.post(f"/inscription/{token}/identite", data=IDENTITY | {"usage_name": "Le " * 40})
    shown = typed(form_of(read(page)))
    assert (shown["birth_name"], shown["given_name"], shown["title"]) == (["Martin"], ["Camille"], ["madame"])
    assert shown["usage_name"][0].startswith("Le Le Le")
    assert "80 caractères au plus" in errors(page)["usage_name"]


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        (" " * 3000 + "Martin" + " " * 3000, "Martin"),
        ("Mar" + "\u200b" * 300 + "tin", "Martin"),
        ("e\u0301" * 80, "é" * 80),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_text_is_as_long_as_one_reads_it(client: CheckedClient, db: Database, sent: str, read_as: str) -> None:
    token = a_signup(db)
    response = client.post(f"/inscription/{token}/identite", data=IDENTITY | {"birth_name": sent})
    assert response.status_code == 303
    assert kept(db, "identite")["birth_name"] == [read_as]


@pytest.mark.parametrize(
    "sent",
    ["a" + " " * 300 + "b", "Le " * 40, "x" * 81, "x" * 80 + " y", "a" + "\u200b" * 5000 + "b", "e\u0301" * 81],
)
def test_a_text_that_was_cut_is_never_taken_for_a_short_one(client: CheckedClient, db: Database, sent: str) -> None:
    token = a_signup(db)
    path = f"/inscription/{token}/identite"
    page = client.post(path, data=IDENTITY | {"birth_name": sent})
    assert page.status_code == 422
    again = client.post(path, data=typed(form_of(read(page))))
    assert again.status_code == 422 and "birth_name" in errors(again)


def test_a_text_longer_than_any_field_allows_is_not_composed() -> None:
    """To compose a run of accents takes the square of its length."""
    accents = "e" + "\u0316\u0301" * 5000
    assert clean(accents).endswith("\u0316\u0301" * 4000)


def test_an_answer_kept_too_long_before_is_asked_again(client: CheckedClient, db: Database) -> None:
    token = a_signup(db)
    old = json.dumps(one_of_each(IDENTITY) | {"birth_name": ["x" * 60_000]})
    db.execute("UPDATE draft_answers SET data = ? WHERE step = 'identite'", (old,))
    response = client.get(f"/inscription/{token}/contacts")
    assert response.status_code == 303 and response.location.endswith("/identite")
    assert len(client.get(response.location).data) < 20_000


def test_several_children_of_a_contact_are_kept_and_no_more_than_a_family_has(
    app: Flask, client: CheckedClient, db: Database, password_hash: str
) -> None:
    token = an_entourage(db, a_parent(db, "Le Goff", password_hash).account.id)
    path = f"/entourage/{token}/etape-1"
    for number, name in ((1, "Loïc"), (2, "Anna")):
        client.post(f"{path}/membre", data=CHILD | {"given_name": name, "entry": f"0000000{number}"})
    contact = {"birth_name": "Petit", "given_name": "Jeanne", "phone": "02 40 83 60 17", "link": "friend"}
    both = ["00000001", "00000002"]
    made_up = [f"{number:08x}" for number in range(16, 3000)]
    form = MultiDict(
        {**contact, "children": [*both, *made_up, "x" * 5000], "emergency": ["y"] * 3, "entry": "0000000a"}
    )
    assert client.post(f"{path}/contact", data=form).status_code == 303
    row = kept(db, "contact:0000000a")
    assert row["children"][:2] == both and len(row["children"]) <= 60
    assert {name: values for name, values in row.items() if name != "children"} == one_of_each(contact) | {
        "emergency": ["y"]
    }
    cards = read(client.get(path)).select(".card")
    assert any("Jeanne" in card.text and "Loïc" in card.text and "Anna" in card.text for card in cards)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"&".join([b"birth_name=Martin&given_name=Camille", *[b"a=1"] * 15_000]), 303),
        (b"&".join([b"birth_name=a"] * 4900), 422),
        (b"&".join([b"=a"] * 20_000), 422),
        (b"&" * 60_000, 422),
        (b"birth_name=" + b"%ff" * 20_000, 422),
        (b"birth_name=Martin%20%C3%A9&given_name=%", 422),
        (b"birth_name=" + b"%" * 60_000, 400),
    ],
)
def test_no_form_is_read_further_than_a_page_goes(
    client: CheckedClient, db: Database, body: bytes, status: int
) -> None:
    path = f"/inscription/{a_signup(db)}/identite"
    page = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == status and len(page.data) < 20_000


def test_a_form_in_many_parts_is_refused(client: CheckedClient, db: Database) -> None:
    """No page sends its form in parts; to read one costs ten times as much."""
    part = b'--x\r\nContent-Disposition: form-data; name="birth_name"\r\n\r\nMartin\r\n'
    path = f"/inscription/{a_signup(db)}/identite"
    page = client.post(path, data=part * 500 + b"--x--\r\n", content_type="multipart/form-data; boundary=x")
    assert page.status_code == 413
