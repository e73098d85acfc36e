"""The portal with holes planted in routes of its own: whoever misses them sees nothing elsewhere either."""

import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import waitress
from flask import Flask, Response, request

from tests.support.ports import free_port
from wizard import create_app
from wizard.db import get_db
from wizard.extensions import csrf
from wizard.migrations import migrate
from wizard.web import logs

ROOT = Path(__file__).parents[2]


def with_a_hole() -> Flask:
    """Return the portal of the environment, and two pages more.

    `/essai?nom=…&mot=…`, where one becomes SQL and the other markup; `/lourd`, where a form costs much.
    """
    app = create_app()

    @app.get("/essai")
    def hole() -> Response:
        name, word = request.args.get("nom", ""), request.args.get("mot", "")
        try:
            found = get_db().execute(f"SELECT name FROM _sqlite_migrations WHERE name = '{name}'").fetchall()
        except sqlite3.Error as error:
            found = [f"sqlite3.OperationalError: {error}"]
        page = f"<!doctype html><title>Essai</title><p>{word}</p><p>{len(found)} {found}</p>"
        return Response(page, headers={"Content-Security-Policy": "default-src * 'unsafe-inline'"})

    @app.post("/lourd")
    @csrf.exempt
    def heavy() -> Response:
        return Response(str(sum(number * number for number in range(2_000_000))))

    with app.app_context():
        migrate(get_db())
    return app


@contextmanager
def planted(folder: Path) -> Iterator[str]:
    """Serve the portal with its hole from this new folder, its log in server.log, and return the hole's address."""
    folder.mkdir()
    (folder / "town.toml").write_bytes((ROOT / "instance" / "town.toml").read_bytes())
    port = free_port()
    settings = {
        "PORTAIL_INSTANCE": str(folder),
        "PORTAIL_PUBLIC_URL": f"http://localhost:{port}",
        "PORTAIL_TRUSTED_NETWORKS": "127.0.0.0/8",
    }
    command = [sys.executable, "-m", "tests.attack.planted", str(port)]
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=log) as server,
    ):
        url = f"http://localhost:{port}/essai?nom=m0001_initial&mot=bonjour"
        try:
            _wait_for(url)
            yield url
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    for _try in range(150):
        time.sleep(0.2)
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:
            continue
    raise AssertionError("the planted portal does not start")


if __name__ == "__main__":
    logs.configure()
    waitress.serve(with_a_hole(), host="127.0.0.1", port=int(sys.argv[1]), _quiet=True)
