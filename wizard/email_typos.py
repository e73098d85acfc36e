"""Slips of the finger in the domain of an e-mail address: « gmial.com » for « gmail.com »."""

# The domains most used by French parents; a domain that resembles one of them is probably that one.
_DOMAINS = (
    "gmail.com", "orange.fr", "hotmail.fr", "hotmail.com", "yahoo.fr", "yahoo.com", "outlook.fr", "outlook.com",
    "free.fr", "sfr.fr", "laposte.net", "wanadoo.fr", "icloud.com", "live.fr", "bbox.fr", "neuf.fr", "gmx.fr",
    "proton.me", "protonmail.com", "msn.com", "aol.com", "numericable.fr", "club-internet.fr",
)  # fmt: skip


def suggestion(email: str) -> str | None:
    """Return the address probably meant, None when the domain looks right or like nothing known."""
    local, _, domain = email.rpartition("@")
    domain = domain.casefold()
    if domain in _DOMAINS:
        return None
    close = [known for known in _DOMAINS if _one_slip(domain, known)]
    return f"{local}@{close[0]}" if len(close) == 1 else None


def _one_slip(typed: str, known: str) -> bool:
    """Whether one letter missing, added, changed, or two swapped, separate the two."""
    if abs(len(typed) - len(known)) > 1 or min(len(typed), len(known)) < 6:
        return False
    start = next((i for i, (a, b) in enumerate(zip(typed, known, strict=False)) if a != b), min(len(typed), len(known)))
    rest, other = typed[start:], known[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
