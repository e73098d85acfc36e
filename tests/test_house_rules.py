"""The house's rules, as tests: what a reader may rely on anywhere in the code.

The rules read syntax trees (`sql_rules`, `python_rules`, `template_rules`); what each of them catches is planted in
test_house_rules_bite.py.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click import Group
from flask import Flask
from sqlite_utils import Database

from tests.support.python_rules import (
    clocks,
    compared_in_secret,
    days_of_elsewhere,
    hidden_routes,
    htmx_headers,
    mails_sent,
    names,
    of_a_request,
    present_moments,
    raw_html,
    refusals,
    strings,
    transactions,
)
from tests.support.sql_rules import composed_sql, statements
from tests.support.template_rules import compared_codes, inline_code, needing_script, unescaped
from tests.support.template_rules import strings as strings_of_template
from wizard import entourage
from wizard.cli import main
from wizard.db import get_documents
from wizard.entourage.journey import ENTOURAGE
from wizard.kinds import KINDS
from wizard.signup.journey import SIGNUP
from wizard.web import returning

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
SOURCES = sorted((ROOT / "wizard").rglob("*.py"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
STEPS = (*SIGNUP.journey.steps, *ENTOURAGE.journey.steps)

TABLES = {
    "_sqlite_migrations", "accounts", "addresses", "agent_journal", "agents", "amendments", "api_calls",
    "api_consumers", "authorisations", "bounces", "child_file_answers", "child_files", "confirmations",
    "contact_rights", "declarations", "deletions_announced", "documents", "documents_gone", "dossier_people",
    "dossiers", "draft_answers", "draft_posts", "draft_tokens", "drafts", "exports", "family_changes", "family_links",
    "former_numbers", "handed_over", "held_forms", "household_members", "households", "invitations", "journal",
    "known_families", "last_numbers", "likeness_due", "likeness_keys", "likenesses", "limits", "merges", "motives",
    "notes", "objections", "one_day", "openings", "outbox", "people", "people_search", "people_to_fold", "receipts",
    "recovery_codes", "reminders", "replies", "residences", "sessions", "takings", "tokens", "tombstones", "traces",
    "withdrawals",
}  # fmt: skip


def test_every_step_has_a_template_and_a_unique_slug() -> None:
    assert len({step.slug for step in STEPS}) == len(STEPS)
    for template in [step.template for step in STEPS] + [kind.template for kind in KINDS.values()]:
        assert (TEMPLATES / template).is_file(), template


def found(rule: Callable[[str], list[str]], *but: str) -> dict[str, list[str]]:
    """Return what a rule finds in each source, but for those named: a module, or a package with « / »."""
    places = {path.relative_to(ROOT / "wizard").as_posix(): path for path in SOURCES}
    judged = {name: rule(path.read_text()) for name, path in places.items() if not name.startswith(but)}
    return {name: finds for name, finds in judged.items() if finds}


def test_every_template_is_used() -> None:
    used = {text for path in SOURCES for text in strings(path.read_text())}
    used |= {text for path in PAGES for text in strings_of_template(path.read_text())}
    for path in PAGES:
        name = path.relative_to(TEMPLATES).as_posix()
        assert name in used or name.startswith("mail/"), f"{name} is used nowhere"


def test_every_mail_has_its_three_files_and_is_sent_by_someone() -> None:
    folders = {path.name: path for path in (TEMPLATES / "mail").iterdir() if path.is_dir()}
    for folder in folders.values():
        assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}, folder.name
    assert set(folders) == {mail for path in SOURCES for mail in mails_sent(path.read_text())}


def test_sql_is_only_where_it_belongs() -> None:
    assert not found(statements, "stores/", "addresses/", "migrations.py")


def test_sql_is_put_together_from_constants_alone() -> None:
    assert not found(composed_sql)


def test_tables_are_defined_in_the_migrations_alone(db: Database) -> None:
    assert {name for name in db.table_names() if not name.startswith("sqlite_")} == TABLES
    assert not found(
        lambda source: [text for text in strings(source) if "CREATE TABLE" in text.upper()],
        "addresses/",
        "migrations.py",
    )


def test_the_documents_own_file_has_these_tables(app: Flask) -> None:
    with app.app_context():
        tables = {name for name in get_documents().table_names() if not name.startswith("sqlite_")}
    assert tables == {"_sqlite_migrations", "contents", "envelopes", "sendings", "upload_parts", "uploads"}


def test_the_clock_is_read_in_one_place() -> None:
    assert not found(clocks, "clock.py")


def test_the_present_moment_is_passed_to_stores() -> None:
    assert not [name for name in found(present_moments) if name.startswith("stores/")]


def test_stores_hold_no_sentence() -> None:
    """What a code is called is in `choices/`."""
    spoken = found(lambda source: sorted({"gettext", "ngettext"} & names(source)))
    assert not [name for name in spoken if name.startswith("stores/")]


def test_the_day_of_a_moment_is_that_of_the_town() -> None:
    """But where none is at work: copies of the night, files of addresses, callers counted by the day."""
    assert not found(days_of_elsewhere, "services/rotation.py", "addresses/importing/files.py", "web/logs.py")


def test_transactions_are_opened_by_services() -> None:
    """Never by stores, views, or what HTTP needs; the demonstration lives the lives of its families.

    Files that no thread of the portal has open, copies and the official addresses, are read and written by themselves.
    """
    apart = ("stores/database_file.py", "addresses/importing/database.py")
    assert not found(transactions, "services/", "commands/", "demo/", "db.py", "migrations.py", *apart)


def test_routes_are_decorators_at_the_top_of_their_modules() -> None:
    assert not found(hidden_routes)


def test_every_package_of_pages_makes_its_blueprint_in_a_module_of_its_own() -> None:
    made = found(lambda source: sorted({"Blueprint", "FramedBlueprint"} & names(source)), "web/")
    packages = (
        "account",
        "api",
        "childfile",
        "demo",
        "documents",
        "embedding",
        "entourage",
        "public",
        "signup",
        "townhall",
    )
    assert set(made) == {f"{name}/blueprint.py" for name in packages}


def test_what_is_asked_too_often_is_refused_in_one_way() -> None:
    """By TooSoon; what a status means is known to HTMX's answers, to a mail's turn and to the geocoder's client too."""
    edges = (
        "web/errors.py",
        "web/htmx.py",
        "services/mail_turns.py",
        "addresses/national/geocoder.py",
        "journey/judging.py",
    )
    assert not found(refusals, "services/refusals.py", *edges)


