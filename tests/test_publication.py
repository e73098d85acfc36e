"""What a public project carries is true: version, licence, card for catalogues, and what it tells its next readers."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CARD = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
GUIDES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "tests/bench/README.md"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_and_its_date_are_the_same_everywhere() -> None:
    latest = re.search(r"^## (\S+) – (\d{4}-\d\d-\d\d)$", text("CHANGELOG.md"), re.MULTILINE)
    assert latest
    assert latest.groups() == (PROJECT["version"], CARD["releaseDate"])
    assert CARD["softwareVersion"] == PROJECT["version"]
    installed = re.findall(r"--branch v(\S+) .* /opt/portail-famille/releases/(\S+)$", text("README.md"), re.MULTILINE)
    assert installed[0] == (PROJECT["version"], PROJECT["version"])


def test_the_changelog_goes_back_in_order() -> None:
    entries = re.findall(r"^## (\d+)\.(\d+)\.(\d+) – (\S+)$", text("CHANGELOG.md"), re.MULTILINE)
    versions = [tuple(map(int, entry[:3])) for entry in entries]
    dates = [entry[3] for entry in entries]
    assert versions == sorted(versions, reverse=True) and dates == sorted(dates, reverse=True)


def test_the_licence_is_the_whole_eupl() -> None:
    assert PROJECT["license"] == CARD["legal"]["license"] == "EUPL-1.2"
    licence = text("LICENSE")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert [f"\n{number}." in licence for number in range(1, 16)] == [
        True
    ] * 15 and "\n" + " " * 57 + "Appendix\n" in licence


def test_what_a_town_installs_is_what_the_tests_run_with() -> None:
    of_towns, of_tests = (
        set(re.findall(r"^\S+==(?:.*\\\n)+.*", text(name), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert len(of_towns) > 40 and of_towns <= of_tests


# https://yml.publiccode.tools/schema.core.html, version 0.5
REQUIRED = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description",
    "legal", "maintenance", "localisation"}  # fmt: skip
OPTIONAL = {"applicationSuite", "landingURL", "isBasedOn", "softwareVersion", "releaseDate", "logo", "inputTypes",
    "outputTypes", "categories", "usedBy", "fundedBy", "roadmap", "intendedAudience", "dependsOn",
    "organisation"}  # fmt: skip
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {"standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
    "standalone/other", "addon", "library", "configurationFiles"}  # fmt: skip


def test_the_card_for_catalogues_says_what_the_standard_asks() -> None:
    assert REQUIRED <= CARD.keys() <= REQUIRED | OPTIONAL
    assert CARD["developmentStatus"] in STATUSES and CARD["softwareType"] in TYPES
    french = CARD["description"]["fr"]
    assert len(french["shortDescription"]) <= 150 <= len(french["longDescription"]) <= 10_000
    assert all(len(feature) <= 100 for feature in french["features"])
    assert CARD["maintenance"]["type"] in {"internal", "community"} and CARD["maintenance"]["contacts"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", CARD["releaseDate"])


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_only_files_and_targets_that_exist(guide: str) -> None:
    written = re.sub(r"\.venv/bin/\S+", "", text(guide))
    paths = {
        path.rstrip("/")
        for path in re.findall(r"\b(?:wizard|templates|tests|static|instance|deploy)/[\w./-]*\w", written)
    }
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    links = re.findall(r"\]\((?!http|#)([^)#]+)", written)
    assert [link for link in links if not (ROOT / guide).parent.joinpath(link).exists()] == []
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", written, re.MULTILINE)) <= targets


def test_the_pictures_of_the_readme_are_light() -> None:
    pictures = re.findall(r"^!\[.+\]\((\S+)\)$", text("README.md"), re.MULTILINE)
    assert len(pictures) == 2 and sum((ROOT / one).stat().st_size for one in pictures) <= 60 << 10


def test_every_target_of_make_is_listed_with_what_it_does() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony
    assert {line.split()[0] for line in listed.splitlines() if line.startswith("  ")} == set(phony[1].split())


def test_what_a_run_of_the_tests_leaves_is_what_the_trials_take() -> None:
    tests, trials, longest, everything = (
        subprocess.run(
            ["make", "--no-print-directory", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for target in ("test", "trials", "long", "everything")
    )
    left = sorted(re.findall(r"--ignore=(\S+)", tests))
    assert left and all(sorted(re.findall(r" (tests/\S+)", run)) == left for run in (trials, longest))
    assert [path for path in left if not (ROOT / path).exists()] == []
    assert '-m "not long"' in trials and "-m long" in longest
    assert everything.endswith(' -m "not long" tests\n') and "--ignore" not in everything
    assert re.search(r"^make everything$", text(".ci/run"), re.MULTILINE)
