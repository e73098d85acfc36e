"""What a public project carries is true: version, licence, card for catalogues, and what it tells its next readers."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import copytree, ignore_patterns

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
    tests, trials, longest = (
        subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for target in ("test", "trials", "long")
    )
    left = sorted(re.findall(r"--ignore=(\S+)", tests))
    assert left and all(sorted(re.findall(r" (tests/\S+)", run)) == left for run in (trials, longest))
    assert [path for path in left if not (ROOT / path).exists()] == []
    assert '-m "not long"' in trials and "-m long" in longest
    assert re.search(r"^make test trials$", text(".ci/run"), re.MULTILINE)


STEP = '''"""Step « École »: where the children go to school."""

from wizard.forms import StepForm, name_field
from wizard.french import gettext as _
from wizard.journey.steps import Step


class SchoolForm(StepForm):
    """The school."""

    school = name_field(_("École"), _("Indiquez l'école."))


STEP = Step("ecole", _("École"), _("L'école"), SchoolForm, "signup/steps/school.html")
'''
TEMPLATE = '{% extends "journey/step.html" %}\n{% block fields %}{{ f.text(form.school) }}{% endblock %}\n'


def a_copy(folder: Path) -> Path:
    copy = folder / "project"
    for part in ("wizard", "templates", "static", "tests", "instance"):
        copytree(ROOT / part, copy / part, ignore=ignore_patterns("__pycache__", "screenshots"))
    (copy / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return copy


def assert_passes(copy: Path, test: str) -> None:
    run = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", test]
    done = subprocess.run(run, cwd=copy, capture_output=True, text=True, env={"PATH": "", "PYTHONPATH": str(copy)})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_step_takes_the_three_files_that_its_recipe_says(tmp_path: Path) -> None:
    copy = a_copy(tmp_path)
    (copy / "wizard/signup/steps/school.py").write_text(STEP, encoding="utf-8")
    (copy / "templates/signup/steps/school.html").write_text(TEMPLATE, encoding="utf-8")
    journey = copy / "wizard/signup/journey.py"
    journey.write_text(
        journey.read_text(encoding="utf-8")
        .replace("contacts, credentials, identity\n", "contacts, credentials, identity, school\n")
        .replace("identity.STEP, address.STEP", "identity.STEP, school.STEP, address.STEP"),
        encoding="utf-8",
    )
    (copy / "tests/test_school.py").write_text(
        "from tests.support.client import errors, follow, read, submit\n"
        "from tests.support.walk import IDENTITY, begin\n\n\n"
        "def test_it_is_asked_second(client):\n"
        "    assert 'Cinq étapes, cinq minutes' in client.get('/inscription').text\n"
        "    page = follow(client, submit(client, begin(client), **IDENTITY))\n"
        "    assert read(page).h1.get_text() == \"L'école\" and 'Étape 2 sur 5' in page.text\n"
        "    assert errors(submit(client, page)) == {'school': \"⚠ Erreur : Indiquez l'école.\"}\n"
        "    page = follow(client, submit(client, page, school='Jean Zay'))\n"
        "    assert read(page).h1.get_text() == 'Votre adresse'\n",
        encoding="utf-8",
    )
    assert_passes(copy, "tests/test_school.py")


KIND = '''"""« Ajouter une assistante maternelle »: who keeps the children during the day."""

from dataclasses import replace
from typing import Any

from wizard.forms import given_name_field, name_field, phone_field, single_name_box
from wizard.french import gettext as _
from wizard.kinds import family
from wizard.kinds.family import PersonForm
from wizard.kinds.kind import Kind
from wizard.models import Answers, Link, Member, Role
from wizard.services.deposit import Declared


class ChildminderForm(PersonForm):
    """A childminder."""

    birth_name = name_field(_("Nom"), _("Indiquez le nom de cette personne."))
    given_name = given_name_field(_("Indiquez le prénom de cette personne."))
    single_name = single_name_box()
    phone = phone_field(_("Téléphone"), _("Indiquez le téléphone de cette personne."))


def build(formdata: Any = None, *, entry: str, answers: Answers) -> PersonForm:
    """Return the form."""
    return ChildminderForm(formdata, entry=entry, answers=answers)


def declare(form: PersonForm, someone: Declared) -> Declared:
    """Tie her to every child."""
    children = [child.id for child in family.children(form.answers)]
    return replace(someone, links=dict.fromkeys(children, Link.CHILDMINDER))


def ties_again(_contact: Member, _parent: Member) -> dict[str, list[str]]:
    """Nothing is asked of her ties."""
    return {}


def words(_form: PersonForm) -> str:
    """Say what she does."""
    return _("garde les enfants")


KIND = Kind(
    slug="garde",
    role=Role.CONTACT,
    add=_("Ajouter une assistante maternelle"),
    title=_("Assistante maternelle"),
    explanation=_("Elle garde vos enfants dans la journée."),
    announced=_("une assistante maternelle"),
    template="entourage/people/childminder.html",
    build=build,
    declare=declare,
    ties_again=ties_again,
    words=words,
)
'''
FIELDS = """{% extends "entourage/person.html" %}
{% block fields %}
{{ f.text(form.birth_name) }}
{{ f.given_name(form) }}
{{ f.text(form.phone, type="tel") }}
{% endblock %}
"""
WALK = """import json

