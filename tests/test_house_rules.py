"""The house's rules, as tests: what a reader may rely on anywhere in the code."""

import ast
import re
from pathlib import Path

import pytest
from click import Group
from flask import Flask
from sqlite_utils import Database

from wizard import entourage, returning, signup
from wizard.cli import main
from wizard.entourage.kinds import KINDS
from wizard.entourage.trip import TRIP

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
SOURCES = sorted((ROOT / "wizard").rglob("*.py"))
STEPS = (*signup.JOURNEY.steps, *TRIP.journey.steps)

TABLES = {
    "_sqlite_migrations", "accounts", "addresses", "agent_journal", "agents", "contact_rights", "dossier_people",
    "dossiers", "draft_answers", "draft_posts", "draft_tokens", "drafts", "family_links", "held_forms",
    "household_members", "households", "journal", "known_families", "limits", "outbox", "people", "receipts",
    "recovery_codes", "residences", "sessions", "tokens", "tombstones",
}  # fmt: skip


def test_every_step_has_a_template_and_a_unique_slug() -> None:
    assert len({step.slug for step in STEPS}) == len(STEPS)
    for template in [step.template for step in STEPS] + [kind.template for kind in KINDS.values()]:
        assert (TEMPLATES / template).is_file(), template


def test_every_template_is_used() -> None:
    text = "\n".join(path.read_text() for path in [*SOURCES, *TEMPLATES.rglob("*.html")])
    for path in TEMPLATES.rglob("*.html"):
        name = path.relative_to(TEMPLATES).as_posix()
        assert f'"{name}"' in text or name.startswith("mail/"), f"{name} is used nowhere"


def test_every_mail_has_its_three_files_and_is_sent_by_someone() -> None:
    sources = "\n".join(path.read_text() for path in SOURCES)
    folders = [path for path in (TEMPLATES / "mail").iterdir() if path.is_dir()]
    assert folders
    for folder in folders:
        assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}, folder.name
        assert f'"{folder.name}"' in sources, f"nobody sends {folder.name}"


def _strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docstrings
    ]


def test_sql_is_only_where_it_belongs() -> None:
    statement = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.S)
    allowed = (ROOT / "wizard/stores", ROOT / "wizard/addresses", ROOT / "wizard/migrations.py")
    for path in SOURCES:
        if not any(path == place or place in path.parents for place in allowed):
            assert not [text for text in _strings(path) if statement.search(text)], path


def test_sql_is_put_together_from_constants_alone() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                if re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|FROM)\b", text):
                    names = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
                    # `where` and `assignments` are literals of private functions' callers; `marks` is « ?, ? ».
                    bad = [
                        ast.unparse(name)
                        for name in names
                        if not re.fullmatch(r"_?[A-Z_]+|where|marks|assignments", ast.unparse(name))
                    ]
                    assert not bad, (path, bad)


def test_tables_are_defined_in_the_migrations_alone(db: Database) -> None:
    assert {name for name in db.table_names() if not name.startswith("sqlite_")} == TABLES
    for path in SOURCES:
        if "addresses" not in path.parts and path.name != "migrations.py":
            assert "CREATE TABLE" not in path.read_text(), path


def test_the_clock_is_read_in_one_place() -> None:
    for path in SOURCES:
        if path.name != "clock.py":
            assert not re.search(r"datetime\.now\(|utcnow\(|date\.today\(", path.read_text()), path


def test_requests_and_sessions_are_read_at_the_edge_alone() -> None:
    edge = {"signup", "entourage", "account", "townhall", "embedding", "lookup", "demo"}
    modules = {
        "assets",
        "belonging",
        "compression",
        "errors",
        "held_forms",
        "htmx",
        "journey_views",
        "logs",
        "public",
        "security",
        "sessions",
    }
    for path in SOURCES:
        place = path.relative_to(ROOT / "wizard").parts[0].removesuffix(".py")
        if place not in edge | modules:
            imported = re.findall(r"^from flask import (?:\(([^)]*)\)|(.*))$", path.read_text(), re.M)
            names = {name.strip() for pair in imported for name in "".join(pair).split(",")}
            assert not names & {"request", "session", "g"}, path


def test_htmx_headers_are_read_in_one_place() -> None:
    for path in SOURCES:
        if path.name != "htmx.py":
            assert not re.search(
                r"headers(\.get\(|\[)\s*[\"']HX-", path.read_text().replace('response.headers["HX-', "")
            ), path


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_no_template_has_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text()
    if path.relative_to(TEMPLATES).parts[0] == "mail":
        return
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\sstyle=|\son\w+=|hx-on|hx-vals=.js:", text)


def test_every_htmx_attribute_sits_on_what_works_without_it() -> None:
    for path in TEMPLATES.rglob("*.html"):
        for tag in re.findall(r"<(?!form|a|button|input|div|details)(\w+)[^>]*\bhx-(?:get|post)=", path.read_text()):
            raise AssertionError(f"{path}: {tag}")


def test_every_command_has_help() -> None:
    def commands(group: Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
        found = []
        for name, command in group.commands.items():
            found.append(((*path, name), command))
            if isinstance(command, Group):
                found += commands(command, (*path, name))
        return found

    names = {" ".join(path) for path, command in commands(main)}
    assert {"serve", "migrate", "addresses import", "addresses download", "families import", "agents create"} <= names
    assert {"mail send", "purge", "backup", "restore", "doctor"} <= names
    assert all(command.help for _path, command in commands(main))  # type: ignore[attr-defined]


def test_files_stay_short() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in SOURCES if path.name != "migrations.py"}
    assert not {name: lines for name, lines in long.items() if lines > 300}


def test_every_address_is_routed_without_a_trailing_slash(app: Flask) -> None:
    assert entourage.blueprint.name in app.blueprints
    assert not [rule.rule for rule in app.url_map.iter_rules() if rule.rule != "/" and rule.rule.endswith("/")]


def test_no_page_that_signing_in_leads_to_has_a_token_in_its_address(app: Flask) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert all(rules[endpoint].arguments == set() for endpoint in returning.PARENTS)
    assert all(rules[endpoint].arguments <= {"reference"} for endpoint in returning.AGENTS)


def test_the_town_s_own_network_lifts_limits_for_sign_ups_alone() -> None:
    free = {"security.py", "strength.py", "journey_views.py", "lookup/__init__.py"}
    for path in SOURCES:
        name = path.relative_to(ROOT / "wizard").as_posix()
        if name not in free and (not name.startswith("signup/") or name == "signup/confirmation.py"):
            assert "limited_network" not in path.read_text(), name
