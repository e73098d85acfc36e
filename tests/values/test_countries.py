"""Countries have the names of CLDR, and come back from what people type."""

import re
from pathlib import Path

import pytest
from babel import Locale

from wizard.values import countries

# Codes that stand for no country: the European Union, the United Nations, the world's unknown parts.
NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def test_each_is_named_as_cldr_names_it() -> None:
    known = {code: name for code, name in Locale("fr").territories.items() if re.fullmatch("[A-Z]{2}", code)}
    known = {code: name.replace("’", "'") for code, name in known.items() if code not in NO_COUNTRY}
    assert {code: countries.country_name(code) for code in known} == known
    # Of the two halves of Saint-Martin, the name is that of the other.
    assert {countries.read_country(name) for name in known.values()} == set(known) - {"MF"}
    assert countries.country_name("ZZ") == "ZZ"


@pytest.mark.parametrize(
    ("typed", "code"),
    [(None, "FR"), ("", "FR"), ("la Belgique", "BE"), ("etats-unis", "US"), ("de", "DE"), ("Syldavie", "Syldavie")],
)
def test_what_is_typed_is_found(typed: str | None, code: str) -> None:
    assert countries.read_country(typed) == code


def test_cldr_keeps_its_licence() -> None:
    notice = Path(countries.__file__).parent / "licences" / "unicode-cldr.txt"
    assert "UNICODE LICENSE" in notice.read_text(encoding="utf-8").upper()
