"""What README's lines install, under Debian's own systemd: it works, and may do little else than its work."""

import base64
import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.installed import Portal, lines_of, replaced
from tests.deploy.machine import ROOT
from tests.support.photos import a_photo

pytestmark = pytest.mark.slow
UNITS = sorted((ROOT / "deploy" / "systemd").glob("portail-famille*"))
LITESTREAM = Path("/opt/source/.venv/bin/litestream")  # as the machine sees it
PYTHON = "/opt/portail-famille/current/.venv/bin/python"


def tried(portal: Portal, name: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a service of the portal's account; `portail-…`, it is held as the portal's own are."""
    portal.run(
        f"cat > /etc/systemd/system/{name}.service; systemctl daemon-reload",
        input=f"[Service]\nType=oneshot\nUser=portail\nExecStart={command}\n",
    )
    return portal.run(f"systemctl start {name}", check=False)


def test_doctor_finds_nothing_to_say_of_what_the_lines_install(portal: Portal) -> None:
    assert "  ok    Base" in portal.said and "À VOIR" not in portal.said


def test_only_the_account_of_the_portal_reads_what_the_lines_install(portal: Portal) -> None:
    files = portal.run("find /srv/portail /var/backups/portail-famille -printf '%u %m\n'").stdout.split("\n")
    assert set(filter(None, files)) == {"portail 700", "portail 600"}
    assert portal.run("stat -c '%U:%G %a' /etc/portail-famille.env").stdout == "root:portail 640\n"
    keys = re.findall(r"^PORTAIL_\w+_KEY=(.*)$", portal.run("cat /etc/portail-famille.env").stdout, re.MULTILINE)
    assert [len(key) for key in keys] == [64, 64] and len(set(keys)) == 2


def test_the_service_runs_under_its_account_within_its_limits(portal: Portal) -> None:
    asked = ("MainPID", "User", "UMask", "LimitNOFILE", "MemoryMax", "NoNewPrivileges", "ProtectSystem")
    shown = portal.run(f"systemctl show portail-famille -p {' -p '.join(asked)}").stdout
    told = dict(line.split("=", 1) for line in shown.splitlines())
    process = portal.run(f"cat /proc/{told.pop('MainPID')}/status").stdout
    assert told == {
        "User": "portail", "UMask": "0077", "LimitNOFILE": "8192", "MemoryMax": str(1 << 30),
        "NoNewPrivileges": "yes", "ProtectSystem": "strict",
    }  # fmt: skip
    held = dict(re.findall(r"^(\w+):\t(.*)$", process, re.MULTILINE))
    assert (held["CapBnd"], held["NoNewPrivs"], held["Seccomp"]) == ("0" * 16, "1", "2")
    assert "0" not in held["Uid"].split()


@pytest.mark.parametrize("folder", ["/srv/portail", "/var/backups/portail-famille"])
def test_it_writes_its_data_and_its_copies(portal: Portal, folder: str) -> None:
    assert tried(portal, "portail-trial", f"/bin/touch {folder}/trial").returncode == 0
    assert portal.run(f"stat -c '%U %a' {folder}/trial; rm {folder}/trial").stdout == "portail 600\n"


@pytest.mark.parametrize(
    "command",
    [
        "/bin/touch /opt/open/trial",
        "/usr/bin/unshare --user true",
        f'{PYTHON} -c "import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)"',
        f'{PYTHON} -c "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)"',
        f"{PYTHON} -c \"import os; os.chmod('/srv/portail/portail.db', 0o4600)\"",
        "/bin/ls /proc/1/status",
    ],
)
def test_it_may_do_little_else(portal: Portal, command: str) -> None:
    portal.run("mkdir -p -m 777 /opt/open")
    assert tried(portal, "trial", command).returncode == 0, "what stops it must be what holds the service"
    portal.run("chmod 600 /srv/portail/portail.db")
    assert tried(portal, "portail-trial", command).returncode != 0


def test_a_release_is_tried_under_what_holds_the_service(portal: Portal) -> None:
    begun = "systemd-run --quiet --collect --unit=portail-famille-trial --property=Type=oneshot --uid=portail"
    portal.run("mkdir -p -m 777 /opt/open")
    assert portal.run(f"{begun} /bin/touch /srv/portail/trial; rm /srv/portail/trial").returncode == 0
    assert portal.run(f"{begun} /bin/touch /opt/open/trial", check=False).returncode != 0


def test_the_copy_of_an_upgrade_is_in_clear_for_a_week(portal: Portal) -> None:
    former = "/var/backups/portail-famille-upgrade"
    portal.run(f"rm -rf {former}; mkdir -p {former}/a {former}/b")
    portal.run(f"touch {former}/a/portail.db; touch -d '8 days ago' {former}/a")
    portal.run("systemctl start portail-famille-backup.service")
    assert portal.run(f"ls {former}; rm -r {former}").stdout == "b\n"


def test_a_document_is_read_under_what_holds_the_service(portal: Portal) -> None:
    """Its reader is a process with limits of its own."""
    portal.run("base64 -d > /srv/portail/photo.jpg", input=base64.b64encode(a_photo()).decode())
    read = (
        "from wizard.services.documents.conversion import convert; convert(open('/srv/portail/photo.jpg', 'rb').read())"
    )
    assert tried(portal, "portail-trial", f'{PYTHON} -c "{read}"').returncode == 0
    portal.run("rm /srv/portail/photo.jpg")


def test_each_night_leaves_a_copy(portal: Portal) -> None:
    timers = portal.run("systemctl list-timers --no-pager --no-legend").stdout
    assert "portail-famille-backup.timer portail-famille-backup.service" in timers
    portal.run("systemctl start portail-famille-backup.service")
    found = portal.run("find /var/backups/portail-famille -type f -printf '%f %u %m\\n' | sort").stdout
    assert re.fullmatch(r"(portail-\S+Z\.db) portail 600\n\1\.documents portail 600\n", found)


@pytest.mark.skipif(not (ROOT / ".venv/bin/litestream").exists(), reason="Litestream is not installed")
def test_litestream_copies_under_the_same_account_and_lets_go_of_the_bases_for_a_purge(portal: Portal) -> None:
    folder = "/etc/systemd/system/portail-famille-litestream.service.d"
    portal.run(
        f"install {LITESTREAM} /opt; mkdir -p {folder}; cat > {folder}/path.conf; systemctl daemon-reload",
        input="[Service]\nEnvironment=PATH=/opt:/usr/bin\n",
    )
    lines = next(block for number in range(12) if "litestream.service" in (block := lines_of(number)))
    portal.run(replaced(lines, "s3://seau/portail", "file:///var/backups/portail-famille/replica"))
    there = "test -S /srv/portail/litestream.sock && test -d /var/backups/portail-famille/replica/documents.db"
    portal.machine.until(lambda: portal.run(there, check=False).returncode == 0)
    assert portal.run("stat -c '%U:%G %a' /etc/litestream.yml").stdout == "root:portail 640\n"
    portal.run("portail-famille purge")  # which fails when it cannot empty the log
    portal.run("systemctl disable --now portail-famille-litestream; rm -r /var/backups/portail-famille/replica")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_one_that_systemd_understands(portal: Portal, unit: Path) -> None:
    done = portal.run(f"systemd-analyze verify /etc/systemd/system/{unit.name}", check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("service", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_systemd_finds_a_service_little_exposed(portal: Portal, service: Path) -> None:
    """From 0, closed, to 10; 9.2 is what a service has that says nothing."""
    portal.run(f"systemd-analyze security --offline=true --threshold=20 {service.name}")
