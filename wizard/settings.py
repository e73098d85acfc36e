"""Everything a town or an administrator may set, read once, checked, frozen."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from wizard import dossier_settings, expect, french, private_files, town_toml
from wizard.expect import LOOPBACK, Network
from wizard.models import ChildFiles
from wizard.models.town import Bounces, Documents, Retention, Town
from wizard.town_toml import REQUIRED, Keys, SettingsError, Variables, checked
from wizard.values import zones

__all__ = ["Bounces", "Documents", "Retention", "Settings", "SettingsError", "Town", "get_settings", "hosts_of", "load"]

_AT_HOME = "http://localhost:8000"
_KEY_FILE = "secret.key"
_DOCUMENTS_KEY_FILE = "documents.key"


@dataclass(frozen=True, eq=False)  # what is kept for one installation is found by them
class Settings:
    """One installation: its town, its addresses on the network, its files.

    `confirmation_from` is the month and the day from which families are asked each year whether all is still right.
    """

    town: Town
    retention: Retention
    sender: str
    sender_name: str
    delay: str
    late_days: int
    confirmation_from: tuple[int, int] | None
    dossier: ChildFiles
    neighbours: tuple[str, ...]
    geocoder: str | None
    bounces: Bounces | None
    sites: tuple[str, ...]
    instance: Path
    database: Path
    addresses: Path
    documents: Documents
    secret_key: str = field(repr=False)
    secret_key_old: str | None = field(repr=False)
    public_url: str
    smtp_url: str = field(repr=False)
    trusted_networks: tuple[Network, ...]
    trusted_proxy: str | None
    demonstration: bool
    log: str
    metrics_token: str | None = field(repr=False)

    def late_before(self, now: datetime) -> datetime:
        """Return the moment before which what waits for an answer of the town hall is late."""
        return now - timedelta(days=self.late_days)

    @property
    def secure(self) -> bool:
        """Whether the portal is reached over TLS: cookies are then `Secure` and `__Host-`."""
        return self.public_url.startswith("https:")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names it answers to."""
        return hosts_of(self.public_url)

    @property
    def mail_domain(self) -> str:
        """Its name as mails have it: an IPv6 address is a literal there (RFC 5321, 4.1.3)."""
        host = urlsplit(self.public_url).hostname or ""
        return f"[IPv6:{host}]" if ":" in host else host

    @property
    def private_files(self) -> tuple[Path, ...]:
        """The files that the account of the portal alone may read."""
        keys = (self.instance / _KEY_FILE, self.instance / _DOCUMENTS_KEY_FILE, self.documents.years)
        return (self.database, self.addresses, self.documents.file, *keys)

    @property
    def embedders(self) -> tuple[str, ...]:
        """The origins allowed to frame the portal; the demonstration's own town page is one."""
        if not self.demonstration:
            return self.sites
        port = urlsplit(self.public_url).port or 80
        return (*self.sites, f"http://localhost:{port}", f"http://127.0.0.1:{port}")


def hosts_of(public_url: str) -> tuple[str, ...]:
    """Return the host names of a portal; on a loopback host, all of them."""
    host = urlsplit(public_url).hostname or ""
    return ("localhost", "127.0.0.1", "[::1]") if host in LOOPBACK else (expect.written_host(host),)


