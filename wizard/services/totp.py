"""The agents' second factor: six digits from their phone, or a recovery code once."""

import hmac
import re
from datetime import datetime

import pyotp
import segno

from wizard.hashing import digest

STEP_SECONDS = 30
# A phone's clock may be half a minute off, and typing takes time.
TOLERATED_STEPS = 1
RECOVERY_CODES = 10
# Crockford's alphabet: no letter that a person would take for a digit.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
GROUPS, GROUP = 4, 4


def new_secret() -> str:
    return pyotp.random_base32()


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """Return what the QR code says to the agent's authenticator."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def verify(secret: str, code: str, last_step: int | None, now: datetime) -> int | None:
    """Return the step to remember as the last used, or None when the code is wrong: none is right twice."""
    typed = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", typed):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.HOTP(secret)
    for step in range(current - TOLERATED_STEPS, current + TOLERATED_STEPS + 1):
        fresh = last_step is None or step > last_step
        if hmac.compare_digest(generator.at(step), typed) and fresh:
            return step
    return None


def recovery_codes(seed: bytes) -> tuple[str, ...]:
    """Return the codes to be kept on paper, shown once: 80 bits each, the same as long as the seed is."""
    return tuple(_recovery_code(hmac.digest(seed, str(number).encode(), "sha256")) for number in range(RECOVERY_CODES))


def hash_recovery_code(code: str) -> str:
    """Hash a code, read as written by hand; none can be guessed, so the hash need not be slow."""
    typed = re.sub(r"[\s-]", "", code.lower()).translate(str.maketrans("oil", "011"))
    return digest(typed)


def qr_svg(uri: str) -> str:
    """Draw an inline SVG, without the style that the pages' policy forbids; white behind, for dark screens."""
    code = segno.make(uri, error="m", micro=False)
    return str(code.svg_inline(scale=5, dark="#000", light="#fff", omitsize=False, svgclass="qr"))


def _recovery_code(drawn: bytes) -> str:
    """Write a code in letters, of which there are 32: the low bits of a byte choose one of them fairly."""
    letters = [ALPHABET[byte % len(ALPHABET)] for byte in drawn[: GROUPS * GROUP]]
    return "-".join("".join(letters[start : start + GROUP]) for start in range(0, len(letters), GROUP))
