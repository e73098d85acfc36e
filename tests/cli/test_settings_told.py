"""A wrong setting stops each command by one sentence, whatever way it is called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import TOWN, Run

ROOT = Path(__file__).parents[2]
WORDS = (
    ["migrate"], ["serve", "--port", "0"], ["demo", "--port", "0"], ["doctor"], ["mail", "send"], ["backup", "x"],
    ["purge"], ["agents", "list"], ["addresses", "download", "44"], ["secrets", "rotate"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORTAIL_TRUSTED_NETWORKS", "10.0.0.0/33", "PORTAIL_TRUSTED_NETWORKS : attendu des réseaux"),
        ("PORTAIL_SMTP_URL", "smtps://nom:cret@smtp.oudon.example:0", "PORTAIL_SMTP_URL : attendu smtp://"),
        (
            "PORTAIL_SMTP",
            "smtps://nom:cret@h",
            "PORTAIL_SMTP : variable inconnue, vouliez-vous dire PORTAIL_SMTP_URL ?",
        ),
    ],
)
def test_each_command_tells_a_wrong_variable(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    for words in WORDS:
        result = run(*words)
        (sentence,) = result.output.splitlines()
        assert result.exit_code == 1 and sentence.startswith(f"Erreur : {told}"), words
        assert "cret" not in result.output


def test_each_command_tells_a_commune_that_does_not_exist(
    run: Run, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAIL_DEMO", "1")
    (instance / "town.toml").write_text(TOWN.read_text().replace('"44115"', '"44999"'))
    for words in WORDS:
        result = run(*words)
        (sentence,) = result.output.splitlines()
        assert result.exit_code == 1 and sentence.startswith("Erreur : town.toml, town.citycode : aucune commune"), (
            words
        )


def test_flask_itself_shows_no_traceback(instance: Path) -> None:
    (instance / "town.toml").write_text(TOWN.read_text().replace("phone = ", "phone = 12 #"))
    told = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wizard", "doctor"],
        env=os.environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stdout) == (1, "")
    sentence = "attendu un numéro de téléphone qui existe, entre guillemets, comme +33240836017 (lu : 12)."
    assert told.stderr == f"Erreur : town.toml, town.phone : {sentence}\n"
