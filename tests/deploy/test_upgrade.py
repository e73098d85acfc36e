"""One command puts a release in the place of another, and puts all back when it does not do."""

import re
from collections.abc import Iterator

import pytest

from tests.deploy.installed import RELEASES, VERSION, Portal
from tests.deploy.releases import MIGRATION, a_release, serving, tables, upgraded_under_load

pytestmark = pytest.mark.slow

# What a release may break, and what then tells it.
BROKEN = {
    "a migration": (MIGRATION.format(line="raise RuntimeError"), "RuntimeError"),
    "what doctor looks at": (
        MIGRATION.format(line="pass")
        + "sed -i 's/^_LITTLE_SPACE = .*/_LITTLE_SPACE = 1 << 60/' wizard/services/checks/files.py",
        "À VOIR  Disque",
    ),
    "its start": (
        MIGRATION.format(line="pass") + "printf '\\n\\ndef run(*_all: object) -> None:\\n    raise SystemExit(3)\\n'"
        " >> wizard/server.py",
        "Elle ne répond pas",
    ),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def nginx(portal: Portal) -> Iterator[None]:
    with portal.behind("nginx"):
        yield


@pytest.fixture(autouse=True)
def first(portal: Portal) -> Iterator[None]:
    """Begin each test with the first release, and the database of it."""
    portal.run("rm -rf /var/tmp/data; cp -a /srv/portail /var/tmp/data")
    yield
    portal.run(
        f"""
        systemctl stop portail-famille.socket portail-famille
        rm -rf /srv/portail/*
        cp -a /var/tmp/data/. /srv/portail/
        ln -sfn releases/{VERSION} /opt/portail-famille/current
        systemctl start portail-famille.socket portail-famille"""
    )


def test_a_good_release_takes_the_place_and_fails_no_request(portal: Portal) -> None:
    a_release(portal, "9.1.0", MIGRATION.format(line="pass"))
    code, said, answered = upgraded_under_load(portal, "9.1.0")
    assert code == 0, said
    assert "m9999_later" in said and f"{RELEASES}/9.1.0 sert." in said
    assert serving(portal) == "9.1.0" and "later" in tables(portal)
    assert set(answered) == {200, 303}
    assert "Warning" not in said
    (copy,) = re.findall(r"La base d'avant est dans (\S+)\.$", said, re.MULTILINE)
    assert portal.run(f"stat -c '%U %a' {copy}").stdout == "portail 600\n"
    assert portal.run(f"{RELEASES}/9.1.0/deploy/upgrade", check=False).stderr == f"{RELEASES}/9.1.0 sert déjà.\n"


@pytest.mark.parametrize(
    ("lines", "told"),
    [pytest.param(*how, id=name, marks=() if "doctor" in name else pytest.mark.long) for name, how in BROKEN.items()],
)
def test_a_broken_release_leaves_all_as_it_was(portal: Portal, lines: str, told: str) -> None:
    before = tables(portal)
    with portal.crowd() as (threads, [caller]):
        page = threads.submit(caller.ask, "GET", "/inscription").result()
        draft = threads.submit(lambda: caller.ask("POST", *caller.courier.fill_in(page))).result()
        a_release(portal, "9.2.0", lines)
        code, said, answered = upgraded_under_load(portal, "9.2.0")
        assert code == 1 and told in said and f"{RELEASES}/{VERSION} sert de nouveau" in said, said
        assert serving(portal) == VERSION and tables(portal) == before
        assert set(answered) == {200, 303}
        assert threads.submit(caller.ask, "GET", draft.headers["Location"]).result().status == 200


@pytest.mark.long
def test_without_a_copy_the_release_that_serves_goes_on(portal: Portal) -> None:
    a_release(portal, "9.5.0", MIGRATION.format(line="pass"))
    before = tables(portal)
    portal.run("chown root /var/backups/portail-famille")
    code, said, answered = upgraded_under_load(portal, "9.5.0")
    portal.run("chown portail /var/backups/portail-famille")
    assert code == 1 and f"Sans copie, pas de mise à jour : {RELEASES}/{VERSION} sert de nouveau." in said
    assert serving(portal) == VERSION and tables(portal) == before
    assert set(answered) == {200, 303}


@pytest.mark.long
def test_who_hangs_up_on_the_way_leaves_all_as_it_was(portal: Portal) -> None:
    a_release(portal, "9.6.0", MIGRATION.format(line="__import__('time').sleep(5)"))
    before = tables(portal)
    done = portal.run(
        f"""
        touch /var/tmp/begun
        {RELEASES}/9.6.0/deploy/upgrade &
        until [ -n "$(find /var/backups/portail-famille -name '*.db' -newer /var/tmp/begun)" ]; do sleep 0.1; done
        sleep 2
        kill -HUP $!
        wait $!""",
        check=False,
    )
    assert done.returncode == 1 and f"{RELEASES}/{VERSION} sert de nouveau" in done.stderr
    assert serving(portal) == VERSION and tables(portal) == before


@pytest.mark.long
def test_a_release_that_is_not_made_changes_nothing(portal: Portal) -> None:
    a_release(portal, "9.3.0", "rm -r .venv")
    served = portal.run("systemctl show -P MainPID portail-famille").stdout
    done = portal.run(f"{RELEASES}/9.3.0/deploy/upgrade", check=False)
    assert done.returncode == 1 and "make -C" in done.stderr and "Rien n'a changé" in done.stderr
    assert portal.run("systemctl show -P MainPID portail-famille").stdout == served


def test_what_doctor_says_of_the_release_that_serves_is_put_right_first(portal: Portal) -> None:
    a_release(portal, "9.4.0")
    served = portal.run("systemctl show -P MainPID portail-famille").stdout
    portal.run("systemctl stop relay")
    done = portal.run(f"{RELEASES}/9.4.0/deploy/upgrade", check=False)
    portal.run("systemctl start relay")
    assert done.returncode == 1 and "À VOIR  SMTP" in done.stdout and "Corrigez d'abord" in done.stderr
    assert portal.run("systemctl show -P MainPID portail-famille").stdout == served
