"""What others see of the town: its domain in the DNS, the certificate of its address."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import dns.resolver
import pytest
import trustme
from click.testing import Result
from sqlite_utils import Database

from tests.cli.told import notes, wrong
from tests.support.names import NameServer, Zone
from tests.support.ports import free_port
from wizard.services.checks import names as checked

Run = Callable[..., Result]

DMARC = ("_dmarc.oudon.example.", "TXT")
LACKS: dict[str, tuple[Zone, str | None]] = {
    "no MX": ({("oudon.example.", "MX"): []}, "n'a pas de MX"),
    "an empty MX": ({("oudon.example.", "MX"): ["0 ."]}, "n'a pas de MX"),
    "no SPF": ({("oudon.example.", "TXT"): ['"an owner\'s proof"']}, "n'a pas de SPF"),
    "no DMARC": ({DMARC: []}, "n'a pas de DMARC"),
    "a DMARC that only looks": ({DMARC: ['"v=DMARC1; p=none; sp=reject"']}, "un DMARC qui ne protège pas"),
    "a DMARC for half of the mails": ({DMARC: ['"v=DMARC1; p=quarantine; pct=50"']}, "un DMARC qui ne protège pas"),
    "a firm DMARC": ({DMARC: ['"v=DMARC1;p=reject;pct=50"']}, None),
    "an SPF in capitals": ({("oudon.example.", "TXT"): ['"V=SPF1 a -all"']}, None),
}


@pytest.mark.parametrize(("zone", "told"), LACKS.values(), ids=LACKS)
def test_what_the_domain_of_the_mails_lacks_is_told_by_the_rule_of_the_suite_territoriale(
    run: Run, healthy: Database, names: NameServer, zone: Zone, told: str | None
) -> None:
    names.zone |= zone
    found = [line for line in wrong(run("doctor")) if line.startswith("Domaine")]
    if told is None:
        assert found == []
    else:
        (line,) = found
        assert line.startswith("Domaine : oudon.example ") and told in line and "(Suite territoriale)" in line


def test_a_domain_that_does_not_exist_lacks_all_three(run: Run, healthy: Database, names: NameServer) -> None:
    names.zone = {}
    found = [line for line in wrong(run("doctor")) if line.startswith("Domaine")]
    assert [kind for kind in ("MX", "SPF", "DMARC") if any(f"n'a pas de {kind}" in line for line in found)] == [
        "MX", "SPF", "DMARC",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sender", "told"),
    [("mairie.oudon@wanadoo.fr", "est à tout le monde"), ("a@autre.example", "n'est pas le domaine")],
)
def test_a_domain_that_is_not_the_towns_own_is_told(
    run: Run, healthy: Database, instance: Path, names: NameServer, sender: str, told: str
) -> None:
    town = instance / "town.toml"
    town.write_text(town.read_text().replace("no-reply@oudon.example", sender))
    names.zone |= {(name.replace("oudon", "autre"), kind): records for (name, kind), records in names.zone.items()}
    (line,) = [line for line in wrong(run("doctor")) if line.startswith("Domaine")]
    assert told in line and "@" not in line


BELOW = "courriel.oudon.example"
UNDER: dict[str, tuple[str, Zone, str | None]] = {
    "a domain under that of the site": (BELOW, {}, None),
    "one whose own DMARC is weak": (BELOW, {(f"_dmarc.{BELOW}.", "TXT"): ['"v=DMARC1; p=none"']}, "ne protège pas"),
    "one that its domain leaves alone": (BELOW, {DMARC: ['"v=DMARC1; p=reject; sp=none"']}, "ne protège pas"),
    "one of a domain that is weak": (BELOW, {DMARC: ['"v=DMARC1; p=none"']}, "ne protège pas"),
    "one that its domain protects more": (BELOW, {DMARC: ['"v=DMARC1; p=none; sp=quarantine"']}, None),
    "one with no DMARC above": (BELOW, {DMARC: []}, "n'a pas de DMARC"),
    "one further under": (f"un.{BELOW}", {}, None),
    "one that only ends alike": ("autreoudon.example", {}, "n'est pas le domaine"),
}


@pytest.mark.parametrize(("domain", "zone", "told"), UNDER.values(), ids=UNDER)
def test_the_domain_of_the_site_answers_for_those_under_it(
    run: Run, healthy: Database, instance: Path, names: NameServer, domain: str, zone: Zone, told: str | None
) -> None:
    town = instance / "town.toml"
    town.write_text(town.read_text().replace("no-reply@oudon.example", f"no-reply@{domain}"))
    for kind in ("MX", "TXT"):
        names.zone[f"{domain}.", kind] = names.zone["oudon.example.", kind]
    names.zone["_dmarc.autreoudon.example.", "TXT"] = names.zone[DMARC]
    names.zone |= zone
    (line,) = [line for line in run("doctor").output.splitlines() if "  Domaine : " in line]
    assert line.startswith("À VOIR") and told in line if told else line.startswith("  ok  ")


def test_a_site_under_the_domain_of_the_mails_is_of_the_same_town(run: Run, healthy: Database, instance: Path) -> None:
    town = instance / "town.toml"
    written = town.read_text()
    assert "https://www.oudon.example" in written
    town.write_text(written.replace("https://www.oudon.example", "https://mairie.oudon.example"))
    assert "  ok    Domaine : oudon.example a un MX, un SPF et un DMARC." in run("doctor").output.splitlines()


def test_a_dns_that_does_not_answer_is_a_note(run: Run, healthy: Database, names: NameServer) -> None:
    resolver = names.resolver()
    resolver.port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dns.resolver.default_resolver", resolver)
        result = run("doctor")
    assert not [line for line in wrong(result) if line.startswith("Domaine")]
    (line,) = [line for line in notes(result) if line.startswith("Domaine")]
    assert line.startswith("Domaine : oudon.example n'a pas pu être demandé au DNS")


@contextmanager
def site(certificate: trustme.LeafCert) -> Iterator[int]:
    """Answer over TLS, whoever calls, for the block."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                caller, _address = listener.accept()
                with caller:
                    if caller.recv(1, socket.MSG_PEEK) == b"!":
                        return
                    try:
                        context.wrap_socket(caller, server_side=True).close()
                    except OSError:
                        continue

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            with socket.create_connection(listener.getsockname()) as last:
                last.sendall(b"!")
            thread.join()


