"""One command puts a release in the place of another, and puts all back when it does not do."""

import re
from collections.abc import Iterator

import pytest

from tests.deploy.installed import RELEASES, VERSION, Portal
from tests.deploy.releases import (
    ILL_IN_PUBLIC,
    MIGRATION,
    a_release,
    answered_by,
    drafts,
    serving,
    tables,
    upgraded_under_load,
)

pytestmark = pytest.mark.slow

COPIES = "/var/backups/portail-famille-upgrade"
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
    "its answers": (
        MIGRATION.format(line="pass") + ILL_IN_PUBLIC.replace('"LISTEN_FDS" not in', '"PATH" not in'),
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
    (copy,) = re.findall(r"La base d'avant est dans (\S+) :", said)
    assert portal.run(f"stat -c '%U %a' {copy} {copy}/portail.db").stdout == "portail 700\nportail 600\n"
    assert portal.run(f"ls {COPIES}").stdout.split() == [copy.rpartition("/")[2]], "one is enough"
    assert portal.run(f"{RELEASES}/9.1.0/deploy/upgrade", check=False).stderr == f"{RELEASES}/9.1.0 sert déjà.\n"


@pytest.mark.parametrize(
    ("lines", "told"),
    [pytest.param(*how, id=name, marks=() if "doctor" in name else pytest.mark.long) for name, how in BROKEN.items()],
)
def test_a_broken_release_leaves_all_as_it_was(portal: Portal, lines: str, told: str) -> None:
    before, begun = tables(portal), drafts(portal)
    with portal.crowd() as (threads, [caller]):
        page = threads.submit(caller.ask, "GET", "/inscription").result()
        draft = threads.submit(lambda: caller.ask("POST", *caller.courier.fill_in(page))).result()
        a_release(portal, "9.2.0", lines)
        code, said, answered = upgraded_under_load(portal, "9.2.0")
        assert code == 1 and told in said and f"{RELEASES}/{VERSION} sert de nouveau" in said, said
        assert serving(portal) == VERSION and tables(portal) == before
        assert set(answered) == {200, 303}
        assert threads.submit(caller.ask, "GET", draft.headers["Location"]).result().status == 200
        assert drafts(portal) == begun + 1 + answered[303], "what families were told to be saved is"


@pytest.mark.long
@pytest.mark.parametrize("migration", ["", MIGRATION.format(line="pass")])
def test_once_families_are_let_in_nothing_is_put_back(portal: Portal, migration: str) -> None:
    begun = drafts(portal)
    a_release(portal, "9.2.1", migration + ILL_IN_PUBLIC)
    code, said, answered = upgraded_under_load(portal, "9.2.1")
    assert code == 1 and "famille.commune.fr ne répond pas comme il faut (/healthz : 500)" in said
    assert drafts(portal) == begun + answered[303]
    assert set(answered) == {200, 303}
    if migration:
        assert serving(portal) == "9.2.1" and "rien n'est remis en arrière" in said
    else:
        assert serving(portal) == VERSION and "rien de ce que les familles ont fait n'est perdu" in said


@pytest.mark.long
def test_a_copy_that_cannot_be_put_back_is_told_and_nothing_starts(portal: Portal) -> None:
    before = tables(portal)
    spoil = f"cp -r {COPIES} /var/tmp/ && for one in {COPIES}/*/portail.db; do echo > $one; done"
    a_release(portal, "9.2.2", MIGRATION.format(line=f"__import__('os').system('{spoil}')") + "rm -r templates")
    done = portal.run(f"{RELEASES}/9.2.2/deploy/upgrade", check=False)
    assert done.returncode == 1 and "n'est pas une sauvegarde saine" in done.stderr
    state = portal.run("systemctl is-active portail-famille.socket portail-famille", check=False).stdout
    assert "\nactive" not in f"\n{state}"
    restore, start = done.stderr.partition("plus haut, puis :\n")[2].splitlines()
    assert restore.startswith(f"    portail-famille restore --untouched {COPIES}/")
    portal.run(f"cp -rT /var/tmp/{COPIES.rpartition('/')[2]} {COPIES}; chown -R portail {COPIES}\n{restore}\n{start}")
    assert serving(portal) == VERSION and tables(portal) == before


@pytest.mark.long
def test_without_a_copy_the_release_that_serves_goes_on(portal: Portal) -> None:
    a_release(portal, "9.5.0", MIGRATION.format(line="pass"))
    before = tables(portal)
    portal.run(f"mkdir -p {COPIES}; mount -t tmpfs -o size=128k none {COPIES}")
    code, said, answered = upgraded_under_load(portal, "9.5.0")
    portal.run(f"umount {COPIES}")
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
        until [ -n "$(find {COPIES} -name '*.db' -newer /var/tmp/begun)" ]; do sleep 0.1; done
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


@pytest.mark.long
def test_what_is_no_fault_of_a_release_does_not_stop_it(portal: Portal) -> None:
    a_release(portal, "9.4.0")
    portal.run("systemctl stop relay")
    done = portal.run(f"{RELEASES}/9.4.0/deploy/upgrade", check=False)
    portal.run("systemctl start relay")
    assert done.returncode == 0 and "À VOIR  SMTP" in done.stdout, done.stderr
    assert serving(portal) == "9.4.0"


def test_what_keeps_families_from_being_served_is_put_right_first(portal: Portal) -> None:
    a_release(portal, "9.4.1")
    with portal.crowd() as (threads, [caller]):
        threads.submit(caller.begin_a_sign_up).result()
    served = portal.run("systemctl show -P MainPID portail-famille").stdout
    answered_by(portal, "UPDATE _sqlite_migrations SET name = 'm9999' WHERE name LIKE 'm0001%' RETURNING name")
    done = portal.run(f"{RELEASES}/9.4.1/deploy/upgrade", check=False)
    assert done.returncode == 1 and "À VOIR  Base" in done.stdout and "Corrigez d'abord" in done.stderr
    assert portal.run("systemctl show -P MainPID portail-famille").stdout == served
