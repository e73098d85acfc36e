"""The recipes of CONTRIBUTING.md are true: a copy of the project, changed as one says and nowhere else, works."""

import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


class Project:
    """A copy of the project, and the files of it that a recipe changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changed: set[str] = set()
        for part in ("wizard", "templates", "static", "tests", "instance"):
            copytree(ROOT / part, folder / part, ignore=ignore_patterns("__pycache__", "screenshots"))
        (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())

    def add(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def change(self, path: str, *changes: tuple[str, str]) -> None:
        """Put each text in the place of another, which is there once; of an empty one, at the end."""
        text = (ROOT / path).read_text(encoding="utf-8")
        for before, after in changes:
            assert not before or text.count(before) == 1, (path, before)
            text = text.replace(before, after) if before else text + after
        self.add(path, text)
        self.changed.add(path)

    def passes(self, *tests: str) -> None:
        run = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
        env = {"PATH": "", "PYTHONPATH": str(self.folder)}
        done = subprocess.run(run, cwd=self.folder, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stdout + done.stderr


def named(recipe: str) -> set[str]:
    """Return the files that a recipe names."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (told,) = re.findall(rf"<!-- recipe: {recipe} -->\n(.*?)\n##", guide, re.DOTALL)
    return set(re.findall(r"`((?:wizard|templates|tests)/[\w./]+\.\w+)`", told))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


STEP = '''"""Step « École »: where the children go to school."""

from wizard.forms import StepForm, name_field
from wizard.french import gettext as _
from wizard.journey.steps import Step


class SchoolForm(StepForm):
    """The school."""

    school = name_field(_("École"), _("Indiquez l'école."))


STEP = Step("ecole", _("École"), _("L'école"), SchoolForm, "signup/steps/school.html")
'''
STEP_TEMPLATE = '{% extends "journey/step.html" %}\n{% block fields %}{{ f.text(form.school) }}{% endblock %}\n'
STEP_WALK = """from tests.support.client import errors, follow, read, submit
from tests.support.walk import IDENTITY, begin


def test_it_is_asked_second(client):
    assert "Cinq étapes, cinq minutes" in client.get("/inscription").text
    page = follow(client, submit(client, begin(client), **IDENTITY))
    assert read(page).h1.get_text() == "L'école" and "Étape 2 sur 5" in page.text
    assert errors(submit(client, page)) == {"school": "⚠ Erreur : Indiquez l'école."}
    page = follow(client, submit(client, page, school="Jean Zay"))
    assert read(page).h1.get_text() == "Votre adresse"
"""


