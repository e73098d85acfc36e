"""Slips of the finger in the domain of an e-mail address: « gmial.com » for « gmail.com »."""

from rapidfuzz.distance import OSA

# The domains most used by French parents; a domain that resembles one of them is probably that one.
_DOMAINS = (
    "gmail.com", "orange.fr", "hotmail.fr", "hotmail.com", "yahoo.fr", "yahoo.com", "outlook.fr", "outlook.com",
    "free.fr", "sfr.fr", "laposte.net", "wanadoo.fr", "icloud.com", "live.fr", "bbox.fr", "neuf.fr", "gmx.fr",
    "proton.me", "protonmail.com", "msn.com", "aol.com", "numericable.fr", "club-internet.fr",
)  # fmt: skip
# Providers one letter away from one of those, which are no mistakes for it.
_ALSO_REAL = ("cloud.com", "email.com", "hotmail.gr", "live.fi", "mail.com", "yahoo.gr", "ymail.com")


def suggestion(email: str) -> str | None:
    """Return the address probably meant, None when the domain looks right or like nothing known."""
    local, _, domain = email.rpartition("@")
    domain = domain.lower()
    if domain in _DOMAINS or domain in _ALSO_REAL:
        return None
    close = [known for known in _DOMAINS if _one_slip(domain, known)]
    return f"{local}@{close[0]}" if len(close) == 1 else None


def _one_slip(typed: str, known: str) -> bool:
    """Whether one letter missing, added, changed, or two swapped, separate the two.

    A name of three letters that differs is somebody else's: nearly all of them are taken (« aon.com », « man.com »).
    """
    if min(len(typed), len(known)) < 6 or OSA.distance(typed, known, score_cutoff=1) != 1:
        return False
    name = known.partition(".")[0]
    return sorted(typed) == sorted(known) or typed.startswith(name) or len(name) > 3
