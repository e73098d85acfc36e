"""Releases to come, and what an upgrade to one of them does to who calls at that moment."""

import threading
from collections import Counter

from tests.deploy.installed import RELEASES, VERSION, Portal
from tests.serving.caller import Caller

MIGRATION = """
cat >> wizard/migrations.py <<'.'


@migrations()
def m9999_later(db: Database) -> None:
    db.executescript("CREATE TABLE later (name TEXT)")
    {line}
.
"""
# Its pages are good, and it says that it is not well, once it listens where families come.
ILL_IN_PUBLIC = """
sed -i 's/^    look: _Look = .*/    assert "LISTEN_FDS" not in __import__("os").environ\\n&/' wizard/public/health.py"""
_ASK = """
runuser -u portail -- /opt/portail-famille/current/.venv/bin/python -c "
import sqlite3, sys
with sqlite3.connect('{}/portail.db') as db:
    print(*[one for (one,) in db.execute(sys.stdin.read())])"
"""


def answered_by(portal: Portal, query: str, folder: str = "/srv/portail") -> list[str]:
    """Return the one column of what the database in a folder answers."""
    return portal.run(_ASK.format(folder), input=query).stdout.split()


def tables(portal: Portal, folder: str = "/srv/portail") -> list[str]:
    """Return the tables of the database in a folder."""
    return answered_by(portal, "SELECT name FROM sqlite_master ORDER BY name", folder)


def drafts(portal: Portal) -> int:
    """Return how many sign-ups were begun."""
    return int(answered_by(portal, "SELECT count(*) FROM drafts")[0])


def a_release(portal: Portal, name: str, lines: str = "") -> None:
    """Make a release beside the one that serves, of the same files but for what these lines of shell change."""
    portal.run(
        f"""
        rm -rf {RELEASES}/{name}
        cp -a {RELEASES}/{VERSION} {RELEASES}/{name}
        cd {RELEASES}/{name}
        sed -i "s|releases/{VERSION}|releases/{name}|" .venv/bin/portail-famille .venv/lib/*/site-packages/*.pth"""
        + f"\n{lines}"
    )


def serving(portal: Portal) -> str:
    """Return the folder whose code serves."""
    said = portal.run("cat /proc/$(systemctl show -P MainPID portail-famille)/cmdline").stdout
    return said.split("/releases/")[1].split("/")[0]


def upgraded_under_load(portal: Portal, name: str) -> tuple[int, str, Counter[int]]:
    """Upgrade while people sign up, and return the exit code, what was said, the answers that they had."""
    over = threading.Event()

    def insist(caller: Caller) -> None:
        while not over.is_set():
            caller.begin_a_sign_up()

    with portal.crowd(3) as (threads, callers):
        calls = [threads.submit(insist, caller) for caller in callers]
        try:
            done = portal.run(f"{RELEASES}/{name}/deploy/upgrade", check=False)
        finally:
            over.set()
        for call in calls:
            call.result()
    return done.returncode, done.stdout + done.stderr, sum((one.answered for one in callers), Counter())