@pytest.mark.parametrize(
    ("days", "name", "mark", "told"),
    [
        (60, "localhost", "  ok  ", "est bon jusqu'au"),
        (9, "localhost", "À VOIR", "renouvelez-le"),
        (-1, "localhost", "À VOIR", "a expiré : renouvelez-le"),
        (60, "autre.example", "À VOIR", "est d'un autre nom : renouvelez-le, ou corrigez"),
    ],
    ids=["good", "ending", "ended", "of another name"],
)
def test_the_certificate_of_the_public_address_is_looked_at(
    run: Run,
    healthy: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    name: str,
    mark: str,
    told: str,
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    ends = datetime.now(UTC) + timedelta(days=days)
    certificate = authority.issue_cert(name, not_before=ends - timedelta(days=90), not_after=ends)
    with site(certificate) as port:
        monkeypatch.setenv("PORTAIL_PUBLIC_URL", f"https://localhost:{port}")
        (line,) = [line for line in run("doctor").output.splitlines() if "Certificat" in line]
    assert line.startswith(f"{mark}  Certificat : celui de localhost") and told in line


def test_an_address_that_cannot_be_called_from_here_is_a_note(
    run: Run, healthy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAIL_PUBLIC_URL", f"https://localhost:{free_port()}")
    (line,) = [line for line in notes(run("doctor")) if line.startswith("Certificat")]
    assert "n'a pas pu être appelé d'ici" in line


def test_a_dns_that_does_not_answer_is_not_waited_for(
    run: Run, healthy: Database, names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked, "_DEADLINE", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        dns.resolver.default_resolver.port = silent.getsockname()[1]
        began = monotonic()
        result = run("doctor")
    assert any(line.startswith("Domaine : oudon.example n'a pas pu") for line in notes(result))
    assert monotonic() - began < 4.5, "what asks waits five seconds by itself"
