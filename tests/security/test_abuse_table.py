"""The table of abuse cases: every case has its tests, and every test it names is there."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TABLE = tomllib.loads(Path(__file__).with_name("abuse.toml").read_text())

# What must be there, whatever is added.
CASES = {
    "bots", "mail_bombing", "enumeration", "token_guessing", "mail_scanners", "host_poisoning", "credential_stuffing",
    "argon2_flood", "challenge_replay", "challenge_race", "draft_theft", "idor", "csrf", "clickjacking", "xss",
    "csv_formula", "sql_injection", "mail_header_injection", "session_fixation", "huge_bodies", "log_leaks",
    "deleted_data", "agent_guessing", "trusted_network", "key_claimed", "restored_past",
    "forged_address", "untrusted_proxy", "request_smuggling", "stolen_database", "stolen_key",
    "readable_files", "secrets_in_errors",
}  # fmt: skip


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the names of the tests of a file that are run."""
    found = ast.parse(path.read_text()).body
    return frozenset(
        node.name
        for node in found
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not _is_skipped(node)
    )


def _is_skipped(test: ast.FunctionDef) -> bool:
    return any(
        "skip" in ast.unparse(decorator) or "xfail" in ast.unparse(decorator) for decorator in test.decorator_list
    )


def test_no_case_is_missing() -> None:
    assert set(TABLE) >= CASES


@pytest.mark.parametrize("case", TABLE)
def test_a_case_says_what_it_is_and_what_proves_it(case: str) -> None:
    row = TABLE[case]
    assert set(row) == {"abuse", "control", "tests"}
    assert row["abuse"].endswith(".") and row["control"].endswith(".")
    assert row["tests"] and len(row["tests"]) == len(set(row["tests"]))
    for named in row["tests"]:
        path, _colons, name = named.partition("::")
        assert (TESTS / path).is_file(), named
        assert name in names_in(TESTS / path), named