def get_settings(app: Flask = current_app) -> Settings:
    """Return the settings of an application: by default, of the one that answers."""
    settings: Settings = app.config["PORTAIL"]
    return settings


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read `town.toml` and the `PORTAIL_*` variables.

    Raises SettingsError, whose message names the key to correct.
    """
    given = Variables(environ)
    instance = Path(given.get("PORTAIL_INSTANCE") or Path(__file__).parents[1] / "instance").absolute()
    key = Keys(town_toml.read(instance / "town.toml"))
    settings = read(key, given, instance)
    key.refuse_others()
    given.refuse_others()
    return settings


def read(key: Keys, environ: Variables, instance: Path) -> Settings:
    """Look everything up. Raises SettingsError."""
    public_url = checked(environ.get("PORTAIL_PUBLIC_URL") or _AT_HOME, "PORTAIL_PUBLIC_URL", expect.public)
    loopback = (urlsplit(public_url).hostname or "") in LOOPBACK
    demonstration = checked(environ.get("PORTAIL_DEMO") or "0", "PORTAIL_DEMO", expect.switch) and loopback
    # Whoever tries the demonstration creates more accounts in an hour than any family.
    networks = environ.get("PORTAIL_TRUSTED_NETWORKS") or ("127.0.0.0/8, ::1" if demonstration else "")
    database, addresses, documents = _files(environ, instance)
    return Settings(
        town=_town(key, instance),
        retention=Retention(
            draft_hours=key("retention.draft_hours", expect.hours, 24),
            unactivated_days=key("retention.unactivated_days", expect.days, 7),
            limits_hours=key("retention.limits_hours", expect.hours, 24),
            inactive_years=key("retention.inactive_years", expect.years, 2),
            known_families_months=key("retention.known_families_months", expect.months, 15),
            journal_months=key("retention.journal_months", expect.months, 12),
            backup_days=key("retention.backup_days", expect.days, 90),
            one_day_days=key("retention.one_day_days", expect.days, 42),
            child_file_months=key("retention.child_file_months", expect.months, 12),
            closed_months=key("retention.closed_months", expect.months, 12),
            withdrawn_months=key("retention.withdrawn_months", expect.months, 12),
            notice_days=key("retention.notice_days", expect.days, 15),
            trace_months=key("retention.trace_months", expect.months, 12),
        ),
        sender=key("mail.sender", expect.sender),
        sender_name=key("mail.sender_name", expect.text),
        delay=french.typeset(key("processing.delay", expect.text, "3 à 6 jours")),
        late_days=key("processing.late_days", expect.days, 6),
        confirmation_from=key("confirmation.from", expect.day_of_the_year, None),
        dossier=dossier_settings.read(key, demonstration=demonstration),
        neighbours=key("addresses.neighbours", expect.each(expect.citycode), ()),
        geocoder=key("addresses.geocoder", expect.web, None),
        bounces=_bounces(key, environ, instance),
        sites=key("embedding.sites", expect.each(expect.site), ()),
        instance=instance,
        database=database,
        addresses=addresses,
        documents=_documents(key, environ, instance, documents, loopback),
        secret_key=_secret_key(environ.exact("PORTAIL_SECRET_KEY"), instance, loopback),
        secret_key_old=environ.exact("PORTAIL_SECRET_KEY_OLD") or None,  # taken however weak: it is being replaced
        public_url=public_url,
        smtp_url=checked(environ.get("PORTAIL_SMTP_URL") or "smtp://127.0.0.1:8025", "PORTAIL_SMTP_URL", expect.smtp),
        trusted_networks=checked(networks, "PORTAIL_TRUSTED_NETWORKS", expect.networks),
        trusted_proxy=_given(environ, "PORTAIL_TRUSTED_PROXY", expect.address),
        demonstration=demonstration,
        log=_given(environ, "PORTAIL_LOG", expect.log_form, "text"),
        metrics_token=_given(environ, "PORTAIL_METRICS_TOKEN", expect.secret_key),
    )


def _bounces(key: Keys, environ: Variables, instance: Path) -> Bounces | None:
    maildir, host = key("bounces.maildir", expect.text, None), key("bounces.host", expect.host, None)
    imap = host is not None and maildir is None
    password = checked(
        environ.exact("PORTAIL_BOUNCES_PASSWORD").strip("\r\n"), "PORTAIL_BOUNCES_PASSWORD", expect.password
    )
    if imap and not password:
        raise SettingsError("PORTAIL_BOUNCES_PASSWORD : à donner, pour lire la boîte de bounces.host.")
    bounces = Bounces(
        maildir=instance / maildir if maildir else None,
        host=host or "",
        port=key("bounces.port", expect.port, 993),
        user=key("bounces.user", expect.text, REQUIRED if imap else ""),
        password=password,
        # An agent is told within a minute.
        seconds=key("bounces.seconds", expect.up_to(60), Bounces.seconds),
    )
    if maildir or host:
        return bounces
    if password or bounces.user:
        raise SettingsError("town.toml, [bounces] : host ou maildir manque, les courriels revenus ne seraient pas lus.")
    return None


def _files(environ: Variables, instance: Path) -> Iterable[Path]:
    """Return the files of the three databases. Raises SettingsError, unless each has its own."""
    files = {"PORTAIL_DATABASE": "portail.db", "PORTAIL_ADDRESSES": "addresses.db", "PORTAIL_DOCUMENTS": "documents.db"}
    check = partial(expect.file, instance=instance)
    paths = {name: _given(environ, name, check, instance / file) for name, file in files.items()}
    if len(set(paths.values())) < len(paths):
        raise SettingsError(f"{', '.join(paths)} : attendu trois fichiers différents.")
    return paths.values()


def _given(environ: Variables, name: str, check: Callable[[str], Any], otherwise: Any = None) -> Any:
    value = environ.get(name)
    return checked(value, name, check) if value else otherwise


def _town(key: Keys, instance: Path) -> Town:
    name, citycode = key("town.name", expect.text), key("town.citycode", expect.citycode)
    return Town(
        name=name,
        of=key("town.of", expect.of_town, french.of(name)),
        citycode=citycode,
        postcode=key("town.postcode", expect.postcode),
        website=key("town.website", expect.web),
        service=key("town.service", expect.text, "service enfance"),
        phone=key("town.phone", expect.phone),
        email=key("town.email", expect.email),
        dpo=key("town.dpo", expect.email),
        colour=key("town.colour", expect.colour, "#1f5f8b"),
        logo=key("town.logo", lambda value: expect.logo(value, instance), None),
        zone=key("town.zone", expect.zone, zones.of(citycode)),
    )


def _documents(key: Keys, environ: Variables, instance: Path, file: Path, loopback: bool) -> Documents:
    """Read how documents are kept; without a key, a town on the network starts: « doctor » and « serve » tell it."""
    given, antivirus = environ.exact("PORTAIL_DOCUMENTS_KEY"), key("documents.antivirus", expect.text, None)
    if given:
        checked(given, "PORTAIL_DOCUMENTS_KEY", expect.secret_key)
        if given == environ.exact("PORTAIL_SECRET_KEY"):
            raise SettingsError("PORTAIL_DOCUMENTS_KEY : attendu une autre clé que PORTAIL_SECRET_KEY.")
    return Documents(
        file=file,
        years=instance / "years.keys",
        key=given,
        key_old=environ.exact("PORTAIL_DOCUMENTS_KEY_OLD") or None,
        key_file=instance / _DOCUMENTS_KEY_FILE if loopback and not given else None,
        months=key("documents.months", expect.up_to(120, least=0), 0),
        antivirus=Path(antivirus) if antivirus else None,
    )


def _secret_key(given: str, instance: Path, loopback: bool) -> str:
    """Return the key of the signatures: from the environment, or on a loopback host made once, beside town.toml."""
    if given or not loopback:
        return checked(given, "PORTAIL_SECRET_KEY", expect.secret_key)
    path = instance / _KEY_FILE
    try:
        kept = private_files.drawn_once(path)
    except OSError as error:
        raise SettingsError(f"PORTAIL_SECRET_KEY : à donner, {path} ne peut être écrit ({error}).") from None
    return checked(kept, str(path), expect.secret_key)
