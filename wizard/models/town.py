"""What a town sets: who it is, how long it keeps what is not needed any more, where mails come back, its documents."""

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Town:
    """The commune as parents see it; `of` is its name after « mairie », `citycode` its INSEE code, `zone` its hour."""

    name: str
    of: str
    citycode: str
    postcode: str
    website: str
    service: str
    phone: str
    email: str
    dpo: str
    colour: str
    logo: Path | None
    zone: ZoneInfo


@dataclass(frozen=True)
class Retention:
    """How long what is not needed any more is kept (CNIL: no longer than its purpose).

    `closed_months` is for a dossier refused or cancelled, `withdrawn_months` for a contact without a right left,
    `notice_days` for what the town is told before, `trace_months` for who read a family that was deleted.
    """

    draft_hours: int
    unactivated_days: int
    limits_hours: int
    inactive_years: int
    known_families_months: int
    journal_months: int
    backup_days: int
    one_day_days: int
    child_file_months: int
    closed_months: int
    withdrawn_months: int
    notice_days: int
    trace_months: int


@dataclass(frozen=True)
class Bounces:
    """Where mails that could not be delivered come back: a maildir, or else an IMAP account; looked at how often."""

    maildir: Path | None
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    seconds: int = 30


@dataclass(frozen=True)
class Documents:
    """Where documents are kept, under which key, and for how many months after the last school year they serve.

    `years` holds the keys of the years, apart from both databases and from their backups. Without `key`, it is the one
    of `key_file`, made when it is first needed, on a loopback host alone. `antivirus` is the socket of ClamAV.
    """

    file: Path
    years: Path
    key: str = field(repr=False)
    key_old: str | None = field(repr=False)
    key_file: Path | None
    months: int
    antivirus: Path | None
