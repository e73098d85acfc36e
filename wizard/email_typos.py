"""Slips of the finger in the domain of an e-mail address: « gmial.com » for « gmail.com »."""

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
    if abs(len(typed) - len(known)) > 1 or min(len(typed), len(known)) < 6:
        return False
    start = next((i for i, (a, b) in enumerate(zip(typed, known, strict=False)) if a != b), min(len(typed), len(known)))
    rest, other = typed[start:], known[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    if start < known.index(".") <= 3:
        return swapped
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
