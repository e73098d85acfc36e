"""The agents' second factor, against a real authenticator's codes."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import segno
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from wizard.services.totp import (
    ALPHABET,
    hash_recovery_code,
    new_secret,
    provisioning_uri,
    qr_svg,
    recovery_codes,
    verify,
)

NOON = datetime(2026, 11, 24, 12, 0, 10, tzinfo=UTC)
SECRET = new_secret()


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def test_the_published_codes_of_the_standard_are_right() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert verify(secret, "287082", None, datetime.fromtimestamp(59, UTC)) == 1
    assert verify(secret, "081804", None, datetime.fromtimestamp(1111111109, UTC)) == 37037036


def test_the_code_on_the_phone_is_right_and_says_its_step() -> None:
    assert verify(SECRET, code_at(NOON), None, NOON) == int(NOON.timestamp()) // 30


def test_a_code_typed_with_a_space_is_right() -> None:
    code = code_at(NOON)
    assert verify(SECRET, f" {code[:3]} {code[3:]} ", None, NOON)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_phone_half_a_minute_off_is_right(seconds: int) -> None:
    assert verify(SECRET, code_at(NOON + timedelta(seconds=seconds)), None, NOON)


@pytest.mark.parametrize("seconds", [-90, -60, 60, 90])
def test_a_phone_further_off_is_wrong(seconds: int) -> None:
    assert verify(SECRET, code_at(NOON + timedelta(seconds=seconds)), None, NOON) is None


def test_the_same_code_is_never_right_twice() -> None:
    step = verify(SECRET, code_at(NOON), None, NOON)
    assert verify(SECRET, code_at(NOON), step, NOON) is None
    assert verify(SECRET, code_at(NOON), step, NOON + timedelta(seconds=25)) is None


def test_a_code_older_than_the_last_used_is_wrong() -> None:
    step = verify(SECRET, code_at(NOON), None, NOON)
    assert verify(SECRET, code_at(NOON - timedelta(seconds=30)), step, NOON) is None


def test_the_next_code_is_right_after_the_last_used() -> None:
    step = verify(SECRET, code_at(NOON), None, NOON)
    later = NOON + timedelta(seconds=30)
    assert verify(SECRET, code_at(later), step, later) == step + 1


def test_the_code_of_another_secret_is_wrong() -> None:
    other = next(s for s in iter(new_secret, None) if pyotp.TOTP(s).at(NOON) not in around())
    assert verify(SECRET, pyotp.TOTP(other).at(NOON), None, NOON) is None


def around() -> set[str]:
    return {code_at(NOON + timedelta(seconds=seconds)) for seconds in (-30, 0, 30)}


@given(st.text(max_size=12) | st.from_regex(r"[0-9٠-٩]{5,7}", fullmatch=True))
def test_anything_else_typed_is_wrong_and_never_an_error(typed: str) -> None:
    expected = re.sub(r"\s", "", typed) in around()
    assert (verify(SECRET, typed, None, NOON) is not None) == expected


def test_the_secret_has_a_hundred_and_sixty_bits_and_never_repeats() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(pyotp.TOTP(SECRET).byte_secret()) >= 20


def test_the_uri_names_the_town_and_the_agent() -> None:
    uri = provisioning_uri(SECRET, "agent@oudon.fr", "Mairie de Oudon")
    parsed = pyotp.parse_uri(uri)
    assert (parsed.name, parsed.issuer, parsed.secret) == ("agent@oudon.fr", "Mairie de Oudon", SECRET)


def test_ten_recovery_codes_are_readable_and_differ() -> None:
    codes = recovery_codes(b"one agent's seed")
    assert len(set(codes)) == 10
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{3}}", code) for code in codes)
    assert set("oilu").isdisjoint(ALPHABET)


def test_a_recovery_code_is_recognised_as_people_write_it() -> None:
    stored = hash_recovery_code("01ab-cdef-ghjk-mnpq")
    assert hash_recovery_code(" OLAB cdef-GHJK mnpq ") == stored
    assert hash_recovery_code("01ab-cdef-ghjk-mnpr") != stored
    assert "01ab" not in stored


def test_the_qr_code_is_plain_svg_that_the_pages_policy_allows() -> None:
    markup = qr_svg(provisioning_uri(SECRET, "agent@oudon.fr", "Mairie de Oudon"))
    soup = BeautifulSoup(markup, "html.parser")
    assert [child.name for child in soup.find_all(recursive=False)] == ["svg"]
    assert not soup.find_all(["style", "script"])
    assert not soup.find_all(style=True)
    assert SECRET not in markup
    assert soup.svg["class"] == ["qr"]


def test_the_qr_code_is_dark_on_light_with_the_margin_that_readers_need() -> None:
    uri = provisioning_uri(SECRET, "agent@oudon.fr", "Mairie de Oudon")
    modules = segno.make(uri, error="m", micro=False).symbol_size(border=4)[0]
    svg = BeautifulSoup(qr_svg(uri), "html.parser").svg
    assert svg is not None and (svg["width"], svg["height"]) == (str(modules * 5), str(modules * 5))
    paper, ink = svg.find_all("path")
    assert paper["fill"] == "#fff" and paper["d"] == f"M0 0h{modules}v{modules}h-{modules}z"
    assert ink["stroke"] == "#000" and ink["d"].startswith("M4 4.5h7")
