"""Asks the town's ClamAV, by its socket, about the file that was sent."""

import logging
import socket
from pathlib import Path

from wizard.services.documents.conversion.child.answers import Reason
from wizard.services.documents.conversion.unreadable import Unreadable

logger = logging.getLogger(__name__)

_SECONDS = 10.0
_CHUNK = 256 * 1024


def is_clean(content: bytes, address: Path) -> bool:
    """Return whether clamd read these bytes and found nothing; False when it is not there to say so.

    Raises Unreadable when it found something.
    """
    try:
        reply = _scan(content, address)
    except OSError as error:
        logger.warning("no antivirus: %s", error.strerror or type(error).__name__)
        return False
    if reply.endswith(b" FOUND"):
        raise Unreadable(Reason.INFECTED)
    if reply != b"stream: OK":
        logger.warning("the antivirus could not read a file")
    return reply == b"stream: OK"


def is_there(address: Path) -> bool:
    """Whether clamd answers at its socket."""
    try:
        with socket.socket(socket.AF_UNIX) as clamd:
            clamd.settimeout(_SECONDS)
            clamd.connect(str(address))
            clamd.sendall(b"zPING\0")
            return clamd.makefile("rb").read(1024).rstrip(b"\0") == b"PONG"
    except OSError:
        return False


def _scan(content: bytes, address: Path) -> bytes:
    """Return clamd's reply to INSTREAM: chunks, each behind its length, then an empty one."""
    with socket.socket(socket.AF_UNIX) as clamd:
        clamd.settimeout(_SECONDS)
        clamd.connect(str(address))
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            clamd.sendall(len(chunk).to_bytes(4) + chunk)
        clamd.sendall(bytes(4))
        return clamd.makefile("rb").read(1024).rstrip(b"\0")