@pytest.mark.long
def test_a_step_takes_the_three_files_that_its_recipe_says(project: Project) -> None:
    project.add("wizard/signup/steps/school.py", STEP)
    project.add("templates/signup/steps/school.html", STEP_TEMPLATE)
    project.change(
        "wizard/signup/journey.py",
        ("contacts, credentials, identity\n", "contacts, credentials, identity, school\n"),
        ("identity.STEP, address.STEP", "identity.STEP, school.STEP, address.STEP"),
    )
    project.add("tests/test_school.py", STEP_WALK)
    project.passes("tests/test_school.py")
    assert project.changed <= named("step")


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
KIND_TEMPLATE = """{% extends "entourage/person.html" %}
{% block fields %}
{{ f.text(form.birth_name) }}
{{ f.given_name(form) }}
{{ f.text(form.phone, type="tel") }}
{% endblock %}
"""
KIND_WALK = """import json

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


def test_a_kind_of_person_takes_the_three_files_that_its_recipe_says(project: Project) -> None:
    project.add("wizard/kinds/childminder.py", KIND)
    project.add("templates/entourage/people/childminder.html", KIND_TEMPLATE)
    project.change(
        "wizard/kinds/__init__.py",
        ("import child, co_representative", "import child, childminder, co_representative"),
        ("contact.KIND)", "contact.KIND, childminder.KIND)"),
    )
    project.add("tests/entourage/test_childminder.py", KIND_WALK)
    project.passes("tests/entourage/test_childminder.py")
    assert project.changed <= named("kind")


def test_a_field_takes_the_five_files_that_its_recipe_says(project: Project) -> None:
    project.change(
        "wizard/forms/parent.py",
        ("    sms_ok = ", '    language = name_field(_("Langue parlée"))\n    sms_ok = '),
    )
    project.change(
        "templates/macros/parent.html",
        ("{{ f.checkbox(form.sms_ok) }}", "{{ f.text(form.language) }}\n{{ f.checkbox(form.sms_ok) }}"),
    )
    project.change(
        "wizard/models/records.py",
        ("    sms_ok: bool = False\n", "    sms_ok: bool = False\n    language: str | None = None\n"),
    )
    project.change("wizard/migrations.py", ("", LANGUAGE))
    project.change(
        "wizard/services/wording.py",
        (
            '    "sms_ok": _("Accepte les SMS"),\n',
            '    "sms_ok": _("Accepte les SMS"),\n    "language": _("Langue parlée"),\n',
        ),
    )
    project.passes("tests/journey/test_round_trip.py", "--one-case")
    assert project.changed < named("field") and len(project.changed) == 5


LANGUAGE = '''

@migrations()
def m0099_languages(db: Database) -> None:
    """The language that a parent speaks."""
    db.executescript("ALTER TABLE people ADD COLUMN language TEXT")
'''

WELCOME = """{% extends "mail/layout.FORMAT" %}
{% block preheader %}{{ _("Votre espace est ouvert.") }}{% endblock %}
{% block content %}
{{ _("Votre espace est ouvert : %(link)s", link=link) }}

{{ _("Vous n'avez rien demandé ? Écrivez à la mairie.") }}
{% endblock %}
"""
WELCOME_TOLD = """from tests.support.outbox import WRITTEN
from tests.support.walk import EMAIL, code_of, sign_up
from wizard.services import activation


def test_who_opens_their_space_is_welcomed(app, client, db):
    sign_up(client)
    (mail,) = db.query(f"SELECT * FROM ({WRITTEN}) WHERE name = 'activation'")
    with app.test_request_context():
        assert activation.activate_by_code(db, 1, code_of(mail["body_text"]))
    (mail,) = db.query(f"SELECT * FROM ({WRITTEN}) WHERE name = 'welcome'")
    assert (mail["recipient"], mail["subject"]) == (EMAIL, "Mairie d'Oudon – Bienvenue")
"""


@pytest.mark.long
def test_a_mail_takes_the_four_files_that_its_recipe_says(project: Project) -> None:
    project.add("templates/mail/welcome/subject.txt", '{{ _("Mairie %(of_town)s – Bienvenue", of_town=town.of) }}\n')
    project.add("templates/mail/welcome/body.txt", WELCOME.replace("FORMAT", "txt"))
    project.add("templates/mail/welcome/body.html", WELCOME.replace("FORMAT", "html"))
    project.change(
        "wizard/services/activation.py",
        ("    families.match(db, _account(db, account))\n",
         "    families.match(db, _account(db, account))\n    link = get_settings().public_url + \"/espace\"\n"
         "    outbox.enqueue(db, \"welcome\", _account(db, account).email, link=link)\n"),
    )  # fmt: skip
    project.change(
        "tests/mail/letters.py", ('    "trial": {},\n', '    "trial": {},\n    "welcome": {"link": LINK},\n')
    )
    project.add("tests/account/test_welcome.py", WELCOME_TOLD)
    project.passes("tests/account/test_welcome.py", "tests/mail/test_mails.py", "-k", "welcome or three_files")
    assert project.changed - {"wizard/services/activation.py"} < named("mail")


JOINED = """from dataclasses import replace

from tests.support.families import a_family, decide, found
from wizard import clock
from wizard.db import transaction
from wizard.models import Status
from wizard.stores import dossiers


