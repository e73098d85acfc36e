"""One file of variables for the service and every command."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from wizard import env_file
from wizard.town_toml import SettingsError

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("# un commentaire\n\n  ; un autre\n", {}),
        ("PORTAIL_DEMO=1", {"PORTAIL_DEMO": "1"}),
        ("\ufeffPORTAIL_DEMO=1\r\n", {"PORTAIL_DEMO": "1"}),
        ("  PORTAIL_DEMO =  1  \n", {"PORTAIL_DEMO": "1"}),
        ("PORTAIL_SECRET_KEY=a$b#c;d\\e f=g", {"PORTAIL_SECRET_KEY": "a$b#c;d\\e f=g"}),
        ("PORTAIL_SECRET_KEY='a b'", {"PORTAIL_SECRET_KEY": "a b"}),
        ('PORTAIL_SECRET_KEY="$a\'b"', {"PORTAIL_SECRET_KEY": "$a'b"}),
        ("PORTAIL_SECRET_KEY='", {"PORTAIL_SECRET_KEY": "'"}),
        ("PORTAIL_SMTP_URL=\nPORTAIL_DEMO=0", {"PORTAIL_SMTP_URL": "", "PORTAIL_DEMO": "0"}),
    ],
)
def test_a_file_gives_each_value_as_it_is_written(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    (tmp_path / "portail.env").write_text(text, encoding="utf-8")
    assert env_file.read(tmp_path / "portail.env") == expected


@pytest.mark.parametrize(
    "line",
    [
        "export PORTAIL_SECRET_KEY=cret",
        "PORTAIL_SECRET_KEY: cret",
        "PATH=/cret",
        "portail_secret_key=cret",
        "cret",
        "PORTAIL_DEMO=cret",
    ],
)
def test_a_line_that_is_no_variable_is_told_by_its_number_and_never_shown(
    run: Run, instance: Path, tmp_path: Path, line: str
) -> None:
    (tmp_path / "portail.env").write_text(f"# réglages\nPORTAIL_DEMO=0\n{line}\n", encoding="utf-8")
    result = run("--env-file", tmp_path / "portail.env", "doctor")
    assert result.exit_code == 1 and "ligne 3" in result.output and "cret" not in result.output
    assert result.output.startswith("Erreur : ") and result.output.count("\n") == 1


def test_a_file_that_is_no_text_or_is_not_there_is_one_sentence(run: Run, instance: Path, tmp_path: Path) -> None:
    (tmp_path / "portail.env").write_bytes(b"PORTAIL_DEMO=\xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        env_file.read(tmp_path / "portail.env")
    result = run("--env-file", tmp_path / "absent.env", "doctor")
    assert result.exit_code == 1 and result.output == f"Erreur : {tmp_path}/absent.env : ce fichier n'existe pas.\n"


def test_every_command_reads_it_and_the_environment_prevails(
    run: Run, instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PORTAIL_DATABASE", "PORTAIL_ENV_FILE"):  # put back at the end
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    file = tmp_path / "portail.env"
    file.write_text(f"PORTAIL_DATABASE={tmp_path}/elsewhere.db\n", encoding="utf-8")
    monkeypatch.setenv("PORTAIL_ENV_FILE", str(file))
    assert f"{tmp_path}/elsewhere.db : mise à jour" in run("migrate").output
    monkeypatch.setenv("PORTAIL_ENV_FILE", str(file))
    monkeypatch.setenv("PORTAIL_DATABASE", str(tmp_path / "another.db"))
    assert f"{tmp_path}/another.db : mise à jour" in run("migrate").output