def test_a_secret_that_a_caller_shows_is_compared_in_a_time_that_tells_nothing_of_it() -> None:
    """All that is not found by its digest: a code of a phone, the token of the measures, the mark of a form."""
    assert found(compared_in_secret).keys() == {"services/totp.py", "townhall/counter.py", "web/metrics.py"}


def test_requests_and_sessions_are_read_at_the_edge_alone() -> None:
    blueprints = (
        "api/",
        "childfile/",
        "documents/",
        "signup/",
        "entourage/",
        "account/",
        "townhall/",
        "embedding/",
        "public/",
        "demo/",
    )
    assert not found(of_a_request, *blueprints, "web/", "journey/view.py")


def test_htmx_headers_are_read_in_one_place() -> None:
    assert not found(htmx_headers, "web/htmx.py")


def test_no_sentence_writes_de_before_a_name_that_may_begin_with_a_vowel() -> None:
    """« d'Inès »: `elided` says it."""
    before = re.compile(r"\bde %\((?:name|names|child|children|parent|by|called)\)s")
    sentences = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt"), *(ROOT / "wizard").rglob("*.py")]
    assert [path for path in sentences if before.search(path.read_text("utf-8"))] == []


def test_html_is_written_in_templates() -> None:
    assert not found(raw_html)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_no_template_has_inline_script_style_or_handler(path: Path) -> None:
    name = path.relative_to(TEMPLATES).as_posix()
    bad = inline_code(path.read_text())
    if name.startswith("mail/"):  # a mail has no other style than its own
        bad = [one for one in bad if one.split()[-1] != "style"]
    assert bad == (["style"] if name == "layouts/page.html" else [])  # the town's sheet, by its hash


def test_templates_ask_of_a_role_or_a_status_what_follows_from_it() -> None:
    compared = {path.relative_to(TEMPLATES).as_posix(): compared_codes(path.read_text()) for path in PAGES}
    assert {name: finds for name, finds in compared.items() if finds} == {}


def test_what_templates_show_is_escaped() -> None:
    """But for the style sheets, made at start, and the picture of a code that segno draws."""
    bare = {path.relative_to(TEMPLATES).as_posix(): unescaped(path.read_text()) for path in PAGES}
    assert {name: finds for name, finds in bare.items() if finds} == {
        "layouts/page.html": ["sheets[].css"],
        "townhall/code.html": ["enrolment.picture"],
    }


def test_every_htmx_attribute_sits_on_what_works_without_it() -> None:
    assert not {path: bad for path in PAGES if (bad := needing_script(path.read_text()))}


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


def test_one_module_knows_how_the_rows_of_a_draft_are_named() -> None:
    assert not found(lambda source: sorted({"ouverture", "retire:"} & set(strings(source))), "stores/answers.py")
    slugs = {"membre", "co-representant"}
    assert not found(lambda source: sorted(slugs & set(strings(source))), "kinds/")
    assert not [path for path in PAGES if slugs & set(strings_of_template(path.read_text()))]


def test_files_stay_short() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in SOURCES if path.name != "migrations.py"}
    assert not {name: lines for name, lines in long.items() if lines > 300}


def test_every_address_is_routed_without_a_trailing_slash(app: Flask) -> None:
    assert entourage.blueprint.name in app.blueprints
    assert not [rule.rule for rule in app.url_map.iter_rules() if rule.rule != "/" and rule.rule.endswith("/")]


def test_no_page_that_signing_in_leads_to_has_a_token_in_its_address(app: Flask) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    known = {"person", "child", "year", "slug", "name"}  # the name of a kind of document opens nothing
    assert all(rules[endpoint].arguments <= known for endpoint in returning.PARENTS)
    assert all(
        rules[endpoint].arguments <= {"reference", "household", "person", "note"} for endpoint in returning.AGENTS
    )


def test_the_town_s_own_network_lifts_limits_for_sign_ups_alone() -> None:
    free = ("web/guards.py", "web/throttle.py", "journey/view.py")
    readers = found(lambda source: sorted({"limited_networks"} & names(source)), *free)
    assert not {name for name in readers if not name.startswith("signup/") or name == "signup/confirmation.py"}