def test_a_dossier_answered_that_no_agent_opened_is_joined(db, signed_in):
    dossier = a_family(db)
    decide(db)
    with transaction(db):
        dossiers.set_answered(db, dossier.id, clock.now())
    assert found(db, dossier.id).status is Status.JOINED and found(db, dossier.id).is_closed
    browser = signed_in()
    browser.get(f"/mairie/familles/{dossier.household}")
    assert "Rattaché" in [badge.get_text() for badge in browser.page.select(".badge")]
"""


@pytest.mark.long
def test_a_status_takes_the_three_files_that_its_recipe_says(project: Project) -> None:
    project.change(
        "wizard/models/codes.py",
        ('    CANCELLED = "cancelled"\n', '    CANCELLED = "cancelled"\n    JOINED = "joined"\n'),
    )
    project.change(
        "wizard/models/requests.py",
        ("        if decisions == {Decision.ACCEPTED}:\n",
         "        if decisions == {Decision.ACCEPTED} and not self.opened_at:\n"
         "            return Status.JOINED\n        if decisions == {Decision.ACCEPTED}:\n"),
        ("_CLOSED = {", "_CLOSED = {Status.JOINED, "),
    )  # fmt: skip
    project.change(
        "wizard/choices/requests.py",
        (
            '    Status.CANCELLED: _("Annulé"),\n',
            '    Status.CANCELLED: _("Annulé"),\n    Status.JOINED: _("Rattaché"),\n',
        ),
    )
    project.add("tests/townhall/test_joined.py", JOINED)
    project.passes("tests/townhall/test_joined.py", "tests/test_choices.py")
    assert project.changed <= named("status")


ACTIVITIES = '''

@migrations()
def m0099_activity_leaders(db: Database) -> None:
    """Agents who keep the children after school."""
    db.executescript("""
    ALTER TABLE agents ADD COLUMN wider_role TEXT NOT NULL DEFAULT 'accueil'
        CHECK (wider_role IN ('instructeur', 'accueil', 'administrateur', 'sante', 'animation'));
    UPDATE agents SET wider_role = role;
    ALTER TABLE agents DROP COLUMN role;
    ALTER TABLE agents RENAME COLUMN wider_role TO role;
    """)
'''
LEADER = """from tests.support.families import a_family
from wizard.models import AgentRole


def test_an_activity_leader_has_the_lists_of_the_children_and_no_family(db, signed_in):
    browser = signed_in(role=AgentRole.ACTIVITIES)
    assert browser.get("/mairie/dossiers-administratifs").status_code == 200
    assert browser.get(f"/mairie/dossiers/{a_family(db).reference}").status_code == 403
"""


@pytest.mark.long
def test_a_role_of_agents_takes_the_three_files_that_its_recipe_says(project: Project) -> None:
    project.change(
        "wizard/models/codes.py",
        ('    HEALTH = "sante"\n', '    HEALTH = "sante"\n    ACTIVITIES = "animation"\n'),
        ("self.may_process or self.opens_envelopes", "self is not AgentRole.RECEPTION and not self.administers"),
    )
    project.change("wizard/migrations.py", ("", ACTIVITIES))
    project.change(
        "wizard/choices/townhall.py",
        ('    AgentRole.HEALTH: _("Santé"),\n',
         '    AgentRole.HEALTH: _("Santé"),\n    AgentRole.ACTIVITIES: _("Animateur"),\n'),
        ("ouvre les plis des enfants accueillis, et les listes du jour\"),\n",
         "ouvre les plis des enfants accueillis, et les listes du jour\"),\n"
         "    AgentRole.ACTIVITIES: _(\"Animation : les listes du jour\"),\n"),
    )  # fmt: skip
    project.add("tests/townhall/test_activities.py", LEADER)
    project.passes("tests/townhall/test_activities.py", "tests/test_choices.py")
    assert project.changed <= named("role")
