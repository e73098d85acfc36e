"""E-mail addresses: written as their owner does, compared as the mail finds its way."""

from functools import lru_cache

import idna
from email_validator import EmailNotValidError, validate_email

from wizard.values.text import clean


def is_email(text: str) -> bool:
    """Whether the syntax of an address is right; nobody is asked whether it exists."""
    try:
        validate_email(text, check_deliverability=False)
    except (EmailNotValidError, UnicodeError):
        return False
    return True


def normalise_email(text: str) -> str:
    """Return the form under which an address, or an identifier, is stored and compared: composed, case folded.

    Not the domain, which has its own rule (IDNA 2008): « straße » and « strasse » belong to different people.
    """
    local, at, domain = clean(text).rpartition("@")
    return f"{clean(local.casefold())}{at}{_domain(domain)}" if at else clean(domain.casefold())


def mailable(address: str) -> str:
    """Return an address as mail servers take it: its domain in ASCII (« xn--strae-oqa.example »)."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError):
        return address


def mailbox(address: str) -> str:
    """Return what addresses of one mailbox share: « camille+mairie@… » reaches camille@… at most providers."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


@lru_cache(maxsize=256)
def _domain(text: str) -> str:
    """Return the domain as it is compared. Most families share a few, whose letters are looked up one by one."""
    try:
        return idna.decode(idna.encode(text, uts46=True))
    except (idna.IDNAError, UnicodeError):
        return clean(text.lower())
