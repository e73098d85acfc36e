"""The file of the image names what is there, in the order that the Makefile has; `test_image.py` follows it."""

import json
import re

import pytest
from click.testing import CliRunner

from tests.deploy.machine import ROOT
from wizard.cli import main

FILE = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
STEPS = re.findall(r"^([A-Z]+) ((?:.*\\\n)*.*)$", FILE, re.MULTILINE)


def said(name: str) -> list[str]:
    return [rest for step, rest in STEPS if step == name]


@pytest.mark.parametrize("words", said("COPY"))
def test_what_is_copied_is_there(words: str) -> None:
    *sources, _target = words.split()
    assert [one for one in sources if not (ROOT / one).exists()] == []


def test_all_that_the_portal_is_made_of_is_copied() -> None:
    copied = {word for words in said("COPY") for word in words.split()[:-1]}
    assert {"wizard", "templates", "static", "pyproject.toml", "requirements.txt", "README.md", "LICENSE"} == copied


def test_it_is_installed_as_everywhere() -> None:
    everywhere = re.findall(r"pip install --quiet (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    in_the_image = re.findall(r"pip install --no-cache-dir (.*)$", FILE, re.MULTILINE)
    assert len(in_the_image) == 2 and set(in_the_image) <= set(everywhere)


def test_it_serves_as_the_account_of_the_portal() -> None:
    steps = [step for step, _rest in STEPS]
    assert said("USER") == ["portail"] and steps.index("USER") > max(
        index for index, step in enumerate(steps) if step == "RUN"
    )
    assert json.loads(said("ENTRYPOINT")[0]) == ["portail-famille"]
    command = json.loads(said("CMD")[0])
    known = {option for parameter in main.commands[command[0]].params for option in parameter.opts}
    assert {word for word in command if word.startswith("--")} <= known
    assert said("EXPOSE") == [command[command.index("--port") + 1]]
    assert CliRunner().invoke(main, [*command, "--help"]).exit_code == 0


def test_the_data_are_in_the_volume() -> None:
    assert said("ENV") == [f"PORTAIL_INSTANCE={volume}" for volume in said("VOLUME")] and len(said("VOLUME")) == 1
