"""Fields: what is accepted, what is stored, what the sentence says."""

from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.datastructures import MultiDict

from wizard.forms import StepForm, birthdate_field, email_field, name_field, phone_field
from wizard.values.dates import read_date
from wizard.values.email_typos import suggestion
from wizard.values.phones import e164


class AllForm(StepForm):
    name = name_field("Nom", "Indiquez votre nom.")
    phone = phone_field("Téléphone")
    email = email_field("Courriel")
    birthdate = birthdate_field("Naissance", "Indiquez la date.")


VALID = {"name": "Martin", "birthdate": "03/09/2019"}


@pytest.fixture(autouse=True)
def context(app: Flask) -> Any:
    with app.test_request_context():
        yield


def errors(**values: str) -> dict[str, str]:
    form = AllForm(MultiDict(VALID | values))
    form.validate()
    return {name: str(sentences[0]) for name, sentences in form.errors.items()}


@pytest.mark.parametrize(
    "name",
    ["Martin", "O’Neill", "D'Arc", "de La Tour-d’Auvergne", "Nguyễn", "Øster", "Иванова", "王", "J. R.", "Ma\u0301ire"],
)
def test_a_name_may_be_of_any_alphabet(name: str) -> None:
    assert errors(name=name) == {}


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "R2D2", "<b>", "x" * 81, "-"])
def test_what_is_not_a_name_gets_a_sentence(name: str) -> None:
    assert set(errors(name=name)) == {"name"}


def test_invisible_characters_are_dropped_in_silence() -> None:
    assert AllForm(MultiDict({"name": "Mar\x00tin\u202e\u200b\n Petit\ufeff"})).name.data == "Martin  Petit"


def test_a_name_is_trimmed_and_keeps_its_case() -> None:
    assert AllForm(MultiDict({"name": "  de la TOUR "})).name.data == "de la TOUR"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("02\u00a040 83 60 17", "+33240836017"),
    ],
)
def test_a_phone_is_typed_as_one_likes_and_stored_in_e164(typed: str, stored: str) -> None:
    assert errors(phone=typed) == {}
    assert e164(typed) == stored


@pytest.mark.parametrize("typed", ["12", "abcdef", "06 12 34 56", "06 12 34 56 78 99 99", "<06 12 34 56 78>", "+"])
def test_what_is_not_a_phone_gets_a_sentence(typed: str) -> None:
    assert "exemple" in errors(phone=typed)["phone"].lower()


@pytest.mark.parametrize("typed", ["rené@exemple.fr", "Zoé.Martin@exemple.fr"])
def test_an_address_that_no_mail_would_reach_is_said_so_while_it_can_be_corrected(typed: str) -> None:
    assert "sans accent" in errors(email=typed)["email"]


@pytest.mark.parametrize("typed", ["camille", "a@b", "a@@b.fr", "a b@c.fr", "a@b.fr\nBcc: x@y.fr", "é" * 300 + "@a.fr"])
def test_what_is_not_an_address_gets_a_sentence(typed: str) -> None:
    assert set(errors(email=typed)) == {"email"}


@pytest.mark.parametrize(
    "domain",
    ["ymail.com", "mail.com", "email.com", "live.com", "live.fi", "gmx.com", "gmx.net", "hotmail.gr", "yahoo.gr",
     "sfr.com", "msc.com", "aon.com", "laposte.fr", "orange.com", "straße.example"],
)  # fmt: skip
def test_a_real_provider_is_not_taken_for_a_slip(domain: str) -> None:
    assert suggestion(f"a@{domain}") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmail.con", "a@gmail.com"),
        ("a@hotmial.fr", "a@hotmail.fr"),
        ("a@orange.f", "a@orange.fr"),
        ("a@laposte.nett", "a@laposte.net"),
        ("a@srf.fr", "a@sfr.fr"),
        ("a@yaho.fr", "a@yahoo.fr"),
        ("a@outlok.com", "a@outlook.com"),
        ("a@icoud.com", "a@icloud.com"),
        ("a@gmail.com", None),
        ("a@oudon.fr", None),
        ("a@free.fr", None),
    ],
)
def test_a_slip_in_a_well_known_domain_is_seen(typed: str, meant: str | None) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("03/09/2019", date(2019, 9, 3)),
        ("3-9-2019", date(2019, 9, 3)),
        ("03 09 2019", date(2019, 9, 3)),
        ("03 / 09 / 2019", date(2019, 9, 3)),
        ("03092019", date(2019, 9, 3)),
        ("3092019", None),
        ("2019-09-03", date(2019, 9, 3)),
        ("31/02/2019", None),
        ("hier", None),
    ],
)
def test_a_date_is_read_as_typed_in_france_or_as_sent_by_a_browser(typed: str, day: date | None) -> None:
    assert read_date(typed) == day


@pytest.mark.parametrize("typed", ["31/02/2019", "03/09/2999", "03/09/1980", "x"])
def test_a_child_s_birth_date_exists_is_past_and_under_eighteen(typed: str) -> None:
    assert set(errors(birthdate=typed)) == {"birthdate"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("29/11/2026", "dans le futur"),
        ("28/11/2026", ""),
        ("29/11/2008", ""),
        ("28/11/2008", "ajoutez-la plutôt comme contact"),
        ("28/11/1906", "ajoutez-la plutôt comme contact"),
        ("29/11/1905", "ajoutez-la plutôt comme contact"),
        ("28/11/1905", "trop ancienne"),
    ],
)
@time_machine.travel("2026-11-28T12:00:00Z", tick=False)
def test_a_child_may_be_born_today_and_turn_eighteen_tomorrow(typed: str, told: str) -> None:
    sentence = errors(birthdate=typed).get("birthdate", "")
    assert told in sentence and bool(sentence) == bool(told)
