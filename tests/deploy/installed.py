"""A portal installed by README's own lines, on a machine of its own."""

import re
import ssl
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from socket import create_connection

import trustme

from tests.deploy.machine import ROOT, Machine
from tests.net.courier import Courier
from tests.serving.caller import Caller
from tests.support.walk import AGENT_PASSWORD

SITE = "famille.commune.fr"
VERSION = "0.2.0"
RELEASES = Path("/opt/portail-famille/releases")
# What a clone brings.
_CLONED = "wizard templates static deploy instance/town.toml Makefile LICENSE README.md pyproject.toml"

_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"

# What git and the network bring: the files of this tree, and the packages of the tests, which pip finds already there.
CLONE = f"""
release() {{
    mkdir -p {RELEASES}/$1/instance
    cd /opt/source
    cp -r --parents {_CLONED} {RELEASES}/$1
    cp requirements-dev.txt {RELEASES}/$1/requirements.txt
    python3 -m venv --without-pip {RELEASES}/$1/.venv
    printf '#!/bin/sh\\nexec {RELEASES}/'$1'/.venv/bin/python -m pip "$@"\\n' > {RELEASES}/$1/.venv/bin/pip
    chmod +x {RELEASES}/$1/.venv/bin/pip
    echo /opt/packages > {RELEASES}/$1/.venv/lib/{_PYTHON}/site-packages/packages.pth
}}
release"""
ADDRESSES = "portail-famille addresses import /opt/source/wizard/addresses/data/demonstration-*.csv"
# A relay of this machine takes the mails; all callers come from one network, that of the town hall.
EDITOR = """
sed -i -e 's|^PORTAIL_SMTP_URL=.*|PORTAIL_SMTP_URL=smtp://127.0.0.1:25|' \
    -e '$aPORTAIL_TRUSTED_NETWORKS=127.0.0.0/8' /etc/portail-famille.env"""
RELAY = """
cat > /etc/systemd/system/relay.service <<.
[Service]
Environment=PYTHONPATH=/opt/packages
ExecStart=/opt/python/bin/python3 -m aiosmtpd -n -l 127.0.0.1:25
.
systemctl start relay"""

# Debian's own nginx, as its package leaves it, and its own unit.
NGINX = """
cp -r /opt/source/build/proxies/etc/nginx /etc/
mkdir -p /etc/nginx/modules-enabled /etc/nginx/sites-enabled
sed 's|/usr/sbin/|/opt/source/build/proxies/usr/sbin/|' /opt/source/build/proxies/lib/systemd/system/nginx.service \
    > /etc/systemd/system/nginx.service
rm -f /etc/nginx/sites-enabled/*
systemctl daemon-reload
systemctl restart nginx
"""
CADDY = """
mkdir -p /etc/caddy
sed 's/# tls/tls/' /opt/portail-famille/current/deploy/Caddyfile > /etc/caddy/Caddyfile
cat > /etc/systemd/system/caddy.service <<.
[Service]
Environment=HOME=/var/lib/caddy
ExecStart=/opt/source/build/proxies/usr/bin/caddy run --config /etc/caddy/Caddyfile
.
systemctl daemon-reload
systemctl restart caddy"""


def lines_of(number: int) -> str:
    """Return a block of lines of README's installation, as written."""
    chapter = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Installer pour une commune\n")[1]
    return re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)[number]


def replaced(lines: str, wanted: str, other: str) -> str:
    """Put other words in the place of what a test cannot have; the lines must have it once."""
    changed, count = re.subn(wanted, lambda _match: other, lines, flags=re.MULTILINE)
    assert count == 1, wanted
    return changed


class Portal:
    """A machine on which README's lines were run; its certificate is the test's own."""

    def __init__(self, work: Path) -> None:
        self.authority = trustme.CA()
        self.machine = Machine(work)
        self.run = self.machine.run
        try:
            self.run(RELAY)
            self.said = self._install()
        except BaseException:
            self.machine.stop()
            raise

    def _install(self) -> str:
        lines = replaced(lines_of(0), r"^git clone .*$", f"{CLONE} {VERSION}")
        lines = replaced(lines, r"^portail-famille addresses download 44 .*$", ADDRESSES)
        lines = replaced(lines, r"^\$EDITOR .*$", EDITOR)
        return self.run(lines, input=f"{AGENT_PASSWORD}\n").stdout

    @contextmanager
    def behind(self, proxy: str) -> Iterator[None]:
        """Put nginx or Caddy before the portal, by its sample."""
        self._certify()
        self.run("systemctl start portail-famille.socket portail-famille")
        if proxy == "nginx":
            self.run(NGINX + replaced(lines_of(1), r"^\$EDITOR .*$", ""))
        else:
            self.run(CADDY)
        with self.machine.callers(1) as threads:
            self.machine.until(lambda: threads.submit(answers, 443).result())
        yield
        self.run(f"systemctl stop {proxy}")

    def _certify(self) -> None:
        """Put a certificate where the samples of the proxies look for one."""
        folder = f"/etc/letsencrypt/live/{SITE}"
        issued = self.authority.issue_cert(SITE)
        for name, blobs in (("fullchain", issued.cert_chain_pems), ("privkey", [issued.private_key_pem])):
            pem = "".join(blob.bytes().decode() for blob in blobs)
            self.run(f"mkdir -p {folder}; cat > {folder}/{name}.pem", input=pem)

    @contextmanager
    def crowd(self, count: int = 1) -> Iterator[tuple[ThreadPoolExecutor, list[Caller]]]:
        """People who know the certificate, with the threads in which they reach the site."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        callers = [Caller(Visitor(context)) for _caller in range(count)]
        try:
            with self.machine.callers(count + 1) as threads:
                yield threads, callers
        finally:
            for caller in callers:
                caller.courier.hang_up()


class Visitor(Courier):
    """A browser that reaches the site by TLS, on the machine itself."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(443, patience=120)
        self.context = context

    def connect(self) -> HTTPConnection:
        return _Here(SITE, self.port, timeout=self.patience, context=self.context)


class _Here(HTTPSConnection):
    """A connection to this machine, whose certificate is the site's; a proxy that closes it has it made again."""

    def connect(self) -> None:
        raw = create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._context.wrap_socket(raw, server_hostname=SITE)


def answers(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
