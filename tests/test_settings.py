"""What settings amount to, and the secrets that they never show; settings/ has the values one by one."""

import random
import string
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.outbox import DOCUMENTS_KEY
from wizard import smtp
from wizard.settings import Settings, SettingsError, load


def town(folder: Path, **changes: str) -> Path:
    """Write the demonstration's town.toml with some lines replaced: key → the whole new line, or nothing."""
    lines = (Path(__file__).parents[1] / "instance" / "town.toml").read_text(encoding="utf-8").splitlines()
    for key, line in changes.items():
        lines = [line if one.split("=")[0].strip() == key else one for one in lines]
    (folder / "town.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def read(folder: Path, **environ: Any) -> Settings:
    keys = {"PORTAIL_SECRET_KEY": "the key of the tests, long enough", "PORTAIL_DOCUMENTS_KEY": DOCUMENTS_KEY}
    return load({"PORTAIL_INSTANCE": str(folder), **keys, **environ})


def test_the_demonstration_s_settings_are_good(tmp_path: Path) -> None:
    settings = read(town(tmp_path))
    assert (settings.town.name, settings.town.citycode) == ("Oudon", "44115")
    assert settings.database == tmp_path / "portail.db"
    assert not settings.demonstration


def test_a_town_says_from_which_day_of_the_year_families_are_asked_to_confirm(tmp_path: Path) -> None:
    assert read(town(tmp_path)).confirmation_from is None
    assert read(town(tmp_path, **{"# from": 'from = "06-01"'})).confirmation_from == (6, 1)


def test_a_town_says_itself_what_de_its_name_takes(tmp_path: Path) -> None:
    assert read(town(tmp_path, name='name = "Hendaye"')).town.of == "de Hendaye"
    assert read(town(tmp_path, name='name = "Hendaye"\nof = "d\'Hendaye"')).town.of == "d'Hendaye"


@pytest.mark.parametrize(
    ("variable", "value", "secret"),
    [
        *(
            ("PORTAIL_SMTP_URL", f"{scheme}://nom:{password}@smtp.oudon.example{port}", "cret")
            for scheme in ("smtp+starttls", "smtps", "smtp")
            for password in ("se#cret", "se/cret", "se?cret", "se[cret", "se]cret", "12/cret", "cret\u2100", "crété")
            for port in ("", ":587")
        ),
        ("PORTAIL_SMTP_URL", "smtps://nom:cret", "cret"),
        ("PORTAIL_SMTP_URL", "nom:cret@smtp.oudon.example", "cret"),
        ("PORTAIL_SMTP_URL", "smtps://nom:cret@smtp.oudon.example:port", "cret"),
        ("PORTAIL_SMTP_URL", "smtps://nom:cret@smtp.oudon.example:70000", "cret"),
        ("PORTAIL_SMTP_URL", "smtps://nom:cret@", "cret"),
        ("PORTAIL_SMTP_URL", "https://nom:cret@smtp.oudon.example", "cret"),
        ("PORTAIL_PUBLIC_URL", "https://nom:cret@famille.oudon.example", "cret"),
        ("PORTAIL_PUBLIC_URL", "https://nom:12/cret@famille.oudon.example", "cret"),
        ("PORTAIL_PUBLIC_URL", "https://:cret@famille.oudon.example", "cret"),
        ("PORTAIL_PUBLIC_URL", "https://famille.oudon.example:cret", "cret"),
        ("PORTAIL_SECRET_KEY", "cret", "cret"),
        ("PORTAIL_SECRET_KEY", "cretcretcretcretcret", "cret"),
        ("PORTAIL_TRUSTED_PROXY", "nom:cret@10.0.0.1", "cret"),
        ("PORTAIL_TRUSTED_NETWORKS", "10.0.0.0/8 cret", "cret"),
        ("PORTAIL_DEMO", "cret", "cret"),
    ],
)
def test_a_value_that_may_hold_a_password_is_never_shown(
    tmp_path: Path, variable: str, value: str, secret: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read(town(tmp_path), **{variable: value})
    assert str(refused.value).startswith(f"{variable} : ")
    shown = "".join(traceback.format_exception(refused.value)).split("SettingsError: ", 1)[1]
    assert secret not in shown and "Port could not" not in shown


def test_the_one_of_a_list_that_is_wrong_is_told_by_its_place(tmp_path: Path) -> None:
    sites = 'sites = ["https://www.oudon.example", "https://www.oudon.example/page"]'
    with pytest.raises(SettingsError, match=r"embedding\.sites : .* \(n° 2 de la liste\)"):
        read(town(tmp_path, sites=sites))


def test_an_address_with_a_password_in_the_town_s_file_is_never_shown(tmp_path: Path) -> None:
    for key, line in (("geocoder", "ftp://nom:cret@geo.example"), ("sites", "https://nom:cret@www.oudon.example")):
        text = (town(tmp_path) / "town.toml").read_text(encoding="utf-8")
        table = {"geocoder": "[addresses]", "sites": "[embedding]"}[key]
        written = f'{key} = "{line}"' if key == "geocoder" else f'{key} = ["{line}"]'
        kept = "\n".join(one for one in text.splitlines() if not one.startswith(f"{key} "))
        (tmp_path / "town.toml").write_text(kept.replace(table, f"{table}\n{written}"), encoding="utf-8")
        with pytest.raises(SettingsError, match=key) as refused:
            read(tmp_path)
        assert "cret" not in str(refused.value)


def test_settings_shown_whole_show_no_secret(tmp_path: Path) -> None:
    shown = repr(read(town(tmp_path), PORTAIL_SMTP_URL="smtps://nom:cret@smtp.oudon.example"))
    assert "cret@" not in shown and "the key of the tests" not in shown and "Oudon" in shown


@pytest.mark.parametrize("mark", "#/?[]@:% ")
def test_a_mark_in_a_password_is_written_encoded(tmp_path: Path, mark: str) -> None:
    url = f"smtps://nom:se{quote(mark, safe='')}cret@smtp.oudon.example:465"
    configuration = smtp.configuration(read(town(tmp_path), PORTAIL_SMTP_URL=url))
    assert configuration["MAIL_PASSWORD"] == f"se{mark}cret"
    assert (configuration["MAIL_SERVER"], configuration["MAIL_PORT"]) == ("smtp.oudon.example", 465)


@pytest.mark.parametrize("credentials", ["nom:secret", "nom", ":secret"])
@pytest.mark.parametrize("host", ["smtp.oudon.example", "10.0.0.25", "[2001:db8::25]", "localhost.example"])
def test_a_password_does_not_cross_the_network_in_clear(tmp_path: Path, credentials: str, host: str) -> None:
    with pytest.raises(SettingsError, match="PORTAIL_SMTP_URL : un mot de passe passerait en clair"):
        read(town(tmp_path), PORTAIL_SMTP_URL=f"smtp://{credentials}@{host}:25")
    for scheme in ("smtps", "smtp+starttls"):
        assert read(town(tmp_path), PORTAIL_SMTP_URL=f"{scheme}://{credentials}@{host}")
    assert read(town(tmp_path), PORTAIL_SMTP_URL=f"smtp://{host}:25")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_password_may_be_given_in_clear_to_this_machine(tmp_path: Path, host: str) -> None:
    assert read(town(tmp_path), PORTAIL_SMTP_URL=f"smtp://nom:secret@{host}:25")


@pytest.mark.parametrize(
    "key",
    [
        "a" * 16, "k" * 32, "é" * 16, "-" * 20, " " * 20, "abcdabcdabcdabcd", "abcdabcdabcdabcdab", "ababababcdcdcdcd",
        "0123456789012345", "1234567890123456", "9876543210987654", "0123456789abcdef", "13579135791357913579",
        "abcdefghijklmnop", "zyxwvutsrqponmlk", "aabbccddeeffgghh", "aaaabbbbccccdddd", "1111222233334444",
        "a1b2c3d4e5f6g7h8", "a1a2a3a4a5a6a7a8", "0102030405060708", "1 2 3 4 5 6 7 8 9", "0123-4567-89ab-cdef",
        "aAaAaAaAaAaAaAaA", "0000000000000001", "passwordpassword", "motdepassemotdepasse", "changeme-changeme",
        "azertyuiopqsdfgh", "qwertyuiopasdfgh", "azertyuiop123456", "20262026202620262026", "deadbeefdeadbeef",
        "00112233445566778899aabbccddeeff", "9f8a3c1e77b20d4",
    ],
)  # fmt: skip
def test_a_key_too_short_or_too_regular_stops_the_start_and_says_how_to_make_one(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match=r"PORTAIL_SECRET_KEY : clé trop courte.* openssl rand -hex 32 ") as refused:
        read(town(tmp_path), PORTAIL_SECRET_KEY=key)
    assert key not in str(refused.value)


def test_a_key_drawn_at_random_is_taken(tmp_path: Path) -> None:
    folder, draws = town(tmp_path), random.Random(44)
    for alphabet in (string.hexdigits.lower()[:16], string.ascii_letters + string.digits + "-_"):
        for length in (32, 64):
            for _draw in range(50):
                key = "".join(draws.choices(alphabet, k=length))
                assert read(folder, PORTAIL_SECRET_KEY=key).secret_key == key


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAIL_INSTANCE"):
        read(tmp_path)


def test_a_key_is_made_once_on_this_machine_and_asked_for_elsewhere(tmp_path: Path) -> None:
    folder = town(tmp_path)
    first, second = (load({"PORTAIL_INSTANCE": str(folder)}).secret_key for _start in range(2))
    assert first == second
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    elsewhere = {"PORTAIL_INSTANCE": str(folder), "PORTAIL_PUBLIC_URL": "https://famille.oudon.example"}
    with pytest.raises(SettingsError, match="PORTAIL_SECRET_KEY"):
        load(elsewhere)


def test_a_town_starts_without_the_key_of_its_documents_and_none_is_made_elsewhere(tmp_path: Path) -> None:
    elsewhere = {
        "PORTAIL_INSTANCE": str(town(tmp_path)),
        "PORTAIL_PUBLIC_URL": "https://famille.oudon.example",
        "PORTAIL_SECRET_KEY": "the key of the tests, long enough",
    }
    found = load(elsewhere).documents
    assert (found.key, found.key_file) == ("", None)
    with pytest.raises(SettingsError, match="PORTAIL_DOCUMENTS_KEY"):
        load({**elsewhere, "PORTAIL_DOCUMENTS_KEY": "court"})


def test_the_demonstration_never_leaves_this_machine(tmp_path: Path) -> None:
    folder = town(tmp_path)
    assert read(folder, PORTAIL_DEMO="1").demonstration
    assert read(folder, PORTAIL_DEMO="1").trusted_networks and not read(folder).trusted_networks
    assert not read(folder, PORTAIL_DEMO="1", PORTAIL_PUBLIC_URL="https://famille.oudon.example").demonstration