from tests.support.client import errors, follow, read, submit
from tests.support.walk import CHILD, EMAIL, PASSWORD, add, deposit, names
from wizard.models import Link, Role
from wizard.services import household
from wizard.stores import accounts


def test_she_is_typed_shown_copied_and_deposited(parent, step_1, db):
    assert "une assistante maternelle" in read(parent.get(step_1.request.path.removesuffix("/etape-1"))).text
    page = add(parent, step_1, "membre", **CHILD)
    blank = parent.get(f"{page.request.path}/garde")
    assert errors(submit(parent, blank, birth_name="Petit", given_name="Rose")).keys() == {"phone"}
    page = add(parent, page, "garde", birth_name="Petit", given_name="Rose", phone="0612345678")
    assert "Rose" in names(page)
    recap = follow(parent, submit(parent, page, "etape-1"))
    assert "Assistante maternelle – Rose Petit" in recap.text and "Garde les enfants." in recap.text
    follow(parent, submit(parent, parent.get("/connexion"), username=EMAIL, password=PASSWORD))
    typed = json.loads(parent.get("/espace/donnees/copie.json").data)["Saisies non déposées"]
    assert {"Rôle": "Contact", "Nom de naissance": "Petit", "Prénom": "Rose", "Téléphone": "0612345678"} in typed
    deposit(parent, page)
    rose = household.read(db, accounts.by_id(db, 1).household).asked[-1]
    assert (rose.identity.called, rose.role, set(rose.links.values())) == ("Rose", Role.CONTACT, {Link.CHILDMINDER})
"""


@pytest.mark.slow
def test_a_kind_of_person_takes_the_three_files_that_its_recipe_says(tmp_path: Path) -> None:
    copy = a_copy(tmp_path)
    (copy / "wizard/kinds/childminder.py").write_text(KIND, encoding="utf-8")
    (copy / "templates/entourage/people/childminder.html").write_text(FIELDS, encoding="utf-8")
    package = copy / "wizard/kinds/__init__.py"
    package.write_text(
        package.read_text(encoding="utf-8")
        .replace("import child, co_representative", "import child, childminder, co_representative")
        .replace("contact.KIND)", "contact.KIND, childminder.KIND)"),
        encoding="utf-8",
    )
    (copy / "tests/entourage/test_childminder.py").write_text(WALK, encoding="utf-8")
    assert_passes(copy, "tests/entourage/test_childminder.py")
