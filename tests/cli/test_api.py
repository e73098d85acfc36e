"""The command `api`: a software gets a token, is listed, is shut out."""

from collections.abc import Callable

from click.testing import Result
from sqlite_utils import Database

from wizard.hashing import digest

Run = Callable[..., Result]


def test_a_token_is_shown_once_listed_by_its_name_and_revoked(run: Run, db: Database) -> None:
    added = run("api", "add", "Cantine")
    token = added.stdout.strip()
    assert added.exit_code == 0 and len(token) == 43
    assert db.execute("SELECT token_sha256 FROM api_consumers").fetchall() == [(digest(token),)]
    again = run("api", "add", "cantine")
    assert again.exit_code == 1 and "« cantine » existe déjà" in again.output
    assert "Cantine – créé le" in run("api", "list").output and token not in run("api", "list").output
    assert "aucun appel" in run("api", "list").output
    assert run("api", "revoke", "cantine").exit_code == 0
    assert "révoqué le" in run("api", "list").output
    assert "Aucun jeton valable au nom de « cantine »" in run("api", "revoke", "cantine").output
    db.execute("INSERT INTO api_calls (at, consumer, resource, items) VALUES (datetime('now'), 1, 'families', 12)")
    db.execute("UPDATE api_calls SET at = strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now')")
    assert "– Cantine – families – 12" in run("api", "journal").output
