"""What a mail server reports of a mail it could not deliver (RFC 3464), read by the standard library alone.

The libraries there are guess from the text of servers that follow no standard, and give addresses, which anyone may
put there: a report counts here by the Message-ID of our mail that it returns, which nobody else knows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# And their names where addresses may have accents (RFC 6533).
_STATUSES = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
_BLANK_LINE = re.compile(r"\r?\n\r?\n")


@dataclass(frozen=True)
class Report:
    """What became of our mail of this Message-ID: « failed », « delayed », « delivered »… and why."""

    message_id: str
    action: str
    status: str

    @property
    def is_permanent(self) -> bool:
        """Whether writing again is in vain."""
        return self.status.startswith("5")


def read(raw: bytes) -> Report | None:
    """Return what a mail reports; None when it is no report, or not of a mail that it names."""
    mail = message_from_bytes(raw)
    if mail.get_content_type() != "multipart/report":
        return None
    parts = list(mail.walk())
    fields = next(filter(None, map(_fields, parts)), None)
    message_id = next(filter(None, map(_message_id, parts[1:])), None)
    if fields is None or message_id is None:
        return None
    status = status_in(str(fields["Status"]))
    return Report(message_id, str(fields["Action"]).strip().lower(), status) if status else None


def status_in(text: str) -> str | None:
    """Return the status that a server gives in a text (RFC 3463), « 5.1.1 »."""
    found = _STATUS.search(text)
    return found[1] if found else None


def _fields(part: Message) -> Message | None:
    """Return what is said of the recipient: each of our mails has one."""
    if part.get_content_type() not in _STATUSES:
        return None
    return next((block for block in _blocks(part) if "Action" in block and "Status" in block), None)


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else [payload]:
        if isinstance(block, Message):
            yield block
            block = block.get_payload()
        if isinstance(block, str):
            yield from map(message_from_string, _BLANK_LINE.split(block))


def _message_id(part: Message) -> str | None:
    if part.get_content_type() not in _RETURNED:
        return None
    payload = part.get_payload()
    body = part.get_payload(decode=True)
    returned = payload[0] if isinstance(payload, list) else message_from_bytes(body) if isinstance(body, bytes) else {}
    return str(returned["Message-ID"]).strip() if isinstance(returned, Message) and returned["Message-ID"] else None
